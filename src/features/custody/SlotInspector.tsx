import { useState } from 'react';
import type { SlotDetails } from '@/api/bindings';
import { sentence } from '@/api/call';
import { useReseal, useTestSlot } from '@/api/slots';
import { Badge, Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { ConfirmDialog } from '@/components/Dialog';
import { Foreign } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { KeyValue } from '@/components/KeyValue';
import { useToast } from '@/components/Toast';
import { factorsInWords, factorsOf } from '@/features/vault/factors';
import { useAct } from '@/features/vault/useAct';
import { RemoveWay } from './RemoveWay';
import { inWords, quantumWord } from './words';

export interface SlotInspectorProps {
  slot: SlotDetails;
  all: readonly SlotDetails[];
  onClose: () => void;
}

/** One way in: what it needs, what speaks against it, and what can be done with it. */
export function SlotInspector({ slot, all, onClose }: SlotInspectorProps) {
  const [asked, setAsked] = useState<'reseal' | 'remove' | null>(null);
  const close = () => setAsked(null);
  const last = all.length < 2;
  return (
    <Inspector
      title={<Foreign text={slot.label} />}
      onClose={onClose}
      actions={
        <>
          <Test slot={slot} />
          {factorsOf(slot.factors).includes('tpm') && <Button onClick={() => setAsked('reseal')}>Seal to the TPM anew</Button>}
          <Button
            disabled={last}
            title={last ? 'The last way in cannot be removed' : undefined}
            onClick={() => setAsked('remove')}
          >
            Remove
          </Button>
        </>
      }
    >
      {slot.missing.map((what) => (
        <Banner key={what} tone="warn">
          {inWords(what)}
        </Banner>
      ))}
      <KeyValue
        rows={[
          ['Opens with', factorsInWords(slot.factors)],
          ['Devices', slot.here ? 'All that it takes is here.' : 'Not all that it takes is here.'],
          [
            'Quantum attacker',
            <span key="quantum">
              <Badge tone={slot.classical ? 'warn' : 'good'}>{quantumWord(slot)}</Badge> {quantumSentence(slot)}
            </span>,
          ],
          ['Made', <RelativeTime key="made" at={slot.created_at} />],
          ['Id', <Copyable key="id" text={slot.id} label="id" />],
        ]}
      />
      {last && <p>This is the only way in, so it stays. Add another before you remove it.</p>}
      {asked === 'reseal' && <Reseal slot={slot} onClose={close} />}
      {asked === 'remove' && <RemoveWay slot={slot} all={all} onClose={close} onGone={onClose} />}
    </Inspector>
  );
}

/** The core answers `no`, or `yes` and why. */
function quantumSentence({ quantum, classical }: SlotDetails): string {
  if (!classical) return 'With the database alone, a quantum computer does not open it.';
  return sentence(`with the database alone, a quantum computer opens it${quantum.replace(/^yes,?/, '')}`);
}

function Test({ slot }: { slot: SlotDetails }) {
  const testing = useTestSlot();
  const test = useAct(testing);
  const toast = useToast();
  const run = async () => {
    const tested = await test(slot.id);
    if (!tested) return;
    toast(
      tested.opens
        ? { text: `“${tested.label}” opens the vault.`, tone: 'good' }
        : { text: `“${tested.label}” does not open this vault.`, tone: 'bad' },
    );
  };
  return (
    <Button look="primary" busy={testing.isPending} onClick={run}>
      {testing.isPending ? 'Testing …' : 'Test it'}
    </Button>
  );
}

function Reseal({ slot, onClose }: { slot: SlotDetails; onClose: () => void }) {
  const resealing = useReseal();
  const reseal = useAct(resealing);
  const toast = useToast();
  const run = async () => {
    const done = await reseal(slot.id);
    if (!done) return;
    const bound = done.pcrs.length > 0 ? ` It is bound to PCR ${done.pcrs.join(', ')}.` : '';
    toast({ text: `The TPM releases it in the machine’s present state.${bound}`, tone: 'good' });
    onClose();
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Seal to the TPM anew?"
      act="Seal it"
      look="primary"
      busy={resealing.isPending}
      onConfirm={run}
    >
      <p>
        The TPM gives this key out only while the machine’s firmware and boot settings are what they were. After an update it may
        refuse; this binds the key to the machine as it is now.
      </p>
      <p>Do it only when you know what changed the machine.</p>
    </ConfirmDialog>
  );
}
