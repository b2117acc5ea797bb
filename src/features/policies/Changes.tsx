import type { EvaluationChange, EvaluationReport } from '@/api/bindings';
import { Badge } from '@/components/Badge';
import { LinkButton } from '@/components/Button';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { useGoTo } from '@/routes/useView';
import { KINDS, type Kind, kindOf } from './changes';
import styles from './Policies.module.css';

/** Assets that stand otherwise than before, apart by what changes: how many there are, and the first of them. */
export function Changes({
  report,
  leaves = true,
}: {
  report: EvaluationReport;
  /** Whether an asset may be gone to: not from what is not saved. */
  leaves?: boolean;
}) {
  return KINDS.map((kind) => {
    const total = report.changed[kind.id];
    if (total === 0) return null;
    return (
      <Group
        key={kind.id}
        kind={kind}
        total={total}
        rows={report.changes.filter((row) => kindOf(row) === kind.id)}
        leaves={leaves}
      />
    );
  });
}

interface GroupProps {
  kind: Kind;
  total: number;
  rows: readonly EvaluationChange[];
  leaves: boolean;
}

function Group({ kind, total, rows, leaves }: GroupProps) {
  const goTo = useGoTo();
  return (
    <section className={styles.kind} aria-label={kind.label}>
      <h3>
        <Badge tone={kind.tone}>{kind.label}</Badge>
        <b>{formatNumber(total)}</b>
        {rows.length < total && (
          <span className={styles.note}>{rows.length === 0 ? 'not listed here' : `the first ${formatNumber(rows.length)}`}</span>
        )}
      </h3>
      <ul className={styles.changes}>
        {rows.map((row) => (
          <li key={row.asset_id}>
            {leaves ? (
              <LinkButton cut onClick={() => goTo('/assets', { open: row.asset_id })}>
                <Foreign text={row.location} mono />
              </LinkButton>
            ) : (
              <Foreign text={row.location} mono />
            )}
            <span className={styles.why}>
              <Foreign text={row.why} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
