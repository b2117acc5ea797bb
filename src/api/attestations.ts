import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { type AttestRequest, commands } from './bindings';
import { call } from './call';
import { client } from './client';

const CHANGED = ['attest', 'jobs', 'assets', 'risk', 'audit', 'vault'];
const refresh = () => Promise.all(CHANGED.map((key) => client.invalidateQueries({ queryKey: [key] })));

/** Rows of a page of the core's. */
const PAGE_ROWS = 100;

/** The newest batches, without their rows. */
export const useBatches = () => useQuery({ queryKey: ['attest', 'list'], queryFn: () => call(commands.attestList()) });

/** One batch, with its rows page by page. */
export const useBatch = (batch: string) =>
  useInfiniteQuery({
    queryKey: ['attest', batch],
    queryFn: ({ pageParam }) => call(commands.attestShow(batch, pageParam)),
    initialPageParam: 0,
    getNextPageParam: (last, _, offset) => (last.rows.length < PAGE_ROWS ? null : offset + PAGE_ROWS),
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
