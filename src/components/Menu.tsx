import { Menu as Base } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import styles from './Menu.module.css';

export interface MenuItem {
  id: string;
  label: string;
  onSelect: () => void;
  disabled?: boolean;
  danger?: boolean;
  /** Shown as chosen, for menus that are a choice; such a menu stays open while one chooses. */
  checked?: boolean;
  /** Closes the menu though it is a choice. */
  closes?: boolean;
  /** Beside the label, for example how many there are. */
  note?: string | undefined;
}

/** A menu below a button. */
export function Menu({
  trigger,
  label,
  items,
  align = 'end',
}: {
  trigger: ReactNode;
  label: string;
  items: readonly MenuItem[];
  /** Which edges lie below one another. */
  align?: 'start' | 'end';
}) {
  return (
    <Base.Root>
      <Base.Trigger className={styles.trigger} aria-label={label}>
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align}>
          <Base.Popup className={styles.popup}>
            {items.map((item) => (
              <Item key={item.id} {...item} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Item({ label, onSelect, disabled = false, danger, checked, closes = false, note }: MenuItem) {
  const className = danger ? `${styles.item} ${styles.danger}` : styles.item;
  const content = (
    <>
      <span className={styles.mark} aria-hidden>
        {checked ? '✓' : ''}
      </span>
      <span className={styles.label}>{label}</span>
      {note !== undefined && <span className={styles.note}>{note}</span>}
    </>
  );
  if (checked === undefined) {
    return (
      <Base.Item className={className} disabled={disabled} onClick={onSelect}>
        {content}
      </Base.Item>
    );
  }
  return (
    <Base.CheckboxItem
      className={className}
      disabled={disabled}
      checked={checked}
      closeOnClick={closes}
      onCheckedChange={onSelect}
    >
      {content}
    </Base.CheckboxItem>
  );
}
