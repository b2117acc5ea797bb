import { Banner } from '@/components/Badge';
import { Checkbox, Select } from '@/components/Field';
import type { Choices } from './Onboarding';
import styles from './Onboarding.module.css';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ value: String(from + index), label: String(from + index) }));

/** Shares on paper, for the day when all else is lost. */
export function Recovery({ choices, onChange }: { choices: Choices; onChange: (part: Partial<Choices>) => void }) {
  const { recovery } = choices;
  return (
    <>
      <h1>If you lose it</h1>
      <p>Recovery shares are words on paper. Some of them together open the vault; fewer say nothing about it.</p>
      <Checkbox
        label="Make recovery shares"
        checked={recovery !== null}
        onChange={(wanted) => onChange({ recovery: wanted ? { needed: 2, total: 3 } : null })}
      />
      {recovery ? (
        <>
          <div className={styles.scheme}>
            <Select
              label="Shares in all"
              value={String(recovery.total)}
              options={numbers(2, 8)}
              onChange={(total) =>
                onChange({ recovery: { total: Number(total), needed: Math.min(recovery.needed, Number(total)) } })
              }
            />
            <Select
              label="Needed to open"
              value={String(recovery.needed)}
              options={numbers(2, recovery.total)}
              onChange={(needed) => onChange({ recovery: { ...recovery, needed: Number(needed) } })}
            />
          </div>
          <p>You print them or put them on a stick when the vault is made, and prove each one once.</p>
        </>
      ) : (
        <Banner tone="warn">Without shares or a second way in, losing this one loses the vault for ever.</Banner>
      )}
    </>
  );
}
