import { usePlaces } from '@/api/config';
import { Copyable } from '@/components/Copyable';
import { KeyValue, Section } from '@/components/KeyValue';
import styles from './Settings.module.css';

/** Where everything is kept on this machine. */
export function Places() {
  const { data: places } = usePlaces();
  if (!places) return null;
  return (
    <div className={styles.where}>
      <Section title="Where it is kept">
        <KeyValue
          rows={[
            [
              'Settings',
              <Place key="settings" path={places.path} what="settings">
                {places.exists ? '' : 'Not written yet: every default holds.'}
              </Place>,
            ],
            ['Vault', <Place key="vault" path={places.vault} what="vault" />],
            [
              'Audit log',
              <Place key="log" path={places.log} what="log">
                {places.log === places.vault
                  ? 'Within the vault’s file, so that a change and its event are written together.'
                  : ''}
              </Place>,
            ],
          ]}
        />
      </Section>
    </div>
  );
}

function Place({ path, what, children = '' }: { path: string; what: string; children?: string }) {
  return (
    <>
      <Copyable text={path} label={`the path of the ${what}`} whole />
      {children && <p>{children}</p>}
    </>
  );
}
