import { Pencil } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { AssetEdit, AssetSummary, Criticality, Exposure, Sensitivity } from '@/api/bindings';
import { Button } from '@/components/Button';
import { Select, TextField } from '@/components/Field';
import { Popover } from '@/components/Popover';
import styles from './Assets.module.css';
import { secrecyOf } from './secrecy';
import { tagsOf } from './tags';
import { useEdit } from './useEdit';
import { CRITICALITIES, counted, EXPOSURES, options, SENSITIVITIES } from './words';

const AS_IT_IS = { value: '', label: 'Leave as it is' } as const;

/** Changes what several assets mean to their owner. */
export function EditMarked({ assets, onDone }: { assets: readonly AssetSummary[]; onDone: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label="Edit the marked assets"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <>
          <Pencil aria-hidden="true" />
          <span>Edit</span>
        </>
      }
    >
      <EditForm
        assets={assets}
        onDone={() => {
          setOpen(false);
          onDone();
        }}
      />
    </Popover>
  );
}

function EditForm({ assets, onDone }: { assets: readonly AssetSummary[]; onDone: () => void }) {
  const [criticality, setCriticality] = useState<Criticality | ''>('');
  const [sensitivity, setSensitivity] = useState<Sensitivity | ''>('');
  const [exposure, setExposure] = useState<Exposure | ''>('');
  const [years, setYears] = useState('');
  const [added, setAdded] = useState('');
  const [removed, setRemoved] = useState('');
  const { edit, busy } = useEdit();
  const change: AssetEdit = {
    criticality: criticality || null,
    sensitivity: sensitivity || null,
    exposure: exposure || null,
    secrecy: (years.trim() !== '' && secrecyOf(years)) || null,
    tags_added: tagsOf(added),
    tags_removed: tagsOf(removed),
  };
  const isWrong = secrecyOf(years) === undefined;
  const changes = criticality || sensitivity || exposure || years.trim() || added.trim() || removed.trim();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (
      await edit(
        assets.map(({ id }) => id),
        change,
      )
    )
      onDone();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Select
        label="Criticality to the business"
        value={criticality}
        options={[AS_IT_IS, ...options(CRITICALITIES)]}
        onChange={setCriticality}
      />
      <Select
        label="Sensitivity of the data"
        value={sensitivity}
        options={[AS_IT_IS, ...options(SENSITIVITIES)]}
        onChange={setSensitivity}
      />
      <Select label="Who can reach them" value={exposure} options={[AS_IT_IS, ...options(EXPOSURES)]} onChange={setExposure} />
      <TextField
        label="Years their data must stay secret"
        hint="Empty leaves it as it is"
        inputMode="numeric"
        value={years}
        error={isWrong ? 'Use a number from 0 to 100.' : undefined}
        onChange={(event) => setYears(event.target.value)}
      />
      <TextField
        label="Add tags"
        hint="Separated by commas, for example payments, eu"
        value={added}
        onChange={(event) => setAdded(event.target.value)}
      />
      <TextField label="Take tags away" value={removed} onChange={(event) => setRemoved(event.target.value)} />
      <Button type="submit" look="primary" busy={busy} disabled={!changes || isWrong}>
        Change {counted(assets.length, 'asset')}
      </Button>
    </form>
  );
}
