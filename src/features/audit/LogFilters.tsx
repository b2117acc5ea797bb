import { CalendarRange, X } from 'lucide-react';
import { useCallback } from 'react';
import { Button } from '@/components/Button';
import { shortened } from '@/components/Copyable';
import { TextField } from '@/components/Field';
import { FilterBar } from '@/components/FilterBar';
import { Foreign } from '@/components/Foreign';
import { Popover } from '@/components/Popover';
import { SearchField } from '@/components/SearchField';
import type { useView } from '@/routes/useView';
import styles from './Audit.module.css';
import { isFiltered, PERIODS, text, unfiltered } from './view';
import { ACTIONS } from './words';

type View = ReturnType<typeof useView>;

/** What narrows the log. */
export function LogFilters({ view }: { view: View }) {
  const { set, search } = view;
  const find = useCallback((q: string) => set({ q }, { replace: true }), [set]);
  const when = text(search.when);
  return (
    <>
      <SearchField label="Search the log" value={text(search.q) ?? ''} onChange={find} />
      <ActionFilter value={text(search.action) ?? ''} onChange={(action) => set({ action })} />
      <FilterBar
        filters={[{ id: 'when', label: 'When', options: PERIODS, chosen: when ? [when] : [], single: true }]}
        onChange={(id, chosen) => set({ [id]: chosen[0], from: undefined, to: undefined })}
        onClear={() => set(unfiltered)}
      />
      <Days view={view} />
      <Only name="about" word="About" view={view} />
      <Only name="request" word="Request" view={view} />
      {isFiltered(search) && !when && (
        <Button look="quiet" onClick={() => set(unfiltered)}>
          Clear filters
        </Button>
      )}
    </>
  );
}

/** One action of sixty: a list that the keyboard searches. */
function ActionFilter({ value, onChange }: { value: string; onChange: (action: string | undefined) => void }) {
  return (
    <select
      className={styles.action}
      aria-label="Filter by action"
      value={value}
      data-chosen={value !== '' || undefined}
      onChange={(event) => onChange(event.target.value || undefined)}
    >
      <option value="">Every action</option>
      {Object.entries(ACTIONS).map(([group, actions]) => (
        <optgroup key={group} label={group}>
          {Object.entries(actions).map(([action, word]) => (
            <option key={action} value={action}>
              {word}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

/** From one day to another. */
function Days({ view: { set, search } }: { view: View }) {
  const [from, to] = [text(search.from), text(search.to)];
  const said = from || to ? `${from ?? '…'} – ${to ?? '…'}` : 'Days';
  const choose = (change: { from?: string; to?: string }) => set({ ...change, when: undefined }, { replace: true });
  return (
    <Popover
      label="Choose days"
      trigger={
        <>
          <CalendarRange aria-hidden="true" />
          <span>{said}</span>
        </>
      }
    >
      <div className={styles.days}>
        <TextField label="From" type="date" value={from ?? ''} onChange={(event) => choose({ from: event.target.value })} />
        <TextField
          label="To, this day too"
          type="date"
          value={to ?? ''}
          onChange={(event) => choose({ to: event.target.value })}
        />
      </div>
    </Popover>
  );
}

/** A filter that was set elsewhere, and can only be taken away here. */
function Only({ name, word, view: { set, search } }: { name: 'about' | 'request'; word: string; view: View }) {
  const value = text(search[name]);
  if (!value) return null;
  return (
    <Button
      icon={<X aria-hidden="true" />}
      title={`Take the filter away: ${word} ${value}`}
      onClick={() => set({ [name]: undefined })}
    >
      {word} <Foreign mono text={shortened(value, 4, 6)} />
    </Button>
  );
}
