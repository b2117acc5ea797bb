import { useCallback } from 'react';
import { sentences } from '@/api/call';
import { useToast } from '@/components/Toast';

/** Tells a problem where no other place shows it. */
export function useReport() {
  const toast = useToast();
  return useCallback(
    (problem: unknown) => {
      const { what, remedy } = sentences(problem);
      toast({ text: remedy ? `${what} ${remedy}` : what, tone: 'bad' });
    },
    [toast],
  );
}
