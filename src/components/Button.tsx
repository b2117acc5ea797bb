import type { ComponentProps, ReactNode } from 'react';
import styles from './Button.module.css';

export interface ButtonProps extends ComponentProps<'button'> {
  /** `primary` once a screen; `danger` for what destroys. */
  look?: 'primary' | 'plain' | 'quiet' | 'danger';
  /** Shows that the act is under way, and takes no second click. */
  busy?: boolean;
  icon?: ReactNode;
}

/** A button with a word. */
export function Button({ look = 'plain', busy = false, icon, children, className, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={[styles.button, styles[look], className].filter(Boolean).join(' ')}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends ComponentProps<'button'> {
  /** What it does, for screen readers and as the tooltip. */
  label: string;
}

/** A button that is an icon alone. */
export function IconButton({ label, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={[styles.icon, className].filter(Boolean).join(' ')}
      {...rest}
    >
      {children}
    </button>
  );
}

export interface LinkButtonProps extends ComponentProps<'button'> {
  /** Its text is foreign and may be long: it is cut where there is no room. */
  cut?: boolean;
}

/** A button that reads as a link within a text or a list: it goes somewhere. */
export function LinkButton({ cut = false, className, ...rest }: LinkButtonProps) {
  return <button type="button" className={[styles.link, cut && styles.cut, className].filter(Boolean).join(' ')} {...rest} />;
}
