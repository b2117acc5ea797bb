import { useJobReport } from '@/api/events';
import { isRunning, useCancelJob, useJobs } from '@/api/jobs';
import { Button } from '@/components/Button';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import styles from './Policies.module.css';

/** How far the wrapping is that runs now, and the way to stop it. */
export function WrapProgress() {
  const jobs = useJobs();
  const job = jobs.data?.find((one) => one.kind === 'WRAP' && isRunning(one));
  const report = useJobReport(job?.id ?? null);
  const cancel = useCancelJob();
  const done = Math.max(report?.done ?? 0, job?.done ?? 0);
  const total = job?.total ?? 0;
  return (
    <div className={styles.progress} role="status">
      <div className={styles.progressHead}>
        <strong>{total > 0 ? `${formatNumber(done)} of ${formatNumber(total)}` : 'Beginning…'}</strong>
        {total > 0 && <span className={styles.note}>{formatNumber(Math.max(0, total - done))} left</span>}
        {job && (
          <Button busy={cancel.isPending} onClick={() => cancel.mutate(job.id)}>
            Stop
          </Button>
        )}
      </div>
      <progress value={done} max={Math.max(1, total)} aria-label="Assets that were wrapped" />
      {report?.step && (
        <p className={styles.note}>
          <Foreign text={report.step} mono />
        </p>
      )}
    </div>
  );
}
