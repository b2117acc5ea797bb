import { type FormEvent, useState } from 'react';
import { useAddAsset } from '@/api/assets';
import type { AssetType, Environment } from '@/api/bindings';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Select, TextField } from '@/components/Field';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { useUnsaved } from '@/routes/useUnsaved';
import styles from './Assets.module.css';
import { ENVIRONMENTS, options, TYPES } from './words';

/** Adds what no scan finds: a database, files, a key. */
export function AddAsset({ onClose, onAdded }: { onClose: () => void; onAdded: (id: string) => void }) {
  const [location, setLocation] = useState('');
  const [name, setName] = useState('');
  const [type, setType] = useState<AssetType>('DATABASE');
  const [environment, setEnvironment] = useState<Environment>('PROD');
  const unsaved = useUnsaved(location || name ? 'asset' : null);
  const leave = () => unsaved.leave(onClose);
  const add = useAddAsset();
  const act = useAct(add);
  const toast = useToast();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (location.trim() === '') return;
    const made = await act({ location: location.trim(), name: name.trim() || null, asset_type: type, environment });
    if (!made) return;
    toast({ text: `${made.name} added. Add its key material next.`, tone: 'good' });
    unsaved.done();
    onAdded(made.id);
  };
  return (
    <Dialog
      open
      onClose={leave}
      title="Add an asset"
      actions={
        <>
          <Button onClick={leave}>Cancel</Button>
          <Button look="primary" type="submit" form="add-asset" busy={add.isPending} disabled={location.trim() === ''}>
            Add the asset
          </Button>
        </>
      }
    >
      <p>For what no scan finds. Hosts and URLs are better scanned: then their verdicts are known.</p>
      <form id="add-asset" className={styles.form} onSubmit={submit}>
        <TextField
          label="Location"
          hint="Path, host or any other place, for example db7.internal/payments"
          value={location}
          autoFocus
          maxLength={2048}
          onChange={(event) => setLocation(event.target.value)}
        />
        <TextField
          label="Name"
          hint="What people call it; the location if nothing is said"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.target.value)}
        />
        <Select label="Kind" value={type} options={options(TYPES)} onChange={setType} />
        <Select label="Environment" value={environment} options={options(ENVIRONMENTS)} onChange={setEnvironment} />
      </form>
      {unsaved.question}
    </Dialog>
  );
}
