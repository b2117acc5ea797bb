import type { DeadlineView } from '@/api/bindings';
import { Timeline } from '@/components/charts/Timeline';
import { useGoTo } from '@/routes/useView';
import styles from './Overview.module.css';

/** The dates of NIST IR 8547 and CNSA 2.0 that concern what a vault knows, with the assets that miss each. */
export function Deadlines({ deadlines }: { deadlines: readonly DeadlineView[] }) {
  const goTo = useGoTo();
  const shown = deadlines.filter((one) => one.types.length > 0);
  if (shown.length === 0) return null;
  const unknown = Math.max(...shown.map((one) => one.not_known));
  return (
    <section className={styles.card} aria-label="Deadlines">
      <Timeline
        title="Deadlines, and the assets that miss them as they are"
        now={new Date().toISOString()}
        deadlines={shown.map((one) => ({ id: one.id, at: one.date, label: one.title, missing: one.missed }))}
        onSelect={(deadline) => goTo('/assets', { deadline })}
      />
      {unknown > 0 && (
        <p className={styles.note}>Assets of which too little is known are not counted; another scan may tell more of them.</p>
      )}
    </section>
  );
}
