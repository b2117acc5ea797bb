import { useId } from 'react';
import type { Option } from './Field';
import styles from './ToggleChips.module.css';

/** Any number of a few, all in sight. */
export function ToggleChips<V extends string>({
  legend,
  hint,
  options,
  chosen,
  onToggle,
  disabled = false,
}: {
  legend: string;
  hint?: string;
  options: readonly Option<V>[];
  chosen: readonly string[];
  onToggle: (value: V) => void;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <fieldset className={styles.group} disabled={disabled} aria-describedby={hint ? id : undefined}>
      <legend>{legend}</legend>
      <div className={styles.chips}>
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            aria-pressed={chosen.includes(option.value)}
            onClick={() => onToggle(option.value)}
          >
            <span className={styles.mark} aria-hidden="true">
              {chosen.includes(option.value) ? '✓' : '+'}
            </span>
            {option.label}
          </button>
        ))}
      </div>
      {hint && (
        <p id={id} className={styles.hint}>
          {hint}
        </p>
      )}
    </fieldset>
  );
}
