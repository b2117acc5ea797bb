import type { Eligibility, EligibilityReport } from '@/api/bindings';
import { sentences } from '@/api/call';

/** Assets that are held back by the same reason: how many there are, and the first of them. */
export interface HeldBack {
  why: string;
  count: number;
  assets: Eligibility[];
}

/** Those that cannot be wrapped, by why, in the core's order. */
export function heldBack({ held_back, assets }: EligibilityReport): HeldBack[] {
  return held_back.map(({ why, assets: count }) => ({
    // What to do about it is a button here, not the words of the terminal.
    why: sentences(why).what,
    count,
    assets: assets.filter((row) => !row.eligible && row.why === why),
  }));
}
