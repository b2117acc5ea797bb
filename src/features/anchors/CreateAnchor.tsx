import { type FormEvent, useState } from 'react';
import { useCreateAnchor } from '@/api/anchors';
import type { Environment } from '@/api/bindings';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Checkbox, RadioCards, Select, TextField } from '@/components/Field';
import { useToast } from '@/components/Toast';
import { ENVIRONMENTS, options } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { useUnsaved } from '@/routes/useUnsaved';
import { SUITES } from './words';

/** Makes an anchor. */
export function CreateAnchor({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('main');
  const [environment, setEnvironment] = useState<Environment>('PROD');
  const [suite, setSuite] = useState<string>('ML-KEM-1024');
  const [activate, setActivate] = useState(true);
  const unsaved = useUnsaved(name === 'main' ? null : 'anchor');
  const leave = () => unsaved.leave(onClose);
  const creating = useCreateAnchor();
  const create = useAct(creating);
  const toast = useToast();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await create({ name, description: null, environment, anchor_type: 'ROOT_OF_TRUST', suite, activate });
    if (!made) return;
    toast({ text: `The anchor “${made.name}” was made.`, tone: 'good' });
    unsaved.done();
    onClose();
  };
  return (
    <Dialog open onClose={leave} title="New anchor">
      <form onSubmit={submit} style={{ display: 'contents' }}>
        <TextField label="Name" required autoFocus value={name} onChange={(event) => setName(event.target.value)} />
        <Select label="Environment" value={environment} options={options(ENVIRONMENTS)} onChange={setEnvironment} />
        <RadioCards legend="Suite" value={suite} options={SUITES} onChange={setSuite} />
        <Checkbox
          label="Make it the active one of its environment"
          hint="New secrets are wrapped under the active anchor. There is exactly one."
          checked={activate}
          onChange={setActivate}
        />
        <footer style={{ display: 'flex', justifyContent: 'flex-end', gap: 'var(--space-2)' }}>
          <Button onClick={leave}>Cancel</Button>
          <Button look="primary" type="submit" disabled={!name.trim()} busy={creating.isPending}>
            Make it
          </Button>
        </footer>
      </form>
      {unsaved.question}
    </Dialog>
  );
}
