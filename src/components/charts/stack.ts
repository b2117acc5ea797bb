import { formatNumber } from '../Format';

export interface Series {
  id: string;
  label: string;
  /** A colour of the tokens, for example `var(--verdict-pqc)`. */
  colour: string;
}

export interface Point {
  /** When. */
  at: string;
  /** How many of each series; nothing where nobody counted. */
  values: Readonly<Record<string, number | undefined>>;
}

/** One number of a stack: which point, and which series. */
export interface Spot {
  point: number;
  series: number;
}

export type Place = (value: number) => number;

/** The height of a number; what nobody counted has none. */
export function amount(point: Point | undefined, series: Series | undefined): number {
  return point && series ? (point.values[series.id] ?? 0) : 0;
}

/** A number as it is read: what nobody counted is no 0. */
export function told(point: Point | undefined, series: Series | undefined): string {
  const value = point && series ? point.values[series.id] : undefined;
  return value === undefined ? 'Not counted' : formatNumber(value);
}

/** The height of a stack up to a series. */
export function sumBelow(point: Point, all: readonly Series[], end: number): number {
  return all.slice(0, end).reduce((sum, one) => sum + amount(point, one), 0);
}

/** The outline of one series over all points. */
export function outline(points: readonly Point[], series: readonly Series[], level: number, x: Place, y: Place): string {
  const along = (end: number) => points.map((point, at) => `${x(at)},${y(sumBelow(point, series, end))}`);
  return `M${along(level + 1).join('L')}L${along(level).reverse().join('L')}Z`;
}

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  Home: [Number.NEGATIVE_INFINITY, 0],
  End: [Number.POSITIVE_INFINITY, 0],
};

/** Where a key leads from a spot; nothing for other keys. */
export function moved(spot: Spot, key: string, points: number, series: number): Spot | null {
  const way = WAYS[key];
  if (!way) return null;
  const held = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  return { point: held(spot.point + way[0], points), series: held(spot.series + way[1], series) };
}
