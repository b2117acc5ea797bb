import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { commands, type Picked, type Target, type TargetEdit } from './bindings';
import { call } from './call';
import { client } from './client';

const key = ['targets'] as const;
const refresh = () =>
  Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: ['environments'] })]);

/** Saved targets, by name. */
export const useTargets = () => useQuery({ queryKey: [...key, 'list'], queryFn: () => call<Target[]>(commands.targetsList()) });

/** Which lines of a list are targets, and why others are not. */
export const useCheckedTargets = (text: string) =>
  useQuery({
    queryKey: [...key, 'check', text],
    queryFn: () => commands.targetsCheck(text),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const useEditTarget = () =>
  useMutation({
    mutationFn: ({ target, edit }: { target: string; edit: TargetEdit }) => call<Target>(commands.targetsEdit(target, edit)),
    onSettled: refresh,
  });

/** The text of lists that were dropped, or that the person chooses now; empty where they choose none. */
export const useReadTargets = () =>
  useMutation({
    mutationFn: async (dropped: readonly Picked[] | null) => {
      const files = dropped ?? (await picked());
      const texts: string[] = [];
      for (const file of files) texts.push(await call<string>(commands.targetsRead(file.id)));
      return { text: texts.join('\n'), names: files.map((file) => file.name) };
    },
  });

async function picked(): Promise<Picked[]> {
  const answer = await commands.filesPick('targets');
  return answer.status === 'ok' ? answer.data : [];
}
