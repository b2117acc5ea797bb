import { Tag } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useDeadlines, usePolicyNames } from '@/api/assets';
import type { AssetCounts, Choice } from '@/api/bindings';
import { Button } from '@/components/Button';
import { TextField } from '@/components/Field';
import { type Filter, FilterBar } from '@/components/FilterBar';
import { Popover } from '@/components/Popover';
import { SearchField } from '@/components/SearchField';
import type { useView } from '@/routes/useView';
import styles from './Assets.module.css';
import { FilterChips } from './FilterChips';
import { isFiltered, unfiltered } from './view';
import { ENVIRONMENTS, HARVESTS, LEVELS, options, STATUSES, TYPES, VERDICTS } from './words';

/** Filters of which one value holds at a time. */
const SINGLE = new Set(['policy', 'deadline', 'harvest']);

type View = ReturnType<typeof useView>;

/** What narrows the list: the search, the filters with their counts, and what another screen asked for. */
export function AssetFilters({ view, counts }: { view: View; counts: AssetCounts | undefined }) {
  const policies = usePolicyNames().data ?? [];
  const deadlines = useDeadlines().data ?? [];
  const set = (id: string, chosen: string[]) => view.set({ [id]: SINGLE.has(id) ? chosen[0] : chosen, open: undefined });
  const filters: Filter[] = [
    choice('verdict', 'Verdict', VERDICTS, counts?.verdicts, view),
    choice('level', 'Level', LEVELS, counts?.levels, view),
    choice('status', 'Status', STATUSES, counts?.statuses, view),
    choice('env', 'Environment', ENVIRONMENTS, counts?.environments, view),
    choice('type', 'Type', TYPES, counts?.types, view),
    {
      id: 'policy',
      label: 'Policy',
      single: true,
      chosen: view.list('policy'),
      options: [
        { value: 'out_of_any', label: 'Out of any policy' },
        ...policies.flatMap(({ id, name }) => [
          { value: `out_of:${id}`, label: `Out of ${name}` },
          { value: `in_scope:${id}`, label: `In scope of ${name}` },
        ]),
      ],
    },
    {
      id: 'deadline',
      label: 'Deadline',
      single: true,
      chosen: view.list('deadline'),
      options: deadlines.map(({ id, title, date, missed }) => ({ value: id, label: `${date} ${title}`, count: missed })),
    },
    {
      id: 'harvest',
      label: 'Recorded today',
      single: true,
      chosen: view.list('harvest'),
      options: options(HARVESTS),
    },
  ];
  return (
    <>
      <SearchField label="Search assets" value={view.text('q') ?? ''} onChange={(q) => view.set({ q }, { replace: true })} />
      <FilterBar filters={filters} onChange={set} onClear={() => view.set(unfiltered)} clearable={isFiltered(view.search)}>
        <TagFilter tag={view.text('tag')} onChange={(tag) => view.set({ tag, open: undefined })} />
      </FilterBar>
      <FilterChips view={view} />
    </>
  );
}

/** One of the five traits that the core counts. */
function choice<V extends string>(
  id: string,
  label: string,
  words: Record<V, string>,
  counts: Choice<V>[] | undefined,
  view: View,
): Filter {
  const counted = options(words).map((one) => ({
    ...one,
    count: counts && (counts.find(({ value }) => value === one.value)?.assets ?? 0),
  }));
  return { id, label, options: counted, chosen: view.list(id) };
}

function TagFilter({ tag, onChange }: { tag: string | undefined; onChange: (tag: string | undefined) => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setOpen(false);
    onChange(text.trim() || undefined);
  };
  return (
    <Popover
      label="Filter by tag"
      open={open}
      onOpenChange={(next) => {
        setText(tag ?? '');
        setOpen(next);
      }}
      trigger={
        <>
          <Tag className={styles.tagIcon} aria-hidden="true" />
          <span>Tag</span>
        </>
      }
    >
      <form onSubmit={submit} className={styles.form}>
        <TextField
          label="Tag"
          hint="The whole tag, for example payments"
          value={text}
          autoFocus
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit">Show assets with it</Button>
      </form>
    </Popover>
  );
}
