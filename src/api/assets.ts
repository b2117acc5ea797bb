import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import {
  type AssetCounts,
  type AssetDetail,
  type AssetEdit,
  type AssetQuery,
  type AssetSummary,
  commands,
  type NewAsset,
  type Page,
  type WrapReport,
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

export const useAddAsset = () =>
  useMutation({
    mutationFn: (wanted: NewAsset) => call<AssetDetail>(commands.assetsAdd(wanted)),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });

/** A change to one asset. */
export interface Edit {
  asset: string;
  edit: AssetEdit;
}

/** Changes assets one after another; ends at the first that cannot be. */
export const useEditAssets = () =>
  useMutation({
    mutationFn: async (edits: readonly Edit[]) => {
      const edited: AssetDetail[] = [];
      for (const { asset, edit } of edits) edited.push(await call<AssetDetail>(commands.assetsEdit(asset, edit)));
      return edited;
    },
    onSuccess: (edited) => {
      for (const detail of edited) {
        client.setQueryData([...key, 'show', detail.id], detail);
        showInLists(detail);
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });

/** Wraps the material of assets under the active anchor of their environment. */
export const useWrapAssets = () =>
  useMutation({
    mutationFn: async (assets: readonly string[]) => {
      const reports: WrapReport[] = [];
      for (const asset of assets) reports.push(await call<WrapReport>(commands.secretsWrap(asset, null)));
      return sum(reports);
    },
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'jobs' }),
  });

/** What several wraps did, as one. */
function sum(reports: readonly WrapReport[]) {
  return {
    assets: reports.reduce((all, report) => all + report.assets, 0),
    secrets: reports.reduce((all, report) => all + report.secrets, 0),
    failed: reports.flatMap((report) => report.failed),
  };
}

/** Puts what is known of an asset now into the rows that show it, where they are. */
function showInLists(asset: AssetSummary) {
  client.setQueriesData<Pages>({ queryKey: lists }, (list) => {
    if (!list?.pages.some((page) => page.items.some((row) => row.id === asset.id))) return list;
    const items = (page: Page<AssetSummary>) => page.items.map((row) => (row.id === asset.id ? { ...row, ...asset } : row));
    return { ...list, pages: list.pages.map((page) => ({ ...page, items: items(page) })) };
  });
}
