import { Link } from '@tanstack/react-router';
import type { HarvestTotals } from '@/api/bindings';
import type { Kpis, TrendPoint } from '@/api/risk';
import { Sparkline } from '@/components/charts/Sparkline';
import { formatNumber } from '@/components/Format';
import type { Search } from '@/routes/router';
import styles from './Overview.module.css';

interface Tile {
  name: string;
  value: string;
  note: string;
  to: string;
  search?: Search;
  /** Nothing where no snapshot keeps it. */
  trend?: (point: TrendPoint) => number;
}

/** The key numbers; each leads to what is counted. */
export function Tiles({ now, trend, harvest }: { now: Kpis; trend: readonly TrendPoint[]; harvest: HarvestTotals }) {
  return (
    <ul className={styles.tiles} aria-label="Key numbers">
      {tilesOf(now, harvest).map((tile) => (
        <li key={tile.name}>
          <Link to={tile.to as string} search={(tile.search ?? {}) as never} className={styles.tile}>
            <span className={styles.name}>{tile.name}</span>
            <span className={styles.value}>
              {tile.value}
              {tile.trend && <Sparkline label={`${tile.name}, trend`} values={trend.map(tile.trend)} />}
            </span>
            <span className={styles.note}>{tile.note}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

const percent = (value: number) => `${formatNumber(value)} %`;

/** What is counted, and where what was counted is listed. */
export function tilesOf(now: Kpis, harvest: HarvestTotals): readonly Tile[] {
  const share = now.total_assets > 0 ? (now.total_non_pqc_assets / now.total_assets) * 100 : 0;
  return [
    {
      name: 'Assets',
      value: formatNumber(now.total_assets),
      note: 'in every environment',
      to: '/assets',
      trend: (point) => point.total_assets,
    },
    {
      name: 'Vulnerable or not known',
      value: formatNumber(now.total_non_pqc_assets),
      note: `${percent(share)} of all`,
      to: '/assets',
      search: { compliance: ['NON_COMPLIANT', 'UNKNOWN'] },
      trend: (point) => point.non_pqc,
    },
    {
      name: 'Critical',
      value: formatNumber(now.critical),
      note: `${formatNumber(now.high)} more are high`,
      to: '/assets',
      search: { level: ['CRITICAL'] },
      trend: (point) => point.critical,
    },
    {
      name: 'Wrapped',
      value: percent(now.wrapped_percent),
      note: `${formatNumber(now.wrapped)} assets`,
      to: '/assets',
      search: { status: ['WRAPPED_PQC', 'ATTESTED'] },
      trend: (point) => point.wrapped,
    },
    {
      name: 'Attested',
      value: percent(now.attested_percent),
      note: `${formatNumber(now.attested)} assets`,
      to: '/assets',
      search: { status: ['ATTESTED'] },
      trend: (point) => point.attested,
    },
    {
      name: 'Out of policy',
      value: formatNumber(now.assets_out_of_policy),
      note: 'fail an active policy',
      to: '/assets',
      search: { policy: 'out_of_any' },
      trend: (point) => point.out_of_policy,
    },
    {
      name: 'Policy coverage',
      value: percent(now.policy_coverage_percent),
      note: `${formatNumber(now.active_policies)} active ${now.active_policies === 1 ? 'policy' : 'policies'}`,
      to: '/policies',
      trend: (point) => point.policy_coverage,
    },
    {
      name: 'Readable too early',
      value: formatNumber(harvest.exposed),
      note: `recorded now, read from ${harvest.arrival_year} on`,
      to: '/assets',
      search: { harvest: 'EXPOSED' },
    },
    {
      name: 'Average score',
      value: formatNumber(now.average_score),
      note: `${formatNumber(now.exposure_points)} exposure points`,
      to: '/assets',
      search: { sort: 'risk' },
      trend: (point) => point.average_score,
    },
  ];
}
