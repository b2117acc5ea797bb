import { Columns3 } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import type { Column } from './DataTable';
import { Menu } from './Menu';

/** The columns that are hidden, kept outside of the table. */
export interface ChosenColumns {
  hidden: readonly string[];
  onHide: (hidden: string[]) => void;
}

/** The columns that are shown, and the menu that chooses them. */
export function useShownColumns<R>(
  columns: readonly Column<R>[],
  keepAs: string | undefined,
  width: number,
  chosen: ChosenColumns | undefined,
) {
  const own = useKeptColumns(columns, keepAs);
  const { hidden, onHide } = chosen ?? own;
  const toggle = (id: string) => {
    const next = hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id];
    if (next.length < columns.length) onHide(next);
  };
  const chooser =
    keepAs || chosen ? (
      <Menu
        label="Choose columns"
        trigger={<Columns3 aria-hidden="true" />}
        items={columns.map((one) => ({
          id: one.id,
          label: one.header,
          checked: !hidden.includes(one.id),
          onSelect: () => toggle(one.id),
        }))}
      />
    ) : null;
  const fits = (one: Column<R>) => !hidden.includes(one.id) && (one.from === undefined || width === 0 || width >= one.from);
  return { columns: columns.filter(fits), chooser };
}

/** The choice of columns that a table keeps itself. */
export function useKeptColumns<R>(columns: readonly Column<R>[], keepAs: string | undefined): ChosenColumns {
  const key = keepAs ? `columns.${keepAs}` : null;
  const [hidden, setHidden] = useState<readonly string[]>(
    () => kept(key) ?? columns.filter((one) => one.extra).map((one) => one.id),
  );
  const onHide = (next: string[]) => {
    setHidden(next);
    if (key) localStorage.setItem(key, JSON.stringify(next));
  };
  return { hidden, onHide };
}

function kept(key: string | null): string[] | null {
  if (!key) return null;
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : null;
  } catch {
    return null;
  }
}

/** How wide an element is; 0 until that is known. */
export function useWidth(of: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = of.current;
    if (!element || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return width;
}

const GAP = 12;
const PADDING = 32;
/** Room of the menu that chooses columns. */
const CHOOSER = 28;

/** The width below which a table scrolls sideways: the least of each of its tracks. */
export function narrowest(tracks: string, chooser: boolean): number {
  const least = [...tracks.matchAll(/(?:minmax\()?(\d+)px/g)].map((match) => Number(match[1]));
  const gaps = Math.max(0, least.length - 1) * GAP;
  return least.reduce((sum, one) => sum + one, 0) + gaps + PADDING + (chooser ? CHOOSER : 0);
}
