import type { Suggestion } from '@/api/bindings';

const NAMES: Record<string, string> = {
  tpm: 'this machine’s TPM',
  'yubikey-piv': 'a YubiKey',
  keyring: 'the desktop’s keyring',
  passphrase: 'a passphrase',
  wallet: 'a wallet signature',
  shares: 'recovery shares',
};

const THRESHOLD = /^(\d+) of \((.+)\)$/;

/** `tpm+wallet`, or `2 of (tpm, passphrase, shares)`, in words, as a sentence begins. */
export function factorsInWords(factors: string): string {
  const [, needed, groups] = THRESHOLD.exec(factors) ?? [];
  if (needed && groups) return `Any ${needed} of: ${groups.split(', ').map(groupInWords).join(', ')}`;
  const words = groupInWords(factors);
  return words === factors ? factors : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function groupInWords(group: string): string {
  const parts = group.split('+');
  return parts.every((part) => part in NAMES) ? parts.map((part) => NAMES[part]).join(' and ') : group;
}

/** The factors that a slot has, in whatever groups. */
export function factorsOf(factors: string): readonly string[] {
  const [, , groups] = THRESHOLD.exec(factors) ?? [];
  return (groups ?? factors).split(/, |\+/);
}

/** What an attacker would need against a way in, and whether a quantum computer spares them that. */
export function strengthInWords({ attacker, classical }: Pick<Suggestion, 'attacker' | 'classical'>): string {
  const quantum = classical
    ? 'With the file alone, a quantum computer opens it.'
    : 'With the file alone, a quantum computer does not open it.';
  return `An attacker would need ${attacker}. ${quantum}`;
}
