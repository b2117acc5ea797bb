import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import styles from './SplitPane.module.css';

export interface SplitPaneProps {
  /** What the line between the parts is called. */
  label: string;
  left: ReactNode;
  right: ReactNode;
  /** Share of the left part, in percent. */
  share?: number;
}

const LEAST = 25;
const MOST = 75;
const STEP = 5;

/** Two parts side by side, with a line between them that can be moved. */
export function SplitPane({ label, left, right, share: first = 50 }: SplitPaneProps) {
  const pane = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(first);
  const move = (next: number) => setShare(Math.max(LEAST, Math.min(MOST, Math.round(next))));
  const onPointerMove = (event: PointerEvent) => {
    const box = pane.current?.getBoundingClientRect();
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move(((event.clientX - box.left) / box.width) * 100);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') move(share - STEP);
    else if (event.key === 'ArrowRight') move(share + STEP);
    else return;
    event.preventDefault();
  };
  return (
    <div ref={pane} className={styles.pane}>
      <div className={styles.part} style={{ flexBasis: `${share}%` }}>
        {left}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is no rule */}
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={label}
        aria-valuenow={share}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        tabIndex={0}
        className={styles.line}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
        onKeyDown={onKeyDown}
      />
      <div className={styles.part} style={{ flexBasis: `${100 - share}%` }}>
        {right}
      </div>
    </div>
  );
}
