import { Lock, LockOpen } from 'lucide-react';
import { useLock, useStatus, useUnlock } from '@/api/vault';
import { Button } from '@/components/Button';
import { useReport } from './useReport';

/** Whether the vault is open, by what, and for how long; one click locks it. */
export function VaultPill() {
  const status = useStatus();
  const lock = useLock();
  const unlock = useUnlock();
  const report = useReport();
  const session = status.data?.vault?.session;
  if (session?.state === 'unlocked') {
    const left = timeLeft(Date.parse(session.until) - Date.now());
    return (
      <Button
        icon={<LockOpen aria-hidden="true" />}
        title={`Opened by ${session.by}; locks after ${left} without use. Click to lock now.`}
        busy={lock.isPending}
        onClick={() => lock.mutate(undefined, { onError: report })}
      >
        Unlocked · {left}
      </Button>
    );
  }
  return (
    <Button icon={<Lock aria-hidden="true" />} busy={unlock.isPending} onClick={() => unlock.mutate(null, { onError: report })}>
      Unlock
    </Button>
  );
}

/** In minutes, or in hours where minutes would say nothing. */
function timeLeft(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
