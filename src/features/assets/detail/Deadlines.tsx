import type { AssetDetail } from '@/api/bindings';
import { LinkButton } from '@/components/Button';
import { Section } from '@/components/KeyValue';
import { useGoTo } from '@/routes/useView';
import { counted } from '../words';
import styles from './Detail.module.css';

/** The dates that an asset misses as it is; each leads to all that miss it. */
export function Deadlines({ asset }: { asset: AssetDetail }) {
  const goTo = useGoTo();
  if (asset.deadlines.length === 0) return null;
  return (
    <Section title="Misses as it is">
      <ul className={styles.deadlines}>
        {asset.deadlines.map((when) => (
          <li key={when.id}>
            <span>
              <span className={styles.strong}>{when.title}</span>
              <span className={styles.note}>
                {when.date} – {when.passed ? 'past' : `${counted(when.days_left, 'day')} left`}
              </span>
            </span>
            <LinkButton onClick={() => goTo('/assets', { deadline: when.id })}>All that miss it</LinkButton>
          </li>
        ))}
      </ul>
    </Section>
  );
}
