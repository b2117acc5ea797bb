import type { AssetDetail } from '@/api/bindings';
import { Badge } from '@/components/Badge';
import { LinkButton } from '@/components/Button';
import { Section } from '@/components/KeyValue';
import { useGoTo } from '@/routes/useView';
import { counted, HARVESTS, LIFETIME_SOURCES, RECORDED } from '../words';
import styles from './Detail.module.css';

const TONES = { EXPOSED: 'bad', NOT_KNOWN: 'warn', SAFE: 'good' } as const;

/** Whether what is recorded of an asset today can be read while it must still be secret, as a sum. */
export function Harvest({ asset }: { asset: AssetDetail }) {
  const goTo = useGoTo();
  const { harvest } = asset;
  const beyond = harvest.years_exposed > 0;
  return (
    <Section
      title="Recorded now, decrypted later"
      actions={<Badge tone={TONES[harvest.standing]}>{HARVESTS[harvest.standing]}</Badge>}
    >
      <dl className={styles.sum}>
        <dt>Recorded now</dt>
        <dd>{harvest.year}</dd>
        <dt>
          Must stay secret for <span className={styles.note}>{LIFETIME_SOURCES[harvest.from]}</span>
        </dt>
        <dd>+ {counted(harvest.secrecy_years, 'year')}</dd>
        <dt className={styles.strong}>Secret until</dt>
        <dd className={styles.strong}>{harvest.secret_until}</dd>
        <dt>A quantum computer is assumed in</dt>
        <dd>
          {beyond ? '>' : '≤'} {harvest.arrival_year}
        </dd>
      </dl>
      <p className={styles.note}>
        {beyond
          ? `That is ${counted(harvest.years_exposed, 'year')} too long. ${RECORDED[harvest.recorded]}`
          : 'That is not too long, whatever its cryptography.'}{' '}
        <LinkButton onClick={() => goTo('/assets', { harvest: harvest.standing })}>All that stand so</LinkButton>
      </p>
    </Section>
  );
}
