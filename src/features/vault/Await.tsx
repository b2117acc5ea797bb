import { useEffect, useState } from 'react';
import type { Question } from '@/api/bindings';
import { Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { Dialog } from '@/components/Dialog';
import { Foreign } from '@/components/Foreign';
import styles from './Question.module.css';

/** A device that is waited for. */
export type Wait = Extract<Question, { kind: 'at_wallet' | 'at_yubikey' | 'at_keyring' }>;

export interface AwaitProps {
  question: Wait;
  stopping: boolean;
  onStop: () => void;
}

/** A keyring that is open answers at once; then nothing is to be seen of it. */
const KEYRING_PATIENCE_MS = 600;

/** Says what is waited for, and stops waiting where a person wants that. */
export function Await({ question, stopping, onStop }: AwaitProps) {
  const shown = useLater(question.kind === 'at_keyring' ? KEYRING_PATIENCE_MS : 0);
  if (!shown) return null;
  const { title, text } = waiting(question);
  return (
    <Dialog
      open
      onClose={onStop}
      insistent
      title={title}
      actions={
        <Button autoFocus busy={stopping} onClick={onStop}>
          {stopping ? 'Stopping …' : 'Stop waiting'}
        </Button>
      }
    >
      {question.slot !== null && (
        <p>
          For <Foreign text={question.slot} />
        </p>
      )}
      <p>{text}</p>
      <progress className={styles.waiting} aria-label={title} />
      {question.told !== null && <Banner tone="info">{question.told}</Banner>}
      {question.kind === 'at_wallet' && (
        <p>
          No page opened? Open this address in the browser that has the wallet, once:{' '}
          <Copyable text={question.url} label="address" />
        </p>
      )}
    </Dialog>
  );
}

function waiting(question: Wait): { title: string; text: string } {
  switch (question.kind) {
    case 'at_wallet':
      return {
        title: 'Waiting for the wallet',
        text: 'A page opened in your browser: connect the wallet there, and sign what it shows. The page waits for five minutes.',
      };
    case 'at_yubikey':
      return { title: `Touch YubiKey ${question.serial}`, text: 'It blinks until you touch it, for about fifteen seconds.' };
    case 'at_keyring':
      return { title: 'Waiting for the keyring', text: 'The desktop asks in a window of its own to unlock its keyring.' };
  }
}

/** Whether so much time has passed. */
function useLater(ms: number): boolean {
  const [isLater, setLater] = useState(ms === 0);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isLater;
}
