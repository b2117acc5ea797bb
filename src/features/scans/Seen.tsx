import { useSeenByScan } from '@/api/assets';
import type { ScanOverview } from '@/api/bindings';
import { LinkButton } from '@/components/Button';
import { Foreign } from '@/components/Foreign';
import { Section } from '@/components/KeyValue';
import { ScoreBar } from '@/components/Score';
import { VerdictMark } from '@/components/Verdict';
import { verdictOf } from '@/features/assets/columns';
import { useGoTo } from '@/routes/useView';
import styles from './Scans.module.css';

const SHOWN = 12;

/** What a scan saw last: it streams in while the scan runs. */
export function Seen({ scan }: { scan: ScanOverview }) {
  const seen = useSeenByScan(scan.id, SHOWN).data ?? [];
  const goTo = useGoTo();
  if (seen.length === 0) return null;
  return (
    <Section
      title="Seen last"
      actions={scan.scanned > SHOWN && <LinkButton onClick={() => goTo('/assets', { scan: scan.id })}>Show all</LinkButton>}
    >
      <ul className={styles.seen}>
        {seen.map((asset) => (
          <li key={asset.id}>
            <button type="button" onClick={() => goTo('/assets', { scan: scan.id, open: asset.id })}>
              <VerdictMark bare verdict={verdictOf(asset)} />
              <span className={styles.seenName}>
                <Foreign text={asset.location} />
              </span>
              <ScoreBar score={asset.score} level={asset.level} />
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
