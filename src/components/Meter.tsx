import { formatNumber } from './Format';
import styles from './Meter.module.css';

/** A part of a whole: a bar with its number. Of nothing there is no part. */
export function Meter({ label, part, whole, tone }: { label: string; part: number; whole: number; tone?: 'good' | 'info' }) {
  if (whole <= 0) return <span className={styles.none}>—</span>;
  const percent = Math.max(0, Math.min(100, (part / whole) * 100));
  return (
    <span className={styles.meter} title={`${label}: ${formatNumber(part)} of ${formatNumber(whole)}`}>
      <span className={styles.track} data-tone={tone} aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
      <span className={styles.number}>{roundedPercent(percent)} %</span>
    </span>
  );
}

/** Rounded, but never to none or to all where that is not so. */
function roundedPercent(percent: number): number {
  if (percent <= 0 || percent >= 100) return percent;
  return Math.max(1, Math.min(99, Math.round(percent)));
}
