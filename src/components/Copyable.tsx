import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import styles from './Copyable.module.css';

/** The text shortened in its middle. */
export function shortened(text: string, head = 8, tail = 6): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

/** A hash, key or address: short, whole on hover and focus, copied by one click. */
export function Copyable({ text, label, whole = false }: { text: string; label: string; whole?: boolean }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button type="button" className={styles.copyable} title={text} aria-label={`Copy ${label} ${text}`} onClick={copy}>
      <span>{whole ? text : shortened(text)}</span>
      {copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
    </button>
  );
}
