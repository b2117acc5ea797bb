import { useBatch, useVerify } from '@/api/attestations';
import type { AttestationRow, AttestationStatus, BatchView, VerifyReport } from '@/api/bindings';
import { sentences } from '@/api/call';
import { Badge, Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { KeyValue, Section } from '@/components/KeyValue';
import styles from './Attestations.module.css';

const STATUS: Record<AttestationStatus, { word: string; tone: 'neutral' | 'good' | 'bad' }> = {
  PENDING: { word: 'Waiting', tone: 'neutral' },
  SUCCESS: { word: 'Confirmed', tone: 'good' },
  FAILED: { word: 'Failed', tone: 'bad' },
};

/** One batch, an asset a row. */
export function BatchInspector({ batch, onClose }: { batch: BatchView; onClose: () => void }) {
  const pages = useBatch(batch.id);
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <Inspector title={`${formatNumber(batch.total_assets)} attestations`} onClose={onClose}>
      <KeyValue
        rows={[
          ['Confirmed', formatNumber(batch.succeeded_count)],
          ['Failed', formatNumber(batch.failed_count)],
          ['Chain', batch.network],
          ['Registry', <Copyable key="registry" text={batch.contract} label="registry" />],
        ]}
      />
      <Section title="Assets">
        {pages.isPending && <Skeleton rows={4} />}
        {pages.isError && <ErrorCard {...sentences(pages.error)} />}
        <div className={styles.rows}>
          {rows.map((row) => (
            <Row key={row.asset_id} row={row} />
          ))}
        </div>
        {pages.hasNextPage && (
          <Button busy={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
            More
          </Button>
        )}
      </Section>
    </Inspector>
  );
}

function Row({ row }: { row: AttestationRow }) {
  return (
    <div className={styles.row}>
      <span className={styles.line}>
        <Foreign text={row.location} mono />
        <Badge tone={STATUS[row.status].tone}>{STATUS[row.status].word}</Badge>
      </span>
      {row.error && <span>{row.error}</span>}
      {row.tx_hash && (
        <span className={styles.line}>
          <span>
            Transaction <Copyable text={row.tx_hash} label="transaction" />
            {row.block !== null && ` in block ${formatNumber(row.block)}`}
          </span>
          <VerifyButton asset={row.asset_id} />
        </span>
      )}
    </div>
  );
}

/** Holds an asset's attestation against the chain, and says what was compared. */
export function VerifyButton({ asset }: { asset: string }) {
  const verify = useVerify();
  return (
    <>
      <Button busy={verify.isPending} onClick={() => verify.mutate(asset)}>
        Verify
      </Button>
      {verify.isError && <ErrorCard {...sentences(verify.error)} />}
      {verify.data && <Verified report={verify.data} />}
    </>
  );
}

function Verified({ report }: { report: VerifyReport }) {
  const confirmations = report.confirmations === null ? '' : ` It has ${formatNumber(report.confirmations)} confirmations.`;
  return (
    <Banner tone={report.verified ? 'good' : 'bad'}>
      {report.finding}
      {confirmations}
    </Banner>
  );
}
