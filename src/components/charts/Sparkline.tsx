import { formatNumber } from '../Format';
import styles from './Chart.module.css';
import { scale } from './scale';

const WIDTH = 72;
const HEIGHT = 20;

/** How one number came to be what it is, beside the number. */
export function Sparkline({
  label,
  values,
  colour = 'var(--accent)',
}: {
  label: string;
  values: readonly number[];
  colour?: string;
}) {
  if (values.length < 2) return null;
  const x = scale([0, values.length - 1], [2, WIDTH - 4]);
  const y = scale([Math.min(...values), Math.max(...values)], [HEIGHT - 3, 3]);
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const said = `${label}: from ${formatNumber(first)} to ${formatNumber(last)}`;
  return (
    <svg className={styles.spark} width={WIDTH} height={HEIGHT} role="img" aria-label={said}>
      <title>{said}</title>
      <polyline points={values.map((value, at) => `${x(at)},${y(value)}`).join(' ')} stroke={colour} />
      <circle cx={x(values.length - 1)} cy={y(last)} r="2.5" fill={colour} />
    </svg>
  );
}
