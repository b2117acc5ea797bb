import { useEffect, useSyncExternalStore } from 'react';

/** Something that the palette can do. */
export interface Action {
  id: string;
  label: string;
  /** Other words that people look for it by. */
  words?: string;
  /** The keys that do it too. */
  keys?: string;
  run: () => void;
}

let offered: readonly Action[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Action[]) {
  offered = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Offers actions in the palette for as long as the component is there. Give a list that is the same from render to render. */
export function useOffer(actions: readonly Action[]) {
  useEffect(() => {
    change([...offered, ...actions]);
    return () => change(offered.filter((one) => !actions.includes(one)));
  }, [actions]);
}

/** What is offered now. */
export const useOffered = () => useSyncExternalStore(subscribe, () => offered);

/** Those that have every word of the text, the ones that begin with it first. */
export function matching<A extends Pick<Action, 'label' | 'words'>>(actions: readonly A[], text: string): A[] {
  const wanted = text.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const found = actions.filter(({ label, words: more = '' }) => {
    const all = `${label} ${more}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const rank = (action: A) => (action.label.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((one, other) => rank(one) - rank(other));
}
