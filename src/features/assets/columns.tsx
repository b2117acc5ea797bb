import type { AssetSummary, Verdict } from '@/api/bindings';
import type { Column } from '@/components/DataTable';
import { Foreign } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { LevelBadge, ScoreBar } from '@/components/Score';
import { VerdictMark } from '@/components/Verdict';
import { CRITICALITIES, ENVIRONMENTS, EXPOSURES, SENSITIVITIES, STATUSES, TYPES } from './words';

/** The one verdict that a list shows, from the compliance state and the hybrid flag. */
export function verdictOf(row: AssetSummary): Verdict {
  if (row.compliance === 'UNKNOWN') return 'UNKNOWN';
  if (row.compliance === 'NON_COMPLIANT') return 'NON_PQC';
  return row.hybrid ? 'HYBRID' : 'PQC';
}

/** Everything that a list of assets can show. Beside an inspector the less telling half gives way. */
export const COLUMNS: readonly Column<AssetSummary>[] = [
  { id: 'name', header: 'Name', width: 'minmax(104px, 2fr)', sort: 'name', cell: (row) => <Foreign text={row.name} /> },
  {
    id: 'location',
    header: 'Location',
    width: 'minmax(150px, 2fr)',
    sort: 'location',
    from: 700,
    extra: true,
    cell: (row) => <Foreign text={row.location} mono />,
  },
  { id: 'verdict', header: 'Verdict', width: '150px', cell: (row) => <VerdictMark verdict={verdictOf(row)} /> },
  {
    id: 'score',
    header: 'Score',
    width: '92px',
    sort: 'risk',
    cell: (row) => <ScoreBar score={row.score} level={row.level} />,
  },
  { id: 'level', header: 'Level', width: '90px', from: 590, cell: (row) => <LevelBadge level={row.level} /> },
  { id: 'status', header: 'Status', width: '100px', from: 700, cell: (row) => STATUSES[row.status] },
  { id: 'type', header: 'Type', width: '110px', from: 1000, cell: (row) => TYPES[row.type] },
  {
    id: 'environment',
    header: 'Environment',
    width: '92px',
    from: 810,
    cell: (row) => ENVIRONMENTS[row.environment],
  },
  {
    id: 'criticality',
    header: 'Criticality',
    width: '80px',
    from: 700,
    extra: true,
    cell: (row) => CRITICALITIES[row.criticality],
  },
  {
    id: 'sensitivity',
    header: 'Sensitivity',
    width: '100px',
    from: 700,
    extra: true,
    cell: (row) => SENSITIVITIES[row.sensitivity],
  },
  { id: 'exposure', header: 'Exposure', width: '150px', from: 700, extra: true, cell: (row) => EXPOSURES[row.exposure] },
  {
    id: 'wrapper',
    header: 'Wrapped with',
    width: 'minmax(140px, 1fr)',
    from: 700,
    extra: true,
    cell: (row) => row.wrapper_algorithm && <Foreign text={row.wrapper_algorithm} mono />,
  },
  {
    id: 'scan',
    header: 'Last scan',
    width: '104px',
    sort: 'scan',
    from: 1140,
    cell: (row) => <RelativeTime at={row.last_scan} />,
  },
  {
    id: 'updated',
    header: 'Changed',
    width: '104px',
    sort: 'updated',
    from: 700,
    extra: true,
    cell: (row) => <RelativeTime at={row.updated_at} />,
  },
];
