import { useState } from 'react';
import type { Suggestion } from '@/api/bindings';
import { CoreProblem, sentences } from '@/api/call';
import { useSet } from '@/api/config';
import { useAdvice } from '@/api/slots';
import { useInit } from '@/api/vault';
import { Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { ErrorCard } from '@/components/ErrorCard';
import { Steps } from '@/components/Steps';
import { ANY_KEY, isKeyUnnamed, serialOf } from '@/features/custody/ChooseKey';
import { useReport } from '@/features/vault/useReport';
import { ChooseWay } from './ChooseWay';
import { Finish } from './Finish';
import { Hardware } from './Hardware';
import styles from './Onboarding.module.css';
import { Recovery } from './Recovery';
import { Welcome } from './Welcome';

/** What a person chose so far. Nothing of it is stored before the end. */
export interface Choices {
  way: Suggestion | null;
  tpmPin: boolean;
  /** The YubiKey that was chosen of several. */
  serial: string;
  recovery: { needed: number; total: number } | null;
  readable: boolean;
}

const STEPS = ['Welcome', 'This machine', 'How it opens', 'Recovery', 'Make it'] as const;
const START: Choices = { way: null, tpmPin: false, serial: ANY_KEY, recovery: { needed: 2, total: 3 }, readable: false };

/** The first run: a conversation that can go back at every step, and writes nothing before its end. */
export default function Onboarding({ folder }: { folder: string }) {
  const [at, setAt] = useState(0);
  const [choices, setChoices] = useState(START);
  const advice = useAdvice();
  const init = useInit();
  const set = useSet();
  const report = useReport();
  const recommended = advice.data?.ways.find((way) => way.recommended) ?? advice.data?.ways[0] ?? null;
  const keys = advice.data?.hardware.yubikeys ?? [];
  const chosen = { ...choices, way: choices.way ?? recommended };
  const change = (part: Partial<Choices>) => setChoices((before) => ({ ...before, ...part }));

  const make = async () => {
    const { way, tpmPin, serial, recovery, readable } = chosen;
    if (!way) return;
    try {
      await init.mutateAsync({
        opens_with: {
          factors: way.plan,
          any: null,
          label: null,
          accept_classical: way.classical,
          tpm_pin: tpmPin && way.plan.includes('tpm'),
          yubikey_serial: serialOf(way.plan, serial),
          shares: null,
        },
        recovery,
      });
    } catch {
      // It is told above the buttons.
      return;
    }
    try {
      if (readable) await set.mutateAsync({ key: 'window.readable_while_locked', value: 'true' });
    } catch (problem) {
      report(problem);
    }
  };

  const pages = [
    <Welcome key="welcome" folder={folder} />,
    <Hardware key="hardware" advice={advice} />,
    <ChooseWay key="way" advice={advice} choices={chosen} onChange={change} />,
    <Recovery key="recovery" choices={chosen} onChange={change} />,
    <Finish key="finish" choices={chosen} onChange={change} />,
  ];
  const last = at === pages.length - 1;
  return (
    <main className={styles.screen}>
      <div className={styles.card}>
        <Steps steps={STEPS} at={at} />
        <div className={styles.page}>{pages[at]}</div>
        {last && init.isError && <Failure problem={init.error} />}
        <footer className={styles.foot}>
          {at > 0 && (
            <Button disabled={init.isPending} onClick={() => setAt(at - 1)}>
              Back
            </Button>
          )}
          <Button
            look="primary"
            autoFocus
            busy={init.isPending}
            disabled={at >= 2 && (!chosen.way || isKeyUnnamed(chosen.way.plan, keys, chosen.serial))}
            onClick={last ? make : () => setAt(at + 1)}
          >
            {last ? 'Make the vault' : 'Next'}
          </Button>
        </footer>
      </div>
    </main>
  );
}

/** Why no vault was made. Who stopped it themselves needs no error. */
function Failure({ problem }: { problem: unknown }) {
  if (problem instanceof CoreProblem && problem.code === 'cancelled')
    return <Banner>You stopped, and nothing was made. Go back to choose otherwise, or make it now.</Banner>;
  return <ErrorCard {...sentences(problem)} />;
}
