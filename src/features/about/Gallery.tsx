import type { FunctionComponent } from 'react';
import { ScreenHeader } from '@/components/ScreenHeader';
import { Charts } from './gallery/Charts';
import { Dialogs } from './gallery/Dialogs';
import styles from './gallery/Gallery.module.css';
import { LongTable } from './gallery/LongTable';
import { Buttons, Choices, Fields, Marks, States, Texts } from './gallery/Parts';

const PARTS: readonly [string, FunctionComponent][] = [
  ['Marks', Marks],
  ['Buttons', Buttons],
  ['Choices', Choices],
  ['Fields', Fields],
  ['Text from outside', Texts],
  ['States', States],
  ['Charts', Charts],
];

/** Every part that screens are built of, in both themes. */
export default function Gallery() {
  return (
    <>
      <ScreenHeader title="Parts" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className={styles.page} tabIndex={0} aria-label="Parts in both themes">
        {PARTS.map(([name, Part]) => (
          <Both key={name} name={name} part={Part} />
        ))}
        <h2>Dialogs and toasts</h2>
        <div className={styles.one}>
          <Dialogs />
        </div>
        <h2>Table</h2>
        <LongTable />
      </section>
    </>
  );
}

function Both({ name, part: Part }: { name: string; part: FunctionComponent }) {
  return (
    <>
      <h2>{name}</h2>
      <div className={styles.both}>
        <div className={styles.side} data-side="light">
          <Part />
        </div>
        <div className={styles.side} data-side="dark">
          <Part />
        </div>
      </div>
    </>
  );
}
