import { ChartArea, Table2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { IconButton } from '../Button';
import styles from './Chart.module.css';

/** The numbers of a chart as a table. */
export interface ChartTable {
  columns: readonly string[];
  rows: readonly { id: string; cells: readonly ReactNode[] }[];
}

/** A chart with its name, and the same numbers as a table for whoever prefers that. */
export function ChartFrame({ title, table, children }: { title: string; table: ChartTable; children: ReactNode }) {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className={styles.frame} aria-label={title}>
      <figcaption className={styles.caption}>
        <span>{title}</span>
        <IconButton
          label={asTable ? `${title}: show the chart` : `${title}: show the numbers as a table`}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? <ChartArea aria-hidden="true" /> : <Table2 aria-hidden="true" />}
        </IconButton>
      </figcaption>
      {asTable ? <Numbers table={table} /> : children}
    </figure>
  );
}

function Numbers({ table }: { table: ChartTable }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={styles.numbers} tabIndex={0} aria-label="The numbers">
      <table>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.id}>
              {row.cells.map((cell, at) =>
                at === 0 ? (
                  <th key={table.columns[at]} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={table.columns[at]}>{cell}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What a colour of a chart stands for. */
export function Legend({ entries }: { entries: readonly { id: string; label: string; colour: string; value?: string }[] }) {
  return (
    <ul className={styles.legend}>
      {entries.map((entry) => (
        <li key={entry.id}>
          <span className={styles.swatch} style={{ background: entry.colour }} aria-hidden="true" />
          {entry.label}
          {entry.value !== undefined && <span className={styles.value}>{entry.value}</span>}
        </li>
      ))}
    </ul>
  );
}
