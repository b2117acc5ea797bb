import { type FormEvent, useRef, useState } from 'react';
import { useImportSigner, useMakeSigner, useSigners, useUseSigner } from '@/api/attestations';
import { Badge } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { Dialog } from '@/components/Dialog';
import { SecretField, TextField } from '@/components/Field';
import { SegmentedControl } from '@/components/SegmentedControl';
import { useAct } from '@/features/vault/useAct';
import { useUnsaved } from '@/routes/useUnsaved';
import styles from './Attestations.module.css';

type How = 'make' | 'import';

/** The accounts that can sign: use one, make one, or take one over. Their keys stay sealed in the vault. */
export function SignerDialog({ onClose }: { onClose: () => void }) {
  const signers = useSigners();
  const use = useAct(useUseSigner());
  const [isTyped, setTyped] = useState(false);
  const unsaved = useUnsaved(isTyped ? 'account' : null);
  const leave = () => unsaved.leave(onClose);
  return (
    <Dialog open onClose={leave} title="Accounts that sign" actions={<Button onClick={leave}>Done</Button>}>
      {(signers.data?.length ?? 0) > 0 && (
        <div className={styles.rows}>
          {signers.data?.map((signer) => (
            <div key={signer.id} className={styles.row}>
              <span className={styles.line}>
                <strong>{signer.name}</strong>
                {signer.is_active ? <Badge tone="good">Signs</Badge> : <Button onClick={() => use(signer.id)}>Use it</Button>}
              </span>
              <Copyable text={signer.address} label="address" whole />
            </div>
          ))}
        </div>
      )}
      <NewSigner onTyped={setTyped} />
      {unsaved.question}
    </Dialog>
  );
}

function NewSigner({ onTyped }: { onTyped: (isTyped: boolean) => void }) {
  const [how, setHow] = useState<How>('make');
  const [name, setName] = useState('main');
  const key = useRef<HTMLInputElement | HTMLTextAreaElement>(null);
  const making = useMakeSigner();
  const importing = useImportSigner();
  const make = useAct(making);
  const take = useAct(importing);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const secret = key.current?.value ?? '';
    if (key.current) key.current.value = '';
    onTyped(false);
    await (how === 'make' ? make(name) : take({ name, key: secret }));
    importing.reset();
  };
  return (
    <form onSubmit={submit} onInput={() => onTyped(Boolean(key.current?.value))} style={{ display: 'contents' }}>
      <SegmentedControl
        label="Where the account comes from"
        value={how}
        options={[
          { value: 'make', label: 'Make a new one' },
          { value: 'import', label: 'Take one over' },
        ]}
        onChange={setHow}
      />
      <TextField label="Name" required value={name} onChange={(event) => setName(event.target.value)} />
      {how === 'import' && <SecretField label="Private key" hint="64 hex digits. It is sealed at once." inputRef={key} />}
      <div className={styles.foot}>
        <Button type="submit" busy={making.isPending || importing.isPending} disabled={!name.trim()}>
          {how === 'make' ? 'Make it' : 'Take it over'}
        </Button>
      </div>
    </form>
  );
}
