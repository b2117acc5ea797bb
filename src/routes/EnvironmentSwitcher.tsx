import { useLocation } from '@tanstack/react-router';
import { ChevronDown, Layers, X } from 'lucide-react';
import type { Environment } from '@/api/bindings';
import { useEnvironments } from '@/api/environments';
import { IconButton } from '@/components/Button';
import { ENVIRONMENTS } from '@/features/assets/words';
import styles from './EnvironmentSwitcher.module.css';
import { environmentsOf, hasEnvironment } from './environment';
import { useView } from './useView';

const ALL = 'All environments';

/** Which environment the lists show. Where a screen is not divided by environment, it shows all and says so. */
export function EnvironmentSwitcher() {
  const { pathname } = useLocation();
  const view = useView();
  const divides = hasEnvironment(pathname, view.search);
  const chosen = divides ? environmentsOf(view.search) : [];
  const show = (environment?: Environment) => view.set({ env: environment && [environment], open: undefined });
  return (
    <span className={styles.switcher} data-narrowed={chosen.length > 0 || undefined}>
      <Layers aria-hidden="true" />
      <select
        aria-label="Environment"
        disabled={!divides}
        title={divides ? undefined : 'This screen is not divided by environment'}
        value={chosen.length > 1 ? SEVERAL : (chosen[0] ?? '')}
        onChange={(event) => show((event.target.value || undefined) as Environment | undefined)}
      >
        <option value="">{ALL}</option>
        {divides && <Offered chosen={chosen} />}
      </select>
      <ChevronDown className={styles.chevron} aria-hidden="true" />
      {chosen.length > 0 && (
        <IconButton label="Show all environments" onClick={() => show()}>
          <X aria-hidden="true" />
        </IconButton>
      )}
    </span>
  );
}

const SEVERAL = 'several';

/** The environments that there are, and what else the address names. */
function Offered({ chosen }: { chosen: readonly Environment[] }) {
  const used = useEnvironments().data ?? [];
  const known = Object.keys(ENVIRONMENTS) as Environment[];
  return (
    <>
      {chosen.length > 1 && <option value={SEVERAL}>{chosen.map((one) => ENVIRONMENTS[one]).join(', ')}</option>}
      {known
        .filter((one) => used.includes(one) || chosen.includes(one))
        .map((one) => (
          <option key={one} value={one}>
            {ENVIRONMENTS[one]}
          </option>
        ))}
    </>
  );
}
