import { Download } from 'lucide-react';
import { useState } from 'react';
import { useSaveCheckpoint, type useSignCheckpoint } from '@/api/audit';
import { Button } from '@/components/Button';
import { visible } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { Section } from '@/components/KeyValue';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import styles from './Audit.module.css';

/** Signs the log as it is, and hands the note over. */
export function CheckpointPanel({
  sign,
  onExport,
  onCompare,
  onClose,
}: {
  sign: ReturnType<typeof useSignCheckpoint>;
  onExport: () => void;
  onCompare: () => void;
  onClose: () => void;
}) {
  const act = useAct(sign);
  const note = sign.data;
  return (
    <Inspector title="Checkpoint" onClose={onClose}>
      <p>
        A checkpoint says how long the log is and what its root is, signed by two keys of this vault. Kept where this machine
        cannot write, it proves later that nothing before it was changed.
      </p>
      {note === undefined ? (
        <div>
          <Button look="primary" busy={sign.isPending} onClick={() => act(undefined)}>
            Sign a checkpoint now
          </Button>
        </div>
      ) : (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
          <pre className={`${styles.note} selectable`} tabIndex={0}>
            {note}
          </pre>
          <div className={styles.acts}>
            <SaveNote />
            <CopyNote note={note} />
            <Button onClick={onExport}>Export with the log…</Button>
            <Button look="quiet" busy={sign.isPending} onClick={() => act(undefined)}>
              Sign anew
            </Button>
          </div>
          <p className={styles.muted}>Mail it to yourself, print it, or put it into another system. Nothing in it is secret.</p>
        </>
      )}
      <Section title="A checkpoint that you kept">
        <p>Choose the file, and the log is held against it: whether what it covers is still what was written.</p>
        <div>
          <Button onClick={onCompare}>Compare with a saved checkpoint…</Button>
        </div>
      </Section>
    </Inspector>
  );
}

/** Writes the newest checkpoint, which is the one in sight, to a file. */
function SaveNote() {
  const saving = useSaveCheckpoint();
  const save = useAct(saving);
  const toast = useToast();
  const start = async () => {
    const saved = await save(undefined);
    if (saved)
      toast({ text: `The checkpoint of ${formatNumber(saved.size)} events is in ${visible(saved.file)}.`, tone: 'good' });
  };
  return (
    <Button look="primary" icon={<Download aria-hidden="true" />} busy={saving.isPending} onClick={start}>
      Save as a file…
    </Button>
  );
}

const SHOWN_MS = 1_500;

function CopyNote({ note }: { note: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(note);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return <Button onClick={copy}>{copied ? 'Copied' : 'Copy the note'}</Button>;
}
