import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { Drill, Outcome, Way } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useDrill, useLosses } from '@/api/slots';
import { Badge, Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { Section } from '@/components/KeyValue';
import { factorsInWords } from '@/features/vault/factors';
import { useAct } from '@/features/vault/useAct';
import styles from './Custody.module.css';
import { inWords } from './words';

/** The drill: what each single loss would leave, by rule, and by proof where the person helps. */
export function DrillPart() {
  const byRule = useLosses();
  const drilling = useDrill();
  const prove = useAct(drilling);
  const drill = drilling.data ?? byRule.data;
  return (
    <div className={styles.page}>
      <Section
        title={drilling.data ? 'Proved just now' : 'By what each way needs'}
        actions={
          <Button look="primary" busy={drilling.isPending} onClick={() => prove(true)}>
            {drilling.isPending ? 'Proving …' : 'Prove it'}
          </Button>
        }
      >
        <p className={styles.muted}>
          Proving asks for everything that each way takes: devices, passphrases, shares. Only what then opens the vault counts.
          Nothing is changed; the log notes the result.
        </p>
        {byRule.isPending && <Skeleton rows={4} />}
        {!drill && byRule.isError && (
          <ErrorCard {...sentences(byRule.error)} action={<Button onClick={() => byRule.refetch()}>Try again</Button>} />
        )}
        {drill && <Losses drill={drill} />}
      </Section>
      {drilling.data && (
        <Section title="Each way">
          <ul className={styles.rows}>
            {drilling.data.ways.map((way) => (
              <Proof key={way.slot} way={way} />
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

function Losses({ drill }: { drill: Drill }) {
  return (
    <>
      <Banner tone={drill.safe ? 'good' : 'bad'}>
        {drill.safe
          ? 'The vault survives the loss of any one of these.'
          : 'One loss is enough to lose the vault: add a way in that does not need the same thing.'}
      </Banner>
      <ul className={styles.rows}>
        {drill.losses.map((loss) => (
          <Loss key={loss.lost} loss={loss} ways={drill.ways} />
        ))}
      </ul>
    </>
  );
}

const SHOWN = 3;

function Loss({ loss, ways }: { loss: Outcome; ways: readonly Way[] }) {
  const left = ways.filter((way) => loss.still_opens.includes(way.slot));
  const survives = loss.still_opens.length > 0;
  const Icon = survives ? CircleCheck : TriangleAlert;
  return (
    <li className={styles.row} data-bad={!survives || undefined}>
      <Icon aria-label={survives ? 'Survived' : 'Fatal'} />
      <div>
        <strong>
          Without <Foreign text={loss.lost} />
        </strong>
        <p className={styles.muted}>
          {survives ? 'Still opens: ' : 'Nothing opens the vault any more.'}
          {left.slice(0, SHOWN).map((way, index) => (
            <span key={way.slot}>
              {index > 0 && ' · '}
              <Foreign text={factorsInWords(way.factors)} />
            </span>
          ))}
          {left.length > SHOWN && ` · ${left.length - SHOWN} more`}
        </p>
      </div>
    </li>
  );
}

function Proof({ way }: { way: Way }) {
  const Icon = way.proved ? CircleCheck : TriangleAlert;
  return (
    <li className={styles.row} data-bad={!way.proved || undefined}>
      <Icon aria-hidden="true" />
      <div>
        <span className={styles.line}>
          <Foreign text={way.label} />
          <Badge tone={way.proved ? 'good' : 'bad'}>{way.proved ? 'Opens the vault' : 'Not proved'}</Badge>
        </span>
        <p className={styles.muted}>
          <Foreign text={factorsInWords(way.factors)} />
        </p>
        {way.groups.length > 0 && <p className={styles.muted}>Parts proved: {way.groups.join(', ')}</p>}
        {way.why && <p>{inWords(way.why)}</p>}
      </div>
    </li>
  );
}
