import { useMutation, useQuery } from '@tanstack/react-query';
import { commands, type Page, type SecretView, type VerifyReport, type WrapReport } from './bindings';
import { call } from './call';
import { client } from './client';

// What protects assets and proves it: their material, its wrapping, their attestation.

const refresh = () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'targets' });

/** The first page of an asset's material; never what it holds. */
export const useMaterial = (asset: string) =>
  useQuery({
    queryKey: ['secrets', 'of', asset],
    queryFn: () => call<Page<SecretView>>(commands.secretsList(asset, null)),
  });

/** What several wraps did, as one. */
export interface Wrapped {
  assets: number;
  secrets: number;
  failed: WrapReport['failed'];
}

/** Wraps the material of assets under the active anchor of their environment. */
export const useWrapAssets = () =>
  useMutation({
    mutationFn: async (assets: readonly string[]) => {
      const all: Wrapped = { assets: 0, secrets: 0, failed: [] };
      for (const asset of assets) {
        const report = await call<WrapReport>(commands.secretsWrap(asset, null));
        all.assets += report.assets;
        all.secrets += report.secrets;
        all.failed.push(...report.failed);
      }
      return all;
    },
    onSettled: refresh,
  });

/** Opens the window that shows a secret. */
export const useRevealSecret = () => useMutation({ mutationFn: (secret: string) => call(commands.secretsReveal(secret)) });

/** Writes an asset's envelopes as a bundle; false where the person chooses no file. */
export const useExportBundle = () => useMutation({ mutationFn: (asset: string) => call<boolean>(commands.secretsExport(asset)) });

/** Attests assets as they are, in the background; the batch's id. */
export const useAttestAssets = () =>
  useMutation({
    mutationFn: (assets: readonly string[]) => call<string>(commands.attestRun({ assets: [...assets] })),
    onSettled: refresh,
  });

/** Holds an asset's attestation against the chain. */
export const useVerifyAttestation = () =>
  useMutation({ mutationFn: (asset: string) => call<VerifyReport>(commands.attestVerify(asset)) });
