import type { SlotDetails } from '@/api/bindings';
import { factorsOf } from '@/features/vault/factors';

/** What a person does for each factor when its way in is made anew. */
const FATES: Record<string, string> = {
  tpm: 'the TPM seals a new secret',
  'yubikey-piv': 'the YubiKey makes a new key: insert it, give its PIN, touch it',
  keyring: 'the keyring gets a new secret',
  passphrase: 'you choose a new passphrase',
  wallet: 'the wallet signs twice in the browser',
  shares: 'you get a new set of shares, and the old one opens nothing any more',
};

/** What becomes of a way in when the key may have leaked. */
export function fateInWords(slot: Pick<SlotDetails, 'factors' | 'here'>): string {
  const fates = factorsOf(slot.factors).map((factor) => FATES[factor] ?? `${factor} is made anew`);
  const text = fates.join('; ');
  const told = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  return slot.here ? told : `${told} What it takes is not here now: without it, this way in will be gone.`;
}
