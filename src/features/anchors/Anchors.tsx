import { Plus } from 'lucide-react';
import { useCallback } from 'react';
import { useAnchors } from '@/api/anchors';
import type { AnchorView } from '@/api/bindings';
import { sentences } from '@/api/call';
import { Badge } from '@/components/Badge';
import { Button } from '@/components/Button';
import { type Column, DataTable } from '@/components/DataTable';
import { EmptyState, ErrorCard } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { formatNumber, RelativeTime } from '@/components/Format';
import { WithInspector } from '@/components/Inspector';
import { ScreenHeader } from '@/components/ScreenHeader';
import { ENVIRONMENTS } from '@/features/assets/words';
import { environmentsOf } from '@/routes/environment';
import { useNew, useView } from '@/routes/useView';
import { AnchorInspector } from './AnchorInspector';
import styles from './Anchors.module.css';
import { CreateAnchor } from './CreateAnchor';
import { newest } from './words';

const COLUMNS: readonly Column<AnchorView>[] = [
  { id: 'name', header: 'Anchor', width: 'minmax(140px, 1.5fr)', cell: (row) => <Foreign text={row.name} /> },
  { id: 'environment', header: 'Environment', width: '120px', cell: (row) => ENVIRONMENTS[row.environment] },
  {
    id: 'active',
    header: 'State',
    width: '110px',
    cell: (row) => (row.is_active ? <Badge tone="good">Active</Badge> : <Badge>Not active</Badge>),
  },
  { id: 'suite', header: 'Suite', width: 'minmax(140px, 1fr)', cell: (row) => newest(row)?.suite ?? '—' },
  { id: 'versions', header: 'Versions', width: '80px', align: 'end', cell: (row) => row.versions.length },
  {
    id: 'secrets',
    header: 'Secrets',
    width: '80px',
    align: 'end',
    cell: (row) => formatNumber(row.versions.reduce((sum, version) => sum + version.secrets, 0)),
  },
  { id: 'created', header: 'Made', width: '120px', cell: (row) => <RelativeTime at={row.created_at} /> },
];

/** Anchors: the key pairs that secrets are wrapped under, one of them active in each environment. */
export default function Anchors() {
  const view = useView();
  const anchors = useAnchors();
  const [making, setMaking] = useNew();
  const environments = environmentsOf(view.search);
  const all = anchors.data ?? [];
  const rows = environments.length === 0 ? all : all.filter((row) => environments.includes(row.environment));
  const open = all.find((row) => row.id === view.text('open'));
  const close = useCallback(() => view.set({ open: undefined }), [view]);
  return (
    <WithInspector
      inspector={open ? <AnchorInspector key={open.id} anchor={open} onClose={close} /> : null}
      list={
        <>
          <ScreenHeader
            title="Anchors"
            count={anchors.data && rows.length}
            actions={
              <Button look="primary" icon={<Plus aria-hidden="true" />} onClick={() => setMaking(true)}>
                New anchor
              </Button>
            }
          />
          <div className={styles.pane}>
            {anchors.isError ? (
              <ErrorCard {...sentences(anchors.error)} action={<Button onClick={() => anchors.refetch()}>Try again</Button>} />
            ) : (
              <DataTable
                label="Anchors"
                columns={COLUMNS}
                rows={rows}
                rowId={(row) => row.id}
                listed={environments.join()}
                open={open?.id}
                onOpen={(id) => view.set({ open: id }, { replace: open !== undefined })}
                loading={anchors.isPending}
                empty={
                  <EmptyState
                    title={all.length > 0 ? 'No anchor in this environment' : 'No anchors yet'}
                    action={
                      <Button look="primary" onClick={() => setMaking(true)}>
                        Make an anchor
                      </Button>
                    }
                    example="main · Production · ML-KEM-1024"
                  >
                    An anchor is the post-quantum key pair that an environment’s secrets are wrapped under; its private part never
                    leaves the vault.
                  </EmptyState>
                }
              />
            )}
          </div>
          {making && <CreateAnchor onClose={() => setMaking(false)} />}
        </>
      }
    />
  );
}
