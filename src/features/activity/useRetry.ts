import { useCallback } from 'react';
import type { JobView } from '@/api/bindings';
import { useRetryJob } from '@/api/jobs';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';
import { KINDS } from './names';

/** Tries again what of a wrap failed, and shows the new work. */
export function useRetry() {
  const mutation = useRetryJob();
  const act = useAct(mutation);
  const toast = useToast();
  const goTo = useGoTo();
  const retry = useCallback(
    async (job: JobView) => {
      const again = await act(job.id);
      if (!again) return;
      toast({ text: `${KINDS[job.kind].name}: what failed is tried again.` });
      goTo('/activity', { open: again });
    },
    [act, toast, goTo],
  );
  return { retry, isBusy: mutation.isPending };
}
