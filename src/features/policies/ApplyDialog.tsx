import { useEffect, useRef, useState } from 'react';
import type { PolicyView, WrapReport } from '@/api/bindings';
import { useApplyPolicy, useEligible } from '@/api/policies';
import { Button, LinkButton } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Foreign } from '@/components/Foreign';
import { useToast } from '@/components/Toast';
import { counted } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';
import styles from './Policies.module.css';
import { WrapProgress } from './WrapProgress';

/** Wraps what fails a policy: asks first, follows it, and says what became of each asset. */
export function ApplyDialog({ policy, onClose }: { policy: PolicyView; onClose: () => void }) {
  const { run, busy, report } = useApply(policy.id);
  const eligible = useEligible(policy.id).data;
  const ready = eligible?.eligible ?? 0;
  const none = eligible !== undefined && ready === 0;
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
            <Button onClick={onClose}>{busy ? 'Go on in the background' : 'Cancel'}</Button>
            <Button look="primary" busy={busy} disabled={none} onClick={run}>
              Wrap them
            </Button>
          </>
        )
      }
    >
      {report && <Result report={report} />}
      {!report && busy && <WrapProgress />}
      {!report && !busy && <Question ready={ready} none={none} failing={policy.non_compliant} />}
    </Dialog>
  );
}

/** Applies a policy. Where the dialog was closed meanwhile, the outcome is told all the same. */
function useApply(policy: string) {
  const applying = useApplyPolicy();
  const apply = useAct(applying);
  const toast = useToast();
  const [report, setReport] = useState<WrapReport | null>(null);
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const run = async () => {
    const done = await apply(policy);
    if (!done) return;
    setReport(done);
    if (!shown.current) toast({ text: summary(done), tone: done.failed.length > 0 ? 'bad' : 'good' });
  };
  return { run, busy: applying.isPending, report };
}

function summary({ secrets, assets, suite, failed }: WrapReport): string {
  const done = `${counted(secrets, 'secret')} of ${counted(assets, 'asset')} wrapped${suite && ` with ${suite}`}.`;
  return failed.length > 0 ? `${done} ${counted(failed.length, 'asset')} failed.` : done;
}

function Question({ ready, none, failing }: { ready: number; none: boolean; failing: number }) {
  if (none) {
    return <p>None of the assets that fail can be wrapped. Add key material to them first: only material can be wrapped.</p>;
  }
  return (
    <>
      <p>
        {counted(failing, 'asset fails', 'assets fail')} this policy. The key material of those that can be wrapped
        {ready > 0 && `, ${counted(ready, 'asset')},`} is sealed under the active anchor of its environment.
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
      <p role="status">{summary(report)}</p>
      {report.failed.length > 0 && (
        <ul className={styles.changes}>
          {report.failed.map((row) => (
            <li key={row.asset_id}>
              <LinkButton cut onClick={() => goTo('/assets', { open: row.asset_id })}>
                <Foreign text={row.location} mono />
              </LinkButton>
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
