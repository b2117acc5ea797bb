import type { Scheme } from '@/api/bindings';
import { Select } from '@/components/Field';
import styles from './Custody.module.css';

export type { Scheme } from '@/api/bindings';

const MOST = 8;

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ value: String(from + index), label: String(from + index) }));

/** How many shares there are, and how many of them it takes. */
export function SchemeFields({ scheme, onChange }: { scheme: Scheme; onChange: (scheme: Scheme) => void }) {
  const { needed, total } = scheme;
  return (
    <div className={styles.scheme}>
      <Select
        label="Shares in all"
        value={String(total)}
        options={numbers(2, MOST)}
        onChange={(next) => onChange({ total: Number(next), needed: Math.min(needed, Number(next)) })}
      />
      <Select
        label="Needed to open"
        value={String(needed)}
        options={numbers(2, total)}
        onChange={(next) => onChange({ total, needed: Number(next) })}
      />
    </div>
  );
}
