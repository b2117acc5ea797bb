import { Field } from './Field';
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
  const lines = value.split('\n').length;
  return (
    <Field label={label} error={error}>
      {({ id, describedBy, invalid }) => (
        <div className={styles.box} data-invalid={invalid || undefined}>
          <pre aria-hidden="true">{Array.from({ length: lines }, (_, line) => line + 1).join('\n')}</pre>
          <textarea
            id={id}
            value={value}
            rows={rows}
            spellCheck={false}
            autoComplete="off"
            wrap="off"
            aria-invalid={invalid || undefined}
            aria-describedby={describedBy}
            onChange={(event) => onChange(event.target.value)}
          />
        </div>
      )}
    </Field>
  );
}
