import { Checkbox } from '@/components/Field';
import { KeyValue } from '@/components/KeyValue';
import { factorsInWords } from '@/features/vault/factors';
import type { Choices } from './Onboarding';

/** What will be made; the last thing to choose. */
export function Finish({ choices, onChange }: { choices: Choices; onChange: (part: Partial<Choices>) => void }) {
  const { way, tpmPin, recovery, readable } = choices;
  return (
    <>
      <h1>Ready</h1>
      <KeyValue
        rows={[
          ['Opens with', way ? factorsInWords(way.factors) + (tpmPin && way.plan.includes('tpm') ? ', with a PIN' : '') : '—'],
          ['Recovery', recovery ? `any ${recovery.needed} of ${recovery.total} shares` : 'none'],
          ['Against a quantum computer', way?.classical ? 'this way in would fall' : 'holds'],
        ]}
      />
      <Checkbox
        label="Show the inventory while the vault is locked"
        hint="Names, findings and scores stay readable; secrets and keys never are. Leave it off on a screen that others see."
        checked={readable}
        onChange={(wanted) => onChange({ readable: wanted })}
      />
      <p>The vault asks for what it needs next. If you stop, nothing was made.</p>
    </>
  );
}
