import type { EvaluationChange } from '@/api/bindings';
import { Badge } from '@/components/Badge';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { useGoTo } from '@/routes/useView';
import styles from './Policies.module.css';

const STANDINGS: Record<string, { word: string; tone: 'good' | 'bad' | 'neutral' }> = {
  compliant: { word: 'Meets it', tone: 'good' },
  'out of policy': { word: 'Fails', tone: 'bad' },
  'out of scope': { word: 'Not in scope', tone: 'neutral' },
};

/** Assets whose standing changes, those that fail first, each with the reason. */
export function Changes({
  changes,
  total,
  leaves = true,
}: {
  changes: readonly EvaluationChange[];
  total: number;
  /** Whether an asset may be gone to: not from what is not saved. */
  leaves?: boolean;
}) {
  const goTo = useGoTo();
  const rows = changes.toSorted((one, other) => rank(one) - rank(other));
  return (
    <>
      <ul className={styles.changes}>
        {rows.map((row) => (
          <li key={row.asset_id}>
            <Badge tone={STANDINGS[row.after]?.tone ?? 'neutral'}>{STANDINGS[row.after]?.word ?? row.after}</Badge>
            {leaves ? (
              <button type="button" className={styles.link} onClick={() => goTo('/assets', { open: row.asset_id })}>
                <Foreign text={row.location} mono />
              </button>
            ) : (
              <Foreign text={row.location} mono />
            )}
            <span className={styles.why}>
              <Foreign text={row.why} />
            </span>
          </li>
        ))}
      </ul>
      {rows.length < total && <p className={styles.note}>The first {formatNumber(rows.length)}.</p>}
    </>
  );
}

const rank = (change: EvaluationChange) => (change.after === 'out of policy' ? 0 : 1);
