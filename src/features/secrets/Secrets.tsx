import { FolderOpen, Plus } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import type { Picked, SecretView } from '@/api/bindings';
import { sentences } from '@/api/call';
import { useDroppedFiles } from '@/api/events';
import { usePickFiles } from '@/api/files';
import { useOpenBundle, useSecrets } from '@/api/secrets';
import { Button } from '@/components/Button';
import { type Column, DataTable } from '@/components/DataTable';
import { EmptyState, ErrorCard } from '@/components/ErrorCard';
import { Foreign } from '@/components/Foreign';
import { RelativeTime } from '@/components/Format';
import { WithInspector } from '@/components/Inspector';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useToast } from '@/components/Toast';
import { KEY_TYPES } from '@/features/assets/words';
import { useAct } from '@/features/vault/useAct';
import { environmentsOf } from '@/routes/environment';
import { useNew, useView } from '@/routes/useView';
import { AddSecret } from './AddSecret';
import { SecretInspector } from './SecretInspector';
import styles from './Secrets.module.css';

const COLUMNS: readonly Column<SecretView>[] = [
  { id: 'label', header: 'Secret', width: 'minmax(140px, 1.5fr)', cell: (row) => <Foreign text={row.label} /> },
  { id: 'asset', header: 'Asset', width: 'minmax(140px, 1.5fr)', cell: (row) => <Foreign text={row.location} mono /> },
  { id: 'kind', header: 'Kind', width: 'minmax(100px, 1fr)', cell: (row) => KEY_TYPES[row.key_type] },
  { id: 'suite', header: 'Wrapped with', width: 'minmax(140px, 1.5fr)', cell: (row) => row.suite || '—' },
  { id: 'wrapped', header: 'When', width: '110px', cell: (row) => <RelativeTime at={row.wrapped_at} /> },
];

/** Secrets: stored as envelopes and in no other form. What they hold is shown in a window of its own. */
export default function Secrets() {
  const view = useView();
  const asset = view.text('asset') ?? null;
  const environments = environmentsOf(view.search);
  const secrets = useSecrets(asset, environments);
  const [adding, setAdding] = useNew();
  const [dropped, setDropped] = useState<Picked[]>([]);
  const rows = useMemo(() => secrets.data?.pages.flatMap((page) => page.items) ?? [], [secrets.data]);
  const open = rows.find((row) => row.id === view.text('open'));
  useDroppedFiles(
    useCallback(
      (files) => {
        setDropped(files);
        setAdding(true);
      },
      [setAdding],
    ),
  );
  const { hasNextPage, fetchNextPage } = secrets;
  const onEnd = useCallback(() => {
    if (hasNextPage) fetchNextPage();
  }, [hasNextPage, fetchNextPage]);
  const close = useCallback(() => view.set({ open: undefined }), [view]);
  const add = () => setAdding(true);
  const end = () => {
    setDropped([]);
    setAdding(false);
  };

  return (
    <WithInspector
      inspector={open ? <SecretInspector key={open.id} secret={open} onClose={close} /> : null}
      list={
        <>
          <ScreenHeader
            title="Secrets"
            actions={
              <>
                <OpenBundle />
                <Button look="primary" icon={<Plus aria-hidden="true" />} onClick={add}>
                  Add
                </Button>
              </>
            }
          >
            {asset && (
              <Button look="quiet" onClick={() => view.set({ asset: undefined })}>
                Of one asset only · show all
              </Button>
            )}
          </ScreenHeader>
          <div className={styles.pane}>
            {secrets.isError ? (
              <ErrorCard {...sentences(secrets.error)} action={<Button onClick={() => secrets.refetch()}>Try again</Button>} />
            ) : (
              <DataTable
                label="Secrets"
                columns={COLUMNS}
                rows={rows}
                rowId={(row) => row.id}
                listed={environments.join()}
                open={open?.id}
                onOpen={(id) => view.set({ open: id }, { replace: open !== undefined })}
                onEnd={onEnd}
                loading={secrets.isPending}
                empty={
                  <EmptyState
                    title={environments.length > 0 ? 'No secret in this environment' : 'No secrets yet'}
                    action={
                      <Button look="primary" onClick={add}>
                        Add a secret
                      </Button>
                    }
                    example="Drop a file such as server.key on this window."
                  >
                    Give an asset its private key, password or configuration; it is kept only as an ML-KEM envelope.
                  </EmptyState>
                }
              />
            )}
          </div>
          {adding && <AddSecret asset={asset} files={dropped} onClose={end} />}
        </>
      }
    />
  );
}

/** Opens a bundle that was made elsewhere, into a new file. */
function OpenBundle() {
  const pick = usePickFiles();
  const opening = useOpenBundle();
  const open = useAct(opening);
  const toast = useToast();
  const start = async () => {
    const [bundle] = await pick.mutateAsync('bundle');
    if (bundle && (await open(bundle.id))) toast({ text: 'The secret was written to the file.', tone: 'good' });
  };
  return (
    <Button icon={<FolderOpen aria-hidden="true" />} busy={opening.isPending} onClick={start}>
      Open a bundle
    </Button>
  );
}
