import type { ReactNode } from 'react';
import type { DataTableProps } from './DataTable';
import styles from './DataTable.module.css';

interface HeadProps<R> extends DataTableProps<R> {
  tracks: string;
  minWidth: number;
  chooser: ReactNode;
}

/** The headings of a list: they stay in sight, order the list, and mark what was loaded. */
export function DataTableHead<R>(props: HeadProps<R>) {
  const { columns, tracks, minWidth, sort, onSort, marked, onMark, rows, rowId, chooser } = props;
  const every = rows.length > 0 && (marked?.size ?? 0) >= rows.length;
  const some = !every && (marked?.size ?? 0) > 0;
  return (
    <div className={styles.head} role="rowgroup" style={{ minWidth }}>
      <div
        className={styles.heads}
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: chooser ? `${tracks} 28px` : tracks }}
      >
        {onMark && (
          <span role="columnheader" className={styles.cell}>
            <input
              ref={(box) => {
                if (box) box.indeterminate = some;
              }}
              type="checkbox"
              aria-label="Mark every row that was loaded"
              checked={every}
              disabled={rows.length === 0}
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
                <button type="button" data-sorted={sorted || undefined} onClick={() => onSort(column.sort ?? column.id)}>
                  {column.header}
                  <span aria-hidden="true">{sorted ? (sort.order === 'asc' ? ' ↑' : ' ↓') : ''}</span>
                </button>
              ) : (
                column.header
              )}
            </span>
          );
        })}
        {chooser && (
          <span role="columnheader" className={styles.chooser}>
            {chooser}
          </span>
        )}
      </div>
    </div>
  );
}
