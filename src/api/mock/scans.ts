import type { CheckedList, FailedTarget, Page, ScanOverview, ScanRow, Target } from '../bindings';
import { HOSTILE } from './hostile';

const id = (index: number) => `0192f0c4-7a10-7000-8000-5${index.toString(16).padStart(11, '0')}`;
const at = (minutes: number) => new Date(Date.parse('2026-11-25T09:00:00.000Z') - minutes * 60_000).toISOString();
const among = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;

const SCANS: ScanRow[] = Array.from({ length: 14 }, (_, index) => ({
  id: id(index),
  scan_type: among(['DISCOVERY', 'RESCAN', 'POLICY_VALIDATION'] as const, index),
  started_at: at(index * 1_300),
  status: among(['RUNNING', 'PARTIAL', 'SUCCESS', 'FAILED'] as const, index),
  number_of_assets_scanned: index * 211 + 40,
  number_of_non_pqc_assets_found: index * 120 + 22,
}));

const TARGETS: Target[] = Array.from({ length: 60 }, (_, index) => {
  const target = index % 17 === 3 ? `https://${HOSTILE[2]}.example/` : `host${index}.example.org:443`;
  return {
    id: id(1_000 + index),
    name: index % 17 === 3 ? among(HOSTILE, index) : target,
    target,
    target_type: index % 17 === 3 ? 'HTTPS_URL' : 'TLS_ENDPOINT',
    environment: among(['PROD', 'STAGE', 'DEV'] as const, index),
    auth_reference: null,
    options: {},
    is_active: index % 6 !== 0,
    created_at: at(90_000),
    updated_at: at(40_000),
  };
});

function overview(scan: string): ScanOverview {
  const row = SCANS.find((one) => one.id === scan) ?? (SCANS[0] as ScanRow);
  const running = row.status === 'RUNNING';
  return {
    id: scan,
    job_id: running ? id(500) : null,
    scan_type: row.scan_type,
    started_at: row.started_at,
    completed_at: running ? null : at(-3),
    status: row.status,
    error: row.status === 'FAILED' ? `no target answered, ${HOSTILE[0]} least of all` : null,
    targets: row.number_of_assets_scanned + 60,
    scanned: row.number_of_assets_scanned,
    new: 12,
    updated: 5,
    unchanged: row.number_of_assets_scanned - 17,
    non_pqc: row.number_of_non_pqc_assets_found,
    failed: 31,
    not_reached: row.status === 'FAILED' ? 29 : 0,
    causes: [
      { cause: 'connect_timeout', targets: 18, remedy: '' },
      { cause: 'address_refused', targets: 9, remedy: '' },
      { cause: 'not_tls', targets: 4, remedy: '' },
    ],
  };
}

function failures(cause: string): Page<FailedTarget> {
  const items = Array.from({ length: 9 }, (_, index) => ({
    target: index === 2 ? HOSTILE[2] : `host${index}.example.org:443`,
    stage: 'first_hello',
    cause,
    detail: index === 1 ? HOSTILE[0] : 'no connection within 3000 ms',
    remedy: '',
  }));
  return { items, next: null };
}

/** Which lines have a space or end in a range: enough to look at the screen. */
function check(text: string): CheckedList {
  const lines = text.split('\n').map((line, index) => ({ line: index + 1, text: line.trim() }));
  const said = lines.filter((one) => one.text !== '' && !one.text.startsWith('#'));
  const wrong = said.filter((one) => /\s|\/\d+$|^http:/.test(one.text));
  const why = (given: string) => `\`${given}\` is no https URL; use https://host/path or host:port`;
  return {
    targets: said.length - wrong.length,
    wrong: wrong.length,
    first_wrong: wrong.slice(0, 100).map((one) => ({ line: one.line, why: why(one.text) })),
  };
}

/** Scans, and the targets that are saved for them. */
export const SCANS_WORLD: Record<string, (payload: Record<string, unknown>) => unknown> = {
  scans_list: () => SCANS,
  scans_overview: ({ scan }) => overview(String(scan)),
  scans_failures: ({ cause }) => failures(String(cause)),
  scans_start: () => id(0),
  scans_retry: () => id(0),
  scans_resume: () => null,
  targets_list: () => TARGETS,
  targets_edit: ({ target }) => TARGETS.find((one) => one.id === target),
  targets_check: ({ text }) => check(String(text)),
  targets_read: () => 'one.example\ntwo.example\n',
};
