import { Dialog as Base } from '@base-ui/react/dialog';
import { type ReactNode, useState } from 'react';
import { Button } from './Button';
import styles from './Dialog.module.css';
import { TextField } from './Field';

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Buttons, the main one last. */
  actions?: ReactNode;
  /** For what must be answered: neither Escape nor a click outside closes it. */
  insistent?: boolean;
  wide?: boolean;
}

/** A modal dialog: for confirmation and questions only. */
export function Dialog({ open, onClose, title, children, actions, insistent = false, wide = false }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && !insistent && onClose()} disablePointerDismissal={insistent}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={wide ? `${styles.popup} ${styles.wide}` : styles.popup}>
          <Base.Title className={styles.title}>{title}</Base.Title>
          <div className={styles.body}>{children}</div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

export interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What will be lost, and by which other way it could still be had. */
  children: ReactNode;
  /** What the button does, for example `Remove the slot`. */
  act: string;
  /** What the other button says. */
  cancel?: string;
  onConfirm: () => void;
  busy?: boolean;
  /** `primary` for what only needs a second thought. */
  look?: 'danger' | 'primary';
  /** The name to be typed, for what cannot be undone. */
  typed?: string;
}

/** Asks before what destroys; where it cannot be undone, the name is to be typed. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onClose, title, children, act, cancel = 'Cancel', onConfirm, busy = false, look = 'danger', typed } = props;
  const [text, setText] = useState('');
  const close = () => {
    setText('');
    onClose();
  };
  const matches = typed === undefined || text.trim() === typed;
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      actions={
        <>
          <Button onClick={close}>{cancel}</Button>
          <Button look={look} busy={busy} disabled={!matches} onClick={onConfirm}>
            {act}
          </Button>
        </>
      }
    >
      {children}
      {typed !== undefined && (
        <TextField label={`Type “${typed}” to confirm`} value={text} onChange={(event) => setText(event.target.value)} />
      )}
    </Dialog>
  );
}
