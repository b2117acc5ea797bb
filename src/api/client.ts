import { QueryClient } from '@tanstack/react-query';
import { CoreProblem } from './call';

/** Answers are of this machine: they are fresh until an event says otherwise, and a refusal is not asked again. */
export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      networkMode: 'always',
      refetchOnWindowFocus: true,
      retry: (count, error) => !(error instanceof CoreProblem) && count < 2,
    },
    mutations: { networkMode: 'always' },
  },
});
