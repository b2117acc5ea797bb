import { useRetryScan } from '@/api/scans';
import { useToast } from '@/components/Toast';
import { counted } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';

/** Scans what another scan did not see, as one scan, and shows it. */
export function useRetry() {
  const retrying = useRetryScan();
  const act = useAct(retrying);
  const toast = useToast();
  const goTo = useGoTo();
  const retry = async (scan: string, cause: string | null, targets: number, allowPrivate = false) => {
    const started = await act({ scan, cause, allowPrivate });
    if (!started) return;
    toast({ text: `Scanning ${counted(targets, 'target')}.`, tone: 'good' });
    goTo('/scans', { scan: started });
  };
  return { retry, busy: retrying.isPending };
}
