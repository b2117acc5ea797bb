import { Download, FileSignature, ShieldCheck } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useExportLog, useLog, useLogNews, useSignCheckpoint, useVerifyLog } from '@/api/audit';
import { CoreProblem, sentences } from '@/api/call';
import { usePickFiles } from '@/api/files';
import { Button } from '@/components/Button';
import { DataTable } from '@/components/DataTable';
import { EmptyState, ErrorCard } from '@/components/ErrorCard';
import { formatNumber } from '@/components/Format';
import { WithInspector } from '@/components/Inspector';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useToast } from '@/components/Toast';
import { useAct } from '@/features/vault/useAct';
import { useView } from '@/routes/useView';
import styles from './Audit.module.css';
import { CheckpointPanel } from './CheckpointPanel';
import { COLUMNS } from './columns';
import { EventInspector } from './EventInspector';
import { LogFilters } from './LogFilters';
import { Verification } from './Verification';
import { isFiltered, listOf, text, unfiltered } from './view';

/** The log: what was done, by whom, and whether that is still what was written. */
export default function Audit() {
  const view = useView();
  const [version, setVersion] = useState(0);
  const verify = useVerifyLog();
  const sign = useSignCheckpoint();
  const exportLog = useExport();
  const written = JSON.stringify(listOf(view.search));
  const list = useMemo(() => JSON.parse(written) as ReturnType<typeof listOf>, [written]);
  const log = useLog(list, version);
  const rows = useMemo(() => log.data?.pages.flatMap((page) => page.items) ?? [], [log.data]);
  const news = useLogNews(list, log.data?.pages[0]?.newer ?? null).data ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = log;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const open = text(view.search.open) ?? undefined;
  const panel = view.text('show');
  const show = useCallback(
    (seq: string | undefined) => view.set({ open: seq, show: undefined }, { replace: open !== undefined }),
    [view, open],
  );
  const close = useCallback(() => view.set({ open: undefined, show: undefined }), [view]);
  const startVerify = () => {
    view.set({ show: 'verify', open: undefined });
    verify.mutate(null);
  };
  const compare = useCompare(verify, () => view.set({ show: 'verify', open: undefined }));
  const event = rows.find((row) => String(row.seq) === open);

  const inspector = () => {
    if (panel === 'verify') return <Verification verify={verify} onChooseFile={compare.start} onClose={close} />;
    if (panel === 'checkpoint')
      return <CheckpointPanel sign={sign} onExport={exportLog.start} onCompare={compare.start} onClose={close} />;
    return event ? <EventInspector key={event.seq} event={event} onClose={close} /> : null;
  };
  return (
    <WithInspector
      inspector={inspector()}
      list={
        <>
          <ScreenHeader
            title="Audit"
            actions={
              <>
                <Button icon={<Download aria-hidden="true" />} busy={exportLog.isBusy} onClick={exportLog.start}>
                  Export…
                </Button>
                <Button
                  icon={<FileSignature aria-hidden="true" />}
                  onClick={() => view.set({ show: 'checkpoint', open: undefined })}
                >
                  Checkpoint
                </Button>
                <Button look="primary" icon={<ShieldCheck aria-hidden="true" />} busy={verify.isPending} onClick={startVerify}>
                  Verify
                </Button>
              </>
            }
          >
            <LogFilters view={view} />
          </ScreenHeader>
          {news > 0 && <News count={news} onShow={() => setVersion((before) => before + 1)} />}
          {log.isError && rows.length === 0 ? (
            <Problem error={log.error} onRetry={() => log.refetch()} />
          ) : (
            <DataTable
              label="The log"
              listed={`${written}#${version}`}
              columns={COLUMNS}
              keepAs="audit"
              rows={rows}
              rowId={(row) => String(row.seq)}
              open={open}
              onOpen={show}
              onEnd={onEnd}
              loading={log.isPending}
              empty={<NoEvents filtered={isFiltered(view.search)} onClear={() => view.set(unfiltered)} onVerify={startVerify} />}
            />
          )}
        </>
      }
    />
  );
}

/** Has a checkpoint that was kept chosen, and holds the log against it. */
function useCompare(verify: ReturnType<typeof useVerifyLog>, onStart: () => void) {
  const pick = usePickFiles();
  const start = async () => {
    const [file] = await pick.mutateAsync('checkpoint');
    if (!file) return;
    onStart();
    verify.mutate({ file: file.id });
  };
  return { start };
}

/** Writes the log to a file, and says what is in it. */
function useExport() {
  const exportLog = useExportLog();
  const act = useAct(exportLog);
  const toast = useToast();
  const start = useCallback(async () => {
    const made = await act(undefined);
    if (!made) return;
    const signed =
      made.signed === null ? 'no checkpoint is signed yet' : `${formatNumber(made.signed)} of them under a checkpoint`;
    toast({ text: `${formatNumber(made.size)} events are in ${made.file}; ${signed}.`, tone: 'good' });
  }, [act, toast]);
  return { start, isBusy: exportLog.isPending };
}

/** Events that came since the list was read. */
function News({ count, onShow }: { count: number; onShow: () => void }) {
  return (
    <button type="button" className={styles.news} onClick={onShow}>
      <span role="status">{count === 1 ? 'One new event' : `${count >= 50 ? 'Many' : count} new events`} – show</span>
    </button>
  );
}

function Problem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { code, request } = error instanceof CoreProblem ? error : {};
  return (
    <div className={styles.problem}>
      <ErrorCard
        {...sentences(error)}
        {...(code && request ? { code, request } : {})}
        action={<Button onClick={onRetry}>Try again</Button>}
      />
    </div>
  );
}

function NoEvents({ filtered, onClear, onVerify }: { filtered: boolean; onClear: () => void; onVerify: () => void }) {
  if (filtered)
    return <EmptyState title="No event fits these filters" action={<Button onClick={onClear}>Clear filters</Button>} />;
  return (
    <EmptyState
      title="Every act leaves a line here"
      action={<Button onClick={onVerify}>Verify the log</Button>}
      example="Secret revealed · Owner · for 30 seconds · 2 minutes ago"
    >
      Whatever is done with this vault is written into a log whose entries hash into one root, so that no line can be changed,
      dropped or added unnoticed.
    </EmptyState>
  );
}
