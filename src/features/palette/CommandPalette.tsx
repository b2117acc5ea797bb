import { useCallback, useState } from 'react';

/** Whether the palette is open. */
export function usePalette() {
  const [open, setOpen] = useState(false);
  const show = useCallback(() => setOpen(true), []);
  const close = useCallback(() => setOpen(false), []);
  return { open, show, close };
}

/** Goes to, acts on, finds. */
export function CommandPalette({ open }: ReturnType<typeof usePalette>) {
  return open ? <dialog open>…</dialog> : null;
}
