import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { sentences } from '@/api/call';
import { useStatus } from '@/api/vault';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { Watch } from '@/features/vault/Watch';
import { rememberedSearch } from './environment';
import styles from './Frame.module.css';
import { SCREENS } from './screens';
import { TopBar } from './TopBar';
import { useTellOfLoss } from './useTellOfLoss';

// Each is shown in place of the screens, so that a start loads what it shows.
const Onboarding = lazy(() => import('@/features/onboarding/Onboarding'));
const LockScreen = lazy(() => import('@/features/vault/LockScreen'));

/** What is around every screen: the rail, the bar, the lock, and the first run. */
export function Frame() {
  const status = useStatus();
  if (status.isPending) return <Skeleton />;
  if (status.isError) {
    return (
      <main className={styles.alone}>
        <ErrorCard {...sentences(status.error)} />
      </main>
    );
  }
  const { vault, readable_while_locked: readable } = status.data;
  if (!vault) {
    return (
      <>
        <Watch />
        <Suspense fallback={<Skeleton />}>
          <Onboarding folder={status.data.folder} />
        </Suspense>
      </>
    );
  }
  const covered = vault.session.state !== 'unlocked' && !readable;
  return (
    <>
      <Watch />
      <Suspense fallback={<Skeleton />}>{covered ? <LockScreen session={vault.session} /> : <Shell />}</Suspense>
    </>
  );
}

function Shell() {
  const main = useRef<HTMLElement>(null);
  useTellOfLoss();
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the screen
  useEffect(() => main.current?.focus(), [pathname]);
  return (
    <div className={styles.frame}>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Rail />
      <TopBar />
      <main ref={main} id="main" tabIndex={-1} className={styles.main}>
        <Suspense fallback={<Skeleton />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

function Rail() {
  // What is remembered changes with the address alone.
  useLocation();
  return (
    <nav className={styles.rail} aria-label="Screens">
      {SCREENS.map((screen, index) => (
        <Link
          key={screen.path}
          to={screen.path}
          search={rememberedSearch(screen.path) as never}
          title={screen.label}
          className={styles.entry}
          activeProps={{ 'aria-current': 'page' }}
          activeOptions={{ includeSearch: false }}
          data-foot={(screen.foot && !SCREENS[index - 1]?.foot) || undefined}
        >
          <screen.icon aria-hidden="true" />
          <span>{screen.label}</span>
        </Link>
      ))}
    </nav>
  );
}
