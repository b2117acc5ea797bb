import { useLocation } from '@tanstack/react-router';
import { ChevronDown, Layers, X } from 'lucide-react';
import { useState } from 'react';
import type { Environment } from '@/api/bindings';
import { useEnvironments } from '@/api/environments';
import { IconButton } from '@/components/Button';
import { formatNumber } from '@/components/Format';
import { Menu } from '@/components/Menu';
import { ENVIRONMENTS } from '@/features/assets/words';
import styles from './EnvironmentSwitcher.module.css';
import { environmentsOf, hasEnvironment } from './environment';
import { useView } from './useView';

const ALL = 'All environments';

/** Which environment the lists show. Where a screen is not divided by environment, it shows all and says so. */
export function EnvironmentSwitcher() {
  const { pathname } = useLocation();
  const view = useView();
  const [isOpen, setOpen] = useState(false);
  const used = useEnvironments(isOpen).data ?? [];
  const divides = hasEnvironment(pathname, view.search);
  const chosen = divides ? environmentsOf(view.search) : [];
  const show = (environment?: Environment) => view.set({ env: environment && [environment], open: undefined });
  const offered = (Object.keys(ENVIRONMENTS) as Environment[]).filter(
    (one) => chosen.includes(one) || used.some(({ environment }) => environment === one),
  );
  return (
    <span className={styles.switcher} data-narrowed={chosen.length > 0 || undefined}>
      <Menu
        label={`Environment: ${said(chosen)}`}
        align="start"
        disabled={!divides}
        {...(divides ? {} : { title: 'This screen is not divided by environment' })}
        onOpenChange={setOpen}
        trigger={
          <>
            <Layers aria-hidden="true" />
            <span className={styles.name}>{said(chosen)}</span>
            <ChevronDown aria-hidden="true" />
          </>
        }
        items={[
          { id: 'all', label: ALL, checked: chosen.length === 0, closes: true, onSelect: () => show() },
          ...offered.map((one) => ({
            id: one,
            label: ENVIRONMENTS[one],
            note: noteOf(used.find(({ environment }) => environment === one)?.assets),
            checked: chosen.includes(one),
            closes: true,
            onSelect: () => show(one),
          })),
        ]}
      />
      {chosen.length > 0 && (
        <IconButton label="Show all environments" onClick={() => show()}>
          <X aria-hidden="true" />
        </IconButton>
      )}
    </span>
  );
}

const noteOf = (assets: number | undefined) =>
  assets === undefined ? undefined : `${formatNumber(assets)} ${assets === 1 ? 'asset' : 'assets'}`;

const said = (chosen: readonly Environment[]): string =>
  chosen.length === 0 ? ALL : chosen.map((one) => ENVIRONMENTS[one]).join(', ');
