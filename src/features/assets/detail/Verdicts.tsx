import type { Classification, LayerVerdict } from '@/api/bindings';
import { visible } from '@/components/Foreign';
import { Section } from '@/components/KeyValue';
import { VerdictMark } from '@/components/Verdict';
import { LAYERS } from '../words';
import styles from './Detail.module.css';

/** The verdict on each layer, with what decided it. */
export function Verdicts({ classification }: { classification: Classification }) {
  const layers: [string, LayerVerdict][] = [
    [LAYERS.KEY_EXCHANGE, classification.key_exchange],
    [LAYERS.AUTHENTICATION, classification.authentication],
    [LAYERS.DATA_AT_REST, classification.data_at_rest],
  ];
  return (
    <Section title="Verdicts">
      <ul className={styles.layers}>
        {layers.map(([name, layer]) => (
          <li key={name}>
            <p className={styles.layer}>
              <span>{name}</span>
              <VerdictMark verdict={layer.verdict} of={name} />
            </p>
            <p>
              {layer.algorithm && <code>{visible(layer.algorithm)}</code>}
              {layer.algorithm && ' – '}
              {visible(layer.explanation)}
            </p>
            <p className={styles.note}>
              Rule <code>{layer.rule}</code>
              {!layer.decisive && ', does not count towards the whole'}
            </p>
          </li>
        ))}
      </ul>
      <p className={styles.note}>
        As a whole by rule <code>{classification.compliance_rule}</code>; map of algorithms{' '}
        <span className={styles.whole}>{classification.map_version}</span>.
      </p>
    </Section>
  );
}
