import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

/** What fits a page of A4 within its margins, and within a card. */
const ON_PAPER = 600;

/** The width of an element in px, so that a chart is drawn for the place it has. */
export function useWidth<E extends Element>(first = 640) {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const { current } = element;
    if (!current || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(current);
    // Paper is laid out at once after this event: nothing measures it in between.
    const onPrint = () => flushSync(() => setWidth(ON_PAPER));
    const onPrinted = () => setWidth(current.clientWidth);
    window.addEventListener('beforeprint', onPrint);
    window.addEventListener('afterprint', onPrinted);
    return () => {
      observer.disconnect();
      window.removeEventListener('beforeprint', onPrint);
      window.removeEventListener('afterprint', onPrinted);
    };
  }, []);
  return { element, width };
}
