import type { Status } from '../bindings';
import { ASSETS_WORLD } from './assets';
import { CUSTODY_WORLD } from './custody';
import { PROTECTION_WORLD } from './protection';
import { SCANS_WORLD } from './scans';
import { VAULT } from './vault';

/** A made-up answer to each command. Each screen's author adds those of its nouns in a file of their own. */
export const WORLD: Record<string, (payload: Record<string, unknown>) => unknown> = {
  ...ASSETS_WORLD,
  ...SCANS_WORLD,
  ...CUSTODY_WORLD,
  ...PROTECTION_WORLD,
  vault_status: (): Status => ({ folder: VAULT.folder, readable_while_locked: true, vault: VAULT }),
  ask_open: () => null,
  jobs_list: () => [],
};
