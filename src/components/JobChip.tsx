import { X } from 'lucide-react';
import { IconButton } from './Button';
import styles from './JobChip.module.css';

export interface JobChipProps {
  /** What is being done. */
  label: string;
  done: number;
  total: number;
  /** The step that just ended. */
  step?: string | null;
  onCancel?: () => void;
  onOpen?: () => void;
}

/** Work that is under way: what, how far, and the way to stop it. */
export function JobChip({ label, done, total, step, onCancel, onOpen }: JobChipProps) {
  const percent = total > 0 ? Math.round((done / total) * 100) : 0;
  return (
    <span className={styles.chip}>
      <button type="button" className={styles.what} onClick={onOpen} title={step ?? label}>
        {label}
        <progress value={done} max={Math.max(total, 1)} aria-label={`${label}: ${percent} %`} />
        <span>
          {done} / {total}
        </span>
      </button>
      {onCancel && (
        <IconButton label={`Cancel: ${label}`} onClick={onCancel}>
          <X aria-hidden="true" />
        </IconButton>
      )}
    </span>
  );
}
