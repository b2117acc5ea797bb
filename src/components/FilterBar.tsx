import { ChevronDown } from 'lucide-react';
import type { Option } from './Field';
import styles from './FilterBar.module.css';
import { Menu } from './Menu';

export interface Filter {
  id: string;
  label: string;
  options: readonly Option[];
  chosen: readonly string[];
}

/** Filters of a list, each of any number of values. */
export function FilterBar({
  filters,
  onChange,
  onClear,
}: {
  filters: readonly Filter[];
  onChange: (id: string, chosen: string[]) => void;
  onClear: () => void;
}) {
  const any = filters.some((filter) => filter.chosen.length > 0);
  return (
    <div className={styles.bar}>
      {filters.map((filter) => (
        <Menu
          key={filter.id}
          label={`Filter by ${filter.label}`}
          trigger={<FilterName filter={filter} />}
          items={filter.options.map((option) => ({
            id: option.value,
            label: option.label,
            checked: filter.chosen.includes(option.value),
            onSelect: () => onChange(filter.id, toggled(filter.chosen, option.value)),
          }))}
        />
      ))}
      {any && (
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
      <ChevronDown aria-hidden="true" />
    </>
  );
}

function toggled(chosen: readonly string[], value: string): string[] {
  return chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
}
