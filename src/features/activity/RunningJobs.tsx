import { useState } from 'react';
import { isRunning, useJobs } from '@/api/jobs';
import { JobChip } from '@/components/JobChip';
import { useGoTo } from '@/routes/useView';
import { jobName } from './names';
import { StopDialog } from './StopDialog';

/** The work that is under way, at the top of every screen. */
export function RunningJobs() {
  const jobs = useJobs(20);
  const [isAsking, setAsking] = useState(false);
  const goTo = useGoTo();
  const running = (jobs.data ?? []).filter(isRunning);
  const [first] = running;
  if (!first) return null;
  const more = running.length > 1 ? ` +${running.length - 1}` : '';
  return (
    <>
      <JobChip
        label={jobName(first.kind) + more}
        done={first.done}
        total={first.total}
        onOpen={() => goTo('/activity')}
        onCancel={() => setAsking(true)}
      />
      <StopDialog job={first} open={isAsking} onClose={() => setAsking(false)} />
    </>
  );
}
