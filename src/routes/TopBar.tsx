import { Search } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Kbd } from '@/components/Kbd';
import { RunningJobs } from '@/features/activity/RunningJobs';
import { usePalette } from '@/features/palette/usePalette';
import { VaultPill } from '@/features/vault/VaultPill';
import { EnvironmentSwitcher } from './EnvironmentSwitcher';
import styles from './Frame.module.css';

const CommandPalette = lazy(() => import('@/features/palette/CommandPalette'));

export function TopBar() {
  const palette = usePalette();
  return (
    <header className={styles.bar}>
      <EnvironmentSwitcher />
      <button type="button" className={styles.find} onClick={palette.show}>
        <Search aria-hidden="true" />
        <span>Search or do</span>
        <Kbd keys="Ctrl K" />
      </button>
      <span className={styles.spacer} />
      <RunningJobs />
      <VaultPill />
      <Suspense>{palette.shown && <CommandPalette {...palette} />}</Suspense>
    </header>
  );
}
