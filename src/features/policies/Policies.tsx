import { Plus } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import type { PolicyView } from '@/api/bindings';
import { sentences } from '@/api/call';
import { usePolicies } from '@/api/policies';
import { Button } from '@/components/Button';
import { DataTable } from '@/components/DataTable';
import { EmptyState, ErrorCard } from '@/components/ErrorCard';
import { WithInspector } from '@/components/Inspector';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useOffer } from '@/features/palette/actions';
import { useView } from '@/routes/useView';
import { COLUMNS } from './columns';
import { EvaluateAll } from './EvaluateAll';
import styles from './Policies.module.css';
import { PolicyEditor } from './PolicyEditor';
import { PolicyInspector } from './PolicyInspector';

/** Policies: what assets must use, who meets that, and what can be wrapped under them. */
export default function Policies() {
  const view = useView();
  const policies = usePolicies();
  const open = policies.data?.find((one) => one.id === view.text('open'));
  const edited = policies.data?.find((one) => one.id === view.text('edit'));
  const close = useCallback(() => view.set({ open: undefined }), [view]);
  const closeEditor = (saved?: string) => view.set({ edit: undefined, new: undefined, ...(saved ? { open: saved } : {}) });
  useOffer(
    useMemo(
      () => [
        { id: 'policies.new', label: 'New policy', words: 'make add rule', run: () => view.set({ new: true, edit: undefined }) },
      ],
      [view],
    ),
  );
  if (view.search.new) return <PolicyEditor policy={null} onClose={closeEditor} />;
  if (edited) return <PolicyEditor key={edited.id} policy={edited} onClose={closeEditor} />;
  return (
    <WithInspector
      inspector={open ? <PolicyInspector key={open.id} policy={open} onClose={close} /> : null}
      list={
        <>
          <ScreenHeader
            title="Policies"
            count={policies.data?.length}
            actions={
              <>
                {policies.data?.some((one) => one.is_active) && <EvaluateAll />}
                <Button look="primary" icon={<Plus aria-hidden="true" />} onClick={() => view.set({ new: true })}>
                  New policy
                </Button>
              </>
            }
          />
          <div className={styles.pane}>
            {policies.isError ? (
              <div className={styles.problem}>
                <ErrorCard
                  {...sentences(policies.error)}
                  action={<Button onClick={() => policies.refetch()}>Try again</Button>}
                />
              </div>
            ) : (
              <PolicyTable rows={policies.data} open={open?.id} />
            )}
          </div>
        </>
      }
    />
  );
}

function PolicyTable({ rows, open }: { rows: readonly PolicyView[] | undefined; open: string | undefined }) {
  const view = useView();
  return (
    <DataTable
      label="Policies"
      columns={COLUMNS}
      rows={rows ?? []}
      loading={rows === undefined}
      rowId={(row) => row.id}
      open={open}
      onOpen={(id) => view.set({ open: id }, { replace: open !== undefined })}
      empty={
        <EmptyState
          title="No policies yet"
          action={
            <Button look="primary" onClick={() => view.set({ new: true })}>
              Make a policy
            </Button>
          }
          example="payments · Production · ML-KEM-1024 · report only"
        >
          A policy says which cryptography assets must use, and shows which of them do not.
        </EmptyState>
      }
    />
  );
}
