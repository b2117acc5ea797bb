import type { Rotated } from '@/api/bindings';
import { Banner } from '@/components/Badge';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';

const count = (number: number, one: string, many: string) => `${formatNumber(number)} ${number === 1 ? one : many}`;

/** What a rotation did, and what is left to do. */
export function RotationResult({ rotated }: { rotated: Rotated }) {
  const { slots, records, envelopes, refused, removed } = rotated;
  return (
    <>
      <p>
        {count(slots, 'way in and', 'ways in and')} {count(records, 'record is', 'records are')} under a new master key, which
        vouches for {count(envelopes, 'envelope', 'envelopes')}. The vault was locked: open it, to see that it opens.
      </p>
      {removed.length > 0 && (
        <Banner tone="warn">
          Gone for good:{' '}
          {removed.map((label, index) => (
            <span key={label}>
              {index > 0 && ', '}
              <Foreign text={label} />
            </span>
          ))}
          . Add them again once their devices are here.
        </Banner>
      )}
      {refused > 0 && (
        <Banner tone="bad">
          {count(refused, 'envelope was', 'envelopes were')} not this vault’s before and stay refused. Verify the log to see since
          when.
        </Banner>
      )}
      <p>Copies of the vault that were made before still open with the old key: destroy them.</p>
    </>
  );
}
