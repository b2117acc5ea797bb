import { useState } from 'react';
import type { Search } from '@/routes/router';
import { FILTERS } from './view';

/** A combination of filters, order and columns under a name. */
export interface SavedView {
  name: string;
  search: Search;
  /** Columns that it hides. */
  hidden: string[];
}

const KEY = 'views.assets';
const KEPT = [...FILTERS, 'sort', 'order'];

/** The saved views: they are this window's, and kept with it. */
export function useSavedViews() {
  const [views, setViews] = useState(read);
  const write = (next: SavedView[]) => {
    setViews(next);
    localStorage.setItem(KEY, JSON.stringify(next));
  };
  return {
    views,
    /** Saves a view; another of its name gives way. */
    save: (view: SavedView) => write([...views.filter((one) => one.name !== view.name), view]),
    remove: (name: string) => write(views.filter((one) => one.name !== name)),
    restore: (before: SavedView[]) => write(before),
  };
}

/** What of an address a view keeps. */
export function keptOf(search: Search): Search {
  return Object.fromEntries(KEPT.filter((name) => search[name] !== undefined).map((name) => [name, search[name]]));
}

/** The address that shows a view. */
export function addressOf(search: Search): Search {
  return { ...Object.fromEntries(KEPT.map((name) => [name, undefined])), ...search };
}

/** Whether an address shows what a view keeps. */
export function shows(search: Search, view: SavedView): boolean {
  const text = (one: Search) => JSON.stringify(KEPT.map((name) => one[name] ?? null));
  return text(search) === text(view.search);
}

function read(): SavedView[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(found) ? found.filter(isView) : [];
  } catch {
    return [];
  }
}

function isView(one: unknown): one is SavedView {
  if (typeof one !== 'object' || one === null) return false;
  const { name, search, hidden } = one as Record<string, unknown>;
  return typeof name === 'string' && typeof search === 'object' && search !== null && Array.isArray(hidden);
}
