import { useEffect, useRef } from 'react';
import { useToast } from '@/components/Toast';
import { lostNow } from './drafts';

/** A lock covers everything at once; what it took with it is told, and stays told. */
export function useTellOfLoss() {
  const toast = useRef(useToast());
  useEffect(
    () => () => {
      // What is above goes before what is below: the forms still hold what they are about to lose.
      const lost = lostNow();
      if (lost) toast.current({ text: `The vault was locked. Not saved, and gone: ${lost}.`, tone: 'bad', stays: true });
    },
    [],
  );
}
