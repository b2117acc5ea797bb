import { useVirtualizer } from '@tanstack/react-virtual';
import { Columns3 } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import styles from './DataTable.module.css';
import { Skeleton } from './ErrorCard';
import { Menu } from './Menu';

export interface Column<R> {
  id: string;
  header: string;
  cell: (row: R) => ReactNode;
  /** A track of a CSS grid, for example `minmax(160px, 2fr)`. */
  width: string;
  align?: 'end';
  /** The order that its heading asks for. */
  sort?: string;
  /** Not shown until it is chosen. */
  extra?: boolean;
}

export interface DataTableProps<R> {
  label: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  rowId: (row: R) => string;
  /** Rows there are, where more can be fetched than were. */
  total?: number;
  /** The row that the inspector shows. */
  open?: string | undefined;
  onOpen?: (id: string) => void;
  /** Rows that are marked for an act on several. */
  marked?: ReadonlySet<string>;
  onMark?: (marked: Set<string>) => void;
  sort?: { by: string; order: 'asc' | 'desc' };
  onSort?: (by: string) => void;
  /** Called when the last rows come into sight. */
  onEnd?: () => void;
  loading?: boolean;
  /** Shown in place of no rows. */
  empty: ReactNode;
  /** Names the choice of columns, which is kept. */
  keepAs?: string;
}

const ROW = { compact: 32, comfortable: 40 };
const MARGIN_ROWS = 12;
const NEAR_END = 20;

/** A list of rows: however long it is, few of them are in the document. Sorting and filtering are the core's. */
export function DataTable<R>(props: DataTableProps<R>) {
  const { label, rows, rowId, open, onOpen, marked, onMark, onEnd, total, loading = false, empty } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const shown = useShownColumns(props.columns, props.keepAs);
  const height = document.documentElement.dataset.density === 'comfortable' ? ROW.comfortable : ROW.compact;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: MARGIN_ROWS,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (onEnd && rows.length > 0 && lastShown >= rows.length - NEAR_END) onEnd();
  }, [onEnd, lastShown, rows.length]);

  const go = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setActive(next);
    virtual.scrollToIndex(next);
    const row = rows[next];
    // With an inspector open, the arrows walk the list.
    if (open !== undefined && row !== undefined) onOpen?.(rowId(row));
  };
  const mark = (from: number, to: number) => {
    if (!onMark) return;
    const next = new Set(marked);
    for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(rowId(row));
    onMark(next);
  };
  const toggle = (index: number) => {
    const row = rows[index];
    if (!onMark || row === undefined) return;
    const next = new Set(marked);
    if (!next.delete(rowId(row))) next.add(rowId(row));
    onMark(next);
  };
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const to: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = to[event.key];
    const row = rows[active];
    if (target !== undefined) {
      if (event.shiftKey) mark(active, Math.max(0, target));
      go(target);
    } else if (event.key === 'Enter' && row !== undefined) onOpen?.(rowId(row));
    else if (event.key === ' ') toggle(active);
    else return;
    event.preventDefault();
  };
  const onRow = (event: MouseEvent, index: number) => {
    if (event.shiftKey) mark(active, index);
    else if (event.ctrlKey || event.metaKey) toggle(index);
    const row = rows[index];
    setActive(index);
    if (!event.shiftKey && !event.ctrlKey && row !== undefined) onOpen?.(rowId(row));
  };

  if (rows.length === 0) return loading ? <Skeleton rows={10} /> : <div className={styles.none}>{empty}</div>;
  const tracks = [onMark ? '28px' : null, ...shown.columns.map((column) => column.width)].filter(Boolean).join(' ');
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={(total ?? rows.length) + 1}
      aria-multiselectable={onMark ? true : undefined}
      aria-activedescendant={`${id}-${active}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <Head {...props} columns={shown.columns} tracks={tracks} all={rows.length} chooser={shown.chooser} />
      <div className={styles.body} style={{ height: virtual.getTotalSize() }} role="rowgroup">
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const key = rowId(row);
          const isMarked = marked?.has(key) ?? false;
          return (
            <div
              key={key}
              id={`${id}-${item.index}`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={onMark ? isMarked : key === open}
              data-open={key === open || undefined}
              data-active={item.index === active || undefined}
              className={styles.row}
              style={{ gridTemplateColumns: tracks, height, transform: `translateY(${item.start}px)` }}
              onClick={(event) => onRow(event, item.index)}
            >
              {onMark && (
                <span role="gridcell" className={styles.cell}>
                  <input
                    type="checkbox"
                    tabIndex={-1}
                    aria-label="Mark the row"
                    checked={isMarked}
                    onClick={(event) => event.stopPropagation()}
                    onChange={() => toggle(item.index)}
                  />
                </span>
              )}
              {shown.columns.map((column) => (
                <span key={column.id} role="gridcell" className={styles.cell} data-align={column.align}>
                  {column.cell(row)}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface HeadProps<R> extends DataTableProps<R> {
  tracks: string;
  all: number;
  chooser: ReactNode;
}

function Head<R>({ columns, tracks, sort, onSort, marked, onMark, rows, rowId, chooser }: HeadProps<R>) {
  const every = rows.length > 0 && (marked?.size ?? 0) >= rows.length;
  return (
    <div className={styles.head} role="rowgroup">
      <div className={styles.heads} role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks }}>
        {onMark && (
          <span role="columnheader" className={styles.cell}>
            <input
              type="checkbox"
              aria-label="Mark every row that was loaded"
              checked={every}
              onChange={() => onMark(every ? new Set() : new Set(rows.map(rowId)))}
            />
          </span>
        )}
        {columns.map((column) => {
          const sorted = column.sort !== undefined && sort?.by === column.sort;
          return (
            <span
              key={column.id}
              role="columnheader"
              className={styles.cell}
              data-align={column.align}
              aria-sort={sorted ? (sort.order === 'asc' ? 'ascending' : 'descending') : undefined}
            >
              {column.sort && onSort ? (
                <button type="button" onClick={() => onSort(column.sort ?? column.id)}>
                  {column.header}
                  <span aria-hidden="true">{sorted ? (sort.order === 'asc' ? ' ↑' : ' ↓') : ''}</span>
                </button>
              ) : (
                column.header
              )}
            </span>
          );
        })}
      </div>
      {chooser}
    </div>
  );
}

/** The columns that are shown, and the menu that chooses them. */
function useShownColumns<R>(columns: readonly Column<R>[], keepAs: string | undefined) {
  const key = keepAs ? `columns.${keepAs}` : null;
  const [hidden, setHidden] = useState<readonly string[]>(
    () => kept(key) ?? columns.filter((one) => one.extra).map((one) => one.id),
  );
  const toggle = (id: string) => {
    const next = hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id];
    if (next.length === columns.length) return;
    setHidden(next);
    if (key) localStorage.setItem(key, JSON.stringify(next));
  };
  const chooser = keepAs ? (
    <span className={styles.chooser}>
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
    </span>
  ) : null;
  return { columns: columns.filter((one) => !hidden.includes(one.id)), chooser };
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
