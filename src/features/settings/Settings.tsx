import { useSettings } from '@/api/config';
import { useDoctor } from '@/api/vault';
import { Copyable } from '@/components/Copyable';
import { ScreenHeader } from '@/components/ScreenHeader';
import { useView } from '@/routes/useView';
import { Appearance } from './Appearance';
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
          {section !== LOOK && <Where />}
        </section>
      </div>
    </div>
  );
}

/** Where what is set is kept. */
function Where() {
  const checks = useDoctor();
  const check = checks.data?.find((one) => one.name === 'config');
  if (check?.health !== 'ready') return null;
  const isFile = check.finding.startsWith('/');
  return (
    <p className={styles.where}>
      {isFile ? (
        <>
          Kept in <Copyable text={check.finding} label="file" whole />
        </>
      ) : (
        'Nothing is set yet, so every default holds.'
      )}
    </p>
  );
}

const title = (section: string) => (section === LOOK ? 'Appearance' : groupWord(section));
