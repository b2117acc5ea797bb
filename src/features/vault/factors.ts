const NAMES: Record<string, string> = {
  tpm: 'this machine’s TPM',
  'yubikey-piv': 'a YubiKey',
  keyring: 'the desktop’s keyring',
  passphrase: 'a passphrase',
  wallet: 'a wallet signature',
  shares: 'recovery shares',
};

/** `tpm+wallet` in words, as a sentence begins. Groups of a threshold keep their own form. */
export function factorsInWords(factors: string): string {
  const parts = factors.split('+');
  if (!parts.every((part) => part in NAMES)) return factors;
  const words = parts.map((part) => NAMES[part]).join(' and ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
