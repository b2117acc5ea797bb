import type { TrendPoint } from '@/api/risk';
import { StackedArea } from '@/components/charts/StackedArea';
import { SegmentedControl } from '@/components/SegmentedControl';
import { useGoTo, useView } from '@/routes/useView';
import { LENSES, type Lens, partsIn, pointsOf, RANGES, type Range, searchOf } from './lenses';
import styles from './Overview.module.css';

const RANGE_LABELS: Record<Range, string> = { week: '7 days', month: '30 days', quarter: '90 days', all: 'All' };

/** How all assets divided over time; the address keeps by what, and how far back. */
export function Trend({ trend }: { trend: readonly TrendPoint[] }) {
  const view = useView();
  const goTo = useGoTo();
  const lens = among(LENSES, view.text('by')) ?? 'verdict';
  const range = among(RANGES, view.text('range')) ?? 'quarter';
  const points = pointsOf(trend, lens, range);
  return (
    <section className={styles.card} aria-label="Trend">
      <div className={styles.switches}>
        <SegmentedControl
          label="Divided by"
          value={lens}
          options={(Object.keys(LENSES) as Lens[]).map((value) => ({ value, label: LENSES[value].label }))}
          onChange={(by) => view.set({ by }, { replace: true })}
        />
        <SegmentedControl
          label="Time range"
          value={range}
          options={(Object.keys(RANGES) as Range[]).map((value) => ({ value, label: RANGE_LABELS[value] }))}
          onChange={(next) => view.set({ range: next }, { replace: true })}
        />
      </div>
      {points.length < 2 ? (
        <p className={styles.note}>A trend shows once there was more than one scan in this time.</p>
      ) : (
        <StackedArea
          key={`${lens} ${range}`}
          title={`Assets by ${LENSES[lens].label.toLowerCase()}`}
          series={partsIn(lens, points)}
          points={points}
          onSelect={(part) => goTo('/assets', searchOf(lens, part))}
        />
      )}
    </section>
  );
}

function among<K extends string>(known: Record<K, unknown>, value: string | undefined): K | undefined {
  return value !== undefined && Object.hasOwn(known, value) ? (value as K) : undefined;
}
