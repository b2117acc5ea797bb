import type { LogRow } from '@/api/bindings';
import { shortened } from '@/components/Copyable';
import type { Column } from '@/components/DataTable';
import { Foreign } from '@/components/Foreign';
import { formatNumber, RelativeTime } from '@/components/Format';
import styles from './Audit.module.css';
import { actionWord, actorWord, factText, plain, thingOf } from './words';

export const COLUMNS: readonly Column<LogRow>[] = [
  { id: 'when', header: 'When', width: '108px', cell: (row) => <RelativeTime at={row.timestamp} /> },
  { id: 'what', header: 'What', width: 'minmax(140px, 1fr)', cell: (row) => actionWord(row.action) },
  { id: 'about', header: 'About', width: 'minmax(150px, 1fr)', from: 430, cell: (row) => <About row={row} /> },
  { id: 'by', header: 'By', width: '104px', from: 560, cell: (row) => <Foreign text={actorWord(row.actor)} /> },
  { id: 'facts', header: 'Facts', width: 'minmax(140px, 1.6fr)', from: 680, cell: (row) => <Foreign text={factsLine(row)} /> },
  { id: 'seq', header: 'Place', width: '72px', align: 'end', extra: true, cell: (row) => formatNumber(row.seq) },
];

function About({ row }: { row: LogRow }) {
  return (
    <>
      {thingOf(row.entity_type).word}{' '}
      {row.entity_id !== 'log' && (
        <span className={styles.id}>
          <Foreign mono text={shortened(row.entity_id, 0, 6)} />
        </span>
      )}
    </>
  );
}

const factsLine = (row: LogRow): string =>
  Object.entries(row.metadata)
    .map(([name, value]) => `${plain(name)}: ${factText(name, value)}`)
    .join(' · ');
