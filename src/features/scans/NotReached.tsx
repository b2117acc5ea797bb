import type { ScanOverview } from '@/api/bindings';
import { NOT_REACHED } from '@/api/scans';
import { Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { counted } from '@/features/assets/words';
import { useRetry } from './useRetry';

/** What a scan that was ended early did not reach, and the way to go on with it. */
export function NotReached({ scan }: { scan: ScanOverview }) {
  const { retry, busy } = useRetry();
  const left = scan.not_reached;
  return (
    <Banner
      tone="warn"
      action={
        <Button look="primary" busy={busy} onClick={() => retry(scan.id, NOT_REACHED, left)}>
          Go on
        </Button>
      }
    >
      It ended before {counted(left, 'target')} {left === 1 ? 'was' : 'were'} reached. What was seen is kept; the rest is scanned
      as a scan of its own.
    </Banner>
  );
}
