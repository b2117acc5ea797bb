import type { AssetList } from '@/api/assets';
import type { AssetSort, PolicyScope, ScanResult, SortOrder } from '@/api/bindings';
import type { Search } from '@/routes/router';
import { ENVIRONMENTS, HARVESTS, LEVELS, STATUSES, TYPES, VERDICTS } from './words';

// The address of a list of assets. Every screen that drills down writes these names:
//   q env type level verdict status compliance tag policy scan result deadline harvest sort order open
// `policy` is `out_of_any`, or `in_scope:`, `compliant:` or `out_of:` and the policy's id or name.

/** What of the address narrows a list. */
export const FILTERS = [
  'q',
  'env',
  'type',
  'level',
  'verdict',
  'status',
  'compliance',
  'tag',
  'policy',
  'scan',
  'result',
  'deadline',
  'harvest',
] as const;

const COMPLIANCES = { COMPLIANT: '', NON_COMPLIANT: '', UNKNOWN: '' };
const RESULTS = { NEW: '', UPDATED: '', UNCHANGED: '' };

/** The direction that is meant where none is said. */
const ORDERS: Record<AssetSort, SortOrder> = { risk: 'desc', updated: 'desc', name: 'asc', location: 'asc', scan: 'asc' };

/** The list that an address asks for; what it says that makes no sense is passed over. */
export function listOf(search: Search): AssetList {
  const sort = sortOf(search);
  const scan = text(search.scan);
  return {
    search: text(search.q) ?? null,
    environments: among(ENVIRONMENTS, search.env),
    types: among(TYPES, search.type),
    levels: among(LEVELS, search.level),
    verdicts: among(VERDICTS, search.verdict),
    statuses: among(STATUSES, search.status),
    compliance: among(COMPLIANCES, search.compliance),
    tag: text(search.tag) ?? null,
    policy: policyOf(text(search.policy)),
    scan: scan ? { id: scan, result: among(RESULTS, search.result)[0] ?? (null as ScanResult | null) } : null,
    sort: sort.by,
    order: sort.order,
    deadline: text(search.deadline) ?? null,
    harvest: among(HARVESTS, search.harvest)[0] ?? null,
  };
}

/** The order that an address asks for. */
export function sortOf(search: Search): { by: AssetSort; order: SortOrder } {
  const by = among(ORDERS, search.sort)[0] ?? 'risk';
  const order = search.order === 'asc' || search.order === 'desc' ? search.order : ORDERS[by];
  return { by, order };
}

/** The order after a click on a heading: the same one turns round. */
export function sortedBy(search: Search, by: string): Search {
  const now = sortOf(search);
  const chosen = among(ORDERS, by)[0] ?? 'risk';
  const order = now.by === chosen ? (now.order === 'asc' ? 'desc' : 'asc') : ORDERS[chosen];
  return { sort: chosen, order: order === ORDERS[chosen] ? undefined : order };
}

/** An address that narrows nothing. */
export const unfiltered: Search = Object.fromEntries(FILTERS.map((name) => [name, undefined]));

/** Whether an address narrows the list. */
export function isFiltered(search: Search): boolean {
  return FILTERS.some((name) => search[name] !== undefined && search[name] !== '');
}

function policyOf(written: string | undefined): PolicyScope | null {
  if (!written) return null;
  if (written === 'out_of_any') return 'out_of_any';
  const at = written.indexOf(':');
  const name = written.slice(at + 1);
  switch (written.slice(0, Math.max(0, at))) {
    case 'in_scope':
      return { in_scope: name };
    case 'compliant':
      return { compliant: name };
    case 'out_of':
      return { out_of: name };
    default:
      return null;
  }
}

function among<V extends string>(known: Record<V, unknown>, value: Search[string]): V[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((one): one is V => typeof one === 'string' && Object.hasOwn(known, one));
}

/** The router reads what looks like a number as one. */
function text(value: Search[string]): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
