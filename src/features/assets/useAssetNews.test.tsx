import { QueryClientProvider } from '@tanstack/react-query';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AssetList, useAssets, useEditAssets } from '@/api/assets';
import type { AssetQuery, AssetSummary } from '@/api/bindings';
import { client } from '@/api/client';
import { useAssetNews } from './useAssetNews';

const LIST: AssetList = { sort: 'risk' };
let stored: Pick<AssetSummary, 'id' | 'name' | 'updated_at'>[];

function list({ sort, limit = 1 }: AssetQuery) {
  const rows = sort === 'updated' ? [...stored].sort((a, b) => b.updated_at.localeCompare(a.updated_at)) : stored;
  return { items: rows.slice(0, limit), next: null };
}

beforeEach(() => {
  client.clear();
  stored = [1, 2].map((n) => ({ id: `${n}`, name: `asset ${n}`, updated_at: `2026-01-0${n}` }));
  mockIPC((command, payload) => {
    const { query, name, ids } = payload as { query: AssetQuery; name: string; ids: string[] };
    if (command === 'assets_count') return { total: stored.length };
    if (command === 'assets_list') return list(query);
    if (command === 'assets_show') return { ...stored.find(({ id }) => id === name), tags: [] };
    for (const row of stored) if (ids.includes(row.id)) Object.assign(row, { name: 'edited', updated_at: '2026-02-01' });
    return { changed: ids.length, undo: [] };
  });
});
afterEach(clearMocks);

const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;

/** A list as the screen reads it. */
function reading() {
  return renderHook(
    ({ version }) => {
      const assets = useAssets(LIST, version);
      const rows = assets.data?.pages.flatMap((page) => page.items) ?? [];
      return { names: rows.map(({ name }) => name), news: useAssetNews(LIST, version, rows), edit: useEditAssets() };
    },
    { wrapper, initialProps: { version: 0 } },
  );
}

async function ready() {
  const screen = reading();
  await waitFor(() => expect(screen.result.current.names).toHaveLength(2));
  await waitFor(() => expect(client.isFetching()).toBe(0));
  return screen;
}

test('what a scan adds is told, and comes into the list only when it is asked for', async () => {
  const { result, rerender } = await ready();
  stored.unshift({ id: '3', name: 'asset 3', updated_at: '2026-01-09' });
  await act(() => client.invalidateQueries());
  await waitFor(() => expect(result.current.news.came).toBe(1));
  expect(result.current.names).toEqual(['asset 1', 'asset 2']);
  rerender({ version: 1 });
  await waitFor(() => expect(result.current.names).toEqual(['asset 3', 'asset 1', 'asset 2']));
  expect(result.current.news).toEqual({ came: 0, changed: false });
});

test('what changes elsewhere is told too', async () => {
  const { result } = await ready();
  stored[0] = { id: '1', name: 'scanned', updated_at: '2026-01-09' };
  await act(() => client.invalidateQueries());
  await waitFor(() => expect(result.current.news).toEqual({ came: 0, changed: true }));
  expect(result.current.names).toEqual(['asset 1', 'asset 2']);
});

test('an edit of one’s own shows in its row at once, and is no news', async () => {
  const { result } = await ready();
  await act(() => result.current.edit.mutateAsync([{ assets: ['1'], edit: { name: 'edited' } }]));
  await waitFor(() => expect(result.current.names).toEqual(['edited', 'asset 2']));
  await waitFor(() => expect(client.isFetching()).toBe(0));
  expect(result.current.news).toEqual({ came: 0, changed: false });
});
