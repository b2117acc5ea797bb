import { useMemo } from 'react';
import { useResumeJobs } from '@/api/jobs';
import { useLock, useStatus, useUnlock } from '@/api/vault';
import { useReport } from '@/features/vault/useReport';
import type { Search } from '@/routes/router';
import { SCREENS } from '@/routes/screens';
import { useGoTo } from '@/routes/useView';
import { density, theme } from '@/theme/theme';
import { type Action, useOffered } from './actions';
import { letterOf } from './letters';

/** Everything that can be gone to. */
export function useDestinations(): readonly Action[] {
  const goTo = useGoTo();
  return useMemo(
    () =>
      SCREENS.map((screen) => ({
        id: screen.path,
        label: screen.label,
        words: 'go to open',
        keys: `G ${letterOf(screen.path)?.toUpperCase() ?? ''}`,
        run: () => goTo(screen.path),
      })),
    [goTo],
  );
}

/** Everything that can be done from anywhere, and what the screen offers. */
export function useActions(showKeys: () => void): readonly Action[] {
  const offered = useOffered();
  const begun = useBeginnings();
  const vault = useVaultActions();
  return useMemo(() => [...offered, ...begun, ...vault, ...lookActions(showKeys)], [offered, begun, vault, showKeys]);
}

/** What begins on a screen: its address says that something new is wanted. */
const BEGINNINGS: readonly (Omit<Action, 'run'> & { path: string; search: Search })[] = [
  { id: 'scan', label: 'Start a scan', words: 'new discover hosts targets', path: '/scans', search: { new: true } },
  { id: 'new-secret', label: 'Add a secret', words: 'new key material file', path: '/secrets', search: { new: true } },
  { id: 'new-anchor', label: 'Make an anchor', words: 'new create key', path: '/anchors', search: { new: true } },
  { id: 'new-policy', label: 'Make a policy', words: 'new add rule', path: '/policies', search: { new: true } },
  { id: 'attest', label: 'Attest assets', words: 'new batch chain', path: '/attestation', search: { new: true } },
  { id: 'verify-log', label: 'Verify the audit log', words: 'check events hash', path: '/audit', search: { show: 'verify' } },
  { id: 'doctor', label: 'Diagnostics', words: 'doctor hardware about version', path: '/about', search: {} },
];

function useBeginnings(): readonly Action[] {
  const goTo = useGoTo();
  return useMemo(() => BEGINNINGS.map(({ path, search, ...action }) => ({ ...action, run: () => goTo(path, search) })), [goTo]);
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
