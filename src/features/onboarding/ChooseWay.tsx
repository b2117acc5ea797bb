import type { UseQueryResult } from '@tanstack/react-query';
import type { Advice, Suggestion } from '@/api/bindings';
import { Badge } from '@/components/Badge';
import { Skeleton } from '@/components/ErrorCard';
import { Checkbox, RadioCards } from '@/components/Field';
import { ChooseKey } from '@/features/custody/ChooseKey';
import { factorsInWords, strengthInWords } from '@/features/vault/factors';
import type { Choices } from './Onboarding';

export interface ChooseWayProps {
  advice: UseQueryResult<Advice>;
  choices: Choices;
  onChange: (part: Partial<Choices>) => void;
}

/** What opens the vault; the recommended way first. */
export function ChooseWay({ advice, choices, onChange }: ChooseWayProps) {
  if (!advice.data) return <Skeleton rows={5} />;
  const { ways } = advice.data;
  return (
    <>
      <h1>How the vault opens</h1>
      <RadioCards
        legend="How the vault opens"
        value={choices.way?.factors ?? null}
        options={ways.map(card)}
        onChange={(factors) => onChange({ way: ways.find((way) => way.factors === factors) ?? null })}
      />
      {choices.way?.plan.includes('tpm') && (
        <Checkbox
          label="The TPM also asks for a PIN"
          hint="For a machine that others can sit at. The TPM itself counts wrong tries."
          checked={choices.tpmPin}
          onChange={(tpmPin) => onChange({ tpmPin })}
        />
      )}
      {choices.way?.plan.includes('yubikey-piv') && (
        <ChooseKey keys={advice.data.hardware.yubikeys} serial={choices.serial} onChange={(serial) => onChange({ serial })} />
      )}
      {choices.way?.plan.includes('wallet') && (
        <p>The wallet signs in your browser; a page opens there when the vault is made.</p>
      )}
    </>
  );
}

function card(way: Suggestion) {
  return {
    value: way.factors,
    label: factorsInWords(way.factors),
    badge: (
      <>
        {way.recommended && <Badge tone="good">Recommended</Badge>}
        {way.classical && <Badge tone="warn">Falls to a quantum computer</Badge>}
      </>
    ),
    description: strengthInWords(way),
  };
}
