import { useBlocker, useLocation } from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react';
import type { Draft } from '@/api/bindings';
import { ConfirmDialog } from '@/components/Dialog';
import { hold, lostWords } from './drafts';

export interface Unsaved {
  /** Leaves the form: at once where nothing would be lost, else once a person agrees. */
  leave: (then: () => void) => void;
  /** Says that what was typed is where it belongs, before the form goes. */
  done: () => void;
  /** The question; to be shown within the form, so that Escape answers it first. */
  question: ReactNode;
}

/**
 * What a form holds and nothing else has; none while it is as it was. Going to another view asks first, and
 * so does closing the window, which is the core's to ask. A lock asks nothing: it is told afterwards.
 */
export function useUnsaved(draft: Draft | null): Unsaved {
  const form = useId();
  const isDone = useRef(false);
  const current = useRef(draft);
  current.current = draft;
  const [waiting, setWaiting] = useState<() => void>();
  useEffect(() => {
    isDone.current = false;
    return draft ? hold(form, draft) : undefined;
  }, [form, draft]);
  // A form that is still there after an address was gone to holds what it held.
  const address = useLocation({ select: ({ href }) => href });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address says when, not what.
  useEffect(() => {
    isDone.current = false;
  }, [address]);
  const wouldLose = useCallback(() => current.current !== null && !isDone.current, []);
  const blocked = useBlocker({ shouldBlockFn: wouldLose, enableBeforeUnload: false, withResolver: true });
  const done = useCallback(() => {
    isDone.current = true;
  }, []);
  const leave = useCallback(
    (then: () => void) => {
      if (wouldLose()) setWaiting(() => then);
      else then();
    },
    [wouldLose],
  );
  const stay = () => {
    setWaiting(undefined);
    blocked.reset?.();
  };
  const go = () => {
    if (waiting) done();
    setWaiting(undefined);
    waiting?.();
    blocked.proceed?.();
  };
  const question = draft && (
    <ConfirmDialog
      open={waiting !== undefined || blocked.status === 'blocked'}
      onClose={stay}
      title="Leave without saving?"
      cancel="Stay here"
      act="Leave and lose it"
      onConfirm={go}
    >
      <p>What is lost: {lostWords(draft)}.</p>
    </ConfirmDialog>
  );
  return { leave, done, question };
}
