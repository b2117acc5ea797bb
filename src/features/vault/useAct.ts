import { useCallback, useRef } from 'react';
import { CoreProblem } from '@/api/call';
import { useUnlock } from '@/api/vault';
import { useReport } from './useReport';

/** What of a mutation an act needs. */
interface Mutation<V, R> {
  mutateAsync: (variables: V) => Promise<R>;
}

/**
 * An act on the vault. Where the vault is locked, the person is asked to open it, and the act goes on;
 * every other problem is told, by `tell` where there is a better place for it. Nothing comes back where it
 * came to nothing.
 */
export function useAct<V, R>({ mutateAsync: run }: Mutation<V, R>, tell?: (problem: unknown) => void) {
  const { mutateAsync: unlock } = useUnlock();
  const report = useReport();
  const place = useRef(tell);
  place.current = tell;
  return useCallback(
    async (variables: V): Promise<R | undefined> => {
      try {
        try {
          return await run(variables);
        } catch (problem) {
          if (!(problem instanceof CoreProblem) || problem.code !== 'locked') throw problem;
          await unlock(null);
          return await run(variables);
        }
      } catch (problem) {
        if (!(problem instanceof CoreProblem) || problem.code !== 'cancelled') (place.current ?? report)(problem);
        return undefined;
      }
    },
    [run, unlock, report],
  );
}
