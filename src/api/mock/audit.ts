import type { CheckpointFile, LogExport, LogPage, LogQuery, LogReport, LogRow } from '../bindings';

const MINUTE_MS = 60_000;
const SIZE = 420;
const ROOT = '7d1f0c6a1b3f4a2be95c8c1f6cfb0b2a6a5de0a7e5f3b5d0f1c9a8d7e6f5c4b3';

const uuid = (kind: number, number: number) =>
  `0192f0c4-${kind.toString(16).padStart(4, '0')}-7000-8000-${number.toString(16).padStart(12, '0')}`;

type Made = Pick<LogRow, 'action' | 'entity_type' | 'metadata'> & { actor?: string };

/** What happens again and again, some of it told by somebody hostile. */
const ACTS: readonly Made[] = [
  { action: 'ASSET_WRAPPED', entity_type: 'ASSET', metadata: { anchor: 'production', algorithm: 'ML-KEM-1024', secrets: 2 } },
  { action: 'ASSET_SCANNED', entity_type: 'ASSET', metadata: { location: 'mail.example.com:443', result: 'UPDATED' } },
  { action: 'SCAN_TARGET_FAILED', entity_type: 'SCAN', metadata: { target: '<img src=x onerror=alert(1)>', cause: 'REFUSED' } },
  { action: 'SCAN_COMPLETED', entity_type: 'SCAN', metadata: { assets: 218, failed: 3 }, actor: 'system' },
  { action: 'ASSET_TAGGED', entity_type: 'ASSET', metadata: { tags: ['payments', '\u202egnp.exe', 'dmz'] } },
  {
    action: 'MATERIAL_REVEALED',
    entity_type: 'MATERIAL',
    metadata: { label: `key ${'of a very long name '.repeat(15)}`, seconds: 30 },
  },
  { action: 'POLICY_EVALUATED', entity_type: 'POLICY', metadata: { compliant: 118, non_compliant: 61 }, actor: 'system' },
  { action: 'VAULT_UNLOCKED', entity_type: 'VAULT', metadata: { factors: 'tpm+wallet' } },
  {
    action: 'JOB_STATE_CHANGED',
    entity_type: 'JOB',
    metadata: { from: 'RUNNING', to: 'WAITING_CONFIRMATIONS' },
    actor: 'system',
  },
  { action: 'ATTESTATION_SENT', entity_type: 'ATTESTATION', metadata: { transaction: `0x${'ab12'.repeat(16)}`, nonce: 41 } },
  { action: 'CHECKPOINT_SIGNED', entity_type: 'LOG', metadata: { size: 371 } },
  { action: 'UNLOCK_FAILED', entity_type: 'VAULT', metadata: { failures: 1 } },
];

function event(seq: number): LogRow {
  const made = ACTS[seq % ACTS.length] as Made;
  return {
    ...made,
    seq,
    timestamp: new Date(Date.now() - (SIZE - seq) * 17 * MINUTE_MS).toISOString(),
    entity_id: made.entity_type === 'LOG' ? 'log' : uuid(0x7a10 + (seq % ACTS.length), seq % 23),
    actor: made.actor ?? 'owner',
    // Several events come of one request.
    request_id: uuid(0x5e00, Math.floor(seq / 3)),
  };
}

const EVENTS = Array.from({ length: SIZE }, (_, index) => event(SIZE - 1 - index));

function list({ action, entity, request, since, until, text, limit = 100, from }: LogQuery): LogPage {
  const fits = (row: LogRow) =>
    (!action || row.action === action) &&
    (!entity || row.entity_id === entity) &&
    (!request || row.request_id === request) &&
    (!since || row.timestamp >= since) &&
    (!until || row.timestamp < until) &&
    (!text || JSON.stringify(row).toLowerCase().includes(text.toLowerCase()));
  const found = EVENTS.filter(fits);
  if (from?.startsWith('newer')) return { items: [], older: null, newer: from };
  const start = Number(from ?? 0);
  const items = found.slice(start, start + limit);
  const end = start + items.length;
  return { items, older: end < found.length ? String(end) : null, newer: 'newer' };
}

const NOTE = `quantumvault.org/log/0192f0c4-7a10-7000-8000-000000000001
${SIZE}
fR8Mahs/SivpXIwfbPsLKmpd4Kfl87XQ8cmo1+b1xLM=

— ed25519+3f2a 0eHqgk2gk5dK3p0cJqkQ0b8dFZ6a4xg8+3mXn0C1
— mldsa87+91bc ${'m9Zq4kVx7uT1'.repeat(24)}
`;

function verify(note: string | null): LogReport {
  const isForged = note?.includes('forged') ?? false;
  return {
    ok: !isForged,
    keys_proved: true,
    size: SIZE,
    root: ROOT,
    checkpoints: 3,
    kept: note === null ? null : { standing: isForged ? 'bad_signature' : 'consistent', size: isForged ? null : 371, note },
    problems: isForged
      ? [
          'the kept checkpoint: its signature is not by this log',
          'the event at 17: <img src=x onerror=alert(1)> has another hash',
        ]
      : [],
  };
}

export const AUDIT_WORLD = {
  audit_list: ({ query }: Record<string, unknown>): LogPage => list(query as LogQuery),
  audit_verify: ({ kept }: Record<string, unknown>): LogReport => verify(kept === null ? null : String(kept)),
  audit_verify_file: (): LogReport => verify(NOTE),
  audit_checkpoint_save: (): CheckpointFile => ({ file: '/home/ada/checkpoint.txt', size: SIZE, root: ROOT, note: NOTE }),
  audit_checkpoint: (): string => NOTE,
  audit_export: (): LogExport => ({ file: '/home/ada/audit-log.jsonl', size: SIZE, root: ROOT, signed: 371 }),
};
