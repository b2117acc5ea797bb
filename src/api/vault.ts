import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { commands, type NewVault, type Status } from './bindings';
import { call } from './call';
import { client } from './client';

/** Everything that a change of the session or of a vault's content may touch. */
export const refreshAll = () => client.invalidateQueries();

const status = queryOptions({
  queryKey: ['vault', 'status'],
  queryFn: () => call<Status>(commands.vaultStatus()),
  refetchInterval: 60_000,
});

/** What there is: the vault, its session, its warnings. */
export const useStatus = () => useQuery(status);

/** Asks for what every screen waits for, while the page is still being put together. */
export const askStatusEarly = () => client.prefetchQuery(status);

export const useDoctor = () => useQuery({ queryKey: ['vault', 'doctor'], queryFn: () => call(commands.vaultDoctor()) });

export const useInit = () =>
  useMutation({ mutationFn: (wanted: NewVault) => call(commands.vaultInit(wanted)), onSuccess: refreshAll });

export const useUnlock = () =>
  useMutation({
    mutationFn: (slot: string | null) => call(commands.vaultUnlock(slot)),
    onSuccess: refreshAll,
    // A wrong answer may have brought a pause.
    onError: () => client.invalidateQueries({ queryKey: status.queryKey }),
  });

export const useLock = () => useMutation({ mutationFn: () => call(commands.vaultLock()), onSuccess: refreshAll });
