import type { UseQueryResult } from '@tanstack/react-query';
import { CircleCheck, CircleDashed, TriangleAlert } from 'lucide-react';
import type { Advice, Health } from '@/api/bindings';
import { sentence, sentences } from '@/api/call';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import styles from './Onboarding.module.css';

const ICONS: Record<Health, typeof CircleCheck> = { ready: CircleCheck, missing: CircleDashed, problem: TriangleAlert };
const WORDS: Record<Health, string> = { ready: 'There', missing: 'Not there', problem: 'Needs attention' };

/** What was found on this machine that can keep a vault's key. */
export function Hardware({ advice }: { advice: UseQueryResult<Advice> }) {
  return (
    <>
      <h1>What this machine has</h1>
      <p>A key that is sealed to hardware cannot be copied with the disk. None of these is required.</p>
      {advice.isPending && <Skeleton rows={4} />}
      {advice.isError && <ErrorCard {...sentences(advice.error)} />}
      <ul className={styles.facts}>
        {advice.data?.hardware.checks.map((check) => {
          const Icon = ICONS[check.health];
          return (
            <li key={check.name} data-health={check.health}>
              <Icon aria-label={WORDS[check.health]} />
              <span>
                {sentence(check.finding)}
                {check.remedy && <p>{sentence(check.remedy)}</p>}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
