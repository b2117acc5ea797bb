import { type ComponentProps, type ElementType, type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './Field.module.css';

interface Common {
  label: string;
  /** One sentence below the field. */
  hint?: ReactNode;
  /** What is wrong with what was entered. */
  error?: string | undefined;
}

/** Label, control, hint and error, tied together for screen readers. */
export function Field({
  label,
  hint,
  error,
  children,
}: Common & { children: (ids: { id: string; describedBy: string | undefined; invalid: boolean }) => ReactNode }) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy: note ? `${id}-note` : undefined, invalid: Boolean(error) })}
      {note && (
        <p id={`${id}-note`} className={error ? styles.error : styles.hint} role={error ? 'alert' : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}

/** A line, or several, of what is no secret. */
function typedField<Tag extends 'input' | 'textarea'>(Tag: Tag) {
  return function TypedField({ label, hint, error, ...rest }: Common & Omit<ComponentProps<Tag>, 'id'>) {
    // What is left of the properties is what the element takes; the compiler does not follow that far.
    const Control = Tag as ElementType;
    return (
      <Field label={label} hint={hint} error={error}>
        {({ id, describedBy, invalid }) => (
          <Control
            id={id}
            className={styles.input}
            autoComplete="off"
            spellCheck={false}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            {...rest}
          />
        )}
      </Field>
    );
  };
}

export const TextField = typedField('input');
export const TextArea = typedField('textarea');

export interface SecretFieldProps extends Common {
  /** Several lines, as a key in PEM has. */
  lines?: number;
  name?: string;
  autoFocus?: boolean;
  /** Read the value at submission: it is in no state. */
  inputRef: React.RefObject<HTMLInputElement | HTMLTextAreaElement | null>;
}

/** A field for what is secret: in no state, remembered by nothing, emptied when it goes away. */
export function SecretField({ label, hint, error, lines = 1, inputRef, name, autoFocus }: SecretFieldProps) {
  const kept = useRef<HTMLInputElement | HTMLTextAreaElement | null>(null);
  useEffect(
    () => () => {
      if (kept.current) kept.current.value = '';
    },
    [],
  );
  const take = (element: HTMLInputElement | HTMLTextAreaElement | null) => {
    if (element) kept.current = element;
    inputRef.current = element;
  };
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => {
        const shared = {
          id,
          name,
          autoComplete: 'off',
          autoCorrect: 'off',
          spellCheck: false,
          'aria-describedby': describedBy,
          'aria-invalid': invalid || undefined,
          autoFocus,
        };
        return lines > 1 ? (
          <textarea ref={take} rows={lines} className={`${styles.input} ${styles.secret}`} {...shared} />
        ) : (
          <input ref={take} type="password" className={styles.input} {...shared} />
        );
      }}
    </Field>
  );
}

export interface Option<V extends string = string> {
  value: V;
  label: string;
  /** How many there are, where a filter offers it. */
  count?: number | undefined;
}

export interface SelectProps<V extends string> extends Common {
  value: V;
  options: readonly Option<V>[];
  onChange: (value: V) => void;
  disabled?: boolean;
}

export function Select<V extends string>({ label, hint, error, value, options, onChange, disabled }: SelectProps<V>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <select
          id={id}
          className={styles.input}
          value={value}
          disabled={disabled}
          aria-describedby={describedBy}
          onChange={(event) => onChange(event.target.value as V)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export interface SwitchProps {
  label: string;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** Yes or no: a box before its label, or a switch after it that acts at once. */
export function Checkbox({ look = 'box', label, hint, checked, onChange, disabled }: SwitchProps & { look?: 'box' | 'switch' }) {
  const id = useId();
  return (
    <div className={styles[look]}>
      <input
        id={id}
        type="checkbox"
        {...(look === 'switch' ? { role: 'switch', 'aria-checked': checked } : {})}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-note` : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-note`} className={styles.hint}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

export interface Card<V extends string> {
  value: V;
  label: string;
  description: ReactNode;
  badge?: ReactNode;
  disabled?: boolean;
}

/** One choice of a few, each explained. */
export function RadioCards<V extends string>({
  legend,
  value,
  options,
  onChange,
}: {
  legend: string;
  value: V | null;
  options: readonly Card<V>[];
  onChange: (value: V) => void;
}) {
  const name = useId();
  return (
    <fieldset className={styles.cards}>
      <legend className="visually-hidden">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className={styles.card} data-chosen={option.value === value || undefined}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={option.disabled}
            onChange={() => onChange(option.value)}
          />
          <span className={styles.cardText}>
            <span className={styles.cardLabel}>
              {option.label}
              {option.badge}
            </span>
            <span className={styles.hint}>{option.description}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
