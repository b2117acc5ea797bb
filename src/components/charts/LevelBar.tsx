import { formatNumber } from '../Format';
import styles from './Chart.module.css';
import { ChartFrame, Legend } from './ChartFrame';

export interface Part {
  id: string;
  label: string;
  value: number;
  /** A colour of the tokens. */
  colour: string;
}

export interface LevelBarProps {
  title: string;
  parts: readonly Part[];
  /** Leads to what is behind a part. */
  onSelect?: (id: string) => void;
}

/** A whole as one bar of its parts. */
export function LevelBar({ title, parts, onSelect }: LevelBarProps) {
  const whole = parts.reduce((sum, part) => sum + part.value, 0);
  const share = (part: Part) => (whole > 0 ? `${formatNumber((part.value / whole) * 100)} %` : '0 %');
  return (
    <ChartFrame
      title={title}
      table={{
        columns: ['', 'Number', 'Share'],
        rows: parts.map((part) => ({ id: part.id, cells: [part.label, formatNumber(part.value), share(part)] })),
      }}
    >
      <div className={styles.bar}>
        {parts
          .filter((part) => part.value > 0)
          .map((part) => {
            const said = `${part.label}: ${formatNumber(part.value)} (${share(part)})`;
            return (
              <button
                key={part.id}
                type="button"
                className={styles.part}
                style={{ flexGrow: part.value, background: part.colour }}
                title={said}
                aria-label={said}
                onClick={() => onSelect?.(part.id)}
              />
            );
          })}
      </div>
      <Legend entries={parts.map((part) => ({ ...part, value: formatNumber(part.value) }))} />
    </ChartFrame>
  );
}
