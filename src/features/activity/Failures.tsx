import type { FailureCause, JobView } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useJobFailures } from '@/api/jobs';
import { Badge } from '@/components/Badge';
import { LinkButton } from '@/components/Button';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { Section } from '@/components/KeyValue';
import { withoutCommands } from '@/features/overview/steps';
import { useGoTo } from '@/routes/useView';
import styles from './Activity.module.css';

/** What of a wrap failed, by cause, each with what to do about it. */
export function Failures({ job }: { job: JobView }) {
  const { data, error } = useJobFailures(job.id);
  if (error) return <ErrorCard {...sentences(error)} />;
  if (!data) return <Skeleton rows={2} />;
  return (
    <Section title="What failed">
      {data.causes.map((cause) => (
        <Cause key={cause.why} cause={cause} />
      ))}
    </Section>
  );
}

function Cause({ cause }: { cause: FailureCause }) {
  const goTo = useGoTo();
  // What to do about it is done on the screens, not typed into a terminal.
  const { what, remedy } = sentences(withoutCommands(cause.why));
  return (
    <details className={styles.cause}>
      <summary>
        <span>
          <Foreign whole text={what} />
          {remedy && <Foreign whole text={remedy} />}
        </span>
        <Badge tone="bad">{formatNumber(cause.count)}</Badge>
      </summary>
      <ul>
        {cause.assets.map(({ asset_id, location }) => (
          <li key={asset_id}>
            {location === null ? (
              'An asset that was removed since'
            ) : (
              <LinkButton cut onClick={() => goTo('/assets', { open: asset_id, tab: 'secrets' })}>
                <Foreign text={location} mono />
              </LinkButton>
            )}
          </li>
        ))}
      </ul>
      {cause.assets.length < cause.count && <p className={styles.more}>The first {formatNumber(cause.assets.length)}.</p>}
    </details>
  );
}
