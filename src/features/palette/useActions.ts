import { useMemo } from 'react';
import { useResumeJobs } from '@/api/jobs';
import { useLock, useStatus, useUnlock } from '@/api/vault';
import { useReport } from '@/features/vault/useReport';
import { SCREENS } from '@/routes/screens';
import { useGoTo } from '@/routes/useView';
import { density, theme } from '@/theme/theme';
import { type Action, useOffered } from './actions';

/** Everything that can be gone to. */
export function useDestinations(): readonly Action[] {
  const goTo = useGoTo();
  return useMemo(
    () =>
      SCREENS.map((screen, index) => ({
        id: screen.path,
        label: screen.label,
        words: 'go to open',
        ...(index < 9 ? { keys: `Ctrl ${index + 1}` } : {}),
        run: () => goTo(screen.path),
      })),
    [goTo],
  );
}

/** Everything that can be done from anywhere, and what the screen offers. */
export function useActions(showKeys: () => void): readonly Action[] {
  const offered = useOffered();
  const vault = useVaultActions();
  return useMemo(() => [...offered, ...vault, ...lookActions(showKeys)], [offered, vault, showKeys]);
}

function useVaultActions(): readonly Action[] {
  const status = useStatus();
  const { mutate: lock } = useLock();
  const { mutate: unlock } = useUnlock();
  const { mutate: resume } = useResumeJobs();
  const onError = useReport();
  const isOpen = status.data?.vault?.session.state === 'unlocked';
  return useMemo(
    () => [
      isOpen
        ? { id: 'lock', label: 'Lock the vault', words: 'close', keys: 'Ctrl L', run: () => lock(undefined, { onError }) }
        : { id: 'unlock', label: 'Unlock the vault', words: 'open', run: () => unlock(null, { onError }) },
      {
        id: 'resume',
        label: 'Go on with interrupted work',
        words: 'resume jobs scans',
        run: () => resume(undefined, { onError }),
      },
    ],
    [isOpen, lock, unlock, resume, onError],
  );
}

function lookActions(showKeys: () => void): readonly Action[] {
  return [
    { id: 'light', label: 'Light theme', words: 'look bright colours', run: () => theme.set('light') },
    { id: 'dark', label: 'Dark theme', words: 'look night colours', run: () => theme.set('dark') },
    { id: 'system', label: 'Theme of the system', words: 'look colours', run: () => theme.set('system') },
    { id: 'compact', label: 'Compact rows', words: 'look density', run: () => density.set('compact') },
    { id: 'comfortable', label: 'Comfortable rows', words: 'look density', run: () => density.set('comfortable') },
    { id: 'keys', label: 'Keyboard shortcuts', words: 'help keys', keys: '?', run: showKeys },
  ];
}
