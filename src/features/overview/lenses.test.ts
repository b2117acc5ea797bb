import { expect, it } from 'vitest';
import type { TrendPoint } from '@/api/risk';
import { LENSES, type Lens, partsIn, partsOf, pointsOf } from './lenses';

const VERDICTS = { post_quantum: 9, hybrid: 31, vulnerable: 55, not_known: 5 };
const NUMBERS = { total_assets: 100, non_pqc: 60, low: 40, medium: 30, high: 20, critical: 10, wrapped: 25, attested: 15 };
const point = (at: string, verdicts: TrendPoint['verdicts'] = VERDICTS) => ({ at, ...NUMBERS, verdicts }) as TrendPoint;
const TREND = ['2026-01-01', '2026-11-01', '2026-11-24'].map((day) => point(`${day}T00:00:00Z`));

it.each(Object.keys(LENSES) as Lens[])('divides every asset once by %s', (lens) => {
  const old = point('2026-11-24T00:00:00Z', null);
  for (const [now] of [pointsOf(TREND, lens, 'week'), pointsOf([old], lens, 'week')]) {
    expect(Object.values(now?.values ?? {}).reduce<number>((sum, one) => sum + (one ?? 0), 0)).toBe(100);
  }
  for (const part of partsOf(lens)) expect(Object.keys(part.search)).toHaveLength(1);
});

it('looks back as far as the range says, from the newest point', () => {
  expect(pointsOf(TREND, 'level', 'week')).toHaveLength(1);
  expect(pointsOf(TREND, 'level', 'month')).toHaveLength(2);
  expect(pointsOf(TREND, 'level', 'all')).toHaveLength(3);
  expect(pointsOf([], 'level', 'all')).toEqual([]);
});

it('tells hybrids apart where they were counted, and says of older snapshots that nobody did', () => {
  const counted = pointsOf(TREND, 'verdict', 'all');
  expect(counted[0]?.values).toEqual({ 'post-quantum': 9, hybrid: 31, covered: undefined, vulnerable: 60 });
  expect(partsIn('verdict', counted).map((part) => part.id)).toEqual(['post-quantum', 'hybrid', 'vulnerable']);

  const mixed = pointsOf([point('2026-11-20T00:00:00Z', null), ...TREND], 'verdict', 'all');
  expect(mixed[0]?.values).toEqual({ 'post-quantum': undefined, hybrid: undefined, covered: 40, vulnerable: 60 });
  expect(partsIn('verdict', mixed)).toHaveLength(4);
});
