import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import {
  type AssetCounts,
  type AssetDetail,
  type AssetQuery,
  type AssetSummary,
  commands,
  type EditedAssets,
  type NewAsset,
  type Page,
  type PolicyView,
  type RiskProfile,
  type Sighting,
  type UndoneBy,
  type WrappedMany,
} from './bindings';
import { call } from './call';
import { client } from './client';

/** Eighty rows weigh less than the 64 KiB that a page over the bridge may. */
const PAGE_ROWS = 80;
const key = ['assets'] as const;
const lists = [...key, 'list'] as const;

/** What narrows and orders a list; its pages are taken one by one. */
export type AssetList = Omit<AssetQuery, 'limit' | 'after'>;

interface Pages {
  pages: Page<AssetSummary>[];
  pageParams: unknown[];
}

/**
 * A list of assets, page by page. Nothing but another `version` reads it anew: rows that come while one
 * reads are told by [`useAssetNews`] and must not move those in sight.
 */
export const useAssets = (list: AssetList, version: number) =>
  useInfiniteQuery({
    queryKey: [...lists, list, version],
    queryFn: ({ pageParam }) => call<Page<AssetSummary>>(commands.assetsList({ ...list, limit: PAGE_ROWS, after: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    staleTime: 'static',
    gcTime: 30_000,
  });

/** How many assets there are, and how many each choice of a filter has. */
export const useAssetCounts = (list: AssetList) =>
  useQuery({
    queryKey: [...key, 'count', list],
    queryFn: () => call<AssetCounts>(commands.assetsCount({ ...list, sort: 'risk', limit: 1 })),
    placeholderData: keepPreviousData,
  });

/** The asset of a list that changed last: another than when the list was read says that there is news. */
export const useNewestChange = (list: AssetList) =>
  useQuery({
    queryKey: [...key, 'newest', list],
    queryFn: async () => {
      const query: AssetQuery = { ...list, sort: 'updated', order: 'desc', limit: 1, after: null };
      const page = await call<Page<AssetSummary>>(commands.assetsList(query));
      return page.items[0] ?? null;
    },
  });

/** What a scan saw last, newest first: read anew as the scan goes on. */
export const useSeenByScan = (scan: string, limit: number) =>
  useQuery({
    queryKey: [...key, 'seen', scan, limit],
    queryFn: async () => {
      const query: AssetQuery = { scan: { id: scan }, sort: 'updated', order: 'desc', limit, after: null };
      return (await call<Page<AssetSummary>>(commands.assetsList(query))).items;
    },
    placeholderData: keepPreviousData,
  });

/** One asset in full, by id or location. */
export const useAsset = (name: string) =>
  useQuery({
    queryKey: [...key, 'show', name],
    queryFn: async () => {
      const detail = await call<AssetDetail>(commands.assetsShow(name));
      showInLists(detail);
      return detail;
    },
  });

const SIGHTINGS_OF_A_PAGE = 20;

/** The scans that saw an asset and what had changed each time, newest first. */
export const useAssetHistory = (asset: string) =>
  useInfiniteQuery({
    queryKey: [...key, 'history', asset],
    queryFn: ({ pageParam }) => call<Page<Sighting>>(commands.assetsHistory(asset, pageParam, SIGHTINGS_OF_A_PAGE)),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

export const useAddAsset = () =>
  useMutation({
    mutationFn: (wanted: NewAsset) => call<AssetDetail>(commands.assetsAdd(wanted)),
    onSuccess: () =>
      Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ['environments'] })]),
  });

/** Rows that are read anew after an edit; where more were edited, the list says that it has changed. */
const READ_ANEW = 100;

/** The most assets that one edit of the core's takes. */
const AT_ONCE = 250;

/** Edits assets, in pieces that the core takes, each whole or not at all; what comes back puts everything back. */
export const useEditAssets = () =>
  useMutation({
    mutationFn: async (edits: readonly UndoneBy[]) => {
      const all: EditedAssets = { changed: 0, undo: [] };
      for (const { assets, edit } of edits.flatMap(pieces)) {
        const edited = await call<EditedAssets>(commands.assetsEditMany(assets, edit));
        all.changed += edited.changed;
        all.undo.push(...edited.undo);
      }
      return all;
    },
    onSuccess: async (_, edits) => {
      const touched = edits.flatMap(({ assets }) => assets).slice(0, READ_ANEW);
      const details = touched.map((asset) => call<AssetDetail>(commands.assetsShow(asset)));
      for (const detail of await Promise.all(details)) showInLists(detail);
    },
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });

function pieces({ assets, edit }: UndoneBy): UndoneBy[] {
  const count = Math.ceil(assets.length / AT_ONCE);
  return Array.from({ length: count }, (_, piece) => ({ assets: assets.slice(piece * AT_ONCE, (piece + 1) * AT_ONCE), edit }));
}

/** Wraps the material of assets under the active anchors of their environments, as one job. */
export const useWrapAssets = () =>
  useMutation({
    mutationFn: (assets: readonly string[]) => call<WrappedMany>(commands.secretsWrapMany([...assets])),
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'targets' }),
  });

/** The policies that a list can be narrowed by. */
export const usePolicyNames = () =>
  useQuery({
    queryKey: ['policies', 'names'],
    queryFn: async () => {
      const policies = await call<PolicyView[]>(commands.policiesList());
      return policies.map(({ id, name }) => ({ id, name }));
    },
  });

/** The dates that a list can be narrowed by, each with how many assets miss it. */
export const useDeadlines = () =>
  useQuery({
    queryKey: ['risk', 'deadlines'],
    queryFn: async () => (await call<RiskProfile>(commands.riskShow(1))).deadlines,
  });

/** Puts what is known of an asset now into the rows that show it, where they are. */
function showInLists(asset: AssetSummary) {
  const has = (page: Page<AssetSummary>) => page.items.some((row) => row.id === asset.id);
  const now = (row: AssetSummary) => (row.id === asset.id ? renewed(row, asset) : row);
  client.setQueriesData<Pages>({ queryKey: lists }, (list) => {
    if (!list?.pages.some(has)) return list;
    return { ...list, pages: list.pages.map((page) => (has(page) ? { ...page, items: page.items.map(now) } : page)) };
  });
}

/** The row with the values of now, and nothing that no row has. */
function renewed(row: AssetSummary, asset: AssetSummary): AssetSummary {
  const names = Object.keys(row) as (keyof AssetSummary)[];
  return Object.fromEntries(names.map((name) => [name, asset[name]])) as AssetSummary;
}
