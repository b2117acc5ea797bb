import type { VaultState } from '@/api/bindings';

/** Covers everything while the vault is locked. */
export function LockScreen({ session }: { session: VaultState }) {
  return <main>{session.state}</main>;
}
