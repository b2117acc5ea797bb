import { useState } from 'react';
import type { PolicyView, WrapReport } from '@/api/bindings';
import { useApplyPolicy, useEligible } from '@/api/policies';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Foreign } from '@/components/Foreign';
import { counted } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';
import styles from './Policies.module.css';
import { WrapProgress } from './WrapProgress';

/** Wraps what fails a policy: asks first, follows it, and says what became of each asset. */
export function ApplyDialog({ policy, onClose }: { policy: PolicyView; onClose: () => void }) {
  const applying = useApplyPolicy();
  const apply = useAct(applying);
  const [report, setReport] = useState<WrapReport | null>(null);
  const ready = (useEligible(policy.id).data ?? []).filter((row) => row.eligible).length;
  const run = async () => setReport((await apply(policy.id)) ?? null);
  return (
    <Dialog
      open
      wide={report !== null}
      onClose={onClose}
      title={report ? 'Wrapped' : 'Wrap what fails?'}
      actions={
        report ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{applying.isPending ? 'Go on in the background' : 'Cancel'}</Button>
            <Button look="primary" busy={applying.isPending} disabled={ready === 0} onClick={run}>
              Wrap them
            </Button>
          </>
        )
      }
    >
      {report && <Result report={report} />}
      {!report && applying.isPending && <WrapProgress />}
      {!report && !applying.isPending && <Question ready={ready} failing={policy.non_compliant} />}
    </Dialog>
  );
}

function Question({ ready, failing }: { ready: number; failing: number }) {
  if (ready === 0) {
    return <p>None of the assets that fail can be wrapped. Add key material to them first: only material can be wrapped.</p>;
  }
  return (
    <>
      <p>
        {counted(failing, 'asset fails', 'assets fail')} this policy. The key material of those that can be wrapped, at least{' '}
        {counted(ready, 'asset')}, is sealed under the active anchor of its environment.
      </p>
      <p className={styles.note}>
        The vault must be open; you are asked if it is not. Nothing is lost: what is wrapped can be revealed.
      </p>
    </>
  );
}

function Result({ report }: { report: WrapReport }) {
  const goTo = useGoTo();
  return (
    <>
      <p role="status">
        {counted(report.secrets, 'secret')} of {counted(report.assets, 'asset')} wrapped{report.suite && ` with ${report.suite}`}.
        {report.failed.length > 0 && ` ${counted(report.failed.length, 'asset')} failed:`}
      </p>
      {report.failed.length > 0 && (
        <ul className={styles.changes}>
          {report.failed.map((row) => (
            <li key={row.asset_id}>
              <button type="button" className={styles.link} onClick={() => goTo('/assets', { open: row.asset_id })}>
                <Foreign text={row.location} mono />
              </button>
              <span className={styles.why}>
                <Foreign text={row.why} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
