import type { ScanOverview } from '@/api/bindings';
import { useJobReport } from '@/api/events';
import { useCancelJob, useJobs } from '@/api/jobs';
import { useResumeScans } from '@/api/scans';
import { Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { useAct } from '@/features/vault/useAct';
import styles from './Scans.module.css';

/** How far a scan is and what it saw just now; the ways to stop it and, where it was interrupted, to go on. */
export function Progress({ scan }: { scan: ScanOverview }) {
  const report = useJobReport(scan.job_id);
  const job = (useJobs().data ?? []).find((one) => one.id === scan.job_id);
  const cancel = useCancelJob();
  const resume = useResumeScans();
  const stop = useAct(cancel);
  const goOn = useAct(resume);
  const done = Math.max(report?.done ?? 0, scan.scanned + scan.failed);
  if (job?.interrupted) {
    return (
      <Banner
        tone="warn"
        action={
          <Button busy={resume.isPending} onClick={() => goOn()}>
            Go on
          </Button>
        }
      >
        Interrupted after {formatNumber(done)} of {formatNumber(scan.targets)} targets. What was seen is kept.
      </Banner>
    );
  }
  return (
    <div className={styles.progress}>
      <div className={styles.progressHead}>
        <strong>
          {formatNumber(done)} of {formatNumber(scan.targets)}
        </strong>
        <span className={styles.note}>{formatNumber(Math.max(0, scan.targets - done))} left</span>
        {scan.job_id && (
          <Button busy={cancel.isPending} onClick={() => stop(scan.job_id ?? '')}>
            Cancel
          </Button>
        )}
      </div>
      <progress value={done} max={Math.max(1, scan.targets)} aria-label="Targets that were looked at" />
      <p className={styles.now} aria-hidden="true">
        {report?.step ? <Foreign text={report.step} mono /> : 'Looking…'}
      </p>
    </div>
  );
}
