import type { Environment } from '@/api/bindings';
import type { Search } from './router';

// The environment that is worked in. The address of a view says which it shows, as `env`; what a person
// chose last is remembered, and where the rail and the palette lead begins with it.

const KEY = 'environment';
const KNOWN: Record<Environment, true> = { PROD: true, STAGE: true, DEV: true, OTHER: true };

/** The lists whose rows lie in an environment. */
const NARROWED = new Set(['/assets', '/anchors', '/secrets']);

/** Whether a view can be narrowed to an environment. Of the scans, the saved targets can. */
export const hasEnvironment = (path: string, search: Search): boolean =>
  NARROWED.has(path) || (path === '/scans' && search.part === 'targets');

/** The environments that an address narrows its view to; none where it shows all. */
export function environmentsOf(search: Search): Environment[] {
  const all = Array.isArray(search.env) ? search.env : [search.env];
  return all.filter((one): one is Environment => typeof one === 'string' && Object.hasOwn(KNOWN, one));
}

/** Keeps what a person chose, for the lists that are gone to from here on. */
export function rememberEnvironments(search: Search) {
  const chosen = environmentsOf(search);
  if (chosen.length > 0) localStorage.setItem(KEY, JSON.stringify(chosen));
  else localStorage.removeItem(KEY);
}

/** What a list begins with where nothing else is asked of it. */
export function rememberedSearch(path: string, search: Search = {}): Search {
  if (!hasEnvironment(path, search)) return search;
  const chosen = environmentsOf({ env: read() });
  return chosen.length > 0 ? { ...search, env: chosen } : search;
}

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return [];
  }
}
