import type { KeyboardEvent } from 'react';

export interface RowKeys {
  /** The row that the keys act on, and how many there are. */
  active: number;
  count: number;
  /** Rows that fit. */
  page: () => number;
  go: (to: number) => void;
  open: (index: number) => void;
  mark: (from: number, to: number) => void;
  toggle: (index: number) => void;
  /** Takes all marks away; false where there are none. */
  unmark: () => boolean;
}

/** The keys of a list: arrows, pages and ends walk, with Shift they mark; Enter opens, Space marks, Ctrl A marks all. */
export function useRowKeys({ active, count, page, go, open, mark, toggle, unmark }: RowKeys) {
  return (event: KeyboardEvent) => {
    const target = targetOf(event.key, active, count, page);
    if (target !== undefined) {
      if (event.shiftKey) mark(active, target);
      go(target);
    } else if (event.key === 'Enter') open(active);
    else if (event.key === ' ') toggle(active);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) mark(0, count - 1);
    else if (event.key !== 'Escape' || !unmark()) return;
    event.preventDefault();
  };
}

function targetOf(key: string, active: number, count: number, page: () => number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return active + 1;
    case 'ArrowUp':
      return active - 1;
    case 'PageDown':
      return active + page();
    case 'PageUp':
      return active - page();
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
