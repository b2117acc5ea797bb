const NAMES: Record<string, string> = {
  tpm: 'this machine’s TPM',
  'yubikey-piv': 'a YubiKey',
  keyring: 'the desktop’s keyring',
  passphrase: 'a passphrase',
  wallet: 'a wallet signature',
  shares: 'recovery shares',
};

const THRESHOLD = /^(\d+) of \((.+)\)$/;

/** `tpm+wallet`, or `2 of (tpm, passphrase, shares)`, in words. */
export function factorsInWords(factors: string): string {
  const [, needed, groups] = THRESHOLD.exec(factors) ?? [];
  if (needed && groups) return `any ${needed} of: ${groups.split(', ').map(groupInWords).join(', ')}`;
  return groupInWords(factors);
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
