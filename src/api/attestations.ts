import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { type AttestRequest, type BatchView, commands } from './bindings';
import { call } from './call';
import { client } from './client';

const CHANGED = ['attest', 'jobs', 'assets', 'risk', 'audit', 'vault'];
const refresh = () => Promise.all(CHANGED.map((key) => client.invalidateQueries({ queryKey: [key] })));

/** Confirmations come from the chain, at its pace: while a batch waits for them it is looked at again. */
const PACE_MS = 2_000;
const isOpen = (batch: BatchView | undefined) => batch?.status === 'PENDING' || batch?.status === 'RUNNING';

/** The newest batches, without their rows. */
export const useBatches = () =>
  useQuery({
    queryKey: ['attest', 'list'],
    queryFn: () => call(commands.attestList()),
    refetchInterval: (query) => (query.state.data?.some(isOpen) ? PACE_MS : false),
  });

/** One batch, with its rows page by page. */
export const useBatch = (batch: string) =>
  useInfiniteQuery({
    queryKey: ['attest', batch],
    queryFn: ({ pageParam }) => call(commands.attestShow(batch, pageParam)),
    initialPageParam: 0,
    // A page may end early by its weight: the batch says how many there are.
    getNextPageParam: (last, _, offset) => {
      const next = offset + last.rows.length;
      return last.rows.length > 0 && next < last.batch.total_assets ? next : null;
    },
    refetchInterval: (query) => (isOpen(query.state.data?.pages[0]?.batch) ? PACE_MS : false),
  });

/** Attests what the request chooses, in the background; the batch's id. */
export const useAttest = () =>
  useMutation({ mutationFn: (request: AttestRequest) => call(commands.attestRun(request)), onSuccess: refresh });

/** Holds an asset's attestation against the chain. */
export const useVerify = () => useMutation({ mutationFn: (asset: string) => call(commands.attestVerify(asset)) });

/** Puts the registry on the configured chain; its address. */
export const useDeploy = () => useMutation({ mutationFn: () => call(commands.attestDeploy()), onSuccess: refresh });

export const useSigners = () => useQuery({ queryKey: ['attest', 'signers'], queryFn: () => call(commands.attestSigner()) });

export const useMakeSigner = () =>
  useMutation({ mutationFn: (name: string) => call(commands.attestSignerMake(name)), onSuccess: refresh });

export const useImportSigner = () =>
  useMutation({
    gcTime: 0,
    mutationFn: ({ name, key }: { name: string; key: string }) => call(commands.attestSignerImport(name, key)),
    onSuccess: refresh,
  });

export const useUseSigner = () =>
  useMutation({ mutationFn: (name: string) => call(commands.attestSignerUse(name)), onSuccess: refresh });
