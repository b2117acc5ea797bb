import type { Eligibility } from '@/api/bindings';
import { sentences } from '@/api/call';

/** Assets that are held back by the same reason. */
export interface HeldBack {
  why: string;
  assets: Eligibility[];
}

/** Those that cannot be wrapped, by why; the most common reason first. */
export function heldBack(rows: readonly Eligibility[]): HeldBack[] {
  const groups = new Map<string, Eligibility[]>();
  for (const row of rows.filter((one) => !one.eligible)) {
    // What to do about it is a button here, not the words of the terminal.
    const { what } = sentences(row.why);
    groups.set(what, [...(groups.get(what) ?? []), row]);
  }
  return [...groups].map(([why, assets]) => ({ why, assets })).toSorted((one, other) => other.assets.length - one.assets.length);
}
