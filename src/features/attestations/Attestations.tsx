import { useCallback } from 'react';
import { useBatches } from '@/api/attestations';
import type { AttestationJobStatus, BatchView } from '@/api/bindings';
import { sentences } from '@/api/call';
import { Badge } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { type Column, DataTable } from '@/components/DataTable';
import { EmptyState, ErrorCard } from '@/components/ErrorCard';
import { formatNumber, RelativeTime } from '@/components/Format';
import { WithInspector } from '@/components/Inspector';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useNew, useView } from '@/routes/useView';
import styles from './Attestations.module.css';
import { BatchInspector } from './BatchInspector';
import { ChainSetup, useChainSetup } from './ChainSetup';
import { StartBatch } from './StartBatch';

const STATUS: Record<AttestationJobStatus, { word: string; tone: 'neutral' | 'info' | 'good' | 'bad' }> = {
  PENDING: { word: 'Waiting', tone: 'neutral' },
  RUNNING: { word: 'Under way', tone: 'info' },
  COMPLETED: { word: 'Done', tone: 'good' },
  FAILED: { word: 'Failed', tone: 'bad' },
};

const COLUMNS: readonly Column<BatchView>[] = [
  { id: 'created', header: 'Started', width: '120px', cell: (row) => <RelativeTime at={row.created_at} /> },
  {
    id: 'status',
    header: 'State',
    width: '110px',
    cell: (row) => <Badge tone={STATUS[row.status].tone}>{STATUS[row.status].word}</Badge>,
  },
  { id: 'assets', header: 'Assets', width: '80px', align: 'end', cell: (row) => formatNumber(row.total_assets) },
  { id: 'done', header: 'Confirmed', width: '90px', align: 'end', cell: (row) => formatNumber(row.succeeded_count) },
  { id: 'failed', header: 'Failed', width: '70px', align: 'end', cell: (row) => formatNumber(row.failed_count) },
  { id: 'network', header: 'Chain', width: 'minmax(110px, 1fr)', cell: (row) => row.network },
  {
    id: 'contract',
    header: 'Registry',
    width: 'minmax(150px, 1fr)',
    cell: (row) => <Copyable text={row.contract} label="registry" />,
  },
];

/** Attestation: what was wrapped, on a chain that anyone can check. */
export default function Attestations() {
  const view = useView();
  const batches = useBatches();
  const setup = useChainSetup();
  const [starting, setStarting] = useNew();
  const rows = batches.data ?? [];
  const open = rows.find((row) => row.id === view.text('open'));
  const close = useCallback(() => view.set({ open: undefined }), [view]);
  const attest = (
    <Button look="primary" disabled={!setup.ready} onClick={() => setStarting(true)}>
      Attest assets
    </Button>
  );
  return (
    <WithInspector
      inspector={open ? <BatchInspector key={open.id} batch={open} onClose={close} /> : null}
      list={
        <>
          <ScreenHeader title="Attestation" count={batches.data?.length} actions={attest} />
          <ChainSetup setup={setup} />
          <div className={styles.pane}>
            {batches.isError ? (
              <ErrorCard {...sentences(batches.error)} action={<Button onClick={() => batches.refetch()}>Try again</Button>} />
            ) : (
              <DataTable
                label="Batches"
                columns={COLUMNS}
                rows={rows}
                rowId={(row) => row.id}
                open={open?.id}
                onOpen={(id) => view.set({ open: id }, { replace: open !== undefined })}
                loading={batches.isPending}
                empty={
                  <EmptyState
                    title="Nothing attested yet"
                    action={attest}
                    example="api.example.org:443 → keccak256 of its payload, in one transaction"
                  >
                    An attestation puts a digest of what was wrapped, and how, on an EVM chain; anyone can check it later without
                    this vault.
                  </EmptyState>
                }
              />
            )}
          </div>
          {starting && setup.ready && (
            <StartBatch onClose={() => setStarting(false)} onStarted={(id) => view.set({ open: id, new: undefined })} />
          )}
        </>
      }
    />
  );
}
