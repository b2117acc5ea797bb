import { useCallback, useMemo, useState } from 'react';
import { useLock } from '@/api/vault';
import { useReport } from '@/features/vault/useReport';
import { SCREENS } from '@/routes/screens';
import { useGoTo } from '@/routes/useView';
import { LETTERS } from './letters';
import { useKeys } from './useKeys';

type Shown = 'palette' | 'keys' | null;

/** Which of the two is open, and the keys that open them. */
export function usePalette() {
  const [shown, setShown] = useState<Shown>(null);
  const { mutate: lock } = useLock();
  const report = useReport();
  const goTo = useGoTo();
  const show = useCallback(() => setShown('palette'), []);
  const showKeys = useCallback(() => setShown('keys'), []);
  const close = useCallback(() => setShown(null), []);
  useKeys(
    useMemo(
      () => ({
        onPalette: () => setShown((now) => (now === 'palette' ? null : 'palette')),
        onHelp: showKeys,
        onLock: () => lock(undefined, { onError: report }),
        onScreen: (index) => {
          const screen = SCREENS[index];
          if (screen) goTo(screen.path);
        },
        onLetter: (letter) => {
          const path = LETTERS[letter];
          if (path) goTo(path);
          return path !== undefined;
        },
      }),
      [showKeys, lock, report, goTo],
    ),
  );
  return { shown, show, showKeys, close };
}
