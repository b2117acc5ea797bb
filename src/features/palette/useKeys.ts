import { useEffect } from 'react';

/** What keys do everywhere, for the help: their names and what they do. */
export const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Search, go to, or do something'],
  ['Ctrl 1', 'Go to the first screen; 2 to 9 for the others'],
  ['G O', 'Go to a screen by its letter, here Overview'],
  ['/', 'Search in the list'],
  ['Ctrl L', 'Lock the vault'],
  ['?', 'Show these keys'],
  ['↑ ↓', 'Walk a list, and what is open beside it'],
  ['Enter', 'Open the row'],
  ['Space', 'Mark the row'],
  ['Shift ↓', 'Mark rows on the way'],
  ['Home End', 'Go to the first row, or the last'],
  ['Esc', 'Close what is open'],
];

export interface Keys {
  onPalette: () => void;
  onHelp: () => void;
  onLock: () => void;
  onScreen: (index: number) => void;
  /** The letter after G; false where no screen has it. */
  onLetter: (letter: string) => boolean;
}

/** For how long G waits for its letter. */
const LETTER_WAIT_MS = 1_500;

/** Follows the keys that work on every screen. Give the same object from render to render. */
export function useKeys(keys: Keys) {
  useEffect(() => {
    let pressedG = Number.NEGATIVE_INFINITY;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const isLetter = /^[a-z]$/.test(event.key) && !event.altKey && !event.ctrlKey && !event.metaKey && !isTyping(event.target);
      const follows = isLetter && event.timeStamp - pressedG < LETTER_WAIT_MS;
      pressedG = isLetter && !follows && event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (!(follows ? keys.onLetter(event.key) : act(event, keys))) return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [keys]);
}

/** Does what the key says; false for every other key. */
function act(event: KeyboardEvent, keys: Keys): boolean {
  if (event.altKey) return false;
  if (event.ctrlKey || event.metaKey) return withControl(event.key.toLowerCase(), keys);
  if (isTyping(event.target)) return false;
  if (event.key === '?') keys.onHelp();
  else if (event.key === '/') return focusSearch();
  else return false;
  return true;
}

function withControl(key: string, keys: Keys): boolean {
  if (key === 'k') keys.onPalette();
  else if (key === 'l') keys.onLock();
  else if (/^[1-9]$/.test(key)) keys.onScreen(Number(key) - 1);
  else return false;
  return true;
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  field?.focus();
  return field !== null;
}
