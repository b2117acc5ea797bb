import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { commands, type Environment, type Named, type SecretView } from './bindings';
import { call } from './call';
import { client } from './client';

const CHANGED = ['secrets', 'assets', 'risk', 'anchors', 'policies', 'audit'];
const refresh = () => Promise.all(CHANGED.map((key) => client.invalidateQueries({ queryKey: [key] })));

/** Secrets of an asset or of all, in some environments or in all, page by page; never what they hold. */
export const useSecrets = (asset: string | null, environments: Environment[] = []) =>
  useInfiniteQuery({
    queryKey: ['secrets', asset, environments],
    queryFn: ({ pageParam }) => call(commands.secretsList({ asset, environments }, pageParam)),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

/** What was typed goes to the core and stays in no cache. */
export const useAddSecret = () =>
  useMutation({
    gcTime: 0,
    mutationFn: ({ named, material }: { named: Named; material: string }) =>
      call<SecretView>(commands.secretsAdd(named, material)),
    onSuccess: refresh,
  });

export const useAddSecretFile = () =>
  useMutation({
    mutationFn: ({ named, file, shred }: { named: Named; file: number; shred: boolean }) =>
      call<SecretView>(commands.secretsAddFile(named, file, shred)),
    onSuccess: refresh,
  });

/** Wraps what one asset holds. */
export const useWrapAsset = () =>
  useMutation({ mutationFn: (asset: string) => call(commands.secretsWrap(asset, null)), onSuccess: refresh });

export const useReveal = () =>
  useMutation({ mutationFn: (secret: string) => call(commands.secretsReveal(secret)), onSuccess: refresh });

export const useWriteSecret = () =>
  useMutation({ mutationFn: (secret: string) => call(commands.secretsWrite(secret)), onSuccess: refresh });

export const useExportBundle = () =>
  useMutation({ mutationFn: (asset: string) => call(commands.secretsExport(asset)), onSuccess: refresh });

export const useOpenBundle = () =>
  useMutation({ mutationFn: (file: number) => call(commands.secretsUnwrap(file, null)), onSuccess: refresh });

export const useRemoveSecret = () =>
  useMutation({ mutationFn: (secret: string) => call(commands.secretsRemove(secret)), onSuccess: refresh });
