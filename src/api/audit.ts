import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { type CheckpointFile, commands, type LogExport, type LogPage, type LogQuery, type LogReport } from './bindings';
import { call } from './call';
import { client } from './client';

const PAGE_ROWS = 100;
const NEWS_ROWS = 50;
const NEWS_MS = 5_000;
const key = ['audit'] as const;

/** What narrows the log; its pages are taken one by one. */
export type LogList = Omit<LogQuery, 'limit' | 'from'>;

/** The log, newest first, page by page. Only another `version` reads it anew: what is in sight does not move. */
export const useLog = (list: LogList, version: number) =>
  useInfiniteQuery({
    queryKey: [...key, 'list', list, version],
    queryFn: ({ pageParam }) => call<LogPage>(commands.auditList({ ...list, limit: PAGE_ROWS, from: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.older,
    placeholderData: keepPreviousData,
    staleTime: 'static',
    gcTime: 30_000,
  });

/** How many events came since the page with this cursor was read, up to a few dozen. */
export const useLogNews = (list: LogList, newer: string | null) =>
  useQuery({
    queryKey: [...key, 'news', list, newer],
    queryFn: async () => (await call<LogPage>(commands.auditList({ ...list, limit: NEWS_ROWS, from: newer }))).items.length,
    enabled: newer !== null,
    refetchInterval: NEWS_MS,
  });

/** The newest events of a narrow part of the log, such as a request or a job. */
export const useLogPart = (list: LogList | null, limit = 20) =>
  useQuery({
    queryKey: [...key, 'part', list, limit],
    queryFn: async () => (await call<LogPage>(commands.auditList({ ...list, limit }))).items,
    enabled: list !== null,
  });

/** A checkpoint that was kept elsewhere: as text, or in a file that was chosen. */
export type Kept = { note: string } | { file: number };

/** Verifies the whole log, and a checkpoint that was kept elsewhere where one is given. */
export const useVerifyLog = () =>
  useMutation({
    mutationFn: (kept: Kept | null) =>
      call<LogReport>(kept && 'file' in kept ? commands.auditVerifyFile(kept.file) : commands.auditVerify(kept?.note ?? null)),
  });

/** Writes the newest checkpoint to a file that is chosen in a dialog; nothing where none is. */
export const useSaveCheckpoint = () =>
  useMutation({ mutationFn: () => call<CheckpointFile | null>(commands.auditCheckpointSave()) });

/** Signs the log as it is; the signed note. */
export const useSignCheckpoint = () =>
  useMutation({
    mutationFn: () => call<string>(commands.auditCheckpoint()),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });

/** Writes the log to a file that is chosen in a dialog; nothing where none is. */
export const useExportLog = () =>
  useMutation({
    mutationFn: () => call<LogExport | null>(commands.auditExport()),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
