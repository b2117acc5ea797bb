import { useCancelJob, useJobs } from '@/api/jobs';
import { JobChip } from '@/components/JobChip';
import { useGoTo } from '@/routes/useView';
import { jobName } from './names';

const FINAL = new Set(['DONE', 'FAILED', 'CANCELLED']);

/** The work that is under way, at the top of every screen. */
export function RunningJobs() {
  const jobs = useJobs(20);
  const cancel = useCancelJob();
  const goTo = useGoTo();
  const running = (jobs.data ?? []).filter((job) => !FINAL.has(job.state) && !job.interrupted);
  const [first] = running;
  if (!first) return null;
  const more = running.length > 1 ? ` +${running.length - 1}` : '';
  return (
    <JobChip
      label={jobName(first.kind) + more}
      done={first.done}
      total={first.total}
      onOpen={() => goTo('/activity')}
      onCancel={() => cancel.mutate(first.id)}
    />
  );
}
