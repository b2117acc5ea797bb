import { useMemo, useState } from 'react';
import { type Column, DataTable } from '@/components/DataTable';
import { EmptyState } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { Inspector, WithInspector } from '@/components/Inspector';
import { KeyValue } from '@/components/KeyValue';
import { LevelBadge, type LevelName, ScoreBar } from '@/components/Score';
import { type VerdictName, VerdictTriple } from '@/components/Verdict';
import styles from './Gallery.module.css';
import { HOSTILE } from './hostile';

interface Row {
  id: string;
  name: string;
  score: number;
  level: LevelName;
  verdicts: readonly [VerdictName, VerdictName, VerdictName];
  seen: string;
}

const LENGTH = 100_000;
const HOSTILE_EVERY = 9;
const LEVELS: readonly LevelName[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
const VERDICTS: readonly VerdictName[] = ['NON_PQC', 'HYBRID', 'PQC', 'UNKNOWN'];
const NAMES = Object.values(HOSTILE);

const pick = <T,>(all: readonly T[], at: number) => all[at % all.length] as T;

function rowAt(at: number): Row {
  const score = (at * 37) % 101;
  return {
    id: `row-${at}`,
    name: at % HOSTILE_EVERY === 3 ? pick(NAMES, (at - 3) / HOSTILE_EVERY) : `host-${at}.example.org:443`,
    score,
    level: pick(LEVELS, Math.min(3, Math.floor(score / 25))),
    verdicts: [pick(VERDICTS, at), pick(VERDICTS, at * 3), pick(VERDICTS, at + 2)],
    seen: new Date(Date.UTC(2026, 10, 25) - at * 61_000).toISOString(),
  };
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', width: 'minmax(180px, 2fr)', sort: 'name', cell: (row) => <Foreign text={row.name} /> },
  {
    id: 'verdicts',
    header: 'Verdicts',
    width: '88px',
    cell: (row) => <VerdictTriple keyExchange={row.verdicts[0]} authentication={row.verdicts[1]} dataAtRest={row.verdicts[2]} />,
  },
  { id: 'level', header: 'Level', width: '96px', cell: (row) => <LevelBadge level={row.level} /> },
  {
    id: 'score',
    header: 'Score',
    width: '110px',
    sort: 'score',
    cell: (row) => <ScoreBar score={row.score} level={row.level} />,
  },
  { id: 'seen', header: 'Last scan', width: '120px', cell: (row) => <RelativeTime at={row.seen} /> },
];

/** A list as long as the product's longest. */
export function LongTable() {
  const rows = useMemo(() => Array.from({ length: LENGTH }, (_, at) => rowAt(at)), []);
  const [open, setOpen] = useState<string>();
  const [marked, setMarked] = useState<Set<string>>(new Set());
  const shown = rows.find((row) => row.id === open);
  return (
    <div className={styles.table}>
      <WithInspector
        list={
          <DataTable
            label="A hundred thousand rows"
            columns={COLUMNS}
            rows={rows}
            rowId={(row) => row.id}
            open={open}
            onOpen={setOpen}
            marked={marked}
            onMark={setMarked}
            sort={{ by: 'name', order: 'asc' }}
            onSort={() => {}}
            keepAs="gallery"
            empty={<EmptyState title="Nothing here" />}
          />
        }
        inspector={
          shown && (
            <Inspector title={<Foreign text={shown.name} />} onClose={() => setOpen(undefined)}>
              <KeyValue
                rows={[
                  ['Name', <Foreign key="name" text={shown.name} mono />],
                  ['Score', shown.score],
                ]}
              />
            </Inspector>
          )
        }
      />
    </div>
  );
}
