import { useEvaluate } from '@/api/policies';
import { Button } from '@/components/Button';
import { useToast } from '@/components/Toast';
import { counted } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';

/** Evaluates every active policy. */
export function EvaluateAll() {
  const evaluating = useEvaluate();
  const evaluate = useAct(evaluating);
  const toast = useToast();
  const run = async () => {
    const reports = await evaluate(null);
    if (!reports) return;
    const failing = reports.filter((report) => report.out_of_policy > 0).length;
    const text = failing === 0 ? 'every asset in scope meets them.' : `${counted(failing, 'has', 'have')} assets that fail.`;
    toast({ text: `${counted(reports.length, 'policy', 'policies')} evaluated: ${text}`, tone: failing > 0 ? 'info' : 'good' });
  };
  return (
    <Button busy={evaluating.isPending} onClick={run}>
      Evaluate all
    </Button>
  );
}
