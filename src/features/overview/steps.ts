import type { NextStep } from '@/api/bindings';
import { formatNumber } from '@/components/Format';
import type { Search } from '@/routes/router';

/** What a button does for a step: opens a screen, or goes on with what was interrupted. */
export type Deed = { label: string; goTo: string; search?: Search } | { label: string; resume: 'jobs' | 'scans' };

type Make = (named: string | undefined) => Deed;

// The core names a step by the command that does it in a terminal; here a screen or an act does the same.
const DEEDS: Readonly<Record<string, Make>> = {
  scan: () => ({ label: 'Start a scan', goTo: '/scans', search: { new: true } }),
  'scans resume': () => ({ label: 'Go on', resume: 'scans' }),
  'jobs resume': () => ({ label: 'Go on', resume: 'jobs' }),
  'jobs list': () => ({ label: 'Watch it', goTo: '/activity' }),
  'policies add': () => ({ label: 'Make a policy', goTo: '/policies', search: { new: true } }),
  'policies edit': (policy) => ({ label: 'Open the policy', goTo: '/policies', search: { open: policy } }),
  'policies apply': (policy) => ({ label: 'Look and apply', goTo: '/policies', search: { open: policy } }),
  'anchors create': () => ({ label: 'Make an anchor', goTo: '/anchors', search: { new: true } }),
  'secrets add': () => ({ label: 'Add key material', goTo: '/secrets', search: { new: true } }),
  'attest run': () => ({ label: 'Attest them', goTo: '/attestation', search: { new: true } }),
};

/** What does a step in this window; nothing where the window has no way to it. */
export function deedOf(step: NextStep): Deed | undefined {
  const [, noun = '', verb = '', named] = step.command.split(' ');
  const make = DEEDS[noun === 'scan' ? noun : `${noun} ${verb}`];
  return make?.(named);
}

/** A sentence of the core without what it would have one type in a terminal. */
export function withoutCommands(text: string): string {
  return text.replace(/ with `qv [^`]*`/g, '').replace(/`qv [^`]*`/g, 'this window');
}

/** A count at the start of a sentence as people write it: `9408 asset(s)` becomes `9,408 assets`. */
export function counted(text: string): string {
  return text.replace(/^(\d+) ((?:\w+ )?asset)\(s\)/, (said, count: string, what: string) =>
    count === '1' ? said : `${formatNumber(Number(count))} ${what}s`,
  );
}
