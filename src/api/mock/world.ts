import type { Status } from '../bindings';
import { ASSETS_WORLD } from './assets';
import { AUDIT_WORLD } from './audit';
import { CONFIG_WORLD } from './config';
import { HOSTILE } from './hostile';
import { JOBS_WORLD } from './jobs';
import { POLICIES_WORLD } from './policies';
import { PROTECTION_WORLD } from './protection';
import { RISK_WORLD } from './risk';
import { SCANS_WORLD } from './scans';
import { SLOTS_WORLD } from './slots';
import { VAULT } from './vault';

/** A made-up answer to each command. Each screen's author adds those of its nouns in a file of their own. */
export const WORLD: Record<string, (payload: Record<string, unknown>) => unknown> = {
  ...ASSETS_WORLD,
  ...POLICIES_WORLD,
  ...CONFIG_WORLD,
  ...RISK_WORLD,
  ...SCANS_WORLD,
  ...SLOTS_WORLD,
  ...PROTECTION_WORLD,
  ...AUDIT_WORLD,
  ...JOBS_WORLD,
  vault_status: (): Status => ({ folder: VAULT.folder, readable_while_locked: true, vault: VAULT }),
  ask_open: () => null,
  drafts_hold: () => null,
  files_pick: () => [{ id: 1, name: HOSTILE[0], size: 4_812 }],
};
