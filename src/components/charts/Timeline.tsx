import { formatNumber } from '../Format';
import styles from './Chart.module.css';
import { ChartFrame } from './ChartFrame';
import { lanes, scale } from './scale';
import { useWidth } from './useWidth';

export interface Deadline {
  id: string;
  /** The day. */
  at: string;
  /** What is due. */
  label: string;
  /** How many miss it. */
  missing: number;
}

export interface TimelineProps {
  title: string;
  deadlines: readonly Deadline[];
  /** Today, as the one who draws says. */
  now: string;
  /** Leads to those that miss a deadline. */
  onSelect?: (id: string) => void;
}

const PAD = 12;
const AXIS = 28;
const LANE = 66;
const FLAG_WIDTH = 208;
const YEAR_WIDTH = 56;

const year = (at: string) => new Date(at).getUTCFullYear();
const startOf = (one: number) => Date.UTC(one, 0, 1);
const months = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** Deadlines along the years, each with the number that misses it. */
export function Timeline({ title, deadlines, now, onSelect }: TimelineProps) {
  const { element, width } = useWidth<HTMLDivElement>();
  const ordered = [...deadlines].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const first = Math.min(year(now), ...ordered.map((one) => year(one.at)));
  const last = Math.max(year(now) + 1, ...ordered.map((one) => year(one.at) + 1));
  const x = scale([startOf(first), startOf(last)], [PAD, width - PAD]);
  const places = ordered.map((one) => placed(one, x(Date.parse(one.at)), width)).sort((one, other) => one.left - other.left);
  const lane = lanes(places.map(({ left }) => ({ start: left, end: left + FLAG_WIDTH + 8 })));
  const height = AXIS + (Math.max(0, ...lane) + 1) * LANE + 8;
  const every = Math.max(1, Math.ceil(((last - first) * YEAR_WIDTH) / Math.max(1, width - 2 * PAD)));
  const years = Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((one) => (one - first) % every === 0);
  return (
    <ChartFrame
      title={title}
      table={{
        columns: ['Due', 'What', 'Miss it'],
        rows: ordered.map((one) => ({
          id: one.id,
          cells: [months.format(new Date(one.at)), one.label, formatNumber(one.missing)],
        })),
      }}
    >
      <div ref={element} className={styles.plot} style={{ height }}>
        <svg width={width} height={height} aria-hidden="true">
          <line className={styles.axis} x1={PAD} x2={width - PAD} y1={AXIS} y2={AXIS} />
          {years.map((one) => (
            <g key={one}>
              <line className={styles.axis} x1={x(startOf(one))} x2={x(startOf(one))} y1={AXIS - 4} y2={AXIS} />
              <text
                className={styles.tick}
                x={x(startOf(one))}
                y={AXIS - 10}
                textAnchor={one === first ? 'start' : one === last ? 'end' : 'middle'}
              >
                {one}
              </text>
            </g>
          ))}
          {places.map(({ one, at }, index) => (
            <line key={one.id} className={styles.stem} x1={at} x2={at} y1={AXIS} y2={AXIS + 10 + (lane[index] ?? 0) * LANE} />
          ))}
          <g className={styles.today}>
            <line x1={x(Date.parse(now))} x2={x(Date.parse(now))} y1={AXIS - 6} y2={height} />
            <circle cx={x(Date.parse(now))} cy={AXIS} r="4" />
          </g>
        </svg>
        <ol aria-label="Deadlines">
          {places.map(({ one, left, isTurned }, index) => (
            <li key={one.id}>
              <button
                type="button"
                className={styles.flag}
                data-turned={isTurned || undefined}
                data-missed={one.missing > 0 || undefined}
                data-past={Date.parse(one.at) < Date.parse(now) || undefined}
                style={{ left, top: AXIS + 8 + (lane[index] ?? 0) * LANE, width: FLAG_WIDTH }}
                title={`${one.label}, due ${months.format(new Date(one.at))}: ${formatNumber(one.missing)} miss it`}
                onClick={() => onSelect?.(one.id)}
              >
                <span className={styles.flagLabel}>{one.label}</span>
                <span className={styles.flagCount}>
                  {months.format(new Date(one.at))} · {one.missing > 0 ? `${formatNumber(one.missing)} miss it` : 'all meet it'}
                </span>
              </button>
            </li>
          ))}
        </ol>
      </div>
    </ChartFrame>
  );
}

/** A flag hangs at the right of its day, and at the left where there is no room. */
function placed(one: Deadline, at: number, width: number) {
  const isTurned = at + FLAG_WIDTH > width;
  return { one, at, isTurned, left: Math.max(0, isTurned ? at - FLAG_WIDTH + 1.5 : at - 1.5) };
}
