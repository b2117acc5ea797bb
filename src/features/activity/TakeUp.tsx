import type { JobView } from '@/api/bindings';
import { NOT_REACHED } from '@/api/scans';
import { Button } from '@/components/Button';
import { formatNumber } from '@/components/Format';
import { useRetry } from '@/features/scans/useRetry';
import { leftOf } from './names';

/** The ways on with a scan that has ended and has not seen everything. */
export function TakeUp({ job }: { job: JobView }) {
  const { retry, busy } = useRetry();
  const left = leftOf(job);
  if (!left) return null;
  const { scan, notReached, failed } = left;
  return (
    <>
      {notReached > 0 && (
        <Button look="primary" busy={busy} onClick={() => retry(scan, NOT_REACHED, notReached)}>
          Go on with {formatNumber(notReached)}
        </Button>
      )}
      {failed > 0 && (
        <Button busy={busy} onClick={() => retry(scan, null, failed + notReached)}>
          {notReached > 0 ? 'Go on and retry' : 'Retry'} {formatNumber(failed)} that failed
        </Button>
      )}
    </>
  );
}
