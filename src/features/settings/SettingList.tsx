import { sentences } from '@/api/call';
import { useConfig, useSettings } from '@/api/config';
import { Button } from '@/components/Button';
import { ErrorCard, Skeleton } from '@/components/ErrorCard';
import { SettingRow } from './SettingRow';
import styles from './Settings.module.css';
import { groupOf, inForce } from './words';

/** The settings of one group, in the order of the file. */
export function SettingList({ group }: { group: string }) {
  const settings = useSettings();
  const config = useConfig();
  const failed = [config, settings].find((query) => query.isError);
  if (failed)
    return <ErrorCard {...sentences(failed.error)} action={<Button onClick={() => failed.refetch()}>Try again</Button>} />;
  if (!settings.data || !config.data) return <Skeleton rows={6} />;
  const { data } = config;
  const own = settings.data.filter((setting) => groupOf(setting.key) === group);
  return (
    <div className={styles.list}>
      {own.map((setting) => (
        <SettingRow key={setting.key} setting={setting} value={inForce(data, setting)} />
      ))}
    </div>
  );
}
