import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type AssetSummary, commands, type Page } from './bindings';
import { call } from './call';

const SHORTEST = 2;
const MOST = 8;

/** The riskiest assets whose name or location has this in it. */
export const useFoundAssets = (text: string) =>
  useQuery({
    queryKey: ['assets', 'find', text],
    queryFn: () => call<Page<AssetSummary>>(commands.assetsList({ search: text, limit: MOST })),
    enabled: text.length >= SHORTEST,
    placeholderData: keepPreviousData,
    select: (page) => (text.length >= SHORTEST ? page.items : []),
  });
