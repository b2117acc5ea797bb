import { Check, Copy, X } from 'lucide-react';
import { useState } from 'react';
import styles from './Copyable.module.css';
import { copyText } from './clipboard';

/** The text shortened in its middle. */
export function shortened(text: string, head = 8, tail = 6): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

export interface CopyableProps {
  text: string;
  /** What it is. */
  label: string;
  /** Shown in full. */
  whole?: boolean;
  /** Taken off the clipboard again after half a minute. */
  secret?: boolean;
}

const ICONS = { still: Copy, copied: Check, refused: X };
const SAID_FOR_MS = 1_500;

/** A hash, key or address: short, whole on hover and focus, copied by one click. */
export function Copyable({ text, label, whole = false, secret = false }: CopyableProps) {
  const [state, setState] = useState<keyof typeof ICONS>('still');
  const copy = async () => {
    setState((await copyText(text, { secret })) ? 'copied' : 'refused');
    setTimeout(() => setState('still'), SAID_FOR_MS);
  };
  const Icon = ICONS[state];
  const shown = whole ? text : shortened(text);
  return (
    <button
      type="button"
      className={styles.copyable}
      title={text}
      aria-label={`Copy ${label} ${shown}`}
      onClick={(event) => {
        // The row that it stands in is not meant.
        event.stopPropagation();
        copy();
      }}
    >
      <span>{shown}</span>
      <Icon aria-hidden="true" />
      <span role="status" className="visually-hidden">
        {state === 'copied' && 'Copied'}
        {state === 'refused' && 'It could not be copied'}
      </span>
    </button>
  );
}
