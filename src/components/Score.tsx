import styles from './Score.module.css';

export type LevelName = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

const WORDS: Record<LevelName, string> = { LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High', CRITICAL: 'Critical' };

/** A level of risk: a bar of one to four steps, and its word. */
export function LevelBadge({ level }: { level: LevelName }) {
  const steps = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].indexOf(level) + 1;
  return (
    <span className={styles.level} data-level={level}>
      <svg viewBox="0 0 16 12" width="16" height="12" aria-hidden="true">
        {[0, 1, 2, 3].map((step) => (
          <rect
            key={step}
            x={step * 4.2}
            y={9 - step * 3}
            width="3"
            height={3 + step * 3}
            rx="0.5"
            fill={step < steps ? 'currentColor' : 'var(--border)'}
          />
        ))}
      </svg>
      <span className={styles.word}>{WORDS[level]}</span>
    </span>
  );
}

/** A score from 0 to 100: always a bar with its number. */
export function ScoreBar({ score, level }: { score: number; level: LevelName }) {
  const held = Math.max(0, Math.min(100, score));
  return (
    <span className={styles.score} data-level={level} title={`Score ${score} of 100, ${WORDS[level].toLowerCase()}`}>
      <span className={styles.track} aria-hidden="true">
        <span style={{ width: `${held}%` }} />
      </span>
      <span className={styles.number}>{score}</span>
    </span>
  );
}

export interface Addend {
  label: string;
  value: number;
  why?: string;
}

/** A score as the sum that it is. */
export function ScoreSum({ addends, total }: { addends: readonly Addend[]; total: number }) {
  return (
    <table className={styles.sum}>
      <tbody>
        {addends.map((addend) => (
          <tr key={addend.label}>
            <th scope="row">
              {addend.label}
              {addend.why && <span className={styles.why}>{addend.why}</span>}
            </th>
            <td>{addend.value < 0 ? `−${-addend.value}` : `+${addend.value}`}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Score</th>
          <td>{total}</td>
        </tr>
      </tfoot>
    </table>
  );
}
