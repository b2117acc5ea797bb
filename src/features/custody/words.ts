import type { SlotDetails } from '@/api/bindings';
import { sentence } from '@/api/call';
import { factorsInWords } from '@/features/vault/factors';

const SLOT = /slot [0-9a-f-]{36} \(([^()]*(?:\([^()]*\))?)\)/g;
const FACTORS_FIRST = /^\S.*?(?= is the only way)/;

/** A sentence of the core without the command that a terminal would need (here a button does it), and without ids. */
export const inWords = (text: string): string =>
  sentence(
    text
      .replace(/ (with|by) `qv [^`]*`/g, '')
      .replace(SLOT, (_, factors: string) => factorsInWords(factors))
      .replace(FACTORS_FIRST, factorsInWords),
  );

/** Whether a quantum attacker who has the database could open the slot, in a word. */
export const quantumWord = (slot: Pick<SlotDetails, 'classical'>) => (slot.classical ? 'Would fall' : 'Holds');
