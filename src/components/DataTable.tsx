import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import styles from './DataTable.module.css';
import { DataTableHead } from './DataTableHead';
import { Skeleton } from './ErrorCard';
import { useRowKeys } from './useRowKeys';
import { type ChosenColumns, narrowest, useShownColumns, useWidth } from './useShownColumns';

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
  /** Left out while the list is narrower than this many pixels, as beside an inspector. */
  from?: number;
}

export interface DataTableProps<R> {
  label: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  rowId: (row: R) => string;
  /** What is listed, where that changes: a new list begins at its top. */
  listed?: string;
  /** Rows there are, where more can be fetched than were. */
  total?: number | undefined;
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
  /** The choice of columns, where the screen keeps it itself. */
  chosen?: ChosenColumns;
}

const ROW = { compact: 32, comfortable: 40 };
const HEAD = 33;
const MARGIN_ROWS = 12;
const NEAR_END = 20;

/** A list of rows: however long it is, few of them are in the document. Sorting and filtering are the core's. */
export function DataTable<R>(props: DataTableProps<R>) {
  const { label, rows, rowId, listed, open, onOpen, marked, onMark, onEnd, total, loading = false, empty } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const width = useWidth(scroller);
  const shown = useShownColumns(props.columns, props.keepAs, width, props.chosen);
  const height = document.documentElement.dataset.density === 'comfortable' ? ROW.comfortable : ROW.compact;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: MARGIN_ROWS,
    scrollPaddingEnd: HEAD,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (onEnd && rows.length > 0 && lastShown >= rows.length - NEAR_END) onEnd();
  }, [onEnd, lastShown, rows.length]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    setActive(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [listed]);

  const go = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setActive(next);
    virtual.scrollToIndex(next);
    const row = rows[next];
    // With an inspector open, the arrows walk the list.
    if (open !== undefined && row !== undefined) onOpen?.(rowId(row));
  };
  const marks = marking(rows, rowId, marked, onMark);
  const onKeyDown = useRowKeys({
    active,
    count: rows.length,
    page: () => Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD) / height) - 1),
    go,
    open: (index) => {
      const row = rows[index];
      if (row !== undefined) onOpen?.(rowId(row));
    },
    ...marks,
  });
  const onRow = (event: MouseEvent, index: number) => {
    const row = rows[index];
    if (event.shiftKey) marks.mark(active, index);
    else if (event.ctrlKey || event.metaKey) marks.toggle(index);
    else if (row !== undefined) onOpen?.(rowId(row));
    setActive(index);
  };

  const tracks = [onMark ? '28px' : null, ...shown.columns.map((column) => column.width)].filter(Boolean).join(' ');
  const minWidth = narrowest(tracks, shown.chooser !== null);
  const inSight = items.some((item) => item.index === active);
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      data-chooser={shown.chooser !== null || undefined}
      role="grid"
      aria-label={label}
      aria-rowcount={(total ?? rows.length) + 1}
      aria-busy={loading || undefined}
      aria-multiselectable={onMark ? true : undefined}
      aria-activedescendant={inSight ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <DataTableHead {...props} columns={shown.columns} tracks={tracks} minWidth={minWidth} chooser={shown.chooser} />
      {rows.length === 0 && (
        <div className={styles.none} role="row">
          <div role="gridcell">{loading ? <Skeleton rows={10} /> : empty}</div>
        </div>
      )}
      <div className={styles.body} style={{ height: virtual.getTotalSize(), minWidth }} role="rowgroup">
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
              data-marked={isMarked || undefined}
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
                    onChange={() => marks.toggle(item.index)}
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

/** What marks rows, by where they are. */
function marking<R>(
  rows: readonly R[],
  rowId: (row: R) => string,
  marked: ReadonlySet<string> | undefined,
  onMark: ((marked: Set<string>) => void) | undefined,
) {
  const mark = (from: number, to: number) => {
    if (!onMark) return;
    const next = new Set(marked);
    for (const row of rows.slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1)) next.add(rowId(row));
    onMark(next);
  };
  const toggle = (index: number) => {
    const row = rows[index];
    if (!onMark || row === undefined) return;
    const next = new Set(marked);
    if (!next.delete(rowId(row))) next.add(rowId(row));
    onMark(next);
  };
  const unmark = () => {
    if (!onMark || !marked || marked.size === 0) return false;
    onMark(new Set());
    return true;
  };
  return { mark, toggle, unmark };
}
