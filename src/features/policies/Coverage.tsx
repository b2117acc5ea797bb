import type { ReactNode } from 'react';
import type { PolicyView } from '@/api/bindings';
import { Button } from '@/components/Button';
import { formatNumber } from '@/components/Format';
import { Meter } from '@/components/Meter';
import { useGoTo } from '@/routes/useView';
import styles from './Policies.module.css';

/** How many assets a policy is about, and how many of them meet it; each number leads to its assets. */
export function Coverage({ policy }: { policy: PolicyView }) {
  const goTo = useGoTo();
  const { id, assets_in_scope: inScope, non_compliant: failing, wrapped, coverage_percent: share } = policy;
  const show = (scope: string) => goTo('/assets', { policy: `${scope}:${id}` });
  return (
    <div className={styles.coverage}>
      <Line label="In scope" count={inScope} onShow={() => show('in_scope')}>
        {share === null ? null : <Meter label="Percent of all assets" part={share} whole={100} />}
      </Line>
      <Line label="Compliant" count={inScope - failing} onShow={() => show('compliant')}>
        <Meter label="Compliant" part={inScope - failing} whole={inScope} tone="good" />
      </Line>
      <Line label="Failing" count={failing} onShow={() => show('out_of')}>
        <Meter label="Failing" part={failing} whole={inScope} />
      </Line>
      <Line label="Wrapped" count={wrapped} onShow={() => goTo('/assets', wrappedUnder(id))}>
        <Meter label="Wrapped" part={wrapped} whole={inScope} tone="info" />
      </Line>
    </div>
  );
}

const wrappedUnder = (id: string) => ({ policy: `in_scope:${id}`, status: ['WRAPPED_PQC', 'ATTESTED'] });

function Line({ label, count, onShow, children }: { label: string; count: number; onShow: () => void; children: ReactNode }) {
  return (
    <div className={styles.coverageLine}>
      <span>{label}</span>
      {children}
      <Button
        look="quiet"
        disabled={count === 0}
        aria-label={`${formatNumber(count)} ${label.toLowerCase()}: show the assets`}
        onClick={onShow}
      >
        {formatNumber(count)}
      </Button>
    </div>
  );
}
