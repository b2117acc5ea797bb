import type { ChangeCounts, EvaluationChange } from '@/api/bindings';

// The ways in which an asset can come to stand otherwise to a policy, the most urgent first.

export interface Kind {
  id: keyof ChangeCounts;
  /** What becomes of the assets. */
  label: string;
  /** The same in a sentence, after their number. */
  words: string;
  tone: 'bad' | 'good' | 'neutral';
}

export const KINDS: readonly Kind[] = [
  { id: 'begin_to_fail', label: 'Met it, and fail', words: 'that met it fail', tone: 'bad' },
  { id: 'enter_failing', label: 'Come into scope, and fail', words: 'come into scope and fail', tone: 'bad' },
  { id: 'begin_to_comply', label: 'Failed, and meet it', words: 'that failed meet it', tone: 'good' },
  { id: 'enter_compliant', label: 'Come into scope, and meet it', words: 'come into scope and meet it', tone: 'good' },
  { id: 'leave', label: 'Leave the scope', words: 'leave the scope', tone: 'neutral' },
];

/** What a change is; nothing where the core says something new. */
export function kindOf({ before, after }: Pick<EvaluationChange, 'before' | 'after'>): Kind['id'] | undefined {
  if (after === 'out of scope') return 'leave';
  const enters = before === 'out of scope';
  if (after === 'out of policy') return enters ? 'enter_failing' : 'begin_to_fail';
  if (after === 'compliant') return enters ? 'enter_compliant' : 'begin_to_comply';
  return undefined;
}

/** How many assets stand otherwise. */
export const changedIn = (counts: ChangeCounts): number => KINDS.reduce((sum, kind) => sum + counts[kind.id], 0);
