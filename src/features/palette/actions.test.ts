import { act, renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { matching, useOffer, useOffered } from './actions';

const ACTIONS = [
  { id: 'anchor', label: 'Make an anchor', words: 'key', run: () => {} },
  { id: 'lock', label: 'Lock the vault', words: 'close', run: () => {} },
  { id: 'block', label: 'Show blocks', run: () => {} },
];

it('finds by every word, in any order and also by other words', () => {
  expect(matching(ACTIONS, 'vault lock').map((one) => one.id)).toEqual(['lock']);
  expect(matching(ACTIONS, 'KEY').map((one) => one.id)).toEqual(['anchor']);
  expect(matching(ACTIONS, 'nothing of this')).toEqual([]);
});

it('puts what begins with the text first', () => {
  expect(matching(ACTIONS, 'lock').map((one) => one.id)).toEqual(['lock', 'block']);
});

it('offers what a screen can do only while the screen is there', () => {
  const offered = renderHook(() => useOffered());
  const screen = renderHook(() => useOffer(ACTIONS));
  expect(offered.result.current).toHaveLength(3);
  act(() => screen.unmount());
  expect(offered.result.current).toHaveLength(0);
});
