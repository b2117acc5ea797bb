import { useId } from 'react';
import styles from './JsonEditor.module.css';

export interface JsonEditorProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** What is wrong, where something is. */
  error?: string | undefined;
  rows?: number;
}

/** JSON as text, with the numbers of its lines. */
export function JsonEditor({ label, value, onChange, error, rows = 10 }: JsonEditorProps) {
  const id = useId();
  const lines = value.split('\n').length;
  return (
    <div className={styles.editor}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.box} data-invalid={Boolean(error) || undefined}>
        <pre aria-hidden="true">{Array.from({ length: lines }, (_, line) => line + 1).join('\n')}</pre>
        <textarea
          id={id}
          value={value}
          rows={rows}
          spellCheck={false}
          autoComplete="off"
          wrap="off"
          aria-invalid={Boolean(error) || undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      {error && (
        <p id={`${id}-error`} role="alert" className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}
