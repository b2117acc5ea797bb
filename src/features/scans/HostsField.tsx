import { useEffect, useState } from 'react';
import type { CheckedList } from '@/api/bindings';
import { useCheckedTargets } from '@/api/targets';
import { Button } from '@/components/Button';
import { TextArea } from '@/components/Field';
import { Foreign } from '@/components/Foreign';
import { counted } from '@/features/assets/words';
import { withoutLines } from './lines';
import styles from './Scans.module.css';

const PAUSE_MS = 200;
const SHOWN = 5;
const EXAMPLE = 'example.org\nmail.example.org:993\n[2001:db8::7]:8443\nhttps://api.example.org/v1';

/** What the core says of the list, a moment after the last key. */
export function useLinesChecked(text: string): CheckedList | undefined {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return useCheckedTargets(settled).data;
}

export interface HostsFieldProps {
  text: string;
  onChange: (text: string) => void;
  checked: CheckedList | undefined;
}

/** The list of hosts, and below it which lines are none and why. */
export function HostsField({ text, onChange, checked }: HostsFieldProps) {
  return (
    <div className={styles.hosts}>
      <TextArea
        label="Hosts and URLs, one a line"
        rows={9}
        autoFocus
        placeholder={EXAMPLE}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      {checked && text.trim() !== '' ? (
        <Verdict checked={checked} onLeaveOut={(lines) => onChange(withoutLines(text, lines))} />
      ) : (
        <p className={styles.note}>Port 443 where none is given. What follows a # is a comment.</p>
      )}
    </div>
  );
}

function Verdict({ checked, onLeaveOut }: { checked: CheckedList; onLeaveOut: (lines: number[]) => void }) {
  const { targets, wrong, first_wrong: first } = checked;
  if (wrong === 0) {
    return (
      <p className={styles.note} role="status">
        {counted(targets, 'target')}
      </p>
    );
  }
  return (
    <div className={styles.wrong} role="status">
      <p className={styles.wrongHead}>
        <span>
          {counted(targets, 'target')}; {counted(wrong, 'line')} {wrong === 1 ? 'is' : 'are'} none:
        </span>
        <Button look="quiet" onClick={() => onLeaveOut(first.map(({ line }) => line))}>
          Leave {wrong === 1 ? 'it' : 'them'} out
        </Button>
      </p>
      <ul>
        {first.slice(0, SHOWN).map(({ line, why }) => (
          <li key={line}>
            <span className={styles.lineNumber}>Line {line}</span>
            <Foreign text={why} />
          </li>
        ))}
      </ul>
      {wrong > SHOWN && <p className={styles.note}>and {counted(wrong - SHOWN, 'more line', 'more lines')}</p>}
    </div>
  );
}
