import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { commands, type FailedTarget, type Page, type ScanOverview, type ScanRequest, type ScanRow } from './bindings';
import { call } from './call';
import { client } from './client';

const key = ['scans'] as const;
const FAILURES_OF_A_PAGE = 50;
const refresh = () =>
  Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ['jobs'] })]);

/** The newest scans. */
export const useScans = (limit = 200) =>
  useQuery({ queryKey: [...key, 'list', limit], queryFn: () => call<ScanRow[]>(commands.scansList(limit)) });

/** One scan in numbers; looked at again and again while it runs, whoever runs it. */
export const useScan = (scan: string) =>
  useQuery({
    queryKey: [...key, 'overview', scan],
    queryFn: () => call<ScanOverview>(commands.scansOverview(scan)),
    refetchInterval: (query) => (query.state.data?.status === 'RUNNING' ? 2_000 : false),
    placeholderData: keepPreviousData,
  });

/** Targets of a scan that failed by one cause, page by page. */
export const useScanFailures = (scan: string, cause: string, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: [...key, 'failures', scan, cause],
    queryFn: ({ pageParam }) => call<Page<FailedTarget>>(commands.scansFailures(scan, cause, pageParam, FAILURES_OF_A_PAGE)),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled,
  });

export const useStartScan = () =>
  useMutation({
    mutationFn: (request: ScanRequest) => call<string>(commands.scansStart(request)),
    onSettled: () => Promise.all([refresh(), client.invalidateQueries({ queryKey: ['targets'] })]),
  });

/** Several scans, where the targets lie in several environments; the ids in the same order. */
export const useStartScans = () =>
  useMutation({
    mutationFn: async (requests: readonly ScanRequest[]) => {
      const scans: string[] = [];
      for (const request of requests) scans.push(await call<string>(commands.scansStart(request)));
      return scans;
    },
    onSettled: refresh,
  });

/** What of a scan is tried again. */
export interface Retry {
  scan: string;
  /** One cause of failure, `NOT_REACHED`, or all. */
  cause: string | null;
  allowPrivate: boolean;
}

/** In place of a cause: what a scan that ended early did not reach. */
export const NOT_REACHED = 'not_reached';

export const useRetryScan = () =>
  useMutation({
    mutationFn: ({ scan, cause, allowPrivate }: Retry) => call<string>(commands.scansRetry(scan, cause, allowPrivate)),
    onSettled: refresh,
  });

/** Goes on with every scan that was interrupted. */
export const useResumeScans = () => useMutation({ mutationFn: () => call(commands.scansResume()), onSettled: refresh });
