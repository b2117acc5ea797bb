import { act, renderHook } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { addressOf, keptOf, shows, useSavedViews } from './savedViews';

beforeEach(() => localStorage.clear());

test('a view keeps filters and order, and not the row that was open', () => {
  const kept = keptOf({ env: ['PROD'], sort: 'name', open: 'x', tab: 'facts' });
  expect(kept).toEqual({ env: ['PROD'], sort: 'name' });
  expect(addressOf(kept)).toMatchObject({ env: ['PROD'], level: undefined });
  expect(shows({ env: ['PROD'], sort: 'name', open: 'y' }, { name: 'v', search: kept, hidden: [] })).toBe(true);
});

test('views outlive the window, and one that is removed comes back by undo', () => {
  const { result } = renderHook(useSavedViews);
  const view = { name: 'Mine', search: { tag: 'pci' }, hidden: ['level'] };
  act(() => result.current.save(view));
  expect(renderHook(useSavedViews).result.current.views).toEqual([view]);
  const before = result.current.views;
  act(() => result.current.remove('Mine'));
  expect(result.current.views).toEqual([]);
  act(() => result.current.restore(before));
  expect(result.current.views).toEqual([view]);
});

test('what is kept and makes no sense is no view', () => {
  localStorage.setItem('views.assets', '[{"name":1},null,"x"]');
  expect(renderHook(useSavedViews).result.current.views).toEqual([]);
  localStorage.setItem('views.assets', '{');
  expect(renderHook(useSavedViews).result.current.views).toEqual([]);
});
