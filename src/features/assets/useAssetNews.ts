import { useState } from 'react';
import { type AssetList, useAssetCounts, useNewestChange } from '@/api/assets';
import type { AssetSummary } from '@/api/bindings';

interface Seen {
  /** The list and the version of it that was read. */
  of: string;
  total: number;
  at: string;
}

export interface AssetNews {
  /** Assets that came since. */
  came: number;
  /** Whether others changed since. */
  changed: boolean;
}

/** What happened to a list since it was read: told beside it, since the rows in sight stay where they are. */
export function useAssetNews(list: AssetList, version: number, rows: readonly AssetSummary[]): AssetNews {
  const counts = useAssetCounts(list);
  const newest = useNewestChange(list);
  const [seen, setSeen] = useState<Seen | null>(null);
  const of = JSON.stringify([list, version]);
  if (!counts.data || counts.isPlaceholderData || newest.data === undefined) return { came: 0, changed: false };
  const now: Seen = { of, total: counts.data.total, at: newest.data?.updated_at ?? '' };
  if (seen?.of !== of) {
    setSeen(now);
    return { came: 0, changed: false };
  }
  const shown = (row: AssetSummary) => row.id === newest.data?.id && row.updated_at === now.at;
  return { came: Math.max(0, now.total - seen.total), changed: now.at > seen.at && !rows.some(shown) };
}
