import { X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { AssetDetail, AssetEdit, Secrecy } from '@/api/bindings';
import { Button } from '@/components/Button';
import { Select, TextField } from '@/components/Field';
import { visible } from '@/components/Foreign';
import { Section } from '@/components/KeyValue';
import { useUnsaved } from '@/routes/useUnsaved';
import { secrecyOf } from '../secrecy';
import { tagsOf } from '../tags';
import { useEdit } from '../useEdit';
import { CRITICALITIES, EXPOSURES, LIFETIME_SOURCES, options, SENSITIVITIES } from '../words';
import styles from './Detail.module.css';

/** What an asset means to its owner: changed where it stands, at once, and scored anew. */
export function Meaning({ asset }: { asset: AssetDetail }) {
  const { edit, busy } = useEdit();
  const change = (to: AssetEdit) => edit([asset.id], to);
  return (
    <Section title="What it means to you">
      <div className={styles.fields}>
        <Select
          label="Criticality to the business"
          value={asset.criticality}
          options={options(CRITICALITIES)}
          disabled={busy}
          onChange={(criticality) => change({ criticality })}
        />
        <Select
          label="Sensitivity of its data"
          value={asset.sensitivity}
          options={options(SENSITIVITIES)}
          disabled={busy}
          onChange={(sensitivity) => change({ sensitivity })}
        />
        <Select
          label="Who can reach it"
          value={asset.exposure}
          options={options(EXPOSURES)}
          disabled={busy}
          onChange={(exposure) => change({ exposure })}
        />
        <Years
          key={`${asset.harvest.from} ${asset.harvest.secrecy_years}`}
          asset={asset}
          onSubmit={(secrecy) => change({ secrecy })}
        />
        <Line key={asset.name} label="Name" act="Rename" start={asset.name} onSubmit={(name) => change({ name })} />
      </div>
      <Tags tags={asset.tags} onRemove={(tag) => change({ tags_removed: [tag] })} />
      <Line
        key={asset.tags.length}
        label="Add tags"
        act="Add"
        start=""
        onSubmit={(line) => change({ tags_added: tagsOf(line) })}
      />
    </Section>
  );
}

/** For how many years its data must stay secret; an empty field leaves that to the settings. */
function Years({ asset, onSubmit }: { asset: AssetDetail; onSubmit: (secrecy: Secrecy) => void }) {
  const { from, secrecy_years: years } = asset.harvest;
  const start = from === 'asset' ? String(years) : '';
  const [text, setText] = useState(start);
  const wanted = secrecyOf(text);
  const changed = text.trim() !== start;
  const unsaved = useUnsaved(changed ? 'field' : null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted && changed) onSubmit(wanted);
  };
  return (
    <form className={styles.inline} onSubmit={submit}>
      <TextField
        label="Years its data must stay secret"
        value={text}
        inputMode="numeric"
        placeholder={from === 'asset' ? '' : `${years}, ${LIFETIME_SOURCES[from]}`}
        error={wanted ? undefined : 'Use a number from 0 to 100, or nothing.'}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" disabled={!wanted || !changed}>
        Set
      </Button>
      {unsaved.question}
    </form>
  );
}

function Tags({ tags, onRemove }: { tags: readonly string[]; onRemove: (tag: string) => void }) {
  if (tags.length === 0) return null;
  return (
    <ul className={styles.tags} aria-label="Tags">
      {tags.map((tag) => (
        <li key={tag}>
          <button type="button" aria-label={`Take the tag ${visible(tag)} away`} onClick={() => onRemove(tag)}>
            <bdi>{visible(tag)}</bdi>
            <X aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

interface LineProps {
  label: string;
  act: string;
  start: string;
  onSubmit: (text: string) => void;
}

/** One line of text and the button that takes it. */
function Line({ label, act, start, onSubmit }: LineProps) {
  const [text, setText] = useState(start);
  const typed = text.trim();
  const changed = typed !== '' && typed !== start && text !== start;
  const unsaved = useUnsaved(changed ? 'field' : null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed) onSubmit(typed);
  };
  return (
    <form className={styles.inline} onSubmit={submit}>
      <TextField label={label} value={text} maxLength={200} onChange={(event) => setText(event.target.value)} />
      <Button type="submit" disabled={!changed}>
        {act}
      </Button>
      {unsaved.question}
    </form>
  );
}
