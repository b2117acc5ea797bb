import { formatNumber } from './Format';
import styles from './Progress.module.css';

/** How far something is: a bar, and its numbers. */
export function Progress({ label, done, total }: { label: string; done: number; total: number }) {
  return (
    <span className={styles.progress}>
      <progress value={done} max={Math.max(total, 1)} aria-label={label} />
      <span className={styles.numbers}>
        {formatNumber(done)} of {formatNumber(total)}
      </span>
    </span>
  );
}
