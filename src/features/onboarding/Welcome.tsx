import { Copyable } from '@/components/Copyable';

/** What this is, and what comes next. */
export function Welcome({ folder }: { folder: string }) {
  return (
    <>
      <h1>Welcome to QuantumVault</h1>
      <p>
        It finds the quantum-vulnerable cryptography of your endpoints, wraps the keys and secrets behind it with ML-KEM, and
        proves that it did. Everything stays on this machine: no account, no server.
      </p>
      <p>
        The next steps make your vault. It takes under two minutes, every step can go back, and nothing is written before the last
        one.
      </p>
      <p>
        It will be in <Copyable text={folder} label="folder" whole />
      </p>
    </>
  );
}
