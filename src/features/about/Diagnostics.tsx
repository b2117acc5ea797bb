import type { Check } from '@/api/bindings';
import { Badge } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Foreign } from '@/components/Foreign';
import { useGoTo } from '@/routes/useView';
import styles from './About.module.css';
import { byUrgency, HEALTHS, nameOf, sentence } from './checks';

/** What was found on this machine, in plain words, and what to do where something should be done. */
export function Diagnostics({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className={styles.checks}>
      {byUrgency(checks).map((check) => (
        <Line key={check.name} check={check} />
      ))}
    </ul>
  );
}

function Line({ check }: { check: Check }) {
  const goTo = useGoTo();
  const { word, tone } = HEALTHS[check.health];
  const isSetHere = (check.name === 'chain' || check.name === 'config') && check.health !== 'ready';
  return (
    <li>
      <Badge tone={tone}>{word}</Badge>
      <div className={`${styles.found} selectable`}>
        <span className={styles.name}>{nameOf(check)}</span>
        <Foreign text={sentence(check.finding)} />
        {check.remedy && (
          <span className={styles.remedy}>
            <Foreign text={check.remedy} />
          </span>
        )}
      </div>
      {isSetHere && <Button onClick={() => goTo('/settings')}>Open settings</Button>}
    </li>
  );
}
