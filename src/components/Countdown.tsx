import { useEffect, useRef, useState } from 'react';
import styles from './Countdown.module.css';

export interface CountdownProps {
  /** From how many seconds. */
  from: number;
  /** What happens then, for example `Hidden in`. */
  label: string;
  onEnd?: () => void;
}

const RING = 2 * Math.PI * 8;

/** Seconds that run out, as a number in a ring. */
export function Countdown({ from, label, onEnd }: CountdownProps) {
  const [left, setLeft] = useState(from);
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    const until = Date.now() + from * 1000;
    const timer = setInterval(() => {
      const now = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setLeft(now);
      if (now > 0) return;
      clearInterval(timer);
      end.current?.();
    }, 250);
    return () => clearInterval(timer);
  }, [from]);
  return (
    <span className={styles.countdown} role="timer" aria-label={`${label} ${left} seconds`}>
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        <circle cx="10" cy="10" r="8" />
        <circle cx="10" cy="10" r="8" strokeDasharray={RING} strokeDashoffset={RING * (1 - left / Math.max(1, from))} />
      </svg>
      <span>
        {label} {left} s
      </span>
    </span>
  );
}
