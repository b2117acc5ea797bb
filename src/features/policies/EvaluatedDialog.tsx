import type { EvaluationReport } from '@/api/bindings';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { formatNumber } from '@/components/Format';
import { counted } from '@/features/assets/words';
import { Changes } from './Changes';
import { changedIn } from './changes';

/** What an evaluation found, and what differs from the one before. */
export function EvaluatedDialog({ report, onClose }: { report: EvaluationReport; onClose: () => void }) {
  const changed = changedIn(report.changed);
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Evaluated"
      actions={
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <p>
        {counted(report.in_scope, 'asset')} in scope, {formatNumber(report.out_of_policy)} of them fail.{' '}
        {changed === 0 ? 'Nothing has changed since the evaluation before.' : 'Changed since the evaluation before:'}
      </p>
      <Changes report={report} />
    </Dialog>
  );
}
