import { useMutation, useQuery } from '@tanstack/react-query';
import { commands } from './bindings';
import { call } from './call';
import { refreshAll } from './vault';

/** The configuration in force. */
export const useConfig = () => useQuery({ queryKey: ['config'], queryFn: () => call(commands.configShow()) });

/** Where the configuration file, the vault and its log are. */
export const usePlaces = () => useQuery({ queryKey: ['config', 'places'], queryFn: () => commands.configPlaces() });

/** What can be set: key, kind, range, default and meaning. */
export const useSettings = () =>
  useQuery({ queryKey: ['config', 'settings'], queryFn: () => commands.configSettings(), staleTime: Number.POSITIVE_INFINITY });

export interface Wanted {
  key: string;
  /** As it is written in the file; the default where there is none. */
  value: string | null;
}

export const useSet = () =>
  useMutation({
    mutationFn: ({ key, value }: Wanted) => call(value === null ? commands.configUnset(key) : commands.configSet(key, value)),
    onSuccess: refreshAll,
  });
