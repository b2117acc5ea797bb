import { useState } from 'react';
import { useLogPart } from '@/api/audit';
import type { JobView, LogRow } from '@/api/bindings';
import { sentences } from '@/api/call';
import { Badge } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { Foreign } from '@/components/Foreign';
import { formatNumber, RelativeTime } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { KeyValue, Section } from '@/components/KeyValue';
import { Progress } from '@/components/Progress';
import { actionWord } from '@/features/audit/words';
import { useGoTo } from '@/routes/useView';
import styles from './Activity.module.css';
import { Failures } from './Failures';
import { isOpen, KINDS, storyOf } from './names';
import { StopDialog } from './StopDialog';
import { TakeUp } from './TakeUp';
import { useGoOn } from './useGoOn';
import { useRetry } from './useRetry';

/** One job: how it stands and why, what can be done, and what it is about. */
export function JobInspector({ job, onClose }: { job: JobView; onClose: () => void }) {
  const kind = KINDS[job.kind];
  const story = storyOf(job);
  return (
    <Inspector title={kind.name} onClose={onClose} actions={<Actions job={job} />}>
      <div className={styles.story}>
        <Badge tone={story.tone}>{story.word}</Badge>
        <p>{story.sentence}</p>
        {job.message && <Message text={job.message} />}
        <Progress label={`Progress of ${kind.name}`} done={job.done} total={job.total} />
      </div>
      <Section title="Facts">
        <KeyValue
          rows={[
            ['Started', <RelativeTime key="started" at={job.created_at} />],
            [kind.steps, formatNumber(job.total)],
            ['Of these ended', formatNumber(job.done)],
            ['Of these failed', formatNumber(job.failed)],
            ['Id', <Copyable key="id" text={job.id} label="the id of the work" />],
          ]}
        />
      </Section>
      {job.retryable && <Failures job={job} />}
      <Concerned job={job} />
    </Inspector>
  );
}

/** Why it failed or waits, in the core's words. */
function Message({ text }: { text: string }) {
  const { what, remedy } = sentences(text);
  return (
    <div className={styles.message}>
      <Foreign whole text={what} />
      {remedy && <Foreign whole text={remedy} />}
    </div>
  );
}

function Actions({ job }: { job: JobView }) {
  const [isAsking, setAsking] = useState(false);
  const { goOn, isBusy } = useGoOn();
  const { retry, isBusy: isRetrying } = useRetry();
  const goTo = useGoTo();
  const { goOn: word } = storyOf(job);
  const { screen } = KINDS[job.kind];
  const stopAsking = () => setAsking(false);
  return (
    <>
      {word && job.interrupted && (
        <Button look="primary" busy={isBusy} onClick={() => goOn([job])}>
          {word}
        </Button>
      )}
      {job.retryable && (
        <Button look="primary" busy={isRetrying} onClick={() => retry(job)}>
          Retry what failed
        </Button>
      )}
      <TakeUp job={job} />
      <Button onClick={() => goTo(screen.path)}>Go to {screen.label}</Button>
      {isOpen(job) && <Button onClick={() => setAsking(true)}>Stop…</Button>}
      <StopDialog job={job} open={isAsking} onClose={stopAsking} />
    </>
  );
}

/** Where the things that a job began with are shown. */
const SHOWN: Record<string, { path: string; as: string; label: string }> = {
  SCAN: { path: '/scans', as: 'scan', label: 'Show the scan' },
  ATTESTATION_JOB: { path: '/attestation', as: 'open', label: 'Show the batch' },
  ANCHOR: { path: '/anchors', as: 'open', label: 'Show the anchor' },
};

/** What the log tells of the job: its own events, and what the same request began. */
function Concerned({ job }: { job: JobView }) {
  const goTo = useGoTo();
  const own = useLogPart({ entity: job.id }, 8);
  const made = own.data?.find((event) => event.action === 'JOB_CREATED');
  const began = useLogPart(made ? { request: made.request_id } : null);
  const things = firstOfEach((began.data ?? []).filter((event) => SHOWN[event.entity_type]));
  return (
    <Section
      title="In the log"
      actions={
        <Button look="quiet" onClick={() => goTo('/audit', { about: job.id })}>
          All its events
        </Button>
      }
    >
      <ul className={styles.events}>
        {(own.data ?? []).map((event) => (
          <li key={event.seq}>
            <span>{actionWord(event.action)}</span>
            <RelativeTime at={event.timestamp} />
          </li>
        ))}
      </ul>
      {things.map(({ entity_type, entity_id }) => {
        const shown = SHOWN[entity_type];
        return (
          shown && (
            <Button key={entity_type} onClick={() => goTo(shown.path, { [shown.as]: entity_id })}>
              {shown.label}
            </Button>
          )
        );
      })}
    </Section>
  );
}

function firstOfEach(events: readonly LogRow[]): LogRow[] {
  return [...new Map(events.map((event) => [event.entity_type, event])).values()];
}
