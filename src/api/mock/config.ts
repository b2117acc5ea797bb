import type { Config, Places, Problem, Setting, Value } from '../bindings';
import { VAULT } from './vault';

const SETTINGS: readonly Setting[] = [
  {
    key: 'session.idle_minutes',
    type: 'number',
    min: 1,
    max: 1440,
    default: 15,
    meaning: 'Locks the vault after so many minutes without use.',
  },
  {
    key: 'session.max_hours',
    type: 'number',
    min: 1,
    max: 24,
    default: 8,
    meaning: 'Locks the vault after so many hours in any case.',
  },
  { key: 'session.lock_on_suspend', type: 'switch', default: true, meaning: 'Locks the vault before the machine sleeps.' },
  { key: 'session.lock_on_screen_lock', type: 'switch', default: true, meaning: 'Locks the vault together with the screen.' },
  { key: 'scan.concurrency', type: 'number', min: 1, max: 256, default: 64, meaning: 'How many targets a scan probes at once.' },
  {
    key: 'scan.per_host',
    type: 'number',
    min: 1,
    max: 64,
    default: 2,
    meaning: 'How many connections a scan opens to one address at once.',
  },
  {
    key: 'scan.connect_timeout_ms',
    type: 'number',
    min: 50,
    max: 60_000,
    default: 5000,
    meaning: 'How many milliseconds a connection may take to open.',
  },
  {
    key: 'scan.handshake_timeout_ms',
    type: 'number',
    min: 50,
    max: 120_000,
    default: 10000,
    meaning: 'How many milliseconds one handshake may take.',
  },
  {
    key: 'scan.target_timeout_ms',
    type: 'number',
    min: 100,
    max: 600_000,
    default: 60000,
    meaning: 'How many milliseconds one target may take in all.',
  },
  {
    key: 'scan.allow_private',
    type: 'switch',
    default: false,
    meaning: 'Whether private and loopback addresses may be scanned; link-local and metadata addresses never are.',
  },
  {
    key: 'policy.custom_query',
    type: 'switch',
    default: false,
    meaning: 'Whether policies may choose their assets by a query of their own (scope CUSTOM_QUERY).',
  },
  {
    key: 'chain.rpc_url',
    type: 'text',
    default: null,
    meaning: 'The JSON-RPC address of the node that attestations go to: https, or http on this machine.',
  },
  {
    key: 'chain.chain_id',
    type: 'number',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: null,
    meaning: 'The chain id that the node must answer with.',
  },
  {
    key: 'chain.contract',
    type: 'text',
    default: null,
    meaning: 'The address of the attestation registry, 0x and 40 hex digits.',
  },
  {
    key: 'chain.confirmations',
    type: 'number',
    min: 1,
    max: 1_000,
    default: null,
    meaning: 'How many blocks an attestation waits for, its own counted; 1 on test networks and 5 elsewhere unless set.',
  },
  {
    key: 'chain.max_cost_gwei',
    type: 'number',
    min: 1,
    max: 1_000_000_000_000,
    default: 50000000,
    meaning: "The most that one transaction may cost, in billionths of the chain's coin.",
  },
  {
    key: 'chain.stuck_after_s',
    type: 'number',
    min: 1,
    max: 86_400,
    default: 90,
    meaning: "After how many seconds without inclusion a transaction's fee is raised.",
  },
  {
    key: 'tpm.tcti',
    type: 'text',
    default: null,
    meaning: 'How the TPM is reached, for example device:/dev/tpmrm0; it is found by itself unless set.',
  },
  {
    key: 'tpm.pcrs',
    type: 'numbers',
    min: 0,
    max: 23,
    default: [7],
    meaning: 'The PCRs of the SHA-256 bank that new slots are bound to.',
  },
  {
    key: 'window.readable_while_locked',
    type: 'switch',
    default: false,
    meaning: 'Whether what is not secret can be read in the window while the vault is locked.',
  },
  { key: 'window.close_to_tray', type: 'switch', default: true, meaning: 'Whether closing the window leaves it in the tray.' },
  {
    key: 'window.notify',
    type: 'switch',
    default: true,
    meaning: 'Whether finished jobs are told as notifications of the desktop.',
  },
];

/** What was set: kept until the page is loaded anew. */
const set = new Map<string, Value>([
  ['session.idle_minutes', 30],
  ['chain.rpc_url', 'https://node.example.org/…'],
]);

function config(): Config {
  const made: Record<string, Record<string, Value>> = {};
  for (const { key, default: standard } of SETTINGS) {
    const [table, name] = key.split('.') as [string, string];
    made[table] = { ...made[table], [name]: set.get(key) ?? standard };
  }
  return made;
}

function change(key: string, text: string): Config {
  const setting = SETTINGS.find((one) => one.key === key);
  const number = Number(text);
  if (setting?.type === 'number' && !(number >= setting.min && number <= setting.max)) {
    const wanted = `write a whole number, ${setting.min} to ${setting.max}`;
    throw { code: 'invalid_input', message: `${key} cannot be \`${text}\`; ${wanted}`, request: '1' } satisfies Problem;
  }
  set.set(key, setting?.type === 'number' ? number : setting?.type === 'switch' ? text === 'true' : text);
  return config();
}

export const CONFIG_WORLD: Record<string, (payload: Record<string, unknown>) => unknown> = {
  config_settings: () => SETTINGS,
  config_show: config,
  config_places: (): Places => ({
    path: '/home/ada/.config/quantumvault/config.toml',
    exists: false,
    vault: `${VAULT.folder}/vault.db`,
    log: `${VAULT.folder}/vault.db`,
  }),
  config_set: ({ key, value }) => change(String(key), String(value)),
  config_unset: ({ key }) => {
    set.delete(String(key));
    return config();
  },
};
