import type { JobView } from '@/api/bindings';
import { useCancelJob } from '@/api/jobs';
import { ConfirmDialog } from '@/components/Dialog';
import { formatNumber } from '@/components/Format';
import { useToast } from '@/components/Toast';
import { useReport } from '@/features/vault/useReport';
import { KINDS } from './names';

/** Asks before work is stopped, and says what of it stays. */
export function StopDialog({ job, open, onClose }: { job: JobView; open: boolean; onClose: () => void }) {
  const cancel = useCancelJob();
  const report = useReport();
  const toast = useToast();
  const { stays, after, name } = KINDS[job.kind];
  const stop = () =>
    cancel.mutate(job.id, {
      onSuccess: () => toast({ text: `${name}: stopped.` }),
      onError: report,
      onSettled: onClose,
    });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Stop “${name}”?`}
      act="Stop the work"
      onConfirm={stop}
      busy={cancel.isPending}
    >
      <p>
        {formatNumber(job.done)} of {formatNumber(job.total)} are done. {stays}
      </p>
      <p>{after}</p>
    </ConfirmDialog>
  );
}
