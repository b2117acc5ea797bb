import type { ReactNode } from 'react';
import styles from './Badge.module.css';

/** A word about a thing's state. */
export function Badge({
  tone = 'neutral',
  children,
}: {
  tone?: 'neutral' | 'good' | 'warn' | 'bad' | 'info';
  children: ReactNode;
}) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {children}
    </span>
  );
}

/** A sentence across a screen. */
export function Banner({
  tone = 'info',
  children,
  action,
}: {
  tone?: 'good' | 'warn' | 'bad' | 'info';
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={styles.banner} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <div>{children}</div>
      {action}
    </div>
  );
}
