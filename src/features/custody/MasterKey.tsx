import { useState } from 'react';
import { useRotate } from '@/api/slots';
import { Button } from '@/components/Button';
import { ConfirmDialog } from '@/components/Dialog';
import { formatNumber } from '@/components/Format';
import { Section } from '@/components/KeyValue';
import { useToast } from '@/components/Toast';
import { SettingList } from '@/features/settings/SettingList';
import { useAct } from '@/features/vault/useAct';
import styles from './Custody.module.css';

/** When the vault locks by itself, and the key that everything in it hangs on. */
export function MasterKey() {
  const [asked, setAsked] = useState(false);
  return (
    <div className={styles.page}>
      <Section title="When it locks">
        <SettingList group="session" />
      </Section>
      <Section title="Master key" actions={<Button onClick={() => setAsked(true)}>Rotate it</Button>}>
        <p className={styles.muted}>
          Every way in wraps the same master key, and everything in the vault is sealed under it. Rotate it every year or so.
          Where someone may have seen it, first add new ways in and remove the old ones, then rotate it, and replace the secrets
          themselves: whoever had the key could have read them.
        </p>
      </Section>
      {asked && <RotateDialog onClose={() => setAsked(false)} />}
    </div>
  );
}

function RotateDialog({ onClose }: { onClose: () => void }) {
  const rotating = useRotate();
  const rotate = useAct(rotating);
  const toast = useToast();
  const run = async () => {
    const done = await rotate(undefined);
    if (!done) return;
    const { slots, records, removed } = done;
    const gone = removed.length > 0 ? ` Gone: ${removed.join(', ')}.` : '';
    toast({
      text: `A new master key: ${formatNumber(slots)} ways in and ${formatNumber(records)} records are under it.${gone}`,
      tone: gone ? 'info' : 'good',
    });
    onClose();
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Rotate the master key?"
      act="Rotate it"
      look="primary"
      busy={rotating.isPending}
      onConfirm={run}
    >
      <p>
        A new key is made, every way in is wrapped around it, and everything in the vault is sealed anew. All ways in keep
        working, and nothing else changes for you.
      </p>
      <p>It takes a moment in a large vault, and the vault is locked afterwards. Older backups keep the key that they have.</p>
    </ConfirmDialog>
  );
}
