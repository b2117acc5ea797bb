import { useState } from 'react';
import { Button } from '@/components/Button';
import { Section } from '@/components/KeyValue';
import { SettingList } from '@/features/settings/SettingList';
import styles from './Custody.module.css';
import { RotateDialog, type Why } from './RotateDialog';

/** When the vault locks by itself, and the key that everything in it hangs on. */
export function MasterKey() {
  const [asked, setAsked] = useState<Why | null>(null);
  return (
    <div className={styles.page}>
      <Section title="When it locks">
        <SettingList group="session" />
      </Section>
      <Section
        title="Master key"
        actions={
          <span className={styles.buttons}>
            <Button onClick={() => setAsked('leak')}>It may have leaked</Button>
            <Button onClick={() => setAsked('routine')}>Rotate it</Button>
          </span>
        }
      >
        <p className={styles.muted}>
          Every way in wraps the same master key, and everything in the vault is sealed under it. Rotate it every year or so: all
          ways in stay as they are.
        </p>
        <p className={styles.muted}>
          Where someone may have seen it, they could have seen what every way in is made of: then every way in is made anew
          together with the key. Replace the stored secrets themselves too, since whoever had the key could have read them.
        </p>
      </Section>
      {asked && <RotateDialog why={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}
