import { Lock, LockOpen } from 'lucide-react';
import { useLock, useStatus, useUnlock } from '@/api/vault';
import { Button } from '@/components/Button';
import { factorsInWords } from './factors';
import { useMinutesLeft } from './useMinutesLeft';
import { useReport } from './useReport';
import styles from './VaultPill.module.css';

/** Whether the vault is open, by what, and for how long; one click locks it. */
export function VaultPill() {
  const status = useStatus();
  const unlock = useUnlock();
  const report = useReport();
  const session = status.data?.vault?.session;
  if (session?.state === 'unlocked') return <Unlocked by={session.by} until={session.until} />;
  return (
    <Button icon={<Lock aria-hidden="true" />} busy={unlock.isPending} onClick={() => unlock.mutate(null, { onError: report })}>
      Unlock
    </Button>
  );
}

function Unlocked({ by, until }: { by: string; until: string }) {
  const lock = useLock();
  const report = useReport();
  const left = inWords(useMinutesLeft(until));
  const way = factorsInWords(by);
  return (
    <Button
      className={styles.pill}
      icon={<LockOpen aria-hidden="true" />}
      title={`Opened by: ${way}. Locks after ${left} without use. Click to lock now.`}
      busy={lock.isPending}
      onClick={() => lock.mutate(undefined, { onError: report })}
    >
      <span>Unlocked</span>
      <span className={styles.by}>{way}</span>
      <span>{left}</span>
    </Button>
  );
}

const LONG = 100;

/** In minutes, or in hours where minutes would say nothing. */
function inWords(minutes: number): string {
  return minutes < LONG ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
