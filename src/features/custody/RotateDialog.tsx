import type { Rotated, SlotDetails } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useRotate, useSlots } from '@/api/slots';
import { Button } from '@/components/Button';
import { ConfirmDialog, Dialog } from '@/components/Dialog';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { useAct } from '@/features/vault/useAct';
import styles from './Custody.module.css';
import { fateInWords } from './fates';
import { RotationResult } from './RotationResult';

/** A routine, or because others may know the key. */
export type Why = 'routine' | 'leak';

export interface RotateDialogProps {
  why: Why;
  onClose: () => void;
}

/** Says what a new master key means for each way in, makes it, and says what was done. */
export function RotateDialog({ why, onClose }: RotateDialogProps) {
  const rotating = useRotate();
  const rotate = useAct(rotating);
  if (rotating.data) return <Done rotated={rotating.data} onClose={onClose} />;
  const ask = { busy: rotating.isPending, onConfirm: () => rotate(why === 'leak'), onClose };
  return why === 'leak' ? <AskAfterLeak {...ask} /> : <AskRoutine {...ask} />;
}

interface AskProps {
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

function AskRoutine({ busy, ...rest }: AskProps) {
  return (
    <ConfirmDialog
      open
      title="Rotate the master key?"
      act={busy ? 'Rotating …' : 'Rotate it'}
      look="primary"
      busy={busy}
      {...rest}
    >
      <p>
        A new key is made, every way in is wrapped around it, and everything in the vault is sealed anew. All ways in keep
        working, and nothing else changes for you.
      </p>
      <p>It takes a moment in a large vault, and the vault is locked afterwards. Older backups keep the key that they have.</p>
      {busy && <Working />}
    </ConfirmDialog>
  );
}

function AskAfterLeak({ busy, ...rest }: AskProps) {
  const slots = useSlots();
  return (
    <ConfirmDialog
      open
      title="Replace the master key after a leak?"
      act={busy ? 'Replacing …' : 'Replace it'}
      typed="replace"
      busy={busy}
      {...rest}
    >
      <p>
        A new key is made, and every way in with it. You are asked for what each takes, one after another; bring all devices.
        Nothing is changed before the last of them: if you stop, all stays as it is.
      </p>
      {slots.isPending && <Skeleton rows={3} />}
      {slots.isError && <ErrorCard {...sentences(slots.error)} />}
      <ul className={styles.fates}>
        {slots.data?.map((slot) => (
          <Fate key={slot.id} slot={slot} />
        ))}
      </ul>
      <p>The vault is locked afterwards. Destroy copies of it that were made before: they open with the old key.</p>
      {busy && <Working />}
    </ConfirmDialog>
  );
}

function Fate({ slot }: { slot: SlotDetails }) {
  return (
    <li>
      <strong>
        <Foreign text={slot.label} />
      </strong>
      <span className={styles.muted}>{fateInWords(slot)}</span>
    </li>
  );
}

function Working() {
  return <progress className={styles.working} aria-label="The master key is being replaced" />;
}

function Done({ rotated, onClose }: { rotated: Rotated; onClose: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title="The master key is another one"
      actions={
        <Button look="primary" autoFocus onClick={onClose}>
          Done
        </Button>
      }
    >
      <RotationResult rotated={rotated} />
    </Dialog>
  );
}
