import { Plus } from 'lucide-react';
import { Button } from '@/components/Button';
import { Select } from '@/components/Field';
import { ToggleChips } from '@/components/ToggleChips';
import { factorsInWords } from '@/features/vault/factors';
import styles from './Custody.module.css';
import { FEWEST, freeFor, type Threshold, toggled, withoutPart, withPart } from './threshold';

export interface PartsFieldsProps {
  /** The factors that this machine can enrol. */
  known: readonly string[];
  threshold: Threshold;
  onChange: (threshold: Threshold) => void;
}

/** Which parts a threshold has, and how many of them open the vault. */
export function PartsFields({ known, threshold, onChange }: PartsFieldsProps) {
  const { parts, needed } = threshold;
  const used = parts.flat().length;
  const numbers = Array.from({ length: parts.length - 1 }, (_, index) => String(FEWEST + index));
  return (
    <div className={styles.parts}>
      <p className={styles.muted}>A part with several things needs all of them. Each thing is in one part only.</p>
      {parts.map((part, at) => (
        <div key={at} className={styles.part}>
          <ToggleChips
            legend={`Part ${at + 1}`}
            options={freeFor(threshold, at, known).map((factor) => ({ value: factor, label: factorsInWords(factor) }))}
            chosen={part}
            onToggle={(factor) => onChange(toggled(threshold, at, factor))}
          />
          {parts.length > FEWEST && (
            <Button look="quiet" onClick={() => onChange(withoutPart(threshold, at))}>
              Take part {at + 1} out
            </Button>
          )}
        </div>
      ))}
      <div className={styles.partsFoot}>
        <Select
          label="Parts needed to open"
          value={String(needed)}
          options={numbers.map((number) => ({ value: number, label: `${number} of ${parts.length}` }))}
          onChange={(next) => onChange({ ...threshold, needed: Number(next) })}
        />
        <Button
          icon={<Plus aria-hidden="true" />}
          disabled={used >= known.length || parts.some((part) => part.length === 0)}
          onClick={() => onChange(withPart(threshold))}
        >
          Another part
        </Button>
      </div>
    </div>
  );
}
