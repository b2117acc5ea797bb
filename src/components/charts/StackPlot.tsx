import { formatNumber } from '../Format';
import styles from './Chart.module.css';
import { scale, ticks } from './scale';
import { outline, type Place, type Point, type Series, type Spot, sumBelow } from './stack';

export interface StackPlotProps {
  series: readonly Series[];
  points: readonly Point[];
  width: number;
  height: number;
  /** The number that is looked at. */
  spot: Spot | null;
  onLook: (spot: Spot) => void;
  onSelect?: ((spot: Spot) => void) | undefined;
}

const PAD = { top: 8, right: 8, bottom: 24, left: 64 };
const LABEL_WIDTH = 90;
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Where points are, from left to right. */
export function placeOf(points: number, width: number): Place {
  return scale([0, Math.max(1, points - 1)], [PAD.left, width - PAD.right]);
}

/** The drawing of a stack. */
export function StackPlot({ series, points, width, height, spot, onLook, onSelect }: StackPlotProps) {
  const most = Math.max(1, ...points.map((point) => sumBelow(point, series, series.length)));
  const marks = ticks(most);
  const x = placeOf(points.length, width);
  const y = scale([0, marks.at(-1) ?? most], [height - PAD.bottom, PAD.top]);
  const looked = spot && points[spot.point];
  return (
    <svg width={width} height={height} aria-hidden="true">
      {marks.map((mark) => (
        <g key={mark}>
          <line className={styles.grid} x1={PAD.left} x2={width - PAD.right} y1={y(mark)} y2={y(mark)} />
          <text className={styles.tick} x={PAD.left - 8} y={y(mark) + 4} textAnchor="end">
            {formatNumber(mark)}
          </text>
        </g>
      ))}
      {series.map((one, at) => (
        <path key={one.id} className={styles.area} d={outline(points, series, at, x, y)} fill={one.colour} />
      ))}
      <Dates points={points} x={x} y={height - 6} band={bandOf(points.length, width)} />
      <Hits {...{ series, points, width, x, y, onLook, onSelect }} />
      {looked && (
        <g className={styles.here}>
          <line x1={x(spot.point)} x2={x(spot.point)} y1={y(0)} y2={PAD.top} />
          <circle cx={x(spot.point)} cy={y(sumBelow(looked, series, spot.series + 1))} r="4" />
        </g>
      )}
    </svg>
  );
}

const bandOf = (points: number, width: number) => (width - PAD.left - PAD.right) / Math.max(1, points - 1);

/** As many dates as there is room for; always the first and the last. */
function Dates({ points, x, y, band }: { points: readonly Point[]; x: Place; y: number; band: number }) {
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / Math.max(1, band)));
  const last = points.length - 1;
  const isLabelled = (at: number) => at === 0 || at === last || (at % every === 0 && last - at >= every);
  return points.map((point, at) =>
    isLabelled(at) ? (
      <text
        key={point.at}
        className={styles.tick}
        x={x(at)}
        y={y}
        textAnchor={at === 0 ? 'start' : at === last ? 'end' : 'middle'}
      >
        {day.format(new Date(point.at))}
      </text>
    ) : null,
  );
}

type HitsProps = Pick<StackPlotProps, 'series' | 'points' | 'width' | 'onLook' | 'onSelect'> & { x: Place; y: Place };

/** What the pointer meets: one field for each number. */
function Hits({ series, points, width, x, y, onLook, onSelect }: HitsProps) {
  const band = bandOf(points.length, width);
  return points.flatMap((point, at) =>
    series.map((one, level) => {
      const [top, ground] = [y(sumBelow(point, series, level + 1)), y(sumBelow(point, series, level))];
      const spot = { point: at, series: level };
      return (
        // biome-ignore lint/a11y/noStaticElementInteractions: the keyboard has the list around the drawing
        <rect
          key={`${point.at} ${one.id}`}
          className={styles.hit}
          x={x(at) - band / 2}
          width={band}
          y={top}
          height={Math.max(0, ground - top)}
          data-link={Boolean(onSelect) || undefined}
          onPointerMove={() => onLook(spot)}
          onClick={() => onSelect?.(spot)}
        />
      );
    }),
  );
}
