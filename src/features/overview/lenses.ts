import type { Kpis, TrendPoint } from '@/api/risk';
import type { Point, Series } from '@/components/charts/StackedArea';
import type { Search } from '@/routes/router';

// A lens divides all assets into parts that sum to the whole; each part leads to its assets.

interface Part extends Series {
  /** The assets behind it, as the list's address has them. */
  search: Search;
  /** Nothing where nobody counted these. */
  of: (numbers: Numbers) => number | undefined;
}

type Numbers = Pick<
  TrendPoint,
  'total_assets' | 'non_pqc' | 'low' | 'medium' | 'high' | 'critical' | 'wrapped' | 'attested' | 'verdicts'
>;

const LEVEL_PARTS: readonly Part[] = (
  [
    ['LOW', 'Low', 'low'],
    ['MEDIUM', 'Medium', 'medium'],
    ['HIGH', 'High', 'high'],
    ['CRITICAL', 'Critical', 'critical'],
  ] as const
).map(([id, label, member]) => ({
  id,
  label,
  colour: `var(--level-${member})`,
  search: { level: [id] },
  of: (numbers) => numbers[member],
}));

export const LENSES = {
  verdict: {
    label: 'Vulnerability',
    parts: [
      {
        id: 'post-quantum',
        label: 'Post-quantum',
        colour: 'var(--verdict-pqc)',
        search: { verdict: ['PQC'] },
        of: (numbers) => numbers.verdicts?.post_quantum,
      },
      {
        id: 'hybrid',
        label: 'Hybrid',
        colour: 'var(--verdict-hybrid)',
        search: { verdict: ['HYBRID'] },
        of: (numbers) => numbers.verdicts?.hybrid,
      },
      {
        // Of snapshots that are older than the count of each.
        id: 'covered',
        label: 'Post-quantum or hybrid',
        colour: 'var(--verdict-unknown)',
        search: { compliance: ['COMPLIANT'] },
        of: (numbers) => (numbers.verdicts ? undefined : Math.max(0, numbers.total_assets - numbers.non_pqc)),
      },
      {
        id: 'vulnerable',
        label: 'Vulnerable or not known',
        colour: 'var(--verdict-vulnerable)',
        search: { compliance: ['NON_COMPLIANT', 'UNKNOWN'] },
        of: (numbers) => numbers.non_pqc,
      },
    ],
  },
  level: { label: 'Risk level', parts: LEVEL_PARTS },
  protection: {
    label: 'Protection',
    parts: [
      {
        id: 'attested',
        label: 'Attested',
        colour: 'var(--verdict-pqc)',
        search: { status: ['ATTESTED'] },
        of: (numbers) => numbers.attested,
      },
      {
        id: 'wrapped',
        label: 'Wrapped, not attested',
        colour: 'var(--verdict-hybrid)',
        search: { status: ['WRAPPED_PQC'] },
        of: (numbers) => Math.max(0, numbers.wrapped - numbers.attested),
      },
      {
        id: 'bare',
        label: 'Not wrapped',
        colour: 'var(--verdict-vulnerable)',
        search: { status: ['AT_RISK', 'IN_REMEDIATION'] },
        of: (numbers) => Math.max(0, numbers.total_assets - numbers.wrapped),
      },
    ],
  },
} satisfies Record<string, { label: string; parts: readonly Part[] }>;

export type Lens = keyof typeof LENSES;

export const RANGES = { week: 7, month: 30, quarter: 90, all: Number.POSITIVE_INFINITY };

export type Range = keyof typeof RANGES;

export const partsOf = (lens: Lens): readonly Part[] => LENSES[lens].parts;

/** The assets behind a part. */
export const searchOf = (lens: Lens, part: string): Search => partsOf(lens).find((one) => one.id === part)?.search ?? {};

/** The parts that were counted at one of these moments at least. */
export const partsIn = (lens: Lens, points: readonly Point[]): readonly Part[] =>
  partsOf(lens).filter((part) => points.some((point) => point.values[part.id] !== undefined));

const DAY_MS = 86_400_000;

/** The trend through a lens, as far back as the range says. */
export function pointsOf(trend: readonly TrendPoint[], lens: Lens, range: Range): Point[] {
  const last = trend.at(-1);
  if (!last) return [];
  const since = Date.parse(last.at) - RANGES[range] * DAY_MS;
  return trend
    .filter((point) => Date.parse(point.at) >= since)
    .map((point) => ({ at: point.at, values: Object.fromEntries(partsOf(lens).map((part) => [part.id, part.of(point)])) }));
}

/** The levels now, for one bar. */
export const levelsNow = (now: Pick<Kpis, 'low' | 'medium' | 'high' | 'critical'>) => [
  { id: 'LOW', label: 'Low', value: now.low, colour: 'var(--level-low)' },
  { id: 'MEDIUM', label: 'Medium', value: now.medium, colour: 'var(--level-medium)' },
  { id: 'HIGH', label: 'High', value: now.high, colour: 'var(--level-high)' },
  { id: 'CRITICAL', label: 'Critical', value: now.critical, colour: 'var(--level-critical)' },
];
