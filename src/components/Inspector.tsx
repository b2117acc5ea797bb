import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { IconButton } from './Button';
import styles from './Inspector.module.css';

const MIN = 320;
const MAX = 640;
const WIDTH = 'inspector.width';
/** What Escape closes before the inspector. */
const ABOVE = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';
/** What has its own use of Escape. */
const TYPED = 'input[type="search"], input[type="text"], input:not([type]), textarea, select';

/** A list, and beside it what one of its rows is. Escape closes the inspector. */
export function WithInspector({ list, inspector }: { list: ReactNode; inspector: ReactNode | null }) {
  return (
    <div className={styles.split}>
      <div className={styles.list}>{list}</div>
      {inspector}
    </div>
  );
}

/** The panel at the right of a list. */
export function Inspector({
  title,
  onClose,
  children,
  actions,
}: {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  actions?: ReactNode;
}) {
  const [width, setWidth] = useState(() => bounded(Number(localStorage.getItem(WIDTH)) || 420));
  const dragging = useRef(false);
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches(TYPED);
      if (event.key !== 'Escape' || event.defaultPrevented || typing || document.querySelector(ABOVE)) return;
      onClose();
    };
    window.addEventListener('keydown', close);
    return () => window.removeEventListener('keydown', close);
  }, [onClose]);
  const resize = (next: number) => {
    setWidth(bounded(next));
    localStorage.setItem(WIDTH, String(bounded(next)));
  };
  return (
    <aside className={styles.panel} style={{ width }} aria-label="Details">
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is no rule */}
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the details"
        aria-valuenow={width}
        aria-valuemin={MIN}
        aria-valuemax={MAX}
        tabIndex={0}
        className={styles.handle}
        onPointerDown={(event) => {
          dragging.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => dragging.current && resize(window.innerWidth - event.clientX)}
        onPointerUp={() => {
          dragging.current = false;
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') resize(width + 16);
          if (event.key === 'ArrowRight') resize(width - 16);
        }}
      />
      <header className={styles.head}>
        <h2>{title}</h2>
        <IconButton label="Close details" onClick={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </header>
      {actions && <div className={styles.actions}>{actions}</div>}
      <div className={styles.body}>{children}</div>
    </aside>
  );
}

function bounded(width: number): number {
  return Math.max(MIN, Math.min(MAX, width));
}
