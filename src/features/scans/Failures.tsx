import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { CauseOfFailure, ScanOverview } from '@/api/bindings';
import { useRetryScan, useScanFailures } from '@/api/scans';
import { Button } from '@/components/Button';
import { Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { Section } from '@/components/KeyValue';
import { useToast } from '@/components/Toast';
import { counted } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { useView } from '@/routes/useView';
import { causeOf, stageOf } from './causes';
import styles from './Scans.module.css';

/** What failed, by cause: each with its remedy and the way to try again. */
export function Failures({ scan }: { scan: ScanOverview }) {
  return (
    <Section title={`${counted(scan.failed, 'target')} failed`}>
      <ul className={styles.causes}>
        {scan.causes.map((cause) => (
          <Cause key={cause.cause} scan={scan} cause={cause} />
        ))}
      </ul>
    </Section>
  );
}

function Cause({ scan, cause }: { scan: ScanOverview; cause: CauseOfFailure }) {
  const [open, setOpen] = useState(false);
  const { what, remedy } = causeOf(cause.cause);
  return (
    <li className={styles.cause}>
      <p className={styles.causeHead}>
        <strong>{what}</strong>
        <span className={styles.note}>{formatNumber(cause.targets)}</span>
      </p>
      <p>{remedy}</p>
      <div className={styles.startRow}>
        {scan.status !== 'RUNNING' && <RetryButton scan={scan} cause={cause} />}
        <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide targets' : 'Show targets'}
        </Button>
      </div>
      {open && <Targets scan={scan.id} cause={cause.cause} />}
    </li>
  );
}

/** Tries again what failed; a refused address only where the person allows it now. */
function RetryButton({ scan, cause }: { scan: ScanOverview; cause: CauseOfFailure }) {
  const retry = useRetryScan();
  const act = useAct(retry);
  const toast = useToast();
  const view = useView();
  const refused = cause.cause === 'address_refused';
  const submit = async () => {
    const started = await act({ scan: scan.id, cause: cause.cause, allowPrivate: refused });
    if (!started) return;
    toast({ text: `Trying ${counted(cause.targets, 'target')} again.`, tone: 'good' });
    view.set({ scan: started });
  };
  return (
    <Button icon={<RotateCcw aria-hidden="true" />} busy={retry.isPending} onClick={submit}>
      {refused ? 'Allow private addresses and retry' : 'Retry these'}
    </Button>
  );
}

function Targets({ scan, cause }: { scan: string; cause: string }) {
  const failures = useScanFailures(scan, cause, true);
  const rows = failures.data?.pages.flatMap((page) => page.items) ?? [];
  if (failures.isPending) return <Skeleton rows={3} />;
  return (
    <>
      <ul className={styles.failed} aria-label="Targets that failed">
        {rows.map((row) => (
          <li key={row.target}>
            <Foreign text={row.target} mono />
            <span className={styles.note}>
              <Foreign text={[row.detail, stageOf(row.stage)].filter(Boolean).join(', ')} />
            </span>
          </li>
        ))}
      </ul>
      {failures.hasNextPage && (
        <Button look="quiet" busy={failures.isFetchingNextPage} onClick={() => failures.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}
