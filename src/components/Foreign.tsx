import styles from './Foreign.module.css';

// Controls, and what turns or hides text: shown by their code, so that a name cannot pose as another.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu;

/** The text with everything that could not be seen made visible. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (letter) => `‹${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}›`);
}

/** Text that comes from outside (a certificate, a banner, a file's name): only ever text, on one line. */
export function Foreign({ text, mono = false }: { text: string; mono?: boolean }) {
  const shown = visible(text);
  return (
    <bdi className={mono ? `${styles.foreign} ${styles.mono}` : styles.foreign} title={shown}>
      {shown}
    </bdi>
  );
}
