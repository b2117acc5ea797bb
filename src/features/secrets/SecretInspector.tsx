import { useState } from 'react';
import type { SecretView } from '@/api/bindings';
import { useExportBundle, useRemoveSecret, useReveal, useWrapAsset, useWriteSecret } from '@/api/secrets';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { ConfirmDialog, Dialog } from '@/components/Dialog';
import { Foreign } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { KeyValue } from '@/components/KeyValue';
import { useToast } from '@/components/Toast';
import { KEY_TYPES } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';

/** What is known of a secret, and what can be done with it. */
export function SecretInspector({ secret, onClose }: { secret: SecretView; onClose: () => void }) {
  const goTo = useGoTo();
  return (
    <Inspector
      title={<Foreign text={secret.label} />}
      onClose={onClose}
      actions={<SecretActions secret={secret} onGone={onClose} />}
    >
      <KeyValue
        rows={[
          [
            'Asset',
            <Button key="asset" look="quiet" onClick={() => goTo('/assets', { open: secret.asset_id })}>
              <Foreign text={secret.location} mono />
            </Button>,
          ],
          ['Kind', KEY_TYPES[secret.key_type]],
          ['Came from', <Foreign key="origin" text={secret.origin} mono />],
          ['Wrapped with', secret.suite || 'not wrapped'],
          ['Wrapped', <RelativeTime key="when" at={secret.wrapped_at} />],
          ['Anchor', secret.anchor_id ? <Copyable key="anchor" text={secret.anchor_id} label="anchor" /> : '—'],
          ['Key version', secret.key_version ?? '—'],
          ['Id', <Copyable key="id" text={secret.id} label="id" />],
        ]}
      />
    </Inspector>
  );
}

/** Reveal, wrap, write, export, remove. */
export function SecretActions({ secret, onGone }: { secret: SecretView; onGone: () => void }) {
  const [asked, setAsked] = useState<'reveal' | 'remove' | null>(null);
  const wrapping = useWrapAsset();
  const wrap = useAct(wrapping);
  const write = useAct(useWriteSecret());
  const exportBundle = useAct(useExportBundle());
  const toast = useToast();
  const said = (done: boolean | undefined, text: string) => done && toast({ text, tone: 'good' });
  return (
    <>
      <Button look="primary" onClick={() => setAsked('reveal')}>
        Reveal
      </Button>
      <Button
        busy={wrapping.isPending}
        onClick={async () => {
          const report = await wrap(secret.asset_id);
          if (report)
            toast({ text: `${report.secrets} wrapped with ${report.suite}.`, tone: report.failed.length > 0 ? 'bad' : 'good' });
        }}
      >
        Wrap anew
      </Button>
      <Button onClick={async () => said(await write(secret.id), 'The secret was written to the file.')}>Write to a file</Button>
      <Button onClick={async () => said(await exportBundle(secret.asset_id), 'The bundle was written.')}>Export bundle</Button>
      <Button onClick={() => setAsked('remove')}>Remove</Button>
      {asked === 'reveal' && <RevealDialog secret={secret} onClose={() => setAsked(null)} />}
      {asked === 'remove' && <RemoveDialog secret={secret} onClose={() => setAsked(null)} onGone={onGone} />}
    </>
  );
}

/** Says what will be shown, for how long, and to whom it is told. */
export function RevealDialog({ secret, onClose }: { secret: SecretView; onClose: () => void }) {
  const revealing = useReveal();
  const reveal = useAct(revealing);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Reveal this secret?"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={revealing.isPending}
            onClick={async () => {
              await reveal(secret.id);
              onClose();
            }}
          >
            Open the window
          </Button>
        </>
      }
    >
      <p>
        <Foreign text={secret.label} /> of <Foreign text={secret.location} mono />
      </p>
      <p>
        A window of its own shows it as a picture, once, for 60 seconds, and is gone when the vault is locked. The log notes that
        it was shown, not what.
      </p>
    </Dialog>
  );
}

function RemoveDialog({ secret, onClose, onGone }: { secret: SecretView; onClose: () => void; onGone: () => void }) {
  const removing = useRemoveSecret();
  const remove = useAct(removing);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Destroy this secret?"
      act="Destroy it"
      typed={secret.label}
      busy={removing.isPending}
      onConfirm={async () => {
        if ((await remove(secret.id)) !== undefined) onGone();
        onClose();
      }}
    >
      <p>There is no other copy in this vault. Bundles and files that were written before still hold it.</p>
    </ConfirmDialog>
  );
}
