import type { Check, Health } from '@/api/bindings';

/** What each check looks at, for people. */
const NAMES: Readonly<Record<string, string>> = {
  vault: 'Vault',
  config: 'Settings file',
  tpm: 'TPM of this machine',
  yubikey: 'YubiKey',
  keyring: 'Keyring of the desktop',
  browser: 'Browser for wallets',
  display: 'Display',
  memory: 'Memory for keys',
  chain: 'Chain for attestations',
  'vault-server': 'HashiCorp Vault',
};

export const nameOf = (check: Pick<Check, 'name'>): string => NAMES[check.name] ?? check.name;

/** How it stands, as a word and a tone. */
export const HEALTHS: Record<Health, { word: string; tone: 'good' | 'neutral' | 'bad' }> = {
  problem: { word: 'Problem', tone: 'bad' },
  missing: { word: 'Not there', tone: 'neutral' },
  ready: { word: 'Ready', tone: 'good' },
};

const ORDER: readonly Health[] = ['problem', 'missing', 'ready'];

/** What stands in the way first, what is ready last. */
export function byUrgency(checks: readonly Check[]): Check[] {
  return [...checks].sort((one, other) => ORDER.indexOf(one.health) - ORDER.indexOf(other.health));
}

/** A finding as a sentence; paths and names keep their letters. */
export function sentence(text: string): string {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** All of it as text, for whoever helps. */
export function asText(checks: readonly Check[], version: string): string {
  const lines = checks.map((check) => {
    const remedy = check.remedy ? ` (${check.remedy})` : '';
    return `${nameOf(check)}: ${HEALTHS[check.health].word} – ${check.finding}${remedy}`;
  });
  return [`QuantumVault ${version}`, ...lines].join('\n');
}
