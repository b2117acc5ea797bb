import type { ReactNode } from 'react';
import { formatNumber } from './Format';
import styles from './ScreenHeader.module.css';

export interface ScreenHeaderProps {
  title: string;
  /** How many there are of what is listed. */
  count?: number | undefined;
  /** At the right, the main action last. */
  actions?: ReactNode;
  /** The row below: search and filters. */
  children?: ReactNode;
}

/** The head of a screen: its name, what can be done, and below it what narrows the list. */
export function ScreenHeader({ title, count, actions, children }: ScreenHeaderProps) {
  return (
    <header className={styles.header}>
      <div className={styles.line}>
        <h1>{title}</h1>
        {count !== undefined && <span className={styles.count}>{formatNumber(count)}</span>}
        <div className={styles.actions}>{actions}</div>
      </div>
      {children && <div className={styles.filters}>{children}</div>}
    </header>
  );
}
