import type { Summary } from '../bindings';

/** The vault of every world that has one. */
export const VAULT: Summary = {
  vault_id: '0192f0c4-7a10-7000-8000-000000000001',
  folder: '/home/ada/.local/share/quantumvault',
  created_at: '2026-11-01T09:00:00.000Z',
  session: { state: 'unlocked', by: 'tpm+wallet', until: new Date(Date.now() + 14 * 60_000).toISOString() },
  agent: null,
  slots: ['tpm+wallet', 'shares'],
  warnings: ['tpm+wallet is the only way into the vault: add a second one with `qv slots add`, so that losing it loses nothing'],
};
