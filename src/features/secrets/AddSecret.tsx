import { type FormEvent, useRef, useState } from 'react';
import type { KeyType, Picked } from '@/api/bindings';
import { usePickFiles } from '@/api/files';
import { useAddSecret, useAddSecretFile } from '@/api/secrets';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Checkbox, SecretField, Select, TextField } from '@/components/Field';
import { Foreign } from '@/components/Foreign';
import { useToast } from '@/components/Toast';
import { KEY_TYPES, options } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { useUnsaved } from '@/routes/useUnsaved';
import { AssetPicker } from './AssetPicker';
import styles from './Secrets.module.css';

export interface AddSecretProps {
  /** The asset's id, where it is settled. */
  asset: string | null;
  /** Files that were dropped. */
  files: readonly Picked[];
  onClose: () => void;
}

/** Stores a secret: typed, pasted, or of a file. Only its envelope is kept. */
export function AddSecret({ asset: settled, files: dropped, onClose }: AddSecretProps) {
  const [asset, setAsset] = useState(settled);
  const [files, setFiles] = useState(dropped);
  const [label, setLabel] = useState(dropped[0]?.name ?? '');
  const [kind, setKind] = useState<KeyType>('PRIVATE_KEY');
  const [shred, setShred] = useState(false);
  // What is typed is in no state; that something is, is.
  const [isTyped, setTyped] = useState(false);
  const material = useRef<HTMLInputElement | HTMLTextAreaElement>(null);
  const pick = usePickFiles();
  const typed = useAddSecret();
  const read = useAddSecretFile();
  const storeTyped = useAct(typed);
  const storeFile = useAct(read);
  const toast = useToast();
  const [file] = files;
  const unsaved = useUnsaved(isTyped || (label !== '' && label !== file?.name) ? 'secret' : null);
  const leave = () => unsaved.leave(onClose);

  const choose = async () => {
    const chosen = await pick.mutateAsync('secret');
    if (chosen.length === 0) return;
    setFiles(chosen);
    setLabel((before) => before || (chosen[0]?.name ?? ''));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!asset) return;
    const named = { asset, label, key_type: kind };
    const secret = material.current?.value ?? '';
    if (material.current) material.current.value = '';
    setTyped(false);
    const stored = file ? await storeFile({ named, file: file.id, shred }) : await storeTyped({ named, material: secret });
    typed.reset();
    if (!stored) return;
    toast({ text: `“${stored.label}” is stored as an envelope.`, tone: 'good' });
    const rest = files.slice(1);
    setFiles(rest);
    if (rest[0]) return setLabel(rest[0].name);
    unsaved.done();
    onClose();
  };

  return (
    <Dialog open onClose={leave} title="Add a secret">
      <form onSubmit={submit} onInput={() => setTyped(Boolean(material.current?.value))} className={styles.form}>
        {!settled && <AssetPicker chosen={asset} onChoose={setAsset} />}
        {file ? (
          <div className={styles.choices}>
            <Foreign text={file.name} mono />
            <Button look="quiet" onClick={() => setFiles([])}>
              Type it instead
            </Button>
          </div>
        ) : (
          <>
            <SecretField label="Secret" lines={5} inputRef={material} hint="Type or paste it. At most 1 MiB." />
            <div className={styles.choices}>
              <Button busy={pick.isPending} onClick={choose}>
                Choose a file instead
              </Button>
            </div>
          </>
        )}
        <TextField label="Label" required value={label} onChange={(event) => setLabel(event.target.value)} />
        <Select label="Kind" value={kind} options={options(KEY_TYPES)} onChange={setKind} />
        {file && (
          <Checkbox
            label="Overwrite and delete the file afterwards"
            hint="Copies in backups, snapshots or flash wear-levelling may remain."
            checked={shred}
            onChange={setShred}
          />
        )}
        <footer className={styles.foot}>
          <Button onClick={leave}>Cancel</Button>
          <Button look="primary" type="submit" disabled={!asset || !label.trim()} busy={typed.isPending || read.isPending}>
            {files.length > 1 ? `Store it, then ${files.length - 1} more` : 'Store it'}
          </Button>
        </footer>
      </form>
      {unsaved.question}
    </Dialog>
  );
}
