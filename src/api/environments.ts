import { useQuery } from '@tanstack/react-query';
import { type AssetCounts, commands, type Environment } from './bindings';
import { call } from './call';

/** New ones come rarely. */
const FRESH_MS = 60_000;

/** The environments that there are: those of assets, of anchors and of saved targets. */
export const useEnvironments = () =>
  useQuery({
    queryKey: ['environments'],
    staleTime: FRESH_MS,
    queryFn: async (): Promise<Environment[]> => {
      const [counts, anchors, targets] = await Promise.all([
        call<AssetCounts>(commands.assetsCount({ sort: 'risk', limit: 1 })),
        call(commands.anchorsList()),
        call(commands.targetsList()),
      ]);
      const ofAssets = counts.environments.filter(({ assets }) => assets > 0).map(({ value }) => value);
      return [...new Set([...ofAssets, ...[...anchors, ...targets].map(({ environment }) => environment)])];
    },
  });
