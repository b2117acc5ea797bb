import { useState } from 'react';
import type { EvaluationReport, PolicyView } from '@/api/bindings';
import { useEvaluate } from '@/api/policies';
import { Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { Foreign } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { KeyValue } from '@/components/KeyValue';
import { useAct } from '@/features/vault/useAct';
import { useView } from '@/routes/useView';
import { ApplyDialog } from './ApplyDialog';
import { Coverage } from './Coverage';
import { listIn } from './draft';
import { Eligible } from './Eligible';
import { EvaluatedDialog } from './EvaluatedDialog';
import styles from './Policies.module.css';
import { RemovePolicy } from './RemovePolicy';
import { useSwitch } from './useSwitch';
import { MODE_WORDS, REQUIRED, SCOPES, STRATEGY_WORDS } from './words';

type Asked = 'apply' | 'remove' | null;

/** One policy: how far it is met, what it says, and what can be done about what fails. */
export function PolicyInspector({ policy, onClose }: { policy: PolicyView; onClose: () => void }) {
  const view = useView();
  const [asked, setAsked] = useState<Asked>(null);
  const [report, setReport] = useState<EvaluationReport | null>(null);
  const evaluating = useEvaluate();
  const evaluate = useAct(evaluating);
  const closeAsked = () => setAsked(null);
  return (
    <Inspector
      title={<Foreign text={policy.name} />}
      onClose={onClose}
      actions={
        <>
          {canApply(policy) && (
            <Button look="primary" onClick={() => setAsked('apply')}>
              Wrap what fails
            </Button>
          )}
          <Button onClick={() => view.set({ edit: policy.id })}>Edit</Button>
          <Button busy={evaluating.isPending} onClick={async () => setReport((await evaluate(policy.id))?.[0] ?? null)}>
            Evaluate
          </Button>
        </>
      }
    >
      <WhyNotApplied policy={policy} />
      <Coverage policy={policy} />
      <Facts policy={policy} />
      {policy.non_compliant > 0 && <Eligible policy={policy} />}
      <Ends policy={policy} onRemove={() => setAsked('remove')} />
      {asked === 'apply' && <ApplyDialog policy={policy} onClose={closeAsked} />}
      {asked === 'remove' && <RemovePolicy policy={policy} onClose={closeAsked} onRemoved={onClose} />}
      {report && <EvaluatedDialog report={report} onClose={() => setReport(null)} />}
    </Inspector>
  );
}

const canApply = (policy: PolicyView) => policy.is_active && policy.enforcement_mode === 'ENFORCE' && policy.non_compliant > 0;

/** What keeps the policy from acting, and the button that changes it. */
function WhyNotApplied({ policy }: { policy: PolicyView }) {
  const { turn, busy } = useSwitch(policy);
  if (!policy.is_active) {
    return (
      <Banner
        tone="warn"
        action={
          <Button busy={busy} onClick={() => turn({ is_active: true })}>
            Activate
          </Button>
        }
      >
        Inactive: it counts for nothing, and nothing is wrapped under it.
      </Banner>
    );
  }
  if (policy.enforcement_mode === 'ENFORCE') return null;
  return (
    <Banner
      action={
        <Button busy={busy} onClick={() => turn({ mode: 'ENFORCE' })}>
          Enforce
        </Button>
      }
    >
      Report only: it says what fails, and nothing is wrapped under it.
    </Banner>
  );
}

function Facts({ policy }: { policy: PolicyView }) {
  const required = fieldsIn(policy.required_pqc_algorithms);
  return (
    <KeyValue
      rows={[
        ...(policy.description ? [['For', <Foreign key="for" text={policy.description} />] as const] : []),
        ['Assets', SCOPES[policy.scope_type].label],
        ...REQUIRED.map(({ key, label }) => [label, listIn(required, key).join(', ') || 'any'] as const),
        ['Enough', STRATEGY_WORDS[policy.transition_strategy]],
        ['Mode', MODE_WORDS[policy.enforcement_mode]],
        ['Evaluated', <RelativeTime key="evaluated" at={policy.last_evaluated_at} />],
        ['Changed', <RelativeTime key="changed" at={policy.updated_at} />],
        ['Id', <Copyable key="id" text={policy.id} label="id" />],
      ]}
    />
  );
}

/** The two ways to end a policy: for now, which can be undone, and for good. */
function Ends({ policy, onRemove }: { policy: PolicyView; onRemove: () => void }) {
  const { turn, busy } = useSwitch(policy);
  return (
    <div className={styles.turn}>
      {policy.is_active && (
        <Button look="quiet" busy={busy} onClick={() => turn({ is_active: false })}>
          Deactivate
        </Button>
      )}
      <Button look="quiet" onClick={onRemove}>
        Remove
      </Button>
    </div>
  );
}

const fieldsIn = (value: PolicyView['required_pqc_algorithms']) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
