import { useEffect, useState } from 'react';

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** A number with its digits in groups. */
export function formatNumber(value: number): string {
  return numbers.format(value);
}

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How far a time is from now, in words. */
export function relativeTime(at: string, now = Date.now()): string {
  const seconds = (Date.parse(at) - now) / 1000;
  const unit = UNITS.find(([, length]) => Math.abs(seconds) >= length);
  return unit ? relative.format(Math.trunc(seconds / unit[1]), unit[0]) : 'just now';
}

/** A time: relative, and exact with its zone on hover. */
export function RelativeTime({ at }: { at: string | null }) {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <span>never</span>;
  return (
    <time dateTime={at} title={exact.format(new Date(at))}>
      {relativeTime(at)}
    </time>
  );
}
