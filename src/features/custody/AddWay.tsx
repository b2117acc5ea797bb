import { type FormEvent, useId, useState } from 'react';
import type { Advice, NewFactors, Suggestion } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useAddSlot, useAdvice } from '@/api/slots';
import { Badge, Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { type Card, Checkbox, RadioCards, Select, TextField } from '@/components/Field';
import { useToast } from '@/components/Toast';
import { factorsInWords, strengthInWords } from '@/features/vault/factors';
import { useAct } from '@/features/vault/useAct';
import styles from './Custody.module.css';
import { type Scheme, SchemeFields } from './SchemeFields';

/** What the dialog begins with. */
export type Start = 'way' | 'shares';

const SHARES = 'shares';
const LABEL_LIMIT = 80;
/** Takes whichever key is found; the core asks where several are. */
const ANY_KEY = '';

interface Choices {
  factors: string | null;
  label: string;
  tpmPin: boolean;
  serial: string;
  scheme: Scheme;
  accepted: boolean;
}

/** Adds a way into the vault: one of those that this machine allows, or a set of recovery shares. */
export function AddWay({ start, onClose }: { start: Start; onClose: () => void }) {
  const form = useId();
  const advice = useAdvice();
  const [choices, setChoices] = useState<Choices>({
    factors: start === 'shares' ? SHARES : null,
    label: '',
    tpmPin: false,
    serial: ANY_KEY,
    scheme: { needed: 2, total: 3 },
    accepted: false,
  });
  const change = (part: Partial<Choices>) => setChoices((before) => ({ ...before, ...part }));
  const adding = useAddSlot();
  const add = useAct(adding);
  const toast = useToast();
  const ways = advice.data?.ways ?? [];
  const way = ways.find((one) => one.factors === choices.factors);
  const plan: readonly string[] = choices.factors === SHARES ? [SHARES] : (way?.plan ?? []);
  const refused = way?.classical && !choices.accepted;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (plan.length === 0 || refused) return;
    const made = await add(wanted(plan, choices));
    if (!made) return;
    toast({ text: `“${made.label}” opens the vault now. Test it once.`, tone: 'good' });
    onClose();
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={start === 'shares' ? 'New recovery set' : 'Add a way in'}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} disabled={plan.length === 0 || refused} busy={adding.isPending}>
            {choices.factors === SHARES ? 'Make the shares' : 'Add it'}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className={styles.form}>
        {start === 'way' && <ChooseWay advice={advice} chosen={choices.factors} onChoose={(factors) => change({ factors })} />}
        {choices.factors === SHARES && (
          <>
            {start === 'shares' && (
              <p>
                Words on paper: any {choices.scheme.needed} of the {choices.scheme.total} shares open the vault, fewer say nothing
                about it. Earlier sets keep working until you remove them.
              </p>
            )}
            <SchemeFields scheme={choices.scheme} onChange={(scheme) => change({ scheme })} />
          </>
        )}
        {plan.includes('tpm') && (
          <Checkbox
            label="The TPM also asks for a PIN"
            hint="For a machine that others can sit at. The TPM itself counts wrong tries."
            checked={choices.tpmPin}
            onChange={(tpmPin) => change({ tpmPin })}
          />
        )}
        {plan.includes('yubikey-piv') && <ChooseKey advice={advice.data} serial={choices.serial} onChange={change} />}
        {way?.classical && <AcceptClassical accepted={choices.accepted} onChange={change} />}
        {plan.length > 0 && (
          <TextField
            label="Name"
            hint="So that you know it again; made up from what it takes where you leave it empty."
            maxLength={LABEL_LIMIT}
            value={choices.label}
            onChange={(event) => change({ label: event.target.value })}
          />
        )}
      </form>
    </Dialog>
  );
}

const wanted = (plan: readonly string[], choices: Choices): NewFactors => ({
  factors: [...plan],
  any: null,
  label: choices.label.trim() || null,
  accept_classical: choices.accepted,
  tpm_pin: choices.tpmPin && plan.includes('tpm'),
  yubikey_serial: choices.serial === ANY_KEY || !plan.includes('yubikey-piv') ? null : Number(choices.serial),
  shares: plan.includes(SHARES) ? choices.scheme : null,
});

function ChooseWay({
  advice,
  chosen,
  onChoose,
}: {
  advice: ReturnType<typeof useAdvice>;
  chosen: string | null;
  onChoose: (factors: string) => void;
}) {
  if (advice.isError)
    return <ErrorCard {...sentences(advice.error)} action={<Button onClick={() => advice.refetch()}>Try again</Button>} />;
  if (!advice.data) return <Skeleton rows={5} label="Looking at the machine’s devices" />;
  const shares = {
    value: SHARES,
    label: 'Recovery shares on paper',
    description: 'An attacker would need as many shares as it takes. It does not fall to a quantum computer.',
  };
  return (
    <RadioCards
      legend="What opens the vault"
      value={chosen}
      options={[...advice.data.ways.map(card), shares]}
      onChange={onChoose}
    />
  );
}

const card = (way: Suggestion): Card<string> => ({
  value: way.factors,
  label: factorsInWords(way.factors),
  badge: way.classical ? (
    <Badge tone="warn">Falls to a quantum computer</Badge>
  ) : way.recommended ? (
    <Badge tone="good">Recommended</Badge>
  ) : undefined,
  description: strengthInWords(way),
});

function ChooseKey({
  advice,
  serial,
  onChange,
}: {
  advice: Advice | undefined;
  serial: string;
  onChange: (part: { serial: string }) => void;
}) {
  const keys = advice?.hardware.yubikeys ?? [];
  if (keys.length < 2) return null;
  const options = keys.map((key) => ({ value: String(key.serial), label: `YubiKey ${key.serial} (firmware ${key.firmware})` }));
  return (
    <Select
      label="Which YubiKey"
      value={serial}
      options={[{ value: ANY_KEY, label: 'Choose one' }, ...options]}
      onChange={(next) => onChange({ serial: next })}
    />
  );
}

function AcceptClassical({ accepted, onChange }: { accepted: boolean; onChange: (part: { accepted: boolean }) => void }) {
  return (
    <>
      <Banner tone="warn">Whoever has a copy of the vault’s file and, one day, a quantum computer opens it by this way.</Banner>
      <Checkbox label="I accept that" checked={accepted} onChange={(next) => onChange({ accepted: next })} />
    </>
  );
}
