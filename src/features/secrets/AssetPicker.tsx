import { useState } from 'react';
import { useAssets } from '@/api/assets';
import { Button } from '@/components/Button';
import { TextField } from '@/components/Field';
import { Foreign } from '@/components/Foreign';
import styles from './Secrets.module.css';

/** Finds an asset by its name or place. */
export function AssetPicker({ chosen, onChoose }: { chosen: string | null; onChoose: (asset: string | null) => void }) {
  const [search, setSearch] = useState('');
  const assets = useAssets({ search: search || null, sort: 'name' }, 0);
  const rows = assets.data?.pages[0]?.items.slice(0, 20) ?? [];
  const picked = rows.find((row) => row.id === chosen);
  if (picked) {
    return (
      <div className={styles.choices}>
        <span>Asset</span>
        <Foreign text={picked.location} mono />
        <Button look="quiet" onClick={() => onChoose(null)}>
          Another
        </Button>
      </div>
    );
  }
  return (
    <>
      <TextField
        label="Asset"
        placeholder="Search by name or location"
        value={search}
        autoFocus
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className={styles.found}>
        {rows.map((row) => (
          <button key={row.id} type="button" onClick={() => onChoose(row.id)}>
            <Foreign text={row.location} mono />
          </button>
        ))}
      </div>
    </>
  );
}
