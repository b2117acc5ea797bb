import type { AssetCounts, AssetDetail, AssetQuery, AssetSummary, Change, Choice, Page, RiskLevel, Sighting } from '../bindings';
import { FACTS } from './facts';
import { HOSTILE } from './hostile';

const COUNT = 640;
const NOW = Date.parse('2026-11-25T09:00:00.000Z');
const at = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const among = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;
const id = (index: number) => `0192f0c4-7a10-7000-8000-${index.toString(16).padStart(12, '0')}`;
const levelOf = (score: number): RiskLevel => (score < 25 ? 'LOW' : score < 50 ? 'MEDIUM' : score < 75 ? 'HIGH' : 'CRITICAL');

const HOSTS = ['pay', 'mail', 'api', 'vpn', 'git', 'ldap', 'build', 'shop', 'status', 'archive'] as const;

function asset(index: number): AssetSummary {
  const score = (index * 37) % 101;
  const hostile = index % 40 === 7 ? among(HOSTILE, (index - 7) / 40) : null;
  const host = `${among(HOSTS, index)}${Math.floor(index / 10)}.example.org`;
  const wrapped = index % 5 === 0;
  return {
    id: id(index),
    name: hostile ?? host,
    type: among(['TLS_CERT', 'TLS_CERT', 'API_ENDPOINT', 'DATABASE', 'KEY'] as const, index),
    location: hostile ?? `${host}:${among([443, 8443, 993], index)}`,
    environment: among(['PROD', 'PROD', 'STAGE', 'DEV', 'OTHER'] as const, index * 3),
    compliance: among(['NON_COMPLIANT', 'NON_COMPLIANT', 'COMPLIANT', 'UNKNOWN'] as const, index),
    hybrid: index % 8 === 2,
    score,
    exposure_points: score + 6,
    level: levelOf(score),
    criticality: among(['LOW', 'MEDIUM', 'HIGH'] as const, index),
    sensitivity: among(['PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED'] as const, index),
    exposure: among(['INTERNET_FACING', 'INTERNAL', 'PARTNER'] as const, index),
    last_scan: index % 9 === 8 ? null : at(index * 11),
    status: wrapped
      ? among(['WRAPPED_PQC', 'ATTESTED'] as const, index / 5)
      : among(['AT_RISK', 'IN_REMEDIATION'] as const, index % 7),
    wrapper_enabled: wrapped,
    wrapper_algorithm: wrapped ? 'ML-KEM-1024+HKDF-SHA256+AES-256-GCM' : null,
    wrapper_anchor_id: null,
    wrapper_updated_at: wrapped ? at(index * 7) : null,
    created_at: at(90_000 + index),
    updated_at: at(index * 5),
  };
}

const ASSETS = Array.from({ length: COUNT }, (_, index) => asset(index));

const verdict = (row: AssetSummary) =>
  row.compliance === 'UNKNOWN' ? 'UNKNOWN' : row.compliance === 'NON_COMPLIANT' ? 'NON_PQC' : row.hybrid ? 'HYBRID' : 'PQC';

/** What a query narrows by, part by part. */
function matches(row: AssetSummary, query: AssetQuery, but?: keyof AssetQuery): boolean {
  const any = (part: keyof AssetQuery, chosen: readonly string[] | undefined, value: string) =>
    part === but || !chosen || chosen.length === 0 || chosen.includes(value);
  const search = query.search?.toLowerCase() ?? '';
  return (
    any('environments', query.environments, row.environment) &&
    any('types', query.types, row.type) &&
    any('levels', query.levels, row.level) &&
    any('verdicts', query.verdicts, verdict(row)) &&
    any('statuses', query.statuses, row.status) &&
    any('compliance', query.compliance, row.compliance) &&
    `${row.name} ${row.location}`.toLowerCase().includes(search)
  );
}

const KEYS: Record<string, (row: AssetSummary) => string | number> = {
  risk: (row) => row.score,
  name: (row) => row.name,
  location: (row) => row.location,
  scan: (row) => row.last_scan ?? '',
  updated: (row) => row.updated_at,
};

function page(query: AssetQuery): Page<AssetSummary> {
  const by = KEYS[query.sort ?? 'risk'] ?? ((row: AssetSummary) => row.score);
  const turn = query.order === 'asc' ? 1 : -1;
  const rows = ASSETS.filter((row) => matches(row, query)).sort((a, b) => (by(a) < by(b) ? -turn : by(a) > by(b) ? turn : 0));
  const start = Number(query.after ?? 0);
  const end = start + (query.limit ?? 50);
  return { items: rows.slice(start, end), next: end < rows.length ? String(end) : null };
}

function counts(query: AssetQuery): AssetCounts {
  const choices = <V extends string>(part: keyof AssetQuery, of: (row: AssetSummary) => V): Choice<V>[] => {
    const tally = new Map<V, number>();
    for (const row of ASSETS) if (matches(row, query, part)) tally.set(of(row), (tally.get(of(row)) ?? 0) + 1);
    return [...tally].map(([value, assets]) => ({ value, assets }));
  };
  return {
    total: ASSETS.filter((row) => matches(row, query)).length,
    verdicts: choices('verdicts', verdict),
    levels: choices('levels', (row) => row.level),
    statuses: choices('statuses', (row) => row.status),
    environments: choices('environments', (row) => row.environment),
    types: choices('types', (row) => row.type),
  };
}

function detail(name: string): AssetDetail {
  const found = ASSETS.find((one) => one.id === name);
  if (!found) throw { code: 'not_found', message: `no asset ${name}; choose one of the list`, request: id(1) };
  const layer = { decisive: true, rule: 'kx.classical', explanation: 'X25519 alone falls to a quantum computer.' };
  return {
    ...found,
    tags: ['payments', 'eu', HOSTILE[0]],
    classification: {
      key_exchange: {
        ...layer,
        verdict: 'HYBRID',
        rule: 'kx.hybrid',
        algorithm: 'X25519MLKEM768',
        explanation: 'ML-KEM-768 and X25519 together withstand a quantum computer.',
      },
      authentication: {
        ...layer,
        verdict: 'NON_PQC',
        rule: 'auth.rsa',
        algorithm: 'RSA',
        explanation: 'An RSA key of 2048 bits falls to a quantum computer.',
      },
      data_at_rest: {
        ...layer,
        verdict: 'UNKNOWN',
        decisive: false,
        rule: 'layer.nothing',
        explanation: 'Nothing was seen of this layer.',
      },
      compliance: found.compliance,
      compliance_rule: 'compliance.weakest',
      hybrid: found.hybrid,
      map_version: '2026-10',
      findings: [],
    },
    breakdown: {
      addends: [
        { name: 'algorithms', value: 45, why: 'authentication is quantum-vulnerable' },
        { name: 'exposure', value: 15, why: 'anyone on the internet can reach it' },
        { name: 'sensitivity', value: 10, why: 'its data is confidential' },
        { name: 'wrapping', value: -12, why: 'all of its material is wrapped' },
        { name: 'staleness', value: found.score - 58, why: 'scanned 3 days ago' },
      ],
      normative: found.score,
      level: found.level,
      exposure_points: found.exposure_points,
    },
    findings: [
      'The key exchange is hybrid, the authentication classical: signatures can be forged once a quantum computer is there.',
      `The certificate names ${HOSTILE[0]} and ${HOSTILE[1]}.`,
    ],
    algorithms: [
      { layer: 'KEY_EXCHANGE', algorithm: 'X25519MLKEM768', role: 'group negotiated', negotiated: true, protocol: 'TLS1.3' },
      { layer: 'KEY_EXCHANGE', algorithm: 'X25519', role: 'group offered', negotiated: false, protocol: 'TLS1.3' },
      { layer: 'AUTHENTICATION', algorithm: 'RSA', role: 'leaf key', negotiated: true, key_length: 2048 },
      { layer: 'AUTHENTICATION', algorithm: HOSTILE[2], role: HOSTILE[0], negotiated: false },
    ],
    facts: FACTS,
    deadlines: [
      {
        id: 'cnsa2-web-prefer',
        title: 'CNSA 2.0: web servers prefer post-quantum',
        date: '2025-12-31',
        passed: false,
        days_left: 36,
      },
      { id: 'ir8547-112', title: 'NIST IR 8547: 112-bit keys deprecated', date: '2030-12-31', passed: false, days_left: 1862 },
    ],
    harvest: {
      year: 2026,
      secrecy_years: 30,
      from: 'type',
      secret_until: 2056,
      arrival_year: 2035,
      years_exposed: 21,
      recorded: 'VULNERABLE',
      standing: 'EXPOSED',
    },
  };
}

function history(): Page<Sighting> {
  const sighting = (index: number, changes: Change[] | null): Sighting => ({
    scan: `0192f0c4-7a10-7000-8000-5${index.toString(16).padStart(11, '0')}`,
    scan_type: among(['RESCAN', 'POLICY_VALIDATION', 'DISCOVERY'] as const, index),
    at: at(index * 2_900 + 40),
    target: 'pay0.example.org:443',
    result: changes === null ? 'NEW' : changes.length > 0 ? 'UPDATED' : 'UNCHANGED',
    standing: {
      key_exchange: index === 0 ? 'HYBRID' : 'NON_PQC',
      authentication: 'NON_PQC',
      data_at_rest: 'UNKNOWN',
      score: index === 0 ? 57 : 74,
      level: 'HIGH',
      exposure_points: 60,
    },
    changes,
  });
  const changes = [
    { what: 'verdict on key exchange', before: 'NON_PQC', after: 'HYBRID' },
    { what: 'score', before: '74', after: '57' },
    { what: 'group negotiated', before: 'X25519', after: 'X25519MLKEM768' },
    { what: 'certificate', before: `CN=${HOSTILE[2]}`, after: `CN=${HOSTILE[0]}` },
    { what: 'TLS1.1', before: 'offered', after: null },
  ];
  return { items: [sighting(0, changes), sighting(1, []), sighting(2, null)], next: null };
}

/** Assets, and what they hold. */
export const ASSETS_WORLD: Record<string, (payload: Record<string, unknown>) => unknown> = {
  assets_list: ({ query }) => page(query as AssetQuery),
  assets_count: ({ query }) => counts(query as AssetQuery),
  assets_show: ({ name }) => detail(String(name)),
  assets_history: () => history(),
  assets_edit_many: ({ ids }) => ({ changed: (ids as string[]).length, undo: [{ assets: ids, edit: {} }] }),
  assets_add: () => detail(id(0)),
  secrets_wrap: () => ({ assets: 1, secrets: 2, suite: 'ML-KEM-1024', failed: [] }),
  secrets_wrap_many: () => ({ assets: 1, secrets: 2, suite: 'ML-KEM-1024', failed: [], bare: [] }),
  attest_verify: ({ asset }) => ({
    asset_id: asset,
    location: 'pay0.example.org:443',
    verified: true,
    finding: 'The chain holds the attestation of this asset as it is now.',
    payload_hash: `0x${'5f'.repeat(32)}`,
    sender: `0x${'a1'.repeat(20)}`,
    tx_hash: `0x${'9c'.repeat(32)}`,
    block: 19_204_113,
    confirmations: 12,
  }),
};
