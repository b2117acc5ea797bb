import { useMemo } from 'react';
import type { AlgorithmUse, AssetDetail } from '@/api/bindings';
import { Foreign } from '@/components/Foreign';
import { Section } from '@/components/KeyValue';
import { Tree } from '@/components/Tree';
import { LAYERS } from '../words';
import styles from './Detail.module.css';
import { factTree } from './facts';

/** What the probe saw, and every algorithm that was in use. */
export function Facts({ asset }: { asset: AssetDetail }) {
  const tree = useMemo(() => factTree(asset.facts), [asset.facts]);
  if (tree.length === 0 && asset.algorithms.length === 0) {
    return <p className={styles.note}>No scan has seen this asset, so that nothing is known of what it offers.</p>;
  }
  return (
    <div className={styles.sections}>
      {tree.length > 0 && <Tree label="Facts" nodes={tree} />}
      {asset.algorithms.length > 0 && (
        <Section title="Algorithms">
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Algorithm</th>
                <th scope="col">Layer</th>
                <th scope="col">Seen as</th>
              </tr>
            </thead>
            <tbody>
              {asset.algorithms.map((use, index) => (
                <Use key={index} use={use} />
              ))}
            </tbody>
          </table>
        </Section>
      )}
    </div>
  );
}

function Use({ use }: { use: AlgorithmUse }) {
  const size = use.curve ?? (use.key_length ? `${use.key_length} bits` : null);
  return (
    <tr>
      <td>
        <Foreign text={use.algorithm} mono />
        {size && <span className={styles.note}>{size}</span>}
      </td>
      <td>{LAYERS[use.layer]}</td>
      <td>
        <Foreign text={use.role} />
        <span className={styles.note}>{[use.negotiated && 'chosen', use.protocol].filter(Boolean).join(', ')}</span>
      </td>
    </tr>
  );
}
