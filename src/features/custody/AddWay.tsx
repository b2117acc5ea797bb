import { type FormEvent, useId, useState } from 'react';
import type { Advice, NewFactors, Suggestion } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useAddSlot, useAdvice } from '@/api/slots';
import { Badge, Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { type Card, Checkbox, RadioCards, TextField } from '@/components/Field';
import { useToast } from '@/components/Toast';
import { factorsInWords, strengthInWords } from '@/features/vault/factors';
import { useAct } from '@/features/vault/useAct';
import { ANY_KEY, ChooseKey, isKeyUnnamed, serialOf } from './ChooseKey';
import styles from './Custody.module.css';
import { PartsFields } from './PartsFields';
import { type Scheme, SchemeFields } from './SchemeFields';
import { fallsToQuantum, groupsOf, isWhole, NO_PARTS, type Threshold } from './threshold';

/** What the dialog begins with. */
export type Start = 'way' | 'shares';

const SHARES = 'shares';
/** Any so many of several parts. */
const PARTS = 'parts';
const LABEL_LIMIT = 80;

interface Choices {
  factors: string | null;
  label: string;
  tpmPin: boolean;
  serial: string;
  scheme: Scheme;
  threshold: Threshold;
  accepted: boolean;
}

const NOTHING: Choices = {
  factors: null,
  label: '',
  tpmPin: false,
  serial: ANY_KEY,
  scheme: { needed: 2, total: 3 },
  threshold: NO_PARTS,
  accepted: false,
};

/** Adds a way into the vault: one of those that this machine allows, or a set of recovery shares. */
export function AddWay({ start, onClose }: { start: Start; onClose: () => void }) {
  const form = useId();
  const advice = useAdvice();
  const [choices, setChoices] = useState({ ...NOTHING, factors: start === 'shares' ? SHARES : null });
  const adding = useAddSlot();
  const add = useAct(adding);
  const toast = useToast();
  const plan = planOf(choices, advice.data);
  const ready = isReady(plan, choices, advice.data);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const made = await add(wanted(plan, choices));
    if (!made) return;
    toast({ text: `“${made.label}” opens the vault now. Test it once.`, tone: 'good' });
    onClose();
  };

  return (
    <Dialog
      open
      wide={start === 'way'}
      onClose={onClose}
      title={start === 'shares' ? 'New recovery set' : 'Add a way in'}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} disabled={!ready} busy={adding.isPending}>
            {choices.factors === SHARES ? 'Make the shares' : 'Add it'}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className={styles.form}>
        {start === 'way' ? (
          // What was answered for one way says nothing of another.
          <ChooseWay
            advice={advice}
            chosen={choices.factors}
            onChoose={(factors) => setChoices({ ...NOTHING, label: choices.label, factors })}
          />
        ) : (
          <p>
            Words on paper: any {choices.scheme.needed} of the {choices.scheme.total} shares open the vault, fewer say nothing
            about it. Earlier sets keep working until you remove them.
          </p>
        )}
        <Details
          plan={plan}
          choices={choices}
          advice={advice.data}
          onChange={(part) => setChoices((before) => ({ ...before, ...part }))}
        />
      </form>
    </Dialog>
  );
}

const wayOf = (choices: Choices, advice: Advice | undefined) => advice?.ways.find((one) => one.factors === choices.factors);

/** Every factor that is enrolled, in whatever parts. */
function planOf(choices: Choices, advice: Advice | undefined): readonly string[] {
  if (choices.factors === SHARES) return [SHARES];
  if (choices.factors === PARTS) return choices.threshold.parts.flat();
  return wayOf(choices, advice)?.plan ?? [];
}

/** Whether the core makes it only where a person accepts that a quantum computer may open it. */
const isClassical = (choices: Choices, advice: Advice | undefined): boolean =>
  choices.factors === PARTS
    ? isWhole(choices.threshold) && fallsToQuantum(choices.threshold, advice?.classical ?? [])
    : (wayOf(choices, advice)?.classical ?? false);

function isReady(plan: readonly string[], choices: Choices, advice: Advice | undefined): boolean {
  const unnamed = isKeyUnnamed(plan, advice?.hardware.yubikeys ?? [], choices.serial);
  const whole = choices.factors === PARTS ? isWhole(choices.threshold) : plan.length > 0;
  return whole && !unnamed && (choices.accepted || !isClassical(choices, advice));
}

interface DetailsProps {
  plan: readonly string[];
  choices: Choices;
  advice: Advice | undefined;
  onChange: (part: Partial<Choices>) => void;
}

/** What a way needs to be told beside its factors. */
function Details({ plan, choices, advice, onChange }: DetailsProps) {
  if (choices.factors === null) return null;
  return (
    <>
      {choices.factors === PARTS && (
        <PartsFields
          known={advice?.hardware.factors ?? []}
          threshold={choices.threshold}
          // What was accepted of other parts is not accepted of these.
          onChange={(threshold) => onChange({ threshold, accepted: false })}
        />
      )}
      {plan.includes(SHARES) && <SchemeFields scheme={choices.scheme} onChange={(scheme) => onChange({ scheme })} />}
      {plan.includes('tpm') && (
        <Checkbox
          label="The TPM also asks for a PIN"
          hint="For a machine that others can sit at. The TPM itself counts wrong tries."
          checked={choices.tpmPin}
          onChange={(tpmPin) => onChange({ tpmPin })}
        />
      )}
      {plan.includes('yubikey-piv') && (
        <ChooseKey keys={advice?.hardware.yubikeys ?? []} serial={choices.serial} onChange={(serial) => onChange({ serial })} />
      )}
      {isClassical(choices, advice) && <AcceptClassical accepted={choices.accepted} onChange={onChange} />}
      <TextField
        label="Name"
        hint="So that you know it again; made up from what it takes where you leave it empty."
        maxLength={LABEL_LIMIT}
        value={choices.label}
        onChange={(event) => onChange({ label: event.target.value })}
      />
    </>
  );
}

const wanted = (plan: readonly string[], choices: Choices): NewFactors => ({
  factors: choices.factors === PARTS ? groupsOf(choices.threshold) : [...plan],
  any: choices.factors === PARTS ? choices.threshold.needed : null,
  label: choices.label.trim() || null,
  accept_classical: choices.accepted,
  tpm_pin: choices.tpmPin && plan.includes('tpm'),
  yubikey_serial: serialOf(plan, choices.serial),
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
  const parts = {
    value: PARTS,
    label: 'Any so many of several',
    description: 'Two of three things, for example: it opens while one is lost. An attacker would need as many as you say.',
  };
  return (
    <RadioCards
      legend="What opens the vault"
      value={chosen}
      options={[...advice.data.ways.map(card), shares, parts]}
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

function AcceptClassical({ accepted, onChange }: { accepted: boolean; onChange: (part: { accepted: boolean }) => void }) {
  return (
    <>
      <Banner tone="warn">Whoever has a copy of the vault’s file and, one day, a quantum computer opens it by this way.</Banner>
      <Checkbox label="I accept that" checked={accepted} onChange={(next) => onChange({ accepted: next })} />
    </>
  );
}
