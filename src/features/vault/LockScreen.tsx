import { Lock } from 'lucide-react';
import { useState } from 'react';
import type { SlotDetails, VaultState } from '@/api/bindings';
import { CoreProblem, sentences } from '@/api/call';
import { useLastRotation, useSlots } from '@/api/slots';
import { refreshAll, useUnlock } from '@/api/vault';
import { Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Countdown } from '@/components/Countdown';
import { RadioCards } from '@/components/Field';
import { Foreign } from '@/components/Foreign';
import { RotationResult } from '@/features/custody/RotationResult';
import { inWords } from '@/features/custody/words';
import { factorsInWords } from './factors';
import styles from './LockScreen.module.css';

/** Covers everything while the vault is locked. */
export default function LockScreen({ session }: { session: VaultState }) {
  const slots = useSlots();
  const unlock = useUnlock();
  const [chosen, setChosen] = useState('');
  const pause = session.state === 'cooldown' ? Math.ceil((Date.parse(session.until) - Date.now()) / 1000) : 0;
  const paused = pause > 0;
  const rotated = useLastRotation();
  return (
    <main className={styles.screen}>
      <section className={styles.card} aria-label="The vault is locked">
        <Lock className={styles.mark} aria-hidden="true" />
        <h1>The vault is locked</h1>
        <p className={styles.text}>Its keys are not in this machine’s memory.</p>
        {rotated && <RotationResult rotated={rotated} />}
        {unlock.isError && !paused && <Failure problem={unlock.error} />}
        {paused && (
          <Banner tone="warn">
            Too many wrong tries. The next is possible in <Countdown from={pause} label="Pause" onEnd={refreshAll} />.
          </Banner>
        )}
        {slots.data && slots.data.length > 1 && <Ways slots={slots.data} chosen={chosen} onChoose={setChosen} />}
        <Button look="primary" autoFocus busy={unlock.isPending} disabled={paused} onClick={() => unlock.mutate(chosen || null)}>
          {unlock.isPending ? 'Unlocking …' : 'Unlock'}
        </Button>
      </section>
    </main>
  );
}

/** Why it did not open, and what is left: tries, or a way around. Who stopped it themselves needs no telling. */
function Failure({ problem }: { problem: unknown }) {
  if (problem instanceof CoreProblem && problem.code === 'cancelled') return null;
  const { what, remedy } = sentences(problem);
  return (
    <Banner tone="bad">
      {what}
      {remedy && <p>{inWords(remedy)}</p>}
    </Banner>
  );
}

function Ways({ slots, chosen, onChoose }: { slots: readonly SlotDetails[]; chosen: string; onChoose: (id: string) => void }) {
  const ways = slots.map((slot) => ({
    value: slot.id,
    label: factorsInWords(slot.factors),
    description: slot.here ? <Foreign text={slot.label} /> : `Missing here: ${slot.missing.join(', ')}`,
  }));
  const best = { value: '', label: 'The first way that opens', description: 'Those that need no person come first.' };
  return <RadioCards legend="How to open it" value={chosen} options={[best, ...ways]} onChange={onChoose} />;
}
