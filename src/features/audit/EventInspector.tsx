import { useLogPart } from '@/api/audit';
import type { LogRow } from '@/api/bindings';
import { Button } from '@/components/Button';
import { Copyable } from '@/components/Copyable';
import { Foreign } from '@/components/Foreign';
import { formatNumber, RelativeTime } from '@/components/Format';
import { Inspector } from '@/components/Inspector';
import { KeyValue, Section } from '@/components/KeyValue';
import { useGoTo, useView } from '@/routes/useView';
import styles from './Audit.module.css';
import { actionWord, actorWord, factText, plain, thingOf } from './words';

const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** One event with every field. */
export function EventInspector({ event, onClose }: { event: LogRow; onClose: () => void }) {
  const facts = Object.entries(event.metadata);
  return (
    <Inspector title={actionWord(event.action)} onClose={onClose} actions={<Actions event={event} />}>
      <KeyValue
        rows={[
          ['When', `${EXACT.format(new Date(event.timestamp))}`],
          ['Done by', <Foreign key="by" whole text={actorWord(event.actor)} />],
          ['About', <AboutWhat key="about" event={event} />],
          ['Request', <Copyable key="request" text={event.request_id} label="the request" />],
          ['Place in the log', formatNumber(event.seq)],
          ['Written as', <code key="action">{event.action}</code>],
        ]}
      />
      <Section title="Facts">
        {facts.length === 0 ? (
          <p className={styles.muted}>The event has no more to tell.</p>
        ) : (
          <KeyValue
            rows={facts.map(([name, value]) => [plain(name), <Foreign key={name} whole text={factText(name, value)} />] as const)}
          />
        )}
      </Section>
      <SameRequest event={event} />
    </Inspector>
  );
}

function AboutWhat({ event }: { event: LogRow }) {
  const { word } = thingOf(event.entity_type);
  if (event.entity_id === 'log') return word;
  return (
    <>
      {word} <Copyable text={event.entity_id} label={`the id of the ${word.toLowerCase()}`} />
    </>
  );
}

function Actions({ event }: { event: LogRow }) {
  const goTo = useGoTo();
  const { word, path, openedAs } = thingOf(event.entity_type);
  return (
    <>
      {path && (
        <Button onClick={() => goTo(path, openedAs ? { ...part(event.entity_type), [openedAs]: event.entity_id } : {})}>
          {openedAs ? `Show the ${word.toLowerCase()}` : `Go to ${plain(path.slice(1))}`}
        </Button>
      )}
      {event.entity_id !== 'log' && (
        <Button onClick={() => goTo('/audit', { about: event.entity_id, open: event.seq })}>All about it</Button>
      )}
    </>
  );
}

/** The part of its screen that a thing is in. */
const part = (type: string) => (type === 'TARGET' ? { part: 'targets' } : {});

/** What else the same request caused. */
function SameRequest({ event }: { event: LogRow }) {
  const view = useView();
  const goTo = useGoTo();
  const others = (useLogPart({ request: event.request_id }).data ?? []).filter((other) => other.seq !== event.seq);
  if (others.length === 0) return null;
  return (
    <Section
      title="In the same request"
      actions={
        view.text('request') !== event.request_id && (
          <Button look="quiet" onClick={() => goTo('/audit', { request: event.request_id, open: event.seq })}>
            Show these alone
          </Button>
        )
      }
    >
      <ul className={styles.others}>
        {others.map((other) => (
          <li key={other.seq}>
            <button type="button" onClick={() => goTo('/audit', { request: event.request_id, open: other.seq })}>
              <span>{actionWord(other.action)}</span>
              <RelativeTime at={other.timestamp} />
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
