import { useMutation, useQuery } from '@tanstack/react-query';
import { commands, type JobView } from './bindings';
import { call } from './call';
import { client } from './client';

const key = ['jobs'] as const;
const refresh = () => client.invalidateQueries({ queryKey: key });

/** The newest jobs. Another program's jobs tell nothing, so the list is looked at again and again. */
export const useJobs = (limit = 50) =>
  useQuery({ queryKey: [...key, limit], queryFn: () => call<JobView[]>(commands.jobsList(limit)), refetchInterval: 4_000 });

export const useCancelJob = () =>
  useMutation({ mutationFn: (job: string) => call(commands.jobsCancel(job)), onSettled: refresh });

export const useResumeJobs = () => useMutation({ mutationFn: () => call(commands.jobsResume()), onSettled: refresh });
