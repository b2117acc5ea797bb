import type { Eligibility, PolicyView } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useEligible } from '@/api/policies';
import { Badge } from '@/components/Badge';
import { LinkButton } from '@/components/Button';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { Section } from '@/components/KeyValue';
import { useGoTo } from '@/routes/useView';
import { heldBack } from './eligibility';
import styles from './Policies.module.css';

/** Which assets can be wrapped, and why others cannot. */
export function Eligible({ policy }: { policy: PolicyView }) {
  const eligible = useEligible(policy.id);
  if (eligible.isError) return <ErrorCard {...sentences(eligible.error)} />;
  if (!eligible.data) return <Skeleton rows={3} />;
  const ready = eligible.data.assets.filter((row) => row.eligible);
  return (
    <Section title="What can be wrapped">
      <Group title="Can be wrapped now" tone="good" count={eligible.data.eligible} assets={ready} />
      {heldBack(eligible.data).map(({ why, count, assets }) => (
        <Group key={why} title={why} count={count} assets={assets} />
      ))}
    </Section>
  );
}

interface GroupProps {
  title: string;
  count: number;
  /** The first of them. */
  assets: readonly Eligibility[];
  tone?: 'good';
}

function Group({ title, count, assets, tone }: GroupProps) {
  const goTo = useGoTo();
  if (count === 0) return null;
  return (
    <details className={styles.group}>
      <summary>
        <span>{title}</span>
        <Badge tone={tone ?? 'neutral'}>{formatNumber(count)}</Badge>
      </summary>
      <ul>
        {assets.map((asset) => (
          <li key={asset.asset_id}>
            <LinkButton cut onClick={() => goTo('/assets', { open: asset.asset_id })}>
              <Foreign text={asset.location} mono />
            </LinkButton>
          </li>
        ))}
      </ul>
      {assets.length < count && (
        <p className={styles.note}>
          {assets.length === 0 ? 'Too many to list here.' : `The first ${formatNumber(assets.length)}.`}
        </p>
      )}
    </details>
  );
}
