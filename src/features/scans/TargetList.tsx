import { useMemo, useState } from 'react';
import type { Target } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useTargets } from '@/api/targets';
import { Badge } from '@/components/Badge';
import { type Column, DataTable } from '@/components/DataTable';
import { EmptyState, ErrorCard } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { SearchField } from '@/components/SearchField';
import { ENVIRONMENTS } from '@/features/assets/words';
import { environmentsOf } from '@/routes/environment';
import { useView } from '@/routes/useView';
import styles from './Scans.module.css';
import { TARGET_TYPES } from './words';

const COLUMNS: readonly Column<Target>[] = [
  { id: 'name', header: 'Name', width: 'minmax(140px, 1fr)', cell: (row) => <Foreign text={row.name} /> },
  { id: 'target', header: 'Target', width: 'minmax(160px, 2fr)', from: 440, cell: (row) => <Foreign text={row.target} mono /> },
  { id: 'kind', header: 'Kind', width: '110px', from: 700, cell: (row) => TARGET_TYPES[row.target_type] },
  { id: 'environment', header: 'Environment', width: '92px', from: 560, cell: (row) => ENVIRONMENTS[row.environment] },
  {
    id: 'active',
    header: 'Scanned',
    width: '88px',
    cell: (row) => (row.is_active ? <Badge tone="good">Active</Badge> : <Badge>Left out</Badge>),
  },
  { id: 'added', header: 'Added', width: '104px', from: 620, cell: (row) => <RelativeTime at={row.created_at} /> },
];

/** Targets that are saved: each active one is part of “Scan all saved”. */
export function TargetList({ open, onOpen }: { open: string | undefined; onOpen: (id: string) => void }) {
  const targets = useTargets();
  const view = useView();
  const [search, setSearch] = useState('');
  const rows = useMemo(() => {
    const wanted = search.toLowerCase();
    const environments = environmentsOf(view.search);
    const all = (targets.data ?? []).filter((row) => environments.length === 0 || environments.includes(row.environment));
    return all.filter((row) => row.name.toLowerCase().includes(wanted) || row.target.toLowerCase().includes(wanted));
  }, [targets.data, search, view.search]);
  const isNarrowed = environmentsOf(view.search).length > 0;
  if (targets.isError) {
    return (
      <div className={styles.problem}>
        <ErrorCard {...sentences(targets.error)} />
      </div>
    );
  }
  return (
    <>
      <div className={styles.searchRow}>
        <SearchField label="Search saved targets" value={search} onChange={setSearch} />
      </div>
      <DataTable
        label="Saved targets"
        columns={COLUMNS}
        rows={rows}
        rowId={(row) => row.id}
        listed={`${search}#${view.list('env')}`}
        open={open}
        onOpen={onOpen}
        loading={targets.isPending}
        empty={
          <EmptyState
            title={search ? 'No target is like this' : isNarrowed ? 'No target in this environment' : 'No saved targets'}
          >
            {search ? 'Search for another part of a name.' : 'Start a scan with “Save as targets”, and its hosts are kept here.'}
          </EmptyState>
        }
      />
    </>
  );
}
