import { CircleCheck, CircleDashed, RefreshCw, TriangleAlert } from 'lucide-react';
import type { Health } from '@/api/bindings';
import { sentence, sentences } from '@/api/call';
import { useAdvice } from '@/api/slots';
import { Button } from '@/components/Button';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { KeyValue, Section } from '@/components/KeyValue';
import styles from './Custody.module.css';
import { inWords } from './words';

const ICONS: Record<Health, typeof CircleCheck> = { ready: CircleCheck, missing: CircleDashed, problem: TriangleAlert };
const WORDS: Record<Health, string> = { ready: 'There', missing: 'Not there', problem: 'Needs attention' };

/** The devices of this machine that can keep a key. */
export function Machine() {
  const advice = useAdvice();
  return (
    <div className={styles.page}>
      <Section
        title="Devices"
        actions={
          <Button icon={<RefreshCw aria-hidden="true" />} busy={advice.isFetching} onClick={() => advice.refetch()}>
            Look again
          </Button>
        }
      >
        <p className={styles.muted}>What can keep a part of the key so that it cannot be copied with the disk.</p>
        {advice.isPending && <Skeleton rows={4} />}
        {advice.isError && <ErrorCard {...sentences(advice.error)} />}
        <ul className={styles.rows}>
          {advice.data?.hardware.checks.map((check) => {
            const Icon = ICONS[check.health];
            return (
              <li key={check.name} className={styles.row} data-health={check.health}>
                <Icon aria-label={WORDS[check.health]} />
                <div>
                  <span className="selectable">{sentence(check.finding)}</span>
                  {check.remedy && <p className={styles.muted}>{inWords(check.remedy)}</p>}
                </div>
              </li>
            );
          })}
        </ul>
      </Section>
      {advice.data?.hardware.yubikeys.map((key) => (
        <Section key={key.serial} title={`YubiKey ${key.serial}`}>
          <KeyValue
            rows={[
              ['Firmware', <Foreign key="firmware" text={key.firmware} mono />],
              ['Reader', <Foreign key="reader" text={key.reader} />],
            ]}
          />
        </Section>
      ))}
    </div>
  );
}
