import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Setting, Value } from '@/api/bindings';
import { Button } from '@/components/Button';
import { Checkbox, TextField } from '@/components/Field';
import styles from './Settings.module.css';
import { isConcealed, useChange } from './useChange';
import { isDefault, limits, named, written } from './words';

/** One setting: what it is, what it does, what holds unless it is set. */
export function SettingRow({ setting, value }: { setting: Setting; value: Value }) {
  const { change, refused, busy } = useChange(setting, value);
  const hint = [setting.meaning, limits(setting)].filter(Boolean).join(' ');
  const { label } = named(setting.key);
  return (
    <div className={styles.setting}>
      <div className={styles.control} data-type={setting.type}>
        {setting.type === 'switch' ? (
          <Checkbox
            look="switch"
            label={label}
            hint={hint}
            checked={value === true}
            disabled={busy}
            onChange={(checked) => change(String(checked))}
          />
        ) : (
          <Entry setting={setting} value={value} hint={hint} refused={refused} busy={busy} change={change} />
        )}
        {setting.type === 'switch' && refused && (
          <p className={styles.refused} role="alert">
            {refused}
          </p>
        )}
      </div>
      <div className={styles.reset}>
        {!isDefault(setting, value) && (
          <Button look="quiet" disabled={busy} aria-label={`Reset ${label} to its default`} onClick={() => change(null)}>
            Reset
          </Button>
        )}
      </div>
    </div>
  );
}

interface EntryProps {
  setting: Setting;
  value: Value;
  hint: string;
  refused: string | undefined;
  busy: boolean;
  change: (value: string | null) => Promise<boolean>;
}

/** A setting that is typed: in force on Enter or when the field is left; Escape puts back what holds. */
function Entry({ setting, value, hint, refused, busy, change }: EntryProps) {
  const concealed = isConcealed(setting);
  const shown = concealed ? '' : written(value);
  const [text, setText] = useState(shown);
  const tried = useRef<string>(undefined);
  useEffect(() => setText(shown), [shown]);
  const { label, unit } = named(setting.key);
  const commit = async () => {
    const wanted = text.trim();
    // Leaving the field does not send again what Enter sent.
    if (busy || wanted === shown || wanted === tried.current) return;
    tried.current = wanted;
    const done = await change(wanted === '' ? null : wanted);
    if (done && concealed) setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit();
    if (event.key === 'Escape') setText(shown);
  };
  return (
    <TextField
      label={unit ? `${label} (${unit})` : label}
      hint={hint}
      error={refused}
      value={text}
      readOnly={busy}
      inputMode={setting.type === 'number' ? 'numeric' : undefined}
      placeholder={concealed && value !== null ? written(value) : 'Not set'}
      onChange={(event) => {
        tried.current = undefined;
        setText(event.target.value);
      }}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}
