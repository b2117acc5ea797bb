import { useCallback } from 'react';
import type { JobView } from '@/api/bindings';
import { CoreProblem } from '@/api/call';
import { useResumeJobs } from '@/api/jobs';
import { useStatus, useUnlock } from '@/api/vault';
import { useToast } from '@/components/Toast';
import { useReport } from '@/features/vault/useReport';
import { KINDS } from './names';

/** Goes on with all jobs that stand still; opens the vault first where one of these needs its keys. */
export function useGoOn() {
  const resume = useResumeJobs();
  const unlock = useUnlock();
  const isUnlocked = useStatus().data?.vault?.session.state === 'unlocked';
  const report = useReport();
  const toast = useToast();
  const { mutateAsync: runResume } = resume;
  const { mutateAsync: runUnlock } = unlock;
  const goOn = useCallback(
    async (jobs: readonly JobView[]) => {
      try {
        // The core passes over jobs that need keys while the vault is locked, and says nothing.
        if (!isUnlocked && jobs.some((job) => KINDS[job.kind].needsKey)) await runUnlock(null);
        await runResume();
        toast({ text: jobs.length === 1 ? 'The work goes on.' : 'All work that stood still goes on.' });
      } catch (problem) {
        if (!(problem instanceof CoreProblem) || problem.code !== 'cancelled') report(problem);
      }
    },
    [isUnlocked, runUnlock, runResume, toast, report],
  );
  return { goOn, isBusy: resume.isPending || unlock.isPending };
}
