import { useSettings } from '@/api/config';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useView } from '@/routes/useView';
import { Appearance } from './Appearance';
import { Places } from './Places';
import { SettingList } from './SettingList';
import styles from './Settings.module.css';
import { groupOf, groupWord } from './words';

const LOOK = 'look';

/** What can be set, a group at a time. What there is to set is the core's to say. */
export default function Settings() {
  const view = useView();
  const settings = useSettings();
  const groups = [...new Set(settings.data?.map((setting) => groupOf(setting.key)) ?? [])];
  const sections = [LOOK, ...groups];
  const asked = view.text('section') ?? LOOK;
  // A group that the core has not told of yet is still asked for.
  const section = settings.data && !sections.includes(asked) ? LOOK : asked;
  return (
    <div className={styles.screen}>
      <ScreenHeader title="Settings" />
      <div className={styles.columns}>
        <nav className={styles.nav} aria-label="Groups of settings">
          {sections.map((one) => (
            <button
              key={one}
              type="button"
              aria-current={one === section || undefined}
              onClick={() => view.set({ section: one === LOOK ? undefined : one }, { replace: true })}
            >
              {title(one)}
            </button>
          ))}
        </nav>
        <section className={styles.section} aria-label={title(section)}>
          <h2>{title(section)}</h2>
          {section === LOOK ? <Appearance /> : <SettingList key={section} group={section} />}
          <Places />
        </section>
      </div>
    </div>
  );
}

const title = (section: string) => (section === LOOK ? 'Appearance' : groupWord(section));
