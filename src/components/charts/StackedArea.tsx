import { type KeyboardEvent, useId, useState } from 'react';
import styles from './Chart.module.css';
import { ChartFrame, Legend } from './ChartFrame';
import { placeOf, StackPlot } from './StackPlot';
import { moved, type Point, type Series, type Spot, told } from './stack';
import { useWidth } from './useWidth';

export type { Point, Series } from './stack';

export interface StackedAreaProps {
  title: string;
  /** From the ground up. */
  series: readonly Series[];
  points: readonly Point[];
  /** Leads to what is behind a number. */
  onSelect?: (series: string, at: string) => void;
  height?: number;
}

const TIP_WIDTH = 190;
const TIP_GAP = 12;
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** How the parts of a whole change with time. Arrows walk its numbers, Enter leads to what is behind one. */
export function StackedArea({ title, series, points, onSelect, height = 220 }: StackedAreaProps) {
  const { element, width } = useWidth<HTMLDivElement>();
  const id = useId();
  const [spot, setSpot] = useState<Spot>({ point: points.length - 1, series: 0 });
  const [isLooking, setLooking] = useState(false);
  const look = (next: Spot) => {
    setSpot(next);
    setLooking(true);
  };
  const select = (chosen: Spot) => {
    const [one, when] = [series[chosen.series], points[chosen.point]];
    if (one && when) onSelect?.(one.id, when.at);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = moved(spot, event.key, points.length, series.length);
    if (next) look(next);
    else if (event.key === 'Enter' || event.key === ' ') select(spot);
    else return;
    event.preventDefault();
  };
  const left = placeOf(points.length, width)(spot.point);
  return (
    <ChartFrame
      title={title}
      table={{
        columns: ['Date', ...series.map((one) => one.label)],
        rows: points.map((point) => ({
          id: point.at,
          cells: [whole.format(new Date(point.at)), ...series.map((one) => told(point, one))],
        })),
      }}
    >
      <div
        ref={element}
        className={styles.plot}
        role="listbox"
        aria-label={`${title}. Arrow keys walk the numbers.`}
        aria-activedescendant={`${id}-spot`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => setLooking(true)}
        onBlur={() => setLooking(false)}
        onPointerLeave={() => setLooking(false)}
      >
        <StackPlot
          {...{ series, points, width, height }}
          spot={isLooking ? spot : null}
          onLook={look}
          onSelect={onSelect && select}
        />
        <Tip
          id={`${id}-spot`}
          point={points[spot.point]}
          series={series}
          chosen={series[spot.series]}
          isShown={isLooking}
          left={left + TIP_WIDTH + 2 * TIP_GAP > width ? left - TIP_WIDTH - TIP_GAP : left + TIP_GAP}
        />
      </div>
      <Legend entries={[...series].reverse()} />
    </ChartFrame>
  );
}

interface TipProps {
  id: string;
  point: Point | undefined;
  series: readonly Series[];
  chosen: Series | undefined;
  isShown: boolean;
  left: number;
}

/** The exact numbers of one point; to a screen reader, the one number that is looked at. */
function Tip({ id, point, series, chosen, isShown, left }: TipProps) {
  if (!point) return null;
  const when = whole.format(new Date(point.at));
  return (
    <div
      id={id}
      role="option"
      aria-selected="true"
      tabIndex={-1}
      aria-label={`${when}, ${chosen?.label}: ${told(point, chosen)}`}
      className={styles.tip}
      data-shown={isShown || undefined}
      style={{ left, width: TIP_WIDTH }}
    >
      <span className={styles.when}>{when}</span>
      {[...series].reverse().map((one) => (
        <span key={one.id} className={styles.fact} data-chosen={one.id === chosen?.id || undefined}>
          <span className={styles.swatch} style={{ background: one.colour }} />
          <span>{one.label}</span>
          <span className={styles.value}>{told(point, one)}</span>
        </span>
      ))}
    </div>
  );
}
