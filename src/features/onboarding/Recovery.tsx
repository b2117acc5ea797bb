import { Banner } from '@/components/Badge';
import { Checkbox } from '@/components/Field';
import { SchemeFields } from '@/features/custody/SchemeFields';
import type { Choices } from './Onboarding';

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
          <SchemeFields scheme={recovery} onChange={(scheme) => onChange({ recovery: scheme })} />
          <p>You print them or put them on a stick when the vault is made, and prove each one once.</p>
        </>
      ) : (
        <Banner tone="warn">Without shares or a second way in, losing this one loses the vault for ever.</Banner>
      )}
    </>
  );
}
