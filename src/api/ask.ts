import { useMutation, useQuery } from '@tanstack/react-query';
import { commands, type Question } from './bindings';
import { call } from './call';

/** The question that stood when this page was loaded. */
export const useOpenQuestion = () =>
  useQuery({ queryKey: ['ask'], queryFn: () => commands.askOpen(), staleTime: Number.POSITIVE_INFINITY });

interface Given {
  question: Question;
  secret: string;
}

export const useAnswer = () =>
  useMutation({ gcTime: 0, mutationFn: ({ question, secret }: Given) => call(commands.askAnswer(question.id, secret)) });

export const useAnswerFromFile = () =>
  useMutation({ mutationFn: (question: Question) => call(commands.askAnswerFile(question.id)) });

export const usePlaceShares = () =>
  useMutation({
    mutationFn: ({ question, asForm }: { question: Question; asForm: boolean }) =>
      call(commands.askPlaceShares(question.id, asForm)),
  });

export const useDecline = () => useMutation({ mutationFn: (question: Question) => call(commands.askDecline(question.id)) });
