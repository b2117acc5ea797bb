import { usePlaceShares } from '@/api/ask';
import type { Question } from '@/api/bindings';
import { Button } from '@/components/Button';
import styles from './Question.module.css';
import { useReport } from './useReport';

/** Lets a person say where new recovery shares go. The core asks for the place itself. */
export function PlaceShares({ question, onCancel }: { question: Question; onCancel: () => void }) {
  const place = usePlaceShares();
  const report = useReport();
  const choose = (asForm: boolean) => place.mutate({ question, asForm }, { onError: report });
  return (
    <footer className={styles.foot}>
      <Button onClick={onCancel}>Cancel</Button>
      <Button busy={place.isPending} onClick={() => choose(false)}>
        Into a folder
      </Button>
      <Button look="primary" busy={place.isPending} onClick={() => choose(true)}>
        As a form to print
      </Button>
    </footer>
  );
}
