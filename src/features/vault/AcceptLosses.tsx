import { useAnswer } from '@/api/ask';
import type { Question } from '@/api/bindings';
import { ConfirmDialog } from '@/components/Dialog';
import { Foreign } from '@/components/Foreign';
import styles from './Question.module.css';
import { useReport } from './useReport';

/** The question that this asks. */
export type Losses = Extract<Question, { kind: 'losses' }>;

/** Asks whether ways in may be gone for good. Nothing is changed before this is answered. */
export function AcceptLosses({ question, onCancel }: { question: Losses; onCancel: () => void }) {
  const answer = useAnswer();
  const report = useReport();
  return (
    <ConfirmDialog
      open
      onClose={onCancel}
      title={question.lost.length === 1 ? 'One way in will be gone' : `${question.lost.length} ways in will be gone`}
      act="Go on without"
      typed="gone"
      busy={answer.isPending}
      onConfirm={() => answer.mutate({ question, secret: '' }, { onError: report })}
    >
      <p>These could not be made anew, since what they take is not here. They would open the vault no more:</p>
      <ul className={styles.lost}>
        {question.lost.map((one) => (
          <li key={one.id}>
            <Foreign text={one.label} />: <Foreign text={one.why} />
          </li>
        ))}
      </ul>
      <p>Nothing is changed yet. Cancel to bring the device and begin again.</p>
    </ConfirmDialog>
  );
}
