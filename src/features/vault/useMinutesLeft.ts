import { useEffect, useState } from 'react';

const MINUTE_MS = 60_000;

/** Minutes until a time, the one that has begun counted whole; counts down by itself. */
export function useMinutesLeft(until: string): number {
  const end = Date.parse(until);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    let timer: ReturnType<typeof setTimeout>;
    // Wakes when the number changes and at no other time.
    const wait = () => {
      const left = end - Date.now();
      if (left <= 0) return;
      timer = setTimeout(
        () => {
          setNow(Date.now());
          wait();
        },
        (left % MINUTE_MS) + 1,
      );
    };
    wait();
    return () => clearTimeout(timer);
  }, [end]);
  return Math.max(1, Math.ceil((end - now) / MINUTE_MS));
}
