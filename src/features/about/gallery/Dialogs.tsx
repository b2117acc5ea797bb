import { useState } from 'react';
import { Button } from '@/components/Button';
import { ConfirmDialog, Dialog } from '@/components/Dialog';
import { useToast } from '@/components/Toast';
import styles from './Gallery.module.css';

/** What comes over the screen, when it is called. */
export function Dialogs() {
  const [open, setOpen] = useState<'dialog' | 'confirm' | null>(null);
  const close = () => setOpen(null);
  const toast = useToast();
  return (
    <div className={styles.line}>
      <Button onClick={() => setOpen('dialog')}>Dialog</Button>
      <Button onClick={() => setOpen('confirm')}>Typed confirmation</Button>
      <Button onClick={() => toast({ text: 'The tag was removed.', tone: 'good', undo: () => {} })}>Toast</Button>
      <Button onClick={() => toast({ text: 'The node did not answer. Start it, then try again.', tone: 'bad' })}>Bad news</Button>
      <Dialog open={open === 'dialog'} onClose={close} title="Export the log" actions={<Button onClick={close}>Done</Button>}>
        <p>The file holds every event, and can be checked without this program.</p>
      </Dialog>
      <ConfirmDialog
        open={open === 'confirm'}
        onClose={close}
        onConfirm={close}
        title="Remove this way to open the vault?"
        act="Remove it"
        typed="tpm+wallet"
      >
        <p>The vault could then be opened by the recovery shares alone.</p>
      </ConfirmDialog>
    </div>
  );
}
