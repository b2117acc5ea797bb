import type { AssetDetail } from '@/api/bindings';
import { Copyable } from '@/components/Copyable';
import { Foreign, visible } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { KeyValue, Section } from '@/components/KeyValue';
import { LevelBadge, ScoreBar, ScoreSum } from '@/components/Score';
import { ADDENDS, ENVIRONMENTS, STATUSES, TYPES } from '../words';
import { Deadlines } from './Deadlines';
import styles from './Detail.module.css';
import { Harvest } from './Harvest';
import { Meaning } from './Meaning';
import { Verdicts } from './Verdicts';

/** What an asset is, how it stands and why, and what it means to its owner. */
export function Summary({ asset }: { asset: AssetDetail }) {
  const { breakdown } = asset;
  const addends = breakdown.addends.map(({ name, value, why }) => ({ label: ADDENDS[name], value, why }));
  return (
    <div className={styles.sections}>
      <KeyValue
        rows={[
          ['Location', <Copyable key="location" text={visible(asset.location)} label="location" whole />],
          ['Kind', `${TYPES[asset.type]}, ${ENVIRONMENTS[asset.environment].toLowerCase()}`],
          ['Status', STATUSES[asset.status]],
          ...(asset.wrapper_algorithm
            ? ([['Wrapped with', <Foreign key="with" text={asset.wrapper_algorithm} mono />]] as const)
            : []),
          ['Last scan', <RelativeTime key="scan" at={asset.last_scan} />],
        ]}
      />
      <Verdicts classification={asset.classification} />
      <Section
        title="Score"
        actions={
          <span className={styles.score}>
            <LevelBadge level={breakdown.level} />
            <ScoreBar score={breakdown.normative} level={breakdown.level} />
          </span>
        }
      >
        <ScoreSum addends={addends} total={breakdown.normative} />
        <p className={styles.note}>Before it is held between 0 and 100: {breakdown.exposure_points} exposure points.</p>
      </Section>
      <Deadlines asset={asset} />
      <Harvest asset={asset} />
      {asset.findings.length > 0 && (
        <Section title="Findings">
          <ul className={styles.findings}>
            {asset.findings.map((finding) => (
              <li key={finding}>{visible(finding)}</li>
            ))}
          </ul>
        </Section>
      )}
      <Meaning asset={asset} />
    </div>
  );
}
