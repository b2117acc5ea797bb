import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { CauseOfFailure, ScanOverview } from '@/api/bindings';
import { useScanFailures } from '@/api/scans';
import { Button } from '@/components/Button';
import { Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { Section } from '@/components/KeyValue';
import { counted } from '@/features/assets/words';
import { causeOf, stageOf } from './causes';
import styles from './Scans.module.css';
import { useRetry } from './useRetry';

/** What failed, by cause: each with its remedy and the way to try again. */
export function Failures({ scan }: { scan: ScanOverview }) {
  return (
    <Section
      title={`${counted(scan.failed, 'target')} failed`}
      actions={scan.status !== 'RUNNING' && isInParts(scan) && <RetryAll scan={scan} />}
    >
      <ul className={styles.causes}>
        {scan.causes.map((cause) => (
          <Cause key={cause.cause} scan={scan} cause={cause} />
        ))}
      </ul>
    </Section>
  );
}

/** Whether one button more says something that those of the causes do not. */
const isInParts = (scan: ScanOverview) => scan.causes.length + (scan.not_reached > 0 ? 1 : 0) > 1;

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
  const { retry, busy } = useRetry();
  const refused = cause.cause === 'address_refused';
  return (
    <Button
      icon={<RotateCcw aria-hidden="true" />}
      busy={busy}
      onClick={() => retry(scan.id, cause.cause, cause.targets, refused)}
    >
      {refused ? 'Allow private addresses and retry' : 'Retry these'}
    </Button>
  );
}

/** All that this scan did not see, as one scan. */
function RetryAll({ scan }: { scan: ScanOverview }) {
  const { retry, busy } = useRetry();
  const all = scan.failed + scan.not_reached;
  return (
    <Button look="quiet" busy={busy} onClick={() => retry(scan.id, null, all)}>
      Retry all {formatNumber(all)}
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
