import { useQuery } from '@tanstack/react-query';
import { type AssetCounts, commands, type Environment } from './bindings';
import { call } from './call';

/** An environment that something lies in. */
export interface Used {
  environment: Environment;
  assets: number;
}

/** The environments that there are: those of assets, of anchors and of saved targets. */
export const useEnvironments = (enabled: boolean) =>
  useQuery({
    // With the assets, since what changes these may change it.
    queryKey: ['assets', 'environments'],
    enabled,
    queryFn: async (): Promise<Used[]> => {
      const [counts, anchors, targets] = await Promise.all([
        call<AssetCounts>(commands.assetsCount({ sort: 'risk', limit: 1 })),
        call(commands.anchorsList()),
        call(commands.targetsList()),
      ]);
      const assets = new Map(counts.environments.map(({ value, assets }) => [value, assets]));
      const used = new Set([...assets.keys(), ...[...anchors, ...targets].map(({ environment }) => environment)]);
      return [...used].map((environment) => ({ environment, assets: assets.get(environment) ?? 0 }));
    },
  });
