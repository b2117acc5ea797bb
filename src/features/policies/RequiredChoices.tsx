import { ToggleChips } from '@/components/ToggleChips';
import { fieldsOf, listIn, toggled, withField } from './draft';
import styles from './Policies.module.css';
import { REQUIRED } from './words';

/** The algorithms that a policy requires, by choosing. */
export function RequiredChoices({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const fields = fieldsOf(text);
  if (!fields) {
    return <p className={styles.note}>The text beside this is no JSON object. Correct it to choose here again.</p>;
  }
  return (
    <div className={styles.guided}>
      {REQUIRED.map(({ key, label, hint, suites }) => {
        const chosen = listIn(fields, key);
        return (
          <ToggleChips
            key={key}
            legend={label}
            hint={hint}
            options={suites.map((suite) => ({ value: suite, label: suite }))}
            chosen={chosen}
            onToggle={(suite) => onChange(withField(fields, key, toggled(chosen, suite)))}
          />
        );
      })}
    </div>
  );
}
