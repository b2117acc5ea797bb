// Worlds that a test can ask for: `mock.html?world=locked`, `mock.html?question=passphrase`.

import type { Problem, Question, Status, Wanted } from '../bindings';
import { HOSTILE } from './hostile';
import { VAULT } from './vault';

/** The world and the question that the address names. */
const asked = new URLSearchParams(globalThis.location?.search ?? '');

/**
 * `open`: a vault in use. `new`: no vault yet. `locked`: locked, everything covered. `readable`: locked, the inventory
 * is shown. `empty`: nothing in any list. `broken`: every command fails. `many`: ten thousand rows in every list.
 */
export type World = 'open' | 'new' | 'locked' | 'readable' | 'empty' | 'broken' | 'many';

export const world = (asked.get('world') ?? 'open') as World;

const MANY = 10_000;
/** What leads to other pages. */
const CURSORS = new Set(['next', 'older', 'newer']);

/** What the frame needs, in every world. */
const ALWAYS = /^(vault_status|ask_|plugin:)/;

/** What has the same number of rows in every vault: the calendar of deadlines is the core's. */
const FIXED = /^risk_show$/;

/** What a command answers in this world, made of what it answers in the open one. */
export function inWorld(command: string, answer: () => unknown): unknown {
  if (command === 'vault_status') return status(answer() as Status);
  if (command === 'ask_open') return openQuestion();
  if (ALWAYS.test(command)) return answer();
  switch (world) {
    case 'broken':
      throw broken(command);
    case 'empty':
      return emptied(answer());
    case 'many':
      return FIXED.test(command) ? answer() : multiplied(answer());
    default:
      return answer();
  }
}

function status(open: Status): Status {
  switch (world) {
    case 'new':
      return { ...open, vault: null };
    case 'locked':
    case 'readable':
      return { ...open, readable_while_locked: world === 'readable', vault: { ...VAULT, session: { state: 'locked' } } };
    default:
      return open;
  }
}

const broken = (command: string): Problem => ({
  code: 'storage',
  message: `the disk is full, <img src=x onerror=alert(1)> cannot answer ${command}; free some space and try again`,
  request: '0192f0c4-7a10-7000-8000-00000000dead',
});

const QUESTIONS: { [K in Wanted['kind']]: Extract<Wanted, { kind: K }> } = {
  passphrase: { kind: 'passphrase' },
  new_passphrase: { kind: 'new_passphrase' },
  tpm_pin: { kind: 'tpm_pin' },
  new_tpm_pin: { kind: 'new_tpm_pin' },
  yubikey_pin: { kind: 'yubikey_pin', serial: 19_283_746, tries_left: 2 },
  share: { kind: 'share', given: 1, needed: 3, set: 'amber-fox', words: 33 },
  share_back: { kind: 'share_back', index: 2, total: 5, words: 33 },
  shares_ready: { kind: 'shares_ready', total: 5 },
  wallet_signature: {
    kind: 'wallet_signature',
    message: `QuantumVault opens a vault.\n\nVault: ${VAULT.vault_id}\nSlot: 3f2a\nSign this only in QuantumVault.`,
  },
  at_wallet: {
    kind: 'at_wallet',
    url: 'http://127.0.0.1:40123/0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0/',
  },
  at_yubikey: { kind: 'at_yubikey', serial: 19_283_746 },
  at_keyring: { kind: 'at_keyring' },
  losses: {
    kind: 'losses',
    lost: [{ id: VAULT.vault_id, label: HOSTILE[0], why: 'YubiKey 19283746 is not inserted; insert it and try again' }],
  },
};

const TOLD = 'Not taken: a word of it is no word of the list; check the eleventh.';

/** The question that stands, where the address names one. */
export function openQuestion(): Question | null {
  const kind = asked.get('question') as Wanted['kind'] | null;
  return kind ? { id: 1, slot: HOSTILE[2], told: TOLD, ...QUESTIONS[kind] } : null;
}

/** The same shape with nothing in it. */
function emptied(answer: unknown): unknown {
  if (Array.isArray(answer)) return [];
  if (typeof answer === 'number') return 0;
  if (answer === null || typeof answer !== 'object') return answer;
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, CURSORS.has(name) ? null : emptied(value)]));
}

/** The same with ten thousand rows where there are rows with an identity. */
function multiplied(answer: unknown): unknown {
  if (isRows(answer)) return repeated(answer);
  if (answer === null || typeof answer !== 'object' || Array.isArray(answer)) return answer;
  const found = Object.entries(answer).find(([, value]) => isRows(value));
  if (!found) return answer;
  const [name, rows] = found;
  const counted = 'total' in answer && typeof answer.total === 'number' ? { total: MANY } : {};
  const noPages = Object.fromEntries(Object.keys(answer).flatMap((key) => (CURSORS.has(key) ? [[key, null]] : [])));
  return { ...answer, ...counted, ...noPages, [name]: repeated(rows as Row[]) };
}

type Row = { id: string } | { seq: number };

const isRows = (value: unknown): value is Row[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((row) => row !== null && typeof row === 'object' && (typeof row.id === 'string' || typeof row.seq === 'number'));

function repeated(rows: readonly Row[]): Row[] {
  return Array.from({ length: MANY }, (_, index) => {
    const row = rows[index % rows.length] as Row;
    return 'seq' in row
      ? { ...row, seq: MANY - index }
      : { ...row, id: `${row.id.slice(0, -12)}${index.toString(16).padStart(12, '0')}` };
  });
}
