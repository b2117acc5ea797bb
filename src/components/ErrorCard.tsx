import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button';
import styles from './States.module.css';

export interface ErrorCardProps {
  /** What happened, one sentence. */
  what: string;
  /** What to do, one sentence. */
  remedy?: string | undefined;
  /** The button that does it, where there is one. */
  action?: ReactNode;
  /** For a report: the code and the request in the log. */
  code?: string;
  request?: string;
}

/** An error that says what to do. */
export function ErrorCard({ what, remedy, action, code, request }: ErrorCardProps) {
  const details = [code && `code ${code}`, request && `request ${request}`].filter(Boolean).join(', ');
  return (
    <div className={styles.error} role="alert">
      <TriangleAlert aria-hidden="true" />
      <div className={styles.errorText}>
        <p className={`${styles.what} selectable`}>{what}</p>
        {remedy && <p className="selectable">{remedy}</p>}
        {details && (
          <details>
            <summary>Details</summary>
            <code className="selectable">{details}</code>{' '}
            <Button look="quiet" onClick={() => navigator.clipboard.writeText(`${what}\n${details}`)}>
              Copy
            </Button>
          </details>
        )}
      </div>
      {action}
    </div>
  );
}

/** A list with nothing in it: what would be here, how to get it, and an example. */
export function EmptyState({
  title,
  children,
  action,
  example,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  example?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
      {example && <p className={styles.example}>{example}</p>}
    </div>
  );
}

/** Rows that are on their way; they appear only where the wait is felt. */
export function Skeleton({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div className={styles.skeleton} role="status" aria-busy="true" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} />
      ))}
    </div>
  );
}
