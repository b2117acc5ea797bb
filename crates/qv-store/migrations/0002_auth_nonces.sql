-- Nonces of wallet authorizations (crypto.md section 3): their SHA-256 only, the nonce itself is
-- never stored. A nonce that serves once is marked as used in the transaction of its act.
-- This file is frozen once released; changes come as further migrations.

CREATE TABLE auth_nonces (
  hash       BLOB PRIMARY KEY NOT NULL CHECK (length(hash) = 32),
  wallet     TEXT NOT NULL,
  purpose    TEXT NOT NULL CHECK (purpose IN ('unlock_umk', 'enable_execution', 'reveal_mnemonic', 'revoke_execution')),
  cluster    TEXT NOT NULL,
  subject    TEXT,
  issued_at  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,
  CHECK ((subject IS NULL) = (purpose = 'unlock_umk'))
) STRICT, WITHOUT ROWID;
CREATE INDEX auth_nonces_by_use ON auth_nonces (purpose, subject, used_at) WHERE used_at IS NOT NULL;
CREATE INDEX auth_nonces_by_end ON auth_nonces (expires_at);
