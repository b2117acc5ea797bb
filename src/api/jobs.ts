import { useMutation, useQuery } from '@tanstack/react-query';
import { commands, type JobFailures, type JobState, type JobView } from './bindings';
import { call } from './call';
import { client } from './client';

const key = ['jobs'] as const;
const refresh = () => client.invalidateQueries({ queryKey: key });

const FINAL: ReadonlySet<JobState> = new Set(['DONE', 'FAILED', 'CANCELLED']);

/** Whether a job will never run again. */
export const isFinal = (state: JobState) => FINAL.has(state);

/** Whether somebody works on a job now. */
export const isRunning = (job: JobView) => !isFinal(job.state) && !job.interrupted;

/**
 * The newest jobs. This window's own tell of themselves; another program's do not, so the list is looked at
 * again and again, rarely while nothing runs.
 */
export const useJobs = (limit = 50) =>
  useQuery({
    queryKey: [...key, limit],
    queryFn: () => call<JobView[]>(commands.jobsList(limit)),
    refetchInterval: (query) => (query.state.data?.some(isRunning) ? 4_000 : 30_000),
  });

export const useCancelJob = () =>
  useMutation({ mutationFn: (job: string) => call(commands.jobsCancel(job)), onSettled: refresh });

/** What of a wrap failed, by cause. */
export const useJobFailures = (job: string) =>
  useQuery({ queryKey: [...key, job, 'failures'], queryFn: () => call<JobFailures>(commands.jobsFailures(job)) });

/** Tries again what of a wrap failed, in the background; the id of the new job. */
export const useRetryJob = () =>
  useMutation({ mutationFn: (job: string) => call<string>(commands.jobsRetry(job)), onSettled: refresh });

export const useResumeJobs = () => useMutation({ mutationFn: () => call(commands.jobsResume()), onSettled: refresh });
