import type { Advice, Config, Setting, SlotDetails } from '../bindings';
import { HOSTILE } from './hostile';

const SLOTS: SlotDetails[] = [
  {
    id: '0192f0c4-7a10-7000-8000-0000000000a1',
    label: 'tpm+wallet',
    factors: 'tpm+wallet',
    classical: true,
    created_at: '2026-11-01T09:00:00.000Z',
    quantum: 'yes, by breaking the curves of all its factors',
    here: true,
    missing: [],
  },
  {
    id: '0192f0c4-7a10-7000-8000-0000000000a2',
    label: `in the safe ${HOSTILE[0]}`,
    factors: 'shares',
    classical: false,
    created_at: '2026-11-01T09:01:00.000Z',
    quantum: 'no',
    here: false,
    missing: ['two recovery shares'],
  },
];

const ADVICE: Advice = {
  hardware: {
    checks: [
      { name: 'tpm', health: 'ready', finding: 'A TPM 2.0 of Infineon, usable by this account.', remedy: null },
      {
        name: 'yubikey',
        health: 'missing',
        finding: 'No YubiKey is plugged in.',
        remedy: 'Plug one in and go back one step to look again.',
      },
      { name: 'keyring', health: 'ready', finding: 'The desktop’s keyring answers.', remedy: null },
      {
        name: 'browser',
        health: 'problem',
        finding: 'No browser was found for the wallet’s page.',
        remedy: 'Install one, or use a keypair file with qv.',
      },
    ],
    yubikeys: [],
    factors: ['tpm', 'keyring', 'passphrase', 'wallet', 'shares'],
  },
  ways: [
    {
      plan: ['tpm', 'wallet'],
      factors: 'tpm+wallet',
      recommended: true,
      attacker: 'the vault’s file, and this machine’s TPM, and a signature of your wallet over a text that this vault alone has',
      classical: false,
      quantum: 'no',
    },
    {
      plan: ['tpm', 'passphrase'],
      factors: 'tpm+passphrase',
      recommended: false,
      attacker: 'the vault’s file, and this machine’s TPM, and your passphrase',
      classical: false,
      quantum: 'no',
    },
    {
      plan: ['wallet'],
      factors: 'wallet',
      recommended: false,
      attacker: 'the vault’s file, and a signature of your wallet',
      classical: true,
      quantum: 'yes: the wallet falls with its curve',
    },
  ],
};

const SETTINGS: Setting[] = [
  {
    key: 'session.idle_minutes',
    default: 10,
    meaning: 'Locks after this many minutes without use.',
    type: 'number',
    min: 1,
    max: 1440,
  },
  { key: 'session.lock_on_suspend', default: true, meaning: 'Whether the machine going to sleep locks.', type: 'switch' },
  { key: 'scan.concurrency', default: 20, meaning: 'Targets at once.', type: 'number', min: 1, max: 256 },
  {
    key: 'scan.allow_private',
    default: false,
    meaning: 'Whether private and loopback addresses may be scanned.',
    type: 'switch',
  },
  {
    key: 'tpm.pcrs',
    default: [7],
    meaning: 'PCRs of the SHA-256 bank that new factors are bound to.',
    type: 'numbers',
    min: 0,
    max: 23,
  },
  { key: 'chain.rpc_url', default: null, meaning: 'JSON-RPC address of the node.', type: 'text' },
  { key: 'window.notify', default: true, meaning: 'Whether the desktop is told of jobs that ended.', type: 'switch' },
];

const CONFIG: Config = {
  session: { idle_minutes: 10, max_hours: 24, lock_on_suspend: true, lock_on_screen_lock: true },
  scan: {
    concurrency: 20,
    per_host: 4,
    connect_timeout_ms: 3000,
    handshake_timeout_ms: 5000,
    target_timeout_ms: 20_000,
    allow_private: false,
  },
  policy: { custom_query: false },
  chain: {
    rpc_url: 'https://rpc.example.org',
    chain_id: 11_155_111,
    contract: null,
    confirmations: null,
    max_cost_gwei: 20_000_000,
    stuck_after_s: 90,
  },
  tpm: { tcti: null, pcrs: [7] },
  window: { readable_while_locked: true, close_to_tray: false, notify: true },
};

/** Answers about custody and settings. */
export const CUSTODY_WORLD = {
  slots_list: () => SLOTS,
  slots_advice: () => ADVICE,
  slots_loss: () => ['shares is the only way into the vault: add a second one'],
  slots_drill: () => ({
    safe: false,
    losses: [
      { lost: 'this machine', still_opens: [SLOTS[1]?.id] },
      { lost: 'the wallet', still_opens: [] },
    ],
    ways: [],
  }),
  config_show: () => CONFIG,
  config_settings: () => SETTINGS,
  config_set: () => CONFIG,
  config_unset: () => CONFIG,
};
