import { Checkbox } from '@/components/Field';

const KEY = 'scans.allowPrivate';

/** What was chosen last. */
export const allowsPrivate = (): boolean => localStorage.getItem(KEY) === 'true';

/** Whether a scan may touch private addresses, with what that means. The choice is remembered. */
export function AllowPrivate({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <Checkbox
      label="Allow private and loopback addresses"
      hint={
        checked
          ? 'A name in the list can then lead into your own network or this machine: allow it for hosts that you know.'
          : '10.x, 172.16–31.x, 192.168.x, localhost and the like are refused. Turn this on for hosts of your own network.'
      }
      checked={checked}
      onChange={(next) => {
        localStorage.setItem(KEY, String(next));
        onChange(next);
      }}
    />
  );
}
