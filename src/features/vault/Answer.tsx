import { type FormEvent, useRef, useState } from 'react';
import { useAnswer, useAnswerFromFile } from '@/api/ask';
import type { Question } from '@/api/bindings';
import { Button } from '@/components/Button';
import { SecretField } from '@/components/Field';
import styles from './Question.module.css';
import type { Asking } from './questions';
import { useReport } from './useReport';

export interface AnswerProps {
  question: Question;
  about: Asking;
  onCancel: () => void;
}

/** Takes what a person types, and keeps it nowhere. */
export function Answer({ question, about, onCancel }: AnswerProps) {
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
    <form onSubmit={submit} onInput={about.words ? count : undefined} className={styles.form}>
      {about.message && <pre className={`${styles.message} selectable`}>{about.message}</pre>}
      <SecretField
        label={about.field}
        lines={about.words ? 5 : 1}
        inputRef={first}
        autoFocus
        error={wrong}
        hint={about.words ? `${words} of ${about.words} words` : about.hint}
      />
      {about.twice && <SecretField label="The same again" inputRef={second} />}
      <footer className={styles.foot}>
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
