import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Option } from './Field';
import styles from './FilterBar.module.css';
import { formatNumber } from './Format';
import { Menu } from './Menu';

export interface Filter {
  id: string;
  label: string;
  options: readonly Option[];
  chosen: readonly string[];
  /** Of which only one value holds at a time. */
  single?: boolean;
}

/** Filters of a list, each of any number of values. */
export function FilterBar({
  filters,
  onChange,
  onClear,
  clearable = filters.some((filter) => filter.chosen.length > 0),
  children,
}: {
  filters: readonly Filter[];
  onChange: (id: string, chosen: string[]) => void;
  onClear: () => void;
  /** Whether anything narrows the list, where that is more than these filters. */
  clearable?: boolean;
  /** Filters that are no choice of a few. */
  children?: ReactNode;
}) {
  return (
    <div className={styles.bar}>
      {filters.map((filter) => (
        <Menu
          key={filter.id}
          label={`Filter by ${filter.label}`}
          align="start"
          trigger={<FilterName filter={filter} />}
          items={filter.options.map((option) => ({
            id: option.value,
            label: option.label,
            note: option.count === undefined ? undefined : formatNumber(option.count),
            checked: filter.chosen.includes(option.value),
            closes: filter.single ?? false,
            onSelect: () => onChange(filter.id, toggled(filter, option.value)),
          }))}
        />
      ))}
      {children}
      {clearable && (
        <button type="button" className={styles.clear} onClick={onClear}>
          Clear filters
        </button>
      )}
    </div>
  );
}

function FilterName({ filter }: { filter: Filter }) {
  const names = filter.options.filter((option) => filter.chosen.includes(option.value)).map((option) => option.label);
  return (
    <>
      <span>{filter.label}</span>
      {names.length > 0 && <span className={styles.value}>{names.length > 2 ? `${names.length} chosen` : names.join(', ')}</span>}
      <ChevronDown className={styles.chevron} aria-hidden="true" />
    </>
  );
}

function toggled({ chosen, single = false }: Filter, value: string): string[] {
  if (chosen.includes(value)) return chosen.filter((one) => one !== value);
  return single ? [value] : [...chosen, value];
}
