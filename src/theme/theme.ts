export type Theme = 'system' | 'light' | 'dark';
export type Density = 'compact' | 'comfortable';

/** How this window looks: kept in the web view, since nothing depends on it. */
export const theme = {
  get: (): Theme => {
    const kept = localStorage.getItem('theme');
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  },
  set: (chosen: Theme) => {
    localStorage.setItem('theme', chosen);
    applyTheme();
  },
};

export const density = {
  get: (): Density => (localStorage.getItem('density') === 'comfortable' ? 'comfortable' : 'compact'),
  set: (chosen: Density) => {
    localStorage.setItem('density', chosen);
    applyTheme();
  },
};

/** Puts what was chosen in force. */
export function applyTheme() {
  const { dataset } = document.documentElement;
  const chosen = theme.get();
  if (chosen === 'system') delete dataset.theme;
  else dataset.theme = chosen;
  dataset.density = density.get();
}
