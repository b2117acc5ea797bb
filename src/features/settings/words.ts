import type { Config, Setting, Value } from '@/api/bindings';
import { formatNumber } from '@/components/Format';

const GROUPS: Record<string, string> = {
  session: 'Locking',
  scan: 'Scanning',
  policy: 'Policies',
  harvest: 'Recorded data',
  chain: 'Attestation',
  tpm: 'TPM',
  window: 'Window',
};
const UNITS: Record<string, string> = { ms: 'milliseconds', s: 'seconds', gwei: 'gwei' };
const SPELLED: Record<string, string> = { rpc: 'RPC', url: 'address', tcti: 'TCTI', pcrs: 'PCRs', id: 'number' };

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The table of the configuration that a setting is in. */
export const groupOf = (key: string): string => key.slice(0, key.indexOf('.'));

/** A group of settings as people call it. */
export const groupWord = (group: string): string => GROUPS[group] ?? capital(group);

/** A setting by its name, and the unit where the name ends with a sign for one. */
export function named(key: string): { label: string; unit: string | undefined } {
  const parts = key.slice(key.indexOf('.') + 1).split('_');
  const unit = parts.length > 1 ? UNITS[parts.at(-1) ?? ''] : undefined;
  const words = (unit ? parts.slice(0, -1) : parts).map((part) => SPELLED[part] ?? part);
  return { label: capital(words.join(' ')), unit };
}

/** What is in force. Where the configuration says nothing, the default is. */
export function inForce(config: Config, setting: Setting): Value {
  const [table, name] = setting.key.split('.') as [keyof Config, string];
  const found = (config[table] as Record<string, Value> | undefined)?.[name];
  return found ?? setting.default;
}

export const isDefault = (setting: Setting, value: Value): boolean => JSON.stringify(value) === JSON.stringify(setting.default);

/** A value as it is written into the file. */
export function written(value: Value): string {
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return value === null ? '' : String(value);
}

/** A value as it is told. */
export function told(value: Value): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return formatNumber(value);
  return written(value) || 'not set';
}

/** What the core says of a value, with the setting called as it is called here. */
export const inLabels = (text: string, setting: Setting): string =>
  text.replace(new RegExp(setting.key.replace('.', '\\.'), 'gi'), named(setting.key).label).replace(/`([^`]*)`/g, '“$1”');

/** What a setting takes, and what holds unless it is set. */
export function limits(setting: Setting): string {
  const { unit } = named(setting.key);
  const standard = setting.default === null ? '' : `default ${told(setting.default)}`;
  const joined = [range(setting, unit), standard].filter(Boolean).join('; ');
  return joined ? `${capital(joined)}.` : '';
}

function range(setting: Setting, unit: string | undefined): string {
  switch (setting.type) {
    case 'number':
      return setting.max >= Number.MAX_SAFE_INTEGER
        ? 'a whole number'
        : `${formatNumber(setting.min)} to ${formatNumber(setting.max)}${unit ? ` ${unit}` : ''}`;
    case 'numbers':
      return `numbers from ${setting.min} to ${setting.max}, by comma, or none`;
    default:
      return '';
  }
}
