import { ShieldCheck } from 'lucide-react';
import { useVerify } from '@/api/attestations';
import type { AssetDetail, VerifyReport } from '@/api/bindings';
import { sentences } from '@/api/call';
import { Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { ErrorCard } from '@/components/ErrorCard';
import { formatNumber } from '@/components/Format';
import { KeyValue } from '@/components/KeyValue';
import { STATUSES } from '../words';
import styles from './Detail.module.css';

const MEANS: Record<AssetDetail['status'], string> = {
  AT_RISK: 'Nothing of it is wrapped, so that there is nothing to attest yet. Add its key material and wrap it.',
  IN_REMEDIATION: 'Some of its material is wrapped. Wrap the rest, then attest it.',
  WRAPPED_PQC: 'Everything it holds is wrapped. Attest it, and anyone can check on the chain that it was.',
  ATTESTED: 'The chain has a record of how this asset was wrapped. Verify compares it with what is here now.',
};

/** Whether the chain says of an asset what is here, and the way to check. */
export function Attestation({ asset }: { asset: AssetDetail }) {
  const verify = useVerify();
  return (
    <div className={styles.sections}>
      <div>
        <p className={styles.strong}>{STATUSES[asset.status]}</p>
        <p>{MEANS[asset.status]}</p>
      </div>
      <div>
        <Button icon={<ShieldCheck aria-hidden="true" />} busy={verify.isPending} onClick={() => verify.mutate(asset.id)}>
          Verify against the chain
        </Button>
      </div>
      {verify.isError && <ErrorCard {...sentences(verify.error)} />}
      {verify.data && <Finding report={verify.data} />}
    </div>
  );
}

function Finding({ report }: { report: VerifyReport }) {
  const rows: [string, React.ReactNode][] = [
    ['Payload', report.payload_hash && <Copyable text={report.payload_hash} label="hash of the payload" />],
    ['Recorded by', report.sender && <Copyable text={report.sender} label="address" />],
    ['Transaction', report.tx_hash && <Copyable text={report.tx_hash} label="transaction" />],
    ['Block', report.block !== null && formatNumber(report.block)],
    ['Confirmations', report.confirmations !== null && formatNumber(report.confirmations)],
  ];
  return (
    <>
      <Banner tone={report.verified ? 'good' : 'warn'}>
        <strong>{report.verified ? 'Verified.' : 'Not verified.'}</strong> {report.finding}
      </Banner>
      <KeyValue rows={rows.filter(([, value]) => value)} />
      {report.verified && (
        <p className={styles.note}>
          The hash of what is stored here was computed anew and is the one on the chain, recorded by the address above.
        </p>
      )}
    </>
  );
}
