import { useState } from 'react';
import { SegmentedControl } from '@/components/SegmentedControl';
import { type Density, density, type Theme, theme } from '@/theme/theme';
import styles from './Settings.module.css';

const THEMES = [
  { value: 'system', label: 'As the desktop' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

const DENSITIES = [
  { value: 'compact', label: 'Compact' },
  { value: 'comfortable', label: 'Comfortable' },
] as const;

/** How this window looks. Nothing depends on it, so it is kept in the window and in no file of the vault. */
export function Appearance() {
  const [chosenTheme, setTheme] = useState<Theme>(theme.get);
  const [chosenDensity, setDensity] = useState<Density>(density.get);
  return (
    <div className={styles.list}>
      <div className={styles.choice}>
        <div>
          <h3>Theme</h3>
          <p>Colours of this window.</p>
        </div>
        <SegmentedControl
          label="Theme"
          value={chosenTheme}
          options={THEMES}
          onChange={(next) => {
            theme.set(next);
            setTheme(next);
          }}
        />
      </div>
      <div className={styles.choice}>
        <div>
          <h3>Rows</h3>
          <p>How high the rows of lists are.</p>
        </div>
        <SegmentedControl
          label="Rows"
          value={chosenDensity}
          options={DENSITIES}
          onChange={(next) => {
            density.set(next);
            setDensity(next);
          }}
        />
      </div>
    </div>
  );
}
