import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { Button, IconButton } from './Button';
import { visible } from './Foreign';
import styles from './Toast.module.css';

export interface ToastContent {
  text: string;
  tone?: 'good' | 'bad' | 'info';
  /** Takes back what was done; offered for ten seconds. */
  undo?: () => void;
  /** Stays until it is dismissed, for what must not be missed. */
  stays?: boolean;
  /** Does what is to be done next. */
  action?: { label: string; run: () => void };
}

interface Shown extends ToastContent {
  id: number;
}

/** What can be undone or done is offered for ten seconds, and what went wrong is shown as long; good news are read sooner. */
const shownForMs = ({ undo, action, tone }: ToastContent) => (undo || action || tone === 'bad' ? 10_000 : 5_000);
const Context = createContext<(toast: ToastContent) => void>(() => {});
let last = 0;

/** Tells what was done, with the way to undo it. */
export const useToast = () => useContext(Context);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const tell = useCallback(
    (toast: ToastContent) => {
      last += 1;
      const id = last;
      setToasts((all) => [...all.slice(-2), { ...toast, id }]);
      if (!toast.stays) setTimeout(() => close(id), shownForMs(toast));
    },
    [close],
  );
  const region = useMemo(
    () => (
      <section className={styles.region} aria-live="polite" aria-label="Notifications">
        {toasts.map((toast) => (
          <div key={toast.id} className={styles.toast} data-toast={toast.tone ?? 'info'}>
            <span>{visible(toast.text)}</span>
            {offered(toast).map(({ label, run }) => (
              <Button
                key={label}
                look="quiet"
                onClick={() => {
                  run();
                  close(toast.id);
                }}
              >
                {label}
              </Button>
            ))}
            <IconButton label="Dismiss" onClick={() => close(toast.id)}>
              ×
            </IconButton>
          </div>
        ))}
      </section>
    ),
    [toasts, close],
  );
  return (
    <Context.Provider value={tell}>
      {children}
      {region}
    </Context.Provider>
  );
}

function offered({ undo, action }: ToastContent) {
  return [...(action ? [action] : []), ...(undo ? [{ label: 'Undo', run: undo }] : [])];
}
