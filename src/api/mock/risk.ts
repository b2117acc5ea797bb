import type { Check, DeadlineView, ReportFile, RiskProfile } from '../bindings';
import type { Kpis, TrendPoint } from '../risk';
import { HOSTILE } from './hostile';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-25T09:00:00.000Z');
const DAYS = 120;
/** Days of which verdicts were counted. */
const COUNTED_DAYS = 60;

const KPIS: Kpis = {
  total_assets: 100_000,
  total_non_pqc_assets: 61_240,
  critical: 8_412,
  high: 21_903,
  medium: 40_117,
  low: 29_568,
  wrapped: 23_410,
  wrapped_percent: 23.41,
  attested: 14_002,
  attested_percent: 14.002,
  active_policies: 3,
  policy_coverage_percent: 82.5,
  assets_out_of_policy: 12_750,
  average_score: 46.3,
  exposure_points: 1_204_338,
};

/** What was, so many days ago: fewer assets, and fewer of them protected. */
function point(daysAgo: number): TrendPoint {
  const grown = 1 - (daysAgo / DAYS) * 0.35 + Math.sin(daysAgo / 6) * 0.01;
  const mended = 1 - (daysAgo / DAYS) * 0.9;
  const share = (value: number) => Math.round(value * grown);
  const non_pqc = Math.round(share(KPIS.total_assets) * (0.85 - 0.24 * mended));
  const covered = share(KPIS.total_assets) - non_pqc;
  const hybrid = Math.round(covered * 0.72);
  return {
    at: new Date(NOW - daysAgo * DAY_MS).toISOString(),
    cause: daysAgo === 0 ? 'now' : 'scan',
    total_assets: share(KPIS.total_assets),
    non_pqc,
    critical: share(KPIS.critical),
    high: share(KPIS.high),
    medium: share(KPIS.medium),
    low: share(KPIS.low),
    wrapped: Math.round(KPIS.wrapped * mended),
    attested: Math.round(KPIS.attested * mended),
    policy_coverage: KPIS.policy_coverage_percent * mended,
    out_of_policy: KPIS.assets_out_of_policy,
    average_score: KPIS.average_score,
    exposure_points: KPIS.exposure_points,
    // Verdicts are counted for as long as this version has been in use.
    verdicts:
      daysAgo > COUNTED_DAYS
        ? null
        : {
            post_quantum: covered - hybrid,
            hybrid,
            vulnerable: Math.round(non_pqc * 0.94),
            not_known: Math.round(non_pqc * 0.06),
          },
  };
}

const DATES: readonly (readonly [string, string, string, number])[] = [
  ['cnsa2-signing-prefer', 'Software and firmware signing prefers CNSA 2.0', '2025-12-31', 341],
  ['cnsa2-web-prefer', 'Web and cloud services prefer CNSA 2.0', '2025-12-31', 58_112],
  ['cnsa2-network-prefer', 'Networking equipment prefers CNSA 2.0', '2026-12-31', 2_204],
  ['cnsa2-systems-prefer', 'Operating systems prefer CNSA 2.0', '2027-12-31', 0],
  ['ir8547-deprecated', 'Classical cryptography of 112 bits is deprecated', '2030-12-31', 31_870],
  ['cnsa2-signing-exclusive', 'Software and firmware signing uses CNSA 2.0 alone', '2030-12-31', 341],
  ['cnsa2-network-exclusive', 'Networking equipment uses CNSA 2.0 alone', '2030-12-31', 2_204],
  ['cnsa2-web-exclusive', 'Web and cloud services use CNSA 2.0 alone', '2033-12-31', 71_300],
  ['ir8547-disallowed', 'All quantum-vulnerable cryptography is disallowed', '2035-12-31', 61_003],
];

const DEADLINES: DeadlineView[] = DATES.map(([id, title, date, missed]) => ({
  id,
  title,
  date,
  passed: Date.parse(date) < NOW,
  days_left: Math.max(0, Math.ceil((Date.parse(date) - NOW) / DAY_MS)),
  source: id.startsWith('ir8547') ? 'NIST IR 8547 ipd, tables 2 and 4' : 'NSA CNSA 2.0, timeline',
  text: `${title} from then on.`,
  types: ['TLS_CERT'],
  layers: ['KEY_EXCHANGE'],
  misses: ['NOT_CNSA'],
  missed,
  not_known: 37,
}));

const risk = (): RiskProfile => ({
  now: KPIS,
  trend: Array.from({ length: DAYS }, (_, index) => point(DAYS - 1 - index)),
  deadlines: DEADLINES,
  harvest: { year: 2026, arrival_year: 2035, exposed: 48_310, not_known: 9_204, safe: 42_486 },
  next_steps: [
    { what: 'A scan was interrupted, 311 of 1200 done.', command: 'qv scans resume' },
    {
      what: `9408 asset(s) that fail policy ${HOSTILE[0]} can be wrapped now.`,
      command: 'qv policies apply 0192f0c4-7a10-7000-8000-600000000001',
    },
    {
      what: `3342 asset(s) that fail policy ${HOSTILE[2]} have no key material in the vault yet.`,
      command: 'qv secrets add ASSET --file PATH',
    },
    { what: '9408 wrapped asset(s) are not attested.', command: 'qv attest run' },
  ],
});

const report = (): ReportFile => ({ file: `/home/ada/${HOSTILE[0]}.html`, bytes: 482_113, assets: KPIS.total_assets });

const CHECKS: Check[] = [
  { name: 'vault', health: 'ready', finding: '/home/ada/.local/share/quantumvault/vault.db', remedy: null },
  { name: 'config', health: 'ready', finding: 'defaults (no file)', remedy: null },
  {
    name: 'tpm',
    health: 'problem',
    finding: 'this account may not use /dev/tpmrm0',
    remedy: 'Join the group tss: sudo usermod -aG tss ada',
  },
  { name: 'yubikey', health: 'ready', finding: `19283746 (firmware 5.7.1) in ${HOSTILE[0]} ${HOSTILE[2]}`, remedy: null },
  { name: 'keyring', health: 'missing', finding: 'no keyring answers on this desktop', remedy: 'Start gnome-keyring or KWallet' },
  { name: 'browser', health: 'ready', finding: 'the default browser can connect a wallet', remedy: null },
  { name: 'display', health: 'ready', finding: 'a display is attached', remedy: null },
  { name: 'memory', health: 'ready', finding: 'keys are kept in locked memory, out of swap and dumps', remedy: null },
  {
    name: 'chain',
    health: 'missing',
    finding: 'no chain is configured',
    remedy: 'Set rpc_url and chain_id under [chain] to attest',
  },
  {
    name: 'vault-server',
    health: 'missing',
    finding: 'HashiCorp Vault is not connected',
    remedy: 'Syncing to Vault comes with a later release; nothing needs it',
  },
];

/** The numbers, the report of them, and what the doctor finds. */
export const RISK_WORLD: Record<string, (payload: Record<string, unknown>) => unknown> = {
  risk_show: risk,
  report_make: report,
  vault_doctor: () => CHECKS,
};
