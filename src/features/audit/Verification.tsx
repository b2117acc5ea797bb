import { CircleCheck, CircleHelp, FileUp, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { useVerifyLog } from '@/api/audit';
import type { KeptCheckpoint, LogReport } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useUnlock } from '@/api/vault';
import { Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { ErrorCard } from '@/components/ErrorCard';
import { TextArea } from '@/components/Field';
import { Foreign } from '@/components/Foreign';
import { formatNumber } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { Section } from '@/components/KeyValue';
import { useAct } from '@/features/vault/useAct';
import styles from './Audit.module.css';
import { standingText } from './words';

type Verify = ReturnType<typeof useVerifyLog>;

/** What verifying the log found: what was checked, what was not and why, and what is wrong. */
export function Verification({
  verify,
  onChooseFile,
  onClose,
}: {
  verify: Verify;
  onChooseFile: () => void;
  onClose: () => void;
}) {
  const { data: report } = verify;
  // A file serves once; what was in it is held against the log again as text.
  const again = () => verify.mutate(report?.kept ? { note: report.kept.note } : null);
  return (
    <Inspector title="Is the log whole?" onClose={onClose}>
      {verify.isPending && <p role="status">Every event is hashed again…</p>}
      {verify.isError && <ErrorCard {...sentences(verify.error)} />}
      {report && !verify.isPending && <Report report={report} onAgain={again} />}
      <KeptNote verify={verify} onChooseFile={onChooseFile} />
    </Inspector>
  );
}

function Report({ report, onAgain }: { report: LogReport; onAgain: () => void }) {
  return (
    <>
      <Banner tone={report.ok ? 'good' : 'bad'}>
        <strong>{report.ok ? 'Nothing wrong was found.' : 'The log is not as it was written.'}</strong>
      </Banner>
      {report.kept && <KeptStanding kept={report.kept} size={report.size} />}
      {report.problems.length > 0 && <Problems problems={report.problems} />}
      <Section title="What was checked">
        <ul className={styles.checks}>
          <Check>
            {formatNumber(report.size)} events were hashed again, and the tree over them was built again. Its root is{' '}
            <Copyable text={report.root} label="the root" />.
          </Check>
          {report.checkpoints > 0 && (
            <Check>
              {report.checkpoints === 1 ? 'One checkpoint' : `${formatNumber(report.checkpoints)} checkpoints`}: size, root and
              both signatures, Ed25519 and ML-DSA-87.
            </Check>
          )}
          {report.keys_proved && <Check>The keys of these signatures belong to the private keys that this vault seals.</Check>}
        </ul>
      </Section>
      <NotChecked report={report} onAgain={onAgain} />
    </>
  );
}

/** What the checkpoint that was kept says of the log. */
function KeptStanding({ kept, size }: { kept: KeptCheckpoint; size: number }) {
  return (
    <Section title="Against the checkpoint that you kept">
      <ul className={styles.checks}>
        {kept.standing === 'consistent' ? (
          <Check>{standingText(kept, size)}</Check>
        ) : (
          <li data-state={kept.standing === 'not_checked' ? 'unknown' : 'wrong'}>
            <TriangleAlert aria-hidden="true" />
            <span>{standingText(kept, size)}</span>
          </li>
        )}
      </ul>
    </Section>
  );
}

function Problems({ problems }: { problems: readonly string[] }) {
  return (
    <Section title="What is wrong">
      <ul className={styles.checks}>
        {problems.map((problem) => (
          <li key={problem} data-state="wrong">
            <TriangleAlert aria-hidden="true" />
            <Foreign whole text={problem} />
          </li>
        ))}
      </ul>
      <p className={styles.muted}>
        Do not go on with this folder. Keep a copy of it, compare it with a backup, and find out who could write to it.
      </p>
    </Section>
  );
}

/** What the result says nothing about, and how to have it checked too. */
function NotChecked({ report, onAgain }: { report: LogReport; onAgain: () => void }) {
  const hadNote = report.kept !== null;
  const unlock = useAct(useUnlock());
  const openAndAgain = async () => {
    if ((await unlock(null)) !== undefined) onAgain();
  };
  if (report.keys_proved && hadNote && report.checkpoints > 0) return null;
  return (
    <Section title="What was not checked">
      <ul className={styles.checks}>
        {report.checkpoints === 0 && (
          <Unchecked>No signature: nobody has signed a checkpoint yet. Sign one, and keep it elsewhere.</Unchecked>
        )}
        {!report.keys_proved && (
          <Unchecked>
            Whose keys signed: the vault was locked, so the public keys are what the database says. Whoever can write to it could
            have put others there. <Button onClick={openAndAgain}>Unlock and verify again</Button>
          </Unchecked>
        )}
        {!hadNote && (
          <Unchecked>
            Whether an older whole copy was put back, or all of it was written anew: only a checkpoint that you kept elsewhere can
            tell.
          </Unchecked>
        )}
      </ul>
    </Section>
  );
}

const Check = ({ children }: { children: ReactNode }) => (
  <li data-state="good">
    <CircleCheck aria-hidden="true" />
    <span>{children}</span>
  </li>
);

const Unchecked = ({ children }: { children: ReactNode }) => (
  <li data-state="unknown">
    <CircleHelp aria-hidden="true" />
    <span>{children}</span>
  </li>
);

/** A checkpoint that was kept elsewhere. */
function KeptNote({ verify, onChooseFile }: { verify: Verify; onChooseFile: () => void }) {
  const [note, setNote] = useState('');
  return (
    <Section title="A checkpoint that you kept">
      <div>
        <Button icon={<FileUp aria-hidden="true" />} onClick={onChooseFile}>
          Choose its file…
        </Button>
      </div>
      <TextArea
        label="Or the whole note, as it was signed"
        hint="It is signed text: nothing in it is secret."
        rows={4}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <div>
        <Button disabled={note.trim() === ''} busy={verify.isPending} onClick={() => verify.mutate({ note })}>
          Verify against it
        </Button>
      </div>
    </Section>
  );
}
