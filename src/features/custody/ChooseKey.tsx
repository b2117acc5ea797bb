import type { ConnectedYubikey } from '@/api/bindings';
import { Select } from '@/components/Field';

/** No YubiKey is named: there is but one. */
export const ANY_KEY = '';

/** Whether one of several YubiKeys must be named for a way in of these factors, and is not. */
export const isKeyUnnamed = (plan: readonly string[], keys: readonly ConnectedYubikey[], serial: string): boolean =>
  plan.includes('yubikey-piv') && keys.length > 1 && serial === ANY_KEY;

/** The serial number for the core, where the way in takes a YubiKey and one is named. */
export const serialOf = (plan: readonly string[], serial: string): number | null =>
  serial === ANY_KEY || !plan.includes('yubikey-piv') ? null : Number(serial);

export interface ChooseKeyProps {
  keys: readonly ConnectedYubikey[];
  serial: string;
  onChange: (serial: string) => void;
}

/** Which of several YubiKeys; nothing where there is one at most. */
export function ChooseKey({ keys, serial, onChange }: ChooseKeyProps) {
  if (keys.length < 2) return null;
  const options = keys.map((key) => ({ value: String(key.serial), label: `YubiKey ${key.serial} (firmware ${key.firmware})` }));
  return (
    <Select
      label="Which YubiKey"
      value={serial}
      options={[{ value: ANY_KEY, label: 'Choose one' }, ...options]}
      onChange={onChange}
    />
  );
}
