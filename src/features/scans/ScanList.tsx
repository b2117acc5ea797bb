import type { ScanRow } from '@/api/bindings';
import { Badge } from '@/components/Badge';
import { type Column, DataTable } from '@/components/DataTable';
import { EmptyState } from '@/components/ErrorCard';
import { formatNumber, RelativeTime } from '@/components/Format';
import { KINDS, STATUSES } from './words';

const COLUMNS: readonly Column<ScanRow>[] = [
  { id: 'started', header: 'Started', width: 'minmax(120px, 1fr)', cell: (row) => <RelativeTime at={row.started_at} /> },
  { id: 'kind', header: 'Kind', width: 'minmax(110px, 1fr)', from: 520, cell: (row) => KINDS[row.scan_type] },
  {
    id: 'status',
    header: 'Status',
    width: '116px',
    cell: (row) => <Badge tone={STATUSES[row.status].tone}>{STATUSES[row.status].word}</Badge>,
  },
  {
    id: 'assets',
    header: 'Assets seen',
    width: '96px',
    align: 'end',
    cell: (row) => formatNumber(row.number_of_assets_scanned),
  },
  {
    id: 'vulnerable',
    header: 'Vulnerable or not known',
    width: '168px',
    align: 'end',
    from: 700,
    cell: (row) => formatNumber(row.number_of_non_pqc_assets_found),
  },
];

export interface ScanListProps {
  scans: readonly ScanRow[];
  open: string | undefined;
  onOpen: (id: string) => void;
}

/** The newest scans. */
export function ScanList({ scans, open, onOpen }: ScanListProps) {
  return (
    <DataTable
      label="Scans"
      columns={COLUMNS}
      rows={scans}
      rowId={(row) => row.id}
      open={open}
      onOpen={onOpen}
      empty={<EmptyState title="No scan yet">Start one: it says what your hosts offer, and what could be broken.</EmptyState>}
    />
  );
}
