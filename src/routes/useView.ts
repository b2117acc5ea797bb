import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { rememberEnvironments, rememberedSearch } from './environment';
import type { Search } from './router';

/** The part of the address that a view keeps: so that Back works, and a view can be saved and shared. */
export function useView() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const set = useCallback(
    (change: Search, { replace = false } = {}) => {
      if ('env' in change) rememberEnvironments(change);
      return navigate({ to: '.', search: (before: Search) => clean({ ...before, ...change }), replace } as Parameters<
        typeof navigate
      >[0]);
    },
    [navigate],
  );
  return useMemo(
    () => ({
      text: (name: string) => (typeof search[name] === 'string' ? search[name] : undefined),
      list: (name: string) => {
        const value = search[name];
        return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
      },
      set,
      search,
    }),
    [search, set],
  );
}

/** Whether something new is being made, as the address says: so that a button on another screen can begin it here. */
export function useNew() {
  const { search, set } = useView();
  const setNew = useCallback((wanted: boolean) => set({ new: wanted || undefined }, { replace: !wanted }), [set]);
  return [search.new === true, setNew] as const;
}

/** Without what says nothing. */
function clean(search: Search): Search {
  const said = Object.entries(search).filter(
    ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(said);
}

/** Goes to a view by its path and search; to a screen as it is remembered, where there is no search. */
export function useGoTo() {
  const navigate = useNavigate();
  return useCallback(
    (path: string, search: Search = rememberedSearch(path)) => navigate({ to: path, search } as never),
    [navigate],
  );
}
