import { useState } from 'react';
import { useConfig } from '@/api/config';
import { Select, TextArea, TextField } from '@/components/Field';
import { ToggleChips } from '@/components/ToggleChips';
import { tagsOf } from '@/features/assets/tags';
import { ENVIRONMENTS, LEVELS, options, STATUSES, TYPES } from '@/features/assets/words';
import { type Draft, type Fields, fieldsOf, listIn, textIn, toggled, withField, written } from './draft';
import styles from './Policies.module.css';
import { COMPLIANCES, SCOPE_STARTS, SCOPES } from './words';

type OnChange = (change: Partial<Draft>) => void;

/** Which assets a policy applies to, by choosing. */
export function ScopeBuilder({ draft, onChange }: { draft: Draft; onChange: OnChange }) {
  const queries = useConfig().data?.policy?.custom_query === true;
  const fields = fieldsOf(draft.scope_definition);
  const offered = Object.entries(SCOPES)
    .filter(([type]) => type !== 'CUSTOM_QUERY' || queries || draft.scope_type === type)
    .map(([value, { label }]) => ({ value: value as Draft['scope_type'], label }));
  return (
    <div className={styles.guided}>
      <Select
        label="Assets"
        hint={SCOPES[draft.scope_type].hint}
        value={draft.scope_type}
        options={offered}
        onChange={(scope_type) => onChange({ scope_type, scope_definition: written(SCOPE_STARTS[scope_type]) })}
      />
      {fields ? (
        <ScopeFields draft={draft} fields={fields} onChange={onChange} />
      ) : (
        <p className={styles.note}>The text beside this is no JSON object. Correct it to choose here again.</p>
      )}
    </div>
  );
}

const LISTS = [
  { key: 'type', label: 'Kinds', choices: options(TYPES) },
  { key: 'environment', label: 'Environments', choices: options(ENVIRONMENTS) },
  { key: 'pqcCompliance', label: 'Compliance', choices: options(COMPLIANCES) },
  { key: 'status', label: 'Status', choices: options(STATUSES) },
] as const;

const LEVEL_CHOICES = [{ value: '', label: 'Any' }, ...options(LEVELS).toReversed()];

/** The field that each type of scope is about. */
const MAIN: Record<Draft['scope_type'], string | null> = {
  ALL_ASSETS: null,
  BY_TYPE: 'type',
  BY_ENVIRONMENT: 'environment',
  BY_TAG: 'tags',
  BY_RISK_LEVEL: 'minRiskLevel',
  CUSTOM_QUERY: 'query',
};

const ALSO = ['type', 'environment', 'tags', 'minRiskLevel', 'pqcCompliance', 'status'];

function ScopeFields({ draft, fields, onChange }: { draft: Draft; fields: Fields; onChange: OnChange }) {
  const main = MAIN[draft.scope_type];
  if (main === null) return null;
  const others = ALSO.filter((key) => key !== main);
  const set = (key: string, value: unknown) => onChange({ scope_definition: withField(fields, key, value) });
  return (
    <>
      <ScopeField name={main} fields={fields} onSet={set} />
      <details open={others.some((key) => Object.hasOwn(fields, key)) || undefined}>
        <summary>Only some of these</summary>
        <div className={styles.others}>
          {others.map((key) => (
            <ScopeField key={key} name={key} fields={fields} onSet={set} />
          ))}
        </div>
      </details>
    </>
  );
}

function ScopeField({ name, fields, onSet }: { name: string; fields: Fields; onSet: (key: string, value: unknown) => void }) {
  const list = LISTS.find((one) => one.key === name);
  if (list) {
    const chosen = listIn(fields, name);
    return (
      <ToggleChips<string>
        legend={list.label}
        options={list.choices}
        chosen={chosen}
        onToggle={(value) => onSet(name, toggled(chosen, value))}
      />
    );
  }
  switch (name) {
    case 'tags':
      return <TagsField tags={listIn(fields, name)} onSet={(tags) => onSet(name, tags)} />;
    case 'minRiskLevel':
      return (
        <Select<string>
          label="Risk at least"
          value={textIn(fields, name)}
          options={LEVEL_CHOICES}
          onChange={(level) => onSet(name, level)}
        />
      );
    default:
      return (
        <TextArea
          label="Expression"
          hint='For example asset.environment == "PROD" && asset.riskScore >= 50'
          value={textIn(fields, name)}
          rows={3}
          onChange={(event) => onSet(name, event.target.value)}
        />
      );
  }
}

/** Tags as they are typed, for as long as that says the same as the JSON. */
function TagsField({ tags, onSet }: { tags: readonly string[]; onSet: (tags: string[]) => void }) {
  const [typed, setTyped] = useState(tags.join(', '));
  const same = tagsOf(typed).join() === tags.join();
  return (
    <TextField
      label="Tags"
      hint="Separated by commas; an asset needs one of them"
      value={same ? typed : tags.join(', ')}
      onChange={(event) => {
        setTyped(event.target.value);
        onSet(tagsOf(event.target.value));
      }}
    />
  );
}
