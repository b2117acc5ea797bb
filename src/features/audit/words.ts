import type { KeptCheckpoint } from '@/api/bindings';
import { formatNumber } from '@/components/Format';

/** What is written into the log, by what it is about: the action and its words. */
export const ACTIONS: Record<string, Record<string, string>> = {
  Vault: {
    VAULT_CREATED: 'Vault created',
    VAULT_UNLOCKED: 'Vault unlocked',
    VAULT_LOCKED: 'Vault locked',
    UNLOCK_FAILED: 'Unlock failed',
    AUTHORIZATION_ISSUED: 'Authorization asked for',
    AUTHORIZATION_VERIFIED: 'Authorization verified',
    SLOT_ADDED: 'Way to open added',
    SLOT_RENEWED: 'Way to open renewed',
    SLOT_REMOVED: 'Way to open removed',
    SLOT_TESTED: 'Way to open tested',
    SLOTS_DRILLED: 'Recovery drilled',
    UMK_ROTATED: 'Master key rotated',
    CONFIG_CHANGED: 'Setting changed',
    RECORD_STORED: 'Sealed record stored',
    RECORD_DELETED: 'Sealed record deleted',
    USER_ADDED: 'User added',
    USER_UPDATED: 'User changed',
  },
  'Scans and assets': {
    TARGET_ADDED: 'Target added',
    TARGET_UPDATED: 'Target changed',
    TARGET_REMOVED: 'Target removed',
    SCAN_STARTED: 'Scan started',
    SCAN_TARGET_FAILED: 'Target of a scan failed',
    SCAN_COMPLETED: 'Scan ended',
    SCAN_CANCELLED: 'Scan cancelled',
    ASSET_SCANNED: 'Asset scanned',
    ASSET_ADDED: 'Asset added',
    ASSET_UPDATED: 'Asset changed',
    ASSET_SCORED: 'Asset scored',
    ASSET_TAGGED: 'Asset tagged',
    ASSET_WRAPPED: 'Asset wrapped',
    ASSET_REMOVED: 'Asset removed',
  },
  Secrets: {
    MATERIAL_ADDED: 'Secret added',
    MATERIAL_WRAPPED: 'Secret wrapped',
    MATERIAL_REWRAPPED: 'Secret rewrapped',
    MATERIAL_REVEALED: 'Secret revealed',
    MATERIAL_EXPORTED: 'Secret exported',
    MATERIAL_REMOVED: 'Secret removed',
  },
  'Policies and anchors': {
    POLICY_CREATED: 'Policy made',
    POLICY_UPDATED: 'Policy changed',
    POLICY_EVALUATED: 'Policy evaluated',
    POLICY_REMOVED: 'Policy removed',
    ANCHOR_CREATED: 'Anchor made',
    ANCHOR_UPDATED: 'Anchor changed',
    ANCHOR_ACTIVATED: 'Anchor activated',
    ANCHOR_DEACTIVATED: 'Anchor deactivated',
    ANCHOR_ROTATED: 'Anchor rotated',
    ANCHOR_KEY_STATE_CHANGED: 'Key of an anchor changed state',
  },
  Attestation: {
    SIGNER_ADDED: 'Signer added',
    SIGNER_UPDATED: 'Signer changed',
    SIGNER_REMOVED: 'Signer removed',
    ATTESTATION_STARTED: 'Attestation started',
    ATTESTATION_SIGNED: 'Attestation signed',
    ATTESTATION_SENT: 'Attestation sent',
    ATTESTATION_TRACKED: 'Attestation followed',
    ATTESTATION_CONFIRMED: 'Attestation confirmed',
    ATTESTATION_FAILED: 'Attestation failed',
    ATTESTATION_COMPLETED: 'Attestation ended',
  },
  'Work and log': {
    JOB_CREATED: 'Work begun',
    JOB_STEP_DONE: 'Step of work done',
    JOB_STATE_CHANGED: 'Work changed state',
    JOB_CANCELLED: 'Work cancelled',
    SNAPSHOT_TAKEN: 'Numbers of the day taken',
    CHECKPOINT_SIGNED: 'Checkpoint signed',
    AUDIT_EXPORTED: 'Log exported',
  },
};

const WORDS: Record<string, string> = Object.assign({}, ...Object.values(ACTIONS));

/** An action in words; one that is newer than this window by its own name. */
export const actionWord = (action: string): string => (Object.hasOwn(WORDS, action) ? (WORDS[action] ?? action) : plain(action));

interface Thing {
  word: string;
  /** The screen that shows it by its id. */
  path?: string;
}

const THINGS: Record<string, Thing> = {
  VAULT: { word: 'Vault', path: '/custody' },
  SLOT: { word: 'Way to open', path: '/custody' },
  RECORD: { word: 'Sealed record' },
  USER: { word: 'User' },
  TARGET: { word: 'Target', path: '/scans' },
  SCAN: { word: 'Scan', path: '/scans' },
  ASSET: { word: 'Asset', path: '/assets' },
  MATERIAL: { word: 'Secret', path: '/secrets' },
  POLICY: { word: 'Policy', path: '/policies' },
  ANCHOR: { word: 'Anchor', path: '/anchors' },
  SIGNER: { word: 'Signer', path: '/attestation' },
  ATTESTATION_JOB: { word: 'Batch of attestations', path: '/attestation' },
  ATTESTATION: { word: 'Attestation', path: '/attestation' },
  JOB: { word: 'Work', path: '/activity' },
  SNAPSHOT: { word: 'Numbers of a day', path: '/overview' },
  LOG: { word: 'Log' },
};

/** What the address calls the one thing that a screen has open. */
const OPENED_AS: Record<string, string> = {
  SCAN: 'scan',
  TARGET: 'target',
  ASSET: 'open',
  MATERIAL: 'open',
  POLICY: 'open',
  ANCHOR: 'open',
  ATTESTATION_JOB: 'open',
  JOB: 'open',
};

/** What an event is about. `openedAs` is there where its screen opens it by its id. */
export const thingOf = (type: string): Thing & { openedAs: string | undefined } => ({
  ...(Object.hasOwn(THINGS, type) ? THINGS[type] : undefined),
  word: (Object.hasOwn(THINGS, type) && THINGS[type]?.word) || plain(type),
  openedAs: Object.hasOwn(OPENED_AS, type) ? OPENED_AS[type] : undefined,
});

/** Who did it. */
export function actorWord(actor: string): string {
  if (actor === 'owner') return 'Owner';
  if (actor === 'system') return 'QuantumVault';
  return actor.replace(/^user:/, 'User ');
}

/** `key_version` as `Key version`. */
export function plain(name: string): string {
  const words = name.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Facts whose values are words of the core; every other fact is shown as it was written. */
const OF_THE_CORE = new Set(['from', 'to', 'state', 'status', 'result', 'cause', 'kind']);

/** A fact of an event as text. */
export function factText(name: string, value: unknown): string {
  if (typeof value === 'string') return OF_THE_CORE.has(name) && /^[A-Z_]+$/.test(value) ? plain(value) : value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ');
  return JSON.stringify(value);
}

/** What a checkpoint that was kept says of a log of so many events. */
export function standingText({ standing, size }: KeptCheckpoint, events: number): string {
  const covered = size === 1 ? 'one event' : `${formatNumber(size ?? 0)} events`;
  const since = events - (size ?? 0);
  switch (standing) {
    case 'consistent': {
      const added = since === 1 ? 'One event was' : `${since === 0 ? 'No' : formatNumber(since)} events were`;
      return `Its ${covered} are the first of this log, unchanged. ${added} added since.`;
    }
    case 'rewritten':
      return `It covers ${covered}, but not those that this log begins with: some were changed, dropped or added after it was signed.`;
    case 'ahead':
      return `It covers ${covered}, more than this log has: its end was cut off, or an older copy of the vault was put back.`;
    case 'bad_signature':
      return 'The keys of this log did not sign it: it was changed, or made by someone else. It proves nothing.';
    case 'not_checked':
      return 'It could not be checked: the public keys of this log cannot be read.';
  }
}
