import { expect, it } from 'vitest';
import { isFiltered, listOf, unfiltered } from './view';

const NOW = Date.parse('2026-11-25T20:15:30.000Z');

it('reads every filter from the address', () => {
  const list = listOf({ q: 'mail', action: 'ASSET_WRAPPED', about: 'a', request: 'r' }, NOW);
  expect(list).toEqual({ text: 'mail', action: 'ASSET_WRAPPED', entity: 'a', request: 'r', since: null, until: null });
});

it('a period begins at a whole hour, so that a view is one list while it is read', () => {
  expect(listOf({ when: '24h' }, NOW).since).toBe('2026-11-24T20:00:00.000Z');
  expect(listOf({ when: '24h' }, NOW + 60_000)).toEqual(listOf({ when: '24h' }, NOW));
});

it('the last day counts in full', () => {
  const { since, until } = listOf({ from: '2026-11-01', to: '2026-11-01' }, NOW);
  expect(Date.parse(until ?? '') - Date.parse(since ?? '')).toBe(86_400_000);
});

it('passes over what makes no sense', () => {
  expect(listOf({ when: 'yesterday', from: '2026-11', to: '<img>' }, NOW)).toMatchObject({ since: null, until: null });
});

it('an open row narrows nothing', () => {
  expect(isFiltered({ open: 3, show: 'verify' })).toBe(false);
  expect(isFiltered({ q: 'mail' })).toBe(true);
  expect(isFiltered({ q: 'mail', ...unfiltered })).toBe(false);
});
