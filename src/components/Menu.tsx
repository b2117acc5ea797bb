import { Menu as Base } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import styles from './Menu.module.css';

export interface MenuItem {
  id: string;
  label: string;
  onSelect: () => void;
  disabled?: boolean;
  danger?: boolean;
  /** Shown as chosen, for menus that are a choice. */
  checked?: boolean;
}

/** A menu below a button. */
export function Menu({ trigger, label, items }: { trigger: ReactNode; label: string; items: readonly MenuItem[] }) {
  return (
    <Base.Root>
      <Base.Trigger className={styles.trigger} aria-label={label}>
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end">
          <Base.Popup className={styles.popup}>
            {items.map((item) => (
              <Base.Item
                key={item.id}
                className={item.danger ? `${styles.item} ${styles.danger}` : styles.item}
                disabled={item.disabled ?? false}
                onClick={item.onSelect}
              >
                <span className={styles.mark} aria-hidden>
                  {item.checked ? '✓' : ''}
                </span>
                {item.label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
