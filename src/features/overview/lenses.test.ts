import { expect, it } from 'vitest';
import type { TrendPoint } from '@/api/risk';
import { LENSES, type Lens, partsOf, pointsOf } from './lenses';

const point = (at: string) =>
  ({ at, total_assets: 100, non_pqc: 60, low: 40, medium: 30, high: 20, critical: 10, wrapped: 25, attested: 15 }) as TrendPoint;
const TREND = ['2026-01-01', '2026-11-01', '2026-11-24'].map((day) => point(`${day}T00:00:00Z`));

it.each(Object.keys(LENSES) as Lens[])('divides every asset once by %s', (lens) => {
  const [now] = pointsOf(TREND, lens, 'week');
  expect(Object.values(now?.values ?? {}).reduce((sum, one) => sum + one, 0)).toBe(100);
  for (const part of partsOf(lens)) expect(Object.keys(part.search)).toHaveLength(1);
});

it('looks back as far as the range says, from the newest point', () => {
  expect(pointsOf(TREND, 'level', 'week')).toHaveLength(1);
  expect(pointsOf(TREND, 'level', 'month')).toHaveLength(2);
  expect(pointsOf(TREND, 'level', 'all')).toHaveLength(3);
  expect(pointsOf([], 'level', 'all')).toEqual([]);
});
