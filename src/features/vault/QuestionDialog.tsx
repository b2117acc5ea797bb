import { type FormEvent, useRef, useState } from 'react';
import { useAnswer, useAnswerFromFile, useDecline, usePlaceShares } from '@/api/ask';
import type { Question } from '@/api/bindings';
import { Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { SecretField } from '@/components/Field';
import { Notice } from './Notice';
import { type Asking, asking } from './questions';
import { useReport } from './useReport';

export interface QuestionDialogProps {
  question: Question;
  /** What the core said last: how to go on, or why an answer was not taken. */
  told: string;
}

/** Asks the person what the core wants to know. Cancelling declines: what asked comes to nothing. */
export default function QuestionDialog({ question, told }: QuestionDialogProps) {
  const decline = useDecline();
  const report = useReport();
  const about = asking(question);
  const cancel = () => decline.mutate(question, { onError: report });
  return (
    <Dialog open onClose={cancel} insistent title={about.title}>
      <p>{about.text}</p>
      {told && (
        <Banner tone="info">
          <Notice text={told} />
        </Banner>
      )}
      {question.kind === 'shares_ready' ? (
        <PlaceShares question={question} onCancel={cancel} />
      ) : (
        <Answer question={question} about={about} onCancel={cancel} />
      )}
    </Dialog>
  );
}

function Answer({ question, about, onCancel }: { question: Question; about: Asking; onCancel: () => void }) {
  const first = useRef<HTMLInputElement | HTMLTextAreaElement>(null);
  const second = useRef<HTMLInputElement | HTMLTextAreaElement>(null);
  const [wrong, setWrong] = useState<string>();
  const [words, setWords] = useState(0);
  const answer = useAnswer();
  const fromFile = useAnswerFromFile();
  const report = useReport();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const secret = first.current?.value ?? '';
    const problem = about.check(secret, about.twice ? (second.current?.value ?? '') : undefined);
    setWrong(problem);
    if (problem) return;
    // The field is emptied before anything else happens: the answer is the core's now.
    for (const field of [first, second]) if (field.current) field.current.value = '';
    answer.mutate({ question, secret }, { onError: report, onSettled: () => answer.reset() });
  };
  const count = () => setWords((first.current?.value ?? '').trim().split(/\s+/).filter(Boolean).length);

  return (
    <form onSubmit={submit} onInput={about.words ? count : undefined} style={{ display: 'contents' }}>
      {about.message && (
        <pre className="selectable" style={{ whiteSpace: 'pre-wrap', margin: 0 }}>
          {about.message}
        </pre>
      )}
      <SecretField
        label={about.field}
        lines={about.words ? 5 : 1}
        inputRef={first}
        autoFocus
        error={wrong}
        hint={about.words ? `${words} of ${about.words} words` : about.hint}
      />
      {about.twice && <SecretField label="The same again" inputRef={second} />}
      <footer style={{ display: 'flex', justifyContent: 'flex-end', gap: 'var(--space-2)' }}>
        <Button onClick={onCancel}>Cancel</Button>
        {about.fromFile && (
          <Button busy={fromFile.isPending} onClick={() => fromFile.mutate(question, { onError: report })}>
            Read it from a file
          </Button>
        )}
        <Button look="primary" type="submit" busy={answer.isPending}>
          {about.act}
        </Button>
      </footer>
    </form>
  );
}

function PlaceShares({ question, onCancel }: { question: Question; onCancel: () => void }) {
  const place = usePlaceShares();
  const report = useReport();
  const choose = (asForm: boolean) => place.mutate({ question, asForm }, { onError: report });
  return (
    <footer style={{ display: 'flex', justifyContent: 'flex-end', gap: 'var(--space-2)' }}>
      <Button onClick={onCancel}>Cancel</Button>
      <Button busy={place.isPending} onClick={() => choose(false)}>
        Into a folder
      </Button>
      <Button look="primary" busy={place.isPending} onClick={() => choose(true)}>
        As a form to print
      </Button>
    </footer>
  );
}
