import type { LogList } from '@/api/audit';
import type { Search } from '@/routes/router';

// The address of a view of the log: q action about request when from to open show

const HOUR_MS = 3_600_000;

export const PERIODS = [
  { value: '24h', label: 'Last 24 hours', hours: 24 },
  { value: '7d', label: 'Last 7 days', hours: 24 * 7 },
  { value: '30d', label: 'Last 30 days', hours: 24 * 30 },
] as const;

const FILTERS = ['q', 'action', 'about', 'request', 'when', 'from', 'to'] as const;

/** The part of the log that an address asks for; what it says that makes no sense is passed over. */
export function listOf(search: Search, now = Date.now()): LogList {
  return {
    text: text(search.q),
    action: text(search.action),
    entity: text(search.about),
    request: text(search.request),
    since: startOf(text(search.when), now) ?? dayStart(text(search.from), 0),
    until: dayStart(text(search.to), 1),
  };
}

/** An address that narrows nothing. */
export const unfiltered: Search = Object.fromEntries(FILTERS.map((name) => [name, undefined]));

/** Whether an address narrows the log. */
export const isFiltered = (search: Search): boolean => FILTERS.some((name) => search[name] !== undefined && search[name] !== '');

/** Whole hours, so that one view stays one list while it is read. */
function startOf(period: string | null, now: number): string | null {
  const hours = PERIODS.find(({ value }) => value === period)?.hours;
  return hours === undefined ? null : new Date(Math.floor(now / HOUR_MS - hours) * HOUR_MS).toISOString();
}

/** The beginning of a day here, or of the one after it. */
function dayStart(day: string | null, later: number): string | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '');
  if (!parts) return null;
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later).toISOString();
}

/** The router reads what looks like a number as one. */
export function text(value: Search[string]): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}
