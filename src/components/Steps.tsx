import styles from './Steps.module.css';

/** The path of a conversation, and where it stands. */
export function Steps({ steps, at }: { steps: readonly string[]; at: number }) {
  return (
    <ol className={styles.steps} aria-label="Steps">
      {steps.map((step, index) => (
        <li key={step} aria-current={index === at ? 'step' : undefined} data-done={index < at || undefined}>
          <span className={styles.dot} aria-hidden="true">
            {index < at ? '✓' : index + 1}
          </span>
          {step}
        </li>
      ))}
    </ol>
  );
}
