import { useEffect, useState } from 'react';
import styles from './FocusTip.module.css';

interface Shown {
  text: string;
  left: number;
  top: number;
}

const GAP = 6;
const MOST_WIDTH = 420;

/** What the pointer learns from an element's title, shown to the keyboard too. One for the whole window. */
export function FocusTip() {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const show = ({ target }: FocusEvent) => setShown(tipOf(target));
    const hide = () => setShown(null);
    document.addEventListener('focusin', show);
    document.addEventListener('focusout', hide);
    document.addEventListener('scroll', hide, true);
    document.addEventListener('pointerdown', hide);
    return () => {
      document.removeEventListener('focusin', show);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('scroll', hide, true);
      document.removeEventListener('pointerdown', hide);
    };
  }, []);
  if (!shown) return null;
  // Screen readers have the title already.
  return (
    <div className={styles.tip} aria-hidden="true" style={{ left: shown.left, top: shown.top, maxWidth: MOST_WIDTH }}>
      {shown.text}
    </div>
  );
}

function tipOf(target: EventTarget | null): Shown | null {
  if (!(target instanceof HTMLElement) || !target.title || !target.matches(':focus-visible')) return null;
  // What says it in words already needs no second saying.
  if (target.textContent?.trim() === target.title) return null;
  const { left, bottom } = target.getBoundingClientRect();
  return {
    text: target.title,
    left: Math.max(GAP, Math.min(left, window.innerWidth - MOST_WIDTH - GAP)),
    top: Math.min(bottom + GAP, window.innerHeight - 32),
  };
}
