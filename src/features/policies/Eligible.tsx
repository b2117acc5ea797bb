import type { Eligibility, PolicyView } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useEligible } from '@/api/policies';
import { Badge } from '@/components/Badge';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { Section } from '@/components/KeyValue';
import { counted } from '@/features/assets/words';
import { useGoTo } from '@/routes/useView';
import { heldBack } from './eligibility';
import styles from './Policies.module.css';

/** Which assets can be wrapped, and why others cannot. */
export function Eligible({ policy }: { policy: PolicyView }) {
  const eligible = useEligible(policy.id);
  if (eligible.isError) return <ErrorCard {...sentences(eligible.error)} />;
  if (!eligible.data) return <Skeleton rows={3} />;
  const ready = eligible.data.filter((row) => row.eligible);
  return (
    <Section title="What can be wrapped">
      <Group title="Can be wrapped now" tone="good" assets={ready} />
      {heldBack(eligible.data).map(({ why, assets }) => (
        <Group key={why} title={why} assets={assets} />
      ))}
      {eligible.data.length < policy.assets_in_scope && (
        <p className={styles.note}>
          Of the first {formatNumber(eligible.data.length)} of {counted(policy.assets_in_scope, 'asset')} in scope.
        </p>
      )}
    </Section>
  );
}

function Group({ title, assets, tone }: { title: string; assets: readonly Eligibility[]; tone?: 'good' }) {
  const goTo = useGoTo();
  if (assets.length === 0) return null;
  return (
    <details className={styles.group}>
      <summary>
        <span>{title}</span>
        <Badge tone={tone ?? 'neutral'}>{formatNumber(assets.length)}</Badge>
      </summary>
      <ul>
        {assets.map((asset) => (
          <li key={asset.asset_id}>
            <button type="button" className={styles.link} onClick={() => goTo('/assets', { open: asset.asset_id })}>
              <Foreign text={asset.location} mono />
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
