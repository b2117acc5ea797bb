import type { Question } from '@/api/bindings';

/** Asks the person what the core wants to know. */
export function QuestionDialog({ question }: { question: Question; told: string }) {
  return <p>{question.kind}</p>;
}
