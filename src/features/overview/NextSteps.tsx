import type { NextStep } from '@/api/bindings';
import { useResumeJobs } from '@/api/jobs';
import { useResumeScans } from '@/api/scans';
import { Button } from '@/components/Button';
import { Foreign } from '@/components/Foreign';
import { Section } from '@/components/KeyValue';
import { useAct } from '@/features/vault/useAct';
import { useGoTo } from '@/routes/useView';
import styles from './Overview.module.css';
import { counted, type Deed, deedOf } from './steps';

/** What to do next, the most urgent first, each with the button that does it. */
export function NextSteps({ steps }: { steps: readonly NextStep[] }) {
  return (
    <Section title="What to do next">
      {steps.length === 0 ? (
        <p className={styles.note}>Nothing waits for you. Scan again from time to time, so that the numbers stay true.</p>
      ) : (
        <ol className={styles.steps}>
          {steps.map((step, index) => (
            <li key={`${step.command} ${step.what}`}>
              <span className={styles.what}>
                <Foreign text={counted(step.what)} />
              </span>
              <Do deed={deedOf(step)} first={index === 0} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function Do({ deed, first }: { deed: Deed | undefined; first: boolean }) {
  const goTo = useGoTo();
  const jobs = useResumeJobs();
  const scans = useResumeScans();
  const resumeJobs = useAct<void, unknown>(jobs);
  const resumeScans = useAct<void, unknown>(scans);
  if (!deed) return null;
  const run = () => {
    if ('goTo' in deed) goTo(deed.goTo, deed.search ?? {});
    else if (deed.resume === 'jobs') resumeJobs();
    else resumeScans();
  };
  return (
    <Button look={first ? 'primary' : 'plain'} busy={jobs.isPending || scans.isPending} onClick={run}>
      {deed.label}
    </Button>
  );
}
