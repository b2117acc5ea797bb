import styles from './Foreign.module.css';

// Controls, and what turns or hides text: shown by their code, so that a name cannot pose as another.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu;

/** The text with everything that could not be seen made visible. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (letter) => `‹${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}›`);
}

export interface ForeignProps {
  text: string;
  mono?: boolean;
  /** All of it, on as many lines as it takes. */
  whole?: boolean;
}

/** Text that comes from outside (a certificate, a banner, a file's name): only ever text, on one line unless `whole`. */
export function Foreign({ text, mono = false, whole = false }: ForeignProps) {
  const shown = visible(text);
  const className = [whole ? `${styles.whole} selectable` : styles.foreign, mono && styles.mono].filter(Boolean).join(' ');
  return (
    <bdi className={className} title={whole ? undefined : shown}>
      {shown}
    </bdi>
  );
}
