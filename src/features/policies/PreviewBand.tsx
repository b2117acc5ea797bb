import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { EvaluationReport, PolicyView } from '@/api/bindings';
import { sentences } from '@/api/call';
import type { Preview } from '@/api/policies';
import { Button } from '@/components/Button';
import { formatNumber } from '@/components/Format';
import { Meter } from '@/components/Meter';
import { counted } from '@/features/assets/words';
import { Changes } from './Changes';
import { changedIn, KINDS } from './changes';
import styles from './Policies.module.css';

/** What the policy would find if it were saved as it is. */
export function PreviewBand({ preview, saved }: { preview: UseQueryResult<Preview>; saved: PolicyView | null }) {
  const [listed, setListed] = useState(false);
  const report = preview.data && 'found' in preview.data ? preview.data.found : undefined;
  const changed = report ? changedIn(report.changed) : 0;
  return (
    <section className={styles.preview} aria-label="Dry run" aria-busy={preview.isFetching}>
      {listed && report && (
        <div className={styles.found}>
          {changed === 0 ? (
            <p className={styles.note}>No asset would stand otherwise.</p>
          ) : (
            <Changes report={report} leaves={false} />
          )}
        </div>
      )}
      <div className={styles.band}>
        <strong>Dry run</strong>
        <div className={styles.said} role="status">
          {report ? <Counts report={report} saved={saved} /> : <p className={styles.note}>{without(preview)}</p>}
        </div>
        {report && (changed > 0 || listed) && (
          <Button look="quiet" aria-expanded={listed} onClick={() => setListed(!listed)}>
            {saved ? (listed ? 'Hide the changes' : 'Show the changes') : listed ? 'Hide the assets' : 'Show the assets'}
          </Button>
        )}
      </div>
    </section>
  );
}

function Counts({ report, saved }: { report: EvaluationReport; saved: PolicyView | null }) {
  if (report.in_scope === 0 && changedIn(report.changed) === 0) {
    return <p>No asset is in scope. Nothing is changed until you save.</p>;
  }
  const meets = report.in_scope - report.out_of_policy;
  return (
    <>
      <div>
        <p>
          <b>{counted(report.in_scope, 'asset')}</b> in scope{was(saved?.assets_in_scope, report.in_scope)},{' '}
          <b>{formatNumber(report.out_of_policy)}</b> would fail{was(saved?.non_compliant, report.out_of_policy)}
          {report.eligible > 0 && `, ${formatNumber(report.eligible)} of these could be wrapped`}.
        </p>
        {saved && <p className={styles.note}>{changesOf(report)}</p>}
      </div>
      <Meter label="Would meet the policy" part={meets} whole={report.in_scope} tone="good" />
    </>
  );
}

/** What an edit changes, in a sentence. */
function changesOf({ changed }: EvaluationReport): string {
  const parts = KINDS.filter((kind) => changed[kind.id] > 0).map((kind) => `${formatNumber(changed[kind.id])} ${kind.words}`);
  return parts.length === 0 ? 'No asset would stand otherwise than now.' : `Would change: ${parts.join(', ')}.`;
}

const was = (before: number | undefined, now: number) =>
  before === undefined || before === now ? '' : ` (now ${formatNumber(before)})`;

function without({ data, error }: UseQueryResult<Preview>): string {
  if (data) return 'Correct what is marked to see what the policy would find.';
  return error ? sentences(error).what : 'Looking at the assets…';
}
