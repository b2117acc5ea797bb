import type { UseQueryResult } from '@tanstack/react-query';
import type { SlotDetails } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useLosses } from '@/api/slots';
import { Badge, Banner } from '@/components/Badge';
import { Button } from '@/components/Button';
import { type Column, DataTable } from '@/components/DataTable';
import { EmptyState, ErrorCard } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { factorsInWords } from '@/features/vault/factors';
import { useView } from '@/routes/useView';
import styles from './Custody.module.css';
import { quantumWord } from './words';

const COLUMNS: readonly Column<SlotDetails>[] = [
  { id: 'label', header: 'Way in', width: 'minmax(90px, 1fr)', cell: (row) => <Foreign text={row.label} /> },
  {
    id: 'factors',
    header: 'Opens with',
    width: 'minmax(120px, 2fr)',
    cell: (row) => <Foreign text={factorsInWords(row.factors)} />,
  },
  {
    id: 'here',
    header: 'Devices',
    width: '100px',
    from: 500,
    cell: (row) => (row.here ? <Badge tone="good">Here</Badge> : <Badge>Not here</Badge>),
  },
  {
    id: 'quantum',
    header: 'Quantum attacker',
    width: '130px',
    cell: (row) => <Badge tone={row.classical ? 'warn' : 'good'}>{quantumWord(row)}</Badge>,
  },
  { id: 'created', header: 'Made', width: '110px', from: 620, cell: (row) => <RelativeTime at={row.created_at} /> },
];

export interface WaysProps {
  slots: UseQueryResult<SlotDetails[]>;
  open: string | undefined;
  onAdd: () => void;
  onShowDrill: () => void;
}

/** Every way into the vault; above them, whether one loss could close all. */
export function Ways({ slots, open, onAdd, onShowDrill }: WaysProps) {
  const view = useView();
  if (slots.isError)
    return <ErrorCard {...sentences(slots.error)} action={<Button onClick={() => slots.refetch()}>Try again</Button>} />;
  return (
    <div className={styles.pane}>
      <Resilience onShow={onShowDrill} />
      <DataTable
        label="Ways into the vault"
        columns={COLUMNS}
        rows={slots.data ?? []}
        rowId={(row) => row.id}
        open={open}
        onOpen={(id) => view.set({ open: id }, { replace: open !== undefined })}
        loading={slots.isPending}
        empty={
          <EmptyState
            title="No way in is known"
            action={
              <Button look="primary" onClick={onAdd}>
                Add a way in
              </Button>
            }
            example="This machine’s TPM and a wallet signature"
          >
            A way in is what the vault’s master key is wrapped under; any one of them opens it.
          </EmptyState>
        }
      />
    </div>
  );
}

/** Whether the vault survives the loss of any one thing. */
function Resilience({ onShow }: { onShow: () => void }) {
  const losses = useLosses();
  if (!losses.data || losses.data.losses.length === 0) return null;
  const fatal = losses.data.losses.filter((loss) => loss.still_opens.length === 0);
  return (
    <div className={styles.note}>
      <Banner
        tone={fatal.length > 0 ? 'bad' : 'good'}
        action={
          <Button look="quiet" onClick={onShow}>
            Show
          </Button>
        }
      >
        {fatal.length > 0
          ? `Losing ${fatal.map((loss) => loss.lost).join(', or ')} would lose the vault for ever.`
          : 'The vault survives the loss of any one thing.'}
      </Banner>
    </div>
  );
}
