import styles from './Verdict.module.css';

export type VerdictName = 'NON_PQC' | 'HYBRID' | 'PQC' | 'UNKNOWN';

const WORDS: Record<VerdictName, string> = {
  NON_PQC: 'Quantum-vulnerable',
  HYBRID: 'Hybrid',
  PQC: 'Post-quantum',
  UNKNOWN: 'Not known',
};

function Shape({ verdict }: { verdict: VerdictName }) {
  switch (verdict) {
    case 'NON_PQC':
      return <path d="M7 1.5 13 12.5H1z" fill="currentColor" />;
    case 'HYBRID':
      return (
        <>
          <circle cx="7" cy="7" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <path d="M7 1.8a5.2 5.2 0 0 0 0 10.4z" fill="currentColor" />
        </>
      );
    case 'PQC':
      return <circle cx="7" cy="7" r="6" fill="currentColor" />;
    case 'UNKNOWN':
      return <circle cx="7" cy="7" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.4 2" />;
  }
}

/** A verdict: a shape, a colour and a word. `bare` leaves the word to screen readers. */
export function VerdictMark({ verdict, of, bare = false }: { verdict: VerdictName; of?: string; bare?: boolean }) {
  const word = WORDS[verdict];
  const said = of ? `${of}: ${word}` : word;
  return (
    <span className={styles.mark} data-verdict={verdict} title={said}>
      <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
        <Shape verdict={verdict} />
      </svg>
      {bare ? <span className="visually-hidden">{said}</span> : <span>{word}</span>}
    </span>
  );
}

/** Key exchange, authentication and data at rest, side by side. */
export function VerdictTriple({
  keyExchange,
  authentication,
  dataAtRest,
}: {
  keyExchange: VerdictName;
  authentication: VerdictName;
  dataAtRest: VerdictName;
}) {
  return (
    <span className={styles.triple}>
      <VerdictMark bare verdict={keyExchange} of="Key exchange" />
      <VerdictMark bare verdict={authentication} of="Authentication" />
      <VerdictMark bare verdict={dataAtRest} of="Data at rest" />
    </span>
  );
}
