import { useMemo, useState } from 'react';
import type { Question } from '@/api/bindings';
import { useCoreEvents } from '@/api/events';
import { useToast } from '@/components/Toast';
import { useGoTo } from '@/routes/useView';
import { QuestionDialog } from './QuestionDialog';

/** Listens to the core: its questions are asked here, and its news told. */
export function Watch() {
  const [question, setQuestion] = useState<Question | null>(null);
  const [told, setTold] = useState('');
  const toast = useToast();
  const goTo = useGoTo();
  const listeners = useMemo(
    () => ({
      onAsked: setQuestion,
      onTold: (text: string) => {
        setTold(text);
        toast({ text });
      },
      onWorkFailed: (problem: { message: string }) => toast({ text: problem.message, tone: 'bad' }),
      onJob: () => {},
      onGoTo: (path: string) => goTo(path),
    }),
    [toast, goTo],
  );
  useCoreEvents(listeners);
  return question ? <QuestionDialog key={question.id} question={question} told={told} /> : null;
}
