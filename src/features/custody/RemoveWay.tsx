import type { SlotDetails } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useLoss, useRemoveSlot } from '@/api/slots';
import { Banner } from '@/components/Badge';
import { ConfirmDialog } from '@/components/Dialog';
import { ErrorCard } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { useToast } from '@/components/Toast';
import { factorsInWords } from '@/features/vault/factors';
import { useAct } from '@/features/vault/useAct';
import styles from './Custody.module.css';
import { inWords } from './words';

export interface RemoveWayProps {
  slot: SlotDetails;
  all: readonly SlotDetails[];
  onClose: () => void;
  onGone: () => void;
}

const SHOWN = 5;
/** What a person can type again: no longer than a line, and nothing that cannot be seen. */
const TYPEABLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,58}[\x21-\x7e])?$/;

/** Says what is lost with a way in, and what still opens the vault. */
export function RemoveWay({ slot, all, onClose, onGone }: RemoveWayProps) {
  const loss = useLoss(slot.id);
  const removing = useRemoveSlot();
  const remove = useAct(removing);
  const toast = useToast();
  const rest = all.filter((one) => one.id !== slot.id);
  const run = async () => {
    if ((await remove(slot.id)) === undefined) return;
    toast({ text: `“${slot.label}” no longer opens the vault.`, tone: 'good' });
    onClose();
    onGone();
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Remove this way in?"
      act="Remove it"
      typed={TYPEABLE.test(slot.label) ? slot.label : 'remove'}
      busy={removing.isPending}
      onConfirm={run}
    >
      <p>
        <Foreign text={slot.label} /> will not open the vault any more, and this cannot be undone. Copies of the vault that were
        made before still open with it.
      </p>
      {loss.isError && <ErrorCard {...sentences(loss.error)} />}
      {loss.data?.map((warning) => (
        <Banner key={warning} tone="bad">
          {inWords(warning)}
        </Banner>
      ))}
      <p>What still opens it:</p>
      <ul className={styles.still}>
        {rest.slice(0, SHOWN).map((one) => (
          <li key={one.id}>{factorsInWords(one.factors)}</li>
        ))}
      </ul>
      {rest.length > SHOWN && <p>and {rest.length - SHOWN} more</p>}
    </ConfirmDialog>
  );
}
