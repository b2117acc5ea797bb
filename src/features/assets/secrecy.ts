import type { Secrecy } from '@/api/bindings';

/** The most years that the core takes. */
const MOST = 100;

/** The lifetime that was typed: nothing leaves it to the settings; no answer where it is no number of years. */
export function secrecyOf(text: string): Secrecy | undefined {
  const typed = text.trim();
  if (typed === '') return 'configured';
  return /^\d{1,3}$/.test(typed) && Number(typed) <= MOST ? { years: Number(typed) } : undefined;
}
