import { lazy, Suspense, useMemo, useState } from 'react';
import { useOpenQuestion } from '@/api/ask';
import type { Question } from '@/api/bindings';
import { useCoreEvents } from '@/api/events';
import { useToast } from '@/components/Toast';
import { useGoTo } from '@/routes/useView';

const QuestionDialog = lazy(() => import('./QuestionDialog'));

/** Listens to the core: its questions are asked here, and its news told. */
export function Watch() {
  const before = useOpenQuestion();
  const [question, setQuestion] = useState<Question | null>();
  const toast = useToast();
  const goTo = useGoTo();
  const listeners = useMemo(
    () => ({
      onAsked: (asked: Question | null) => setQuestion(asked),
      onTold: (text: string) => toast({ text }),
      onWorkFailed: (problem: { message: string }) => toast({ text: problem.message, tone: 'bad' as const }),
      onJob: () => {},
      onGoTo: (path: string) => goTo(path),
    }),
    [toast, goTo],
  );
  useCoreEvents(listeners);
  const open = question === undefined ? before.data : question;
  return <Suspense>{open && <QuestionDialog key={open.id} question={open} />}</Suspense>;
}
