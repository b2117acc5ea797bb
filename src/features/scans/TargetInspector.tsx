import { type FormEvent, useState } from 'react';
import type { Target, TargetEdit } from '@/api/bindings';
import { useEditTarget, useTargets } from '@/api/targets';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { Skeleton } from '@/components/ErrorCard';
import { Select, TextField } from '@/components/Field';
import { Foreign, visible } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { KeyValue } from '@/components/KeyValue';
import { useToast } from '@/components/Toast';
import { ENVIRONMENTS, options } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { useUnsaved } from '@/routes/useUnsaved';
import { useGoTo } from '@/routes/useView';
import styles from './Scans.module.css';
import { TARGET_TYPES } from './words';

/** One saved target: renamed, moved and left out here, each with the way back. */
export function TargetInspector({ target: id, onClose }: { target: string; onClose: () => void }) {
  const target = useTargets().data?.find((one) => one.id === id);
  if (target) return <Detail target={target} onClose={onClose} />;
  return (
    <Inspector title="Target" onClose={onClose}>
      <Skeleton rows={4} />
    </Inspector>
  );
}

function Detail({ target, onClose }: { target: Target; onClose: () => void }) {
  const { edit, busy } = useTargetEdit(target);
  const goTo = useGoTo();
  return (
    <Inspector
      title={<Foreign text={target.name} />}
      onClose={onClose}
      actions={
        <>
          <Button busy={busy} onClick={() => edit({ is_active: !target.is_active })}>
            {target.is_active ? 'Leave out of scans' : 'Scan it again'}
          </Button>
          <Button onClick={() => goTo('/assets', { q: target.target })}>Show its asset</Button>
        </>
      }
    >
      <KeyValue
        rows={[
          ['Target', <Copyable key="target" text={visible(target.target)} label="target" whole />],
          ['Kind', TARGET_TYPES[target.target_type]],
          ['Scanned', target.is_active ? 'With all saved targets' : 'Only where it is named'],
          ['Added', <RelativeTime key="added" at={target.created_at} />],
          ['Changed', <RelativeTime key="changed" at={target.updated_at} />],
        ]}
      />
      <Select
        label="Environment"
        value={target.environment}
        options={options(ENVIRONMENTS)}
        disabled={busy}
        onChange={(environment) => edit({ environment })}
      />
      <Rename key={target.name} name={target.name} onRename={(name) => edit({ name })} />
    </Inspector>
  );
}

function Rename({ name, onRename }: { name: string; onRename: (name: string) => void }) {
  const [text, setText] = useState(name);
  const changed = text.trim() !== '' && text.trim() !== name;
  const unsaved = useUnsaved(changed ? 'field' : null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed) onRename(text.trim());
  };
  return (
    <form className={styles.inline} onSubmit={submit}>
      <TextField label="Name" value={text} maxLength={200} onChange={(event) => setText(event.target.value)} />
      <Button type="submit" disabled={!changed}>
        Rename
      </Button>
      {unsaved.question}
    </form>
  );
}

/** Changes a target, and offers to take it back. */
function useTargetEdit({ id, name, environment, is_active }: Target) {
  const mutation = useEditTarget();
  const act = useAct(mutation);
  const toast = useToast();
  const edit = async (change: TargetEdit) => {
    const changed = await act({ target: id, edit: change });
    if (!changed) return;
    const text = change.is_active === false ? 'Left out of scans of all saved targets.' : 'Target changed.';
    toast({ text, tone: 'good', undo: () => act({ target: id, edit: { name, environment, is_active } }) });
  };
  return { edit, busy: mutation.isPending };
}
