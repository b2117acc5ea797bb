-- The data model of the QuantumVault MVP, section 2, for SQLite, and what the product adds to it.
--
-- Ids are lower-case hyphenated UUIDs, times are milliseconds since 1970-01-01T00:00:00Z, hashes
-- are 32-byte blobs or lower-case hex, JSON is text. Secrets appear as ciphertext only: sealed
-- records (crypto.md section 2) and qv-wrap-v1 envelopes (section 4).
-- This file is frozen once released; changes come as further migrations.

-- The vault itself: one row.
CREATE TABLE vault (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  vault_id    TEXT NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
  id            TEXT PRIMARY KEY NOT NULL,
  email         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  role          TEXT NOT NULL CHECK (role IN ('ADMIN', 'VIEWER', 'SECURITY_ENGINEER')),
  external_id   TEXT UNIQUE,
  password_hash TEXT,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
) STRICT;

-- Custody ---------------------------------------------------------------------------------------

CREATE TABLE umk_slots (
  id            TEXT PRIMARY KEY NOT NULL,
  label         TEXT NOT NULL,
  descriptor    TEXT NOT NULL CHECK (json_valid(descriptor)),
  record        TEXT NOT NULL,
  slot_kek      TEXT NOT NULL,
  share_records TEXT NOT NULL DEFAULT '[]' CHECK (json_type(share_records) = 'array'),
  classical     INTEGER NOT NULL CHECK (classical IN (0, 1)),
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE sealed_records (
  kind       TEXT NOT NULL,
  id         TEXT NOT NULL,
  record     TEXT NOT NULL,
  public_key BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT;

CREATE TABLE session_attempts (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  failures       INTEGER NOT NULL CHECK (failures >= 0),
  last_failed_at INTEGER,
  cooldown_until INTEGER
) STRICT;
INSERT INTO session_attempts VALUES (1, 0, NULL, NULL);

-- Anchors ---------------------------------------------------------------------------------------

CREATE TABLE encryption_anchors (
  id                         TEXT PRIMARY KEY NOT NULL,
  name                       TEXT NOT NULL UNIQUE,
  description                TEXT,
  anchor_type                TEXT NOT NULL CHECK (anchor_type IN ('ROOT_OF_TRUST', 'KEY_HIERARCHY', 'POLICY_BUNDLE')),
  associated_policy_ids      TEXT NOT NULL DEFAULT '[]' CHECK (json_type(associated_policy_ids) = 'array'),
  root_public_key_reference  TEXT NOT NULL,
  root_private_key_reference TEXT NOT NULL,
  root_key_algorithm         TEXT NOT NULL,
  current_version            INTEGER NOT NULL CHECK (current_version >= 1),
  is_active                  INTEGER NOT NULL DEFAULT 0 CHECK (is_active IN (0, 1)),
  environment                TEXT NOT NULL CHECK (environment IN ('PROD', 'STAGE', 'DEV', 'OTHER')),
  created_by_user_id         TEXT REFERENCES users (id),
  created_at                 INTEGER NOT NULL,
  updated_at                 INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_active_anchor_per_environment ON encryption_anchors (environment) WHERE is_active = 1;

CREATE TABLE anchor_versions (
  seq        INTEGER PRIMARY KEY,
  anchor_id  TEXT NOT NULL REFERENCES encryption_anchors (id) ON DELETE CASCADE,
  version    INTEGER NOT NULL CHECK (version BETWEEN 1 AND 9007199254740991),
  kem        TEXT NOT NULL,
  public_key BLOB NOT NULL,
  record     TEXT,
  state      TEXT NOT NULL CHECK (state IN ('PRE_ACTIVE', 'ACTIVE', 'SUSPENDED', 'RETIRED', 'DESTROYED')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (anchor_id, version),
  CHECK ((record IS NULL) = (state = 'DESTROYED'))
) STRICT;
CREATE UNIQUE INDEX one_active_version_per_anchor ON anchor_versions (anchor_id) WHERE state = 'ACTIVE';

-- Assets ----------------------------------------------------------------------------------------

-- What lists show, filter and sort. Wide facts live in asset_details, so that a page of a list
-- reads few pages of the file. `facet` packs the five filters into one integer, one hexadecimal
-- digit each: environment, type, compliance, level, status, by their place in the lists below.
CREATE TABLE assets (
  seq                     INTEGER PRIMARY KEY,
  id                      TEXT NOT NULL UNIQUE,
  name                    TEXT NOT NULL,
  type                    TEXT NOT NULL CHECK (type IN ('TLS_CERT', 'DATABASE', 'API_ENDPOINT', 'FILE_SHARE', 'KEY', 'APPLICATION', 'PROTOCOL', 'OTHER')),
  location                TEXT NOT NULL,
  environment             TEXT NOT NULL CHECK (environment IN ('PROD', 'STAGE', 'DEV', 'OTHER')),
  pqc_compliance          TEXT NOT NULL CHECK (pqc_compliance IN ('COMPLIANT', 'NON_COMPLIANT', 'UNKNOWN')),
  hybrid                  INTEGER NOT NULL DEFAULT 0 CHECK (hybrid IN (0, 1)),
  quantum_risk_score      INTEGER NOT NULL DEFAULT 0 CHECK (quantum_risk_score BETWEEN 0 AND 100),
  exposure_points         INTEGER NOT NULL DEFAULT 0,
  risk_level              TEXT NOT NULL CHECK (risk_level IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  business_criticality    TEXT NOT NULL DEFAULT 'MEDIUM' CHECK (business_criticality IN ('LOW', 'MEDIUM', 'HIGH')),
  data_sensitivity        TEXT NOT NULL DEFAULT 'INTERNAL' CHECK (data_sensitivity IN ('PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED')),
  exposure                TEXT NOT NULL DEFAULT 'INTERNAL' CHECK (exposure IN ('INTERNET_FACING', 'INTERNAL', 'PARTNER')),
  last_scan_timestamp     INTEGER,
  status                  TEXT NOT NULL DEFAULT 'AT_RISK' CHECK (status IN ('AT_RISK', 'IN_REMEDIATION', 'WRAPPED_PQC', 'ATTESTED')),
  wrapper_enabled         INTEGER NOT NULL DEFAULT 0 CHECK (wrapper_enabled IN (0, 1)),
  wrapper_algorithm       TEXT,
  wrapper_anchor_id       TEXT REFERENCES encryption_anchors (id),
  wrapper_last_updated_at INTEGER,
  created_at              INTEGER NOT NULL,
  updated_at              INTEGER NOT NULL,
  scanned_sort            INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(last_scan_timestamp, 0)) VIRTUAL,
  facet                   INTEGER NOT NULL GENERATED ALWAYS AS (
    (CASE environment WHEN 'PROD' THEN 0 WHEN 'STAGE' THEN 1 WHEN 'DEV' THEN 2 ELSE 3 END) * 65536
    + (CASE type WHEN 'TLS_CERT' THEN 0 WHEN 'DATABASE' THEN 1 WHEN 'API_ENDPOINT' THEN 2 WHEN 'FILE_SHARE' THEN 3
                 WHEN 'KEY' THEN 4 WHEN 'APPLICATION' THEN 5 WHEN 'PROTOCOL' THEN 6 ELSE 7 END) * 4096
    + (CASE pqc_compliance WHEN 'COMPLIANT' THEN 0 WHEN 'NON_COMPLIANT' THEN 1 ELSE 2 END) * 256
    + (CASE risk_level WHEN 'LOW' THEN 0 WHEN 'MEDIUM' THEN 1 WHEN 'HIGH' THEN 2 ELSE 3 END) * 16
    + (CASE status WHEN 'AT_RISK' THEN 0 WHEN 'IN_REMEDIATION' THEN 1 WHEN 'WRAPPED_PQC' THEN 2 ELSE 3 END)) STORED,
  UNIQUE (environment, location, type),
  -- MVP section 4.1; lists rely on it to find a level by its scores.
  CHECK (risk_level = CASE WHEN quantum_risk_score < 25 THEN 'LOW' WHEN quantum_risk_score < 50 THEN 'MEDIUM'
                           WHEN quantum_risk_score < 75 THEN 'HIGH' ELSE 'CRITICAL' END)
) STRICT;

-- A sort is walked in the order (key, facet, seq), or facet by facet in (key, seq).
CREATE INDEX assets_by_score ON assets (quantum_risk_score, facet);
CREATE INDEX assets_by_name ON assets (name COLLATE NOCASE, facet);
CREATE INDEX assets_by_location ON assets (location, facet);
CREATE INDEX assets_by_scan ON assets (scanned_sort, facet);
CREATE INDEX assets_by_update ON assets (updated_at, facet);
CREATE INDEX assets_by_facet_score ON assets (facet, quantum_risk_score);
CREATE INDEX assets_by_facet_name ON assets (facet, name COLLATE NOCASE);
CREATE INDEX assets_by_facet_location ON assets (facet, location);
CREATE INDEX assets_by_facet_scan ON assets (facet, scanned_sort);
CREATE INDEX assets_by_facet_update ON assets (facet, updated_at);
CREATE INDEX assets_by_wrapper_anchor ON assets (wrapper_anchor_id) WHERE wrapper_anchor_id IS NOT NULL;

-- How many assets each facet has, kept by triggers: counts of lists and KPIs without a scan.
CREATE TABLE asset_facets (
  facet  INTEGER PRIMARY KEY,
  assets INTEGER NOT NULL
) STRICT;

CREATE TRIGGER asset_facet_added AFTER INSERT ON assets BEGIN
  INSERT INTO asset_facets VALUES (new.facet, 1) ON CONFLICT (facet) DO UPDATE SET assets = assets + 1;
END;
CREATE TRIGGER asset_facet_removed AFTER DELETE ON assets BEGIN
  UPDATE asset_facets SET assets = assets - 1 WHERE facet = old.facet;
END;
CREATE TRIGGER asset_facet_changed AFTER UPDATE ON assets WHEN old.facet <> new.facet BEGIN
  UPDATE asset_facets SET assets = assets - 1 WHERE facet = old.facet;
  INSERT INTO asset_facets VALUES (new.facet, 1) ON CONFLICT (facet) DO UPDATE SET assets = assets + 1;
END;

CREATE TABLE asset_details (
  asset_seq                INTEGER PRIMARY KEY REFERENCES assets (seq) ON DELETE CASCADE,
  crypto_algorithms_in_use TEXT NOT NULL DEFAULT '[]' CHECK (json_type(crypto_algorithms_in_use) = 'array'),
  facts                    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(facts)),
  verdicts                 TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(verdicts)),
  score                    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(score))
) STRICT;

CREATE TABLE asset_tags (
  tag       TEXT NOT NULL,
  asset_seq INTEGER NOT NULL REFERENCES assets (seq) ON DELETE CASCADE,
  PRIMARY KEY (tag, asset_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_tags_by_asset ON asset_tags (asset_seq);

-- Substring search over name and location.
CREATE VIRTUAL TABLE asset_search USING fts5 (name, location, content = 'assets', content_rowid = 'seq', tokenize = 'trigram');
CREATE TRIGGER asset_search_added AFTER INSERT ON assets BEGIN
  INSERT INTO asset_search (rowid, name, location) VALUES (new.seq, new.name, new.location);
END;
CREATE TRIGGER asset_search_removed AFTER DELETE ON assets BEGIN
  INSERT INTO asset_search (asset_search, rowid, name, location) VALUES ('delete', old.seq, old.name, old.location);
END;
CREATE TRIGGER asset_search_changed AFTER UPDATE ON assets WHEN old.name <> new.name OR old.location <> new.location BEGIN
  INSERT INTO asset_search (asset_search, rowid, name, location) VALUES ('delete', old.seq, old.name, old.location);
  INSERT INTO asset_search (rowid, name, location) VALUES (new.seq, new.name, new.location);
END;

-- Whether material is wrapped, when and how is told by its row in envelopes.
CREATE TABLE asset_key_material (
  seq               INTEGER PRIMARY KEY,
  id                TEXT NOT NULL UNIQUE,
  asset_id          TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
  label             TEXT NOT NULL,
  key_type          TEXT NOT NULL CHECK (key_type IN ('PRIVATE_KEY', 'API_SECRET', 'DB_CREDENTIAL', 'CONFIG_BLOB', 'OTHER')),
  storage_reference TEXT NOT NULL,
  created_at        INTEGER NOT NULL,
  UNIQUE (asset_id, label)
) STRICT;

-- One qv-wrap-v1 envelope for each piece of material, with the values that opening compares.
CREATE TABLE envelopes (
  material_seq INTEGER PRIMARY KEY REFERENCES asset_key_material (seq) ON DELETE CASCADE,
  key_seq      INTEGER NOT NULL REFERENCES anchor_versions (seq),
  policy_id    TEXT,
  algorithm    TEXT NOT NULL,
  hash         BLOB NOT NULL CHECK (length(hash) = 32),
  auth         BLOB NOT NULL CHECK (length(auth) = 32),
  wrapped_at   INTEGER NOT NULL,
  envelope     TEXT NOT NULL
) STRICT;
CREATE INDEX envelopes_by_key ON envelopes (key_seq);

-- Discovery -------------------------------------------------------------------------------------

CREATE TABLE scan_targets (
  id             TEXT PRIMARY KEY NOT NULL,
  name           TEXT NOT NULL,
  target         TEXT NOT NULL,
  target_type    TEXT NOT NULL CHECK (target_type IN ('TLS_ENDPOINT', 'HTTPS_URL', 'POSTGRES', 'MYSQL', 'MONGODB', 'CUSTOM')),
  environment    TEXT NOT NULL CHECK (environment IN ('PROD', 'STAGE', 'DEV', 'OTHER')),
  auth_reference TEXT,
  options        TEXT NOT NULL DEFAULT '{}' CHECK (json_type(options) = 'object'),
  is_active      INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  UNIQUE (environment, target_type, target)
) STRICT;

CREATE TABLE scans (
  id                             TEXT PRIMARY KEY NOT NULL,
  triggered_by_user_id           TEXT REFERENCES users (id),
  job_id                         TEXT REFERENCES jobs (id) ON DELETE SET NULL,
  scan_type                      TEXT NOT NULL CHECK (scan_type IN ('DISCOVERY', 'RESCAN', 'POLICY_VALIDATION')),
  started_at                     INTEGER NOT NULL,
  completed_at                   INTEGER,
  number_of_targets              INTEGER NOT NULL DEFAULT 0,
  number_of_assets_scanned       INTEGER NOT NULL DEFAULT 0,
  number_of_non_pqc_assets_found INTEGER NOT NULL DEFAULT 0,
  number_of_targets_failed       INTEGER NOT NULL DEFAULT 0,
  status                         TEXT NOT NULL CHECK (status IN ('RUNNING', 'SUCCESS', 'FAILED', 'PARTIAL')),
  error_message                  TEXT
) STRICT;
CREATE INDEX scans_by_start ON scans (started_at);

-- One row for each asset that a scan saw, and one without an asset for each target that failed.
CREATE TABLE scan_assets (
  id          INTEGER PRIMARY KEY,
  scan_id     TEXT NOT NULL REFERENCES scans (id) ON DELETE CASCADE,
  asset_id    TEXT REFERENCES assets (id) ON DELETE CASCADE,
  target      TEXT NOT NULL,
  scan_result TEXT CHECK (scan_result IN ('NEW', 'UPDATED', 'UNCHANGED')),
  details     TEXT NOT NULL DEFAULT '{}' CHECK (json_type(details) = 'object'),
  recorded_at INTEGER NOT NULL,
  CHECK ((asset_id IS NULL) = (scan_result IS NULL)),
  CHECK (asset_id IS NOT NULL OR details ->> 'error' IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX scan_assets_once ON scan_assets (scan_id, target, coalesce(asset_id, ''));
CREATE INDEX scan_assets_by_asset ON scan_assets (asset_id) WHERE asset_id IS NOT NULL;

-- Policies --------------------------------------------------------------------------------------

CREATE TABLE encryption_policies (
  id                      TEXT PRIMARY KEY NOT NULL,
  name                    TEXT NOT NULL UNIQUE,
  description             TEXT,
  scope_type              TEXT NOT NULL CHECK (scope_type IN ('ALL_ASSETS', 'BY_TYPE', 'BY_ENVIRONMENT', 'BY_TAG', 'BY_RISK_LEVEL', 'CUSTOM_QUERY')),
  scope_definition        TEXT NOT NULL CHECK (json_valid(scope_definition)),
  required_pqc_algorithms TEXT NOT NULL CHECK (json_type(required_pqc_algorithms) = 'object'),
  transition_strategy     TEXT NOT NULL CHECK (transition_strategy IN ('HYBRID', 'PQC_ONLY')),
  enforcement_mode        TEXT NOT NULL CHECK (enforcement_mode IN ('MONITOR_ONLY', 'ENFORCE')),
  created_by_user_id      TEXT REFERENCES users (id),
  is_active               INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  last_evaluated_at       INTEGER,
  created_at              INTEGER NOT NULL,
  updated_at              INTEGER NOT NULL
) STRICT;

CREATE TABLE policy_assets (
  policy_id         TEXT NOT NULL REFERENCES encryption_policies (id) ON DELETE CASCADE,
  asset_seq         INTEGER NOT NULL REFERENCES assets (seq) ON DELETE CASCADE,
  is_compliant      INTEGER NOT NULL CHECK (is_compliant IN (0, 1)),
  reason            TEXT,
  last_evaluated_at INTEGER NOT NULL,
  PRIMARY KEY (policy_id, asset_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_assets_by_asset ON policy_assets (asset_seq);
CREATE INDEX policy_assets_failing ON policy_assets (policy_id, asset_seq) WHERE is_compliant = 0;

-- Attestation -----------------------------------------------------------------------------------

-- Each signer's private key is the sealed record ('chain_signer', id).
CREATE TABLE chain_signers (
  id         TEXT PRIMARY KEY NOT NULL,
  name       TEXT NOT NULL UNIQUE,
  address    TEXT NOT NULL,
  is_active  INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE blockchain_attestation_jobs (
  id                 TEXT PRIMARY KEY NOT NULL,
  created_by_user_id TEXT REFERENCES users (id),
  job_id             TEXT REFERENCES jobs (id) ON DELETE SET NULL,
  anchor_id          TEXT NOT NULL REFERENCES encryption_anchors (id),
  signer_id          TEXT NOT NULL REFERENCES chain_signers (id),
  filters            TEXT NOT NULL CHECK (json_valid(filters)),
  total_assets       INTEGER NOT NULL,
  succeeded_count    INTEGER NOT NULL DEFAULT 0,
  failed_count       INTEGER NOT NULL DEFAULT 0,
  status             TEXT NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED')),
  blockchain_network TEXT NOT NULL,
  contract           TEXT NOT NULL,
  created_at         INTEGER NOT NULL,
  completed_at       INTEGER
) STRICT;
CREATE INDEX attestation_jobs_by_creation ON blockchain_attestation_jobs (created_at);

CREATE TABLE blockchain_attestations (
  id                 TEXT PRIMARY KEY NOT NULL,
  job_id             TEXT NOT NULL REFERENCES blockchain_attestation_jobs (id) ON DELETE CASCADE,
  asset_id           TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
  anchor_id          TEXT NOT NULL REFERENCES encryption_anchors (id),
  attestation_status TEXT NOT NULL CHECK (attestation_status IN ('PENDING', 'SUCCESS', 'FAILED')),
  blockchain_tx_id   TEXT,
  attested_at        INTEGER,
  error_message      TEXT,
  payload_hash       TEXT NOT NULL,
  payload            TEXT NOT NULL CHECK (json_valid(payload)),
  evidence           TEXT NOT NULL DEFAULT '{}' CHECK (json_type(evidence) = 'object'),
  UNIQUE (job_id, asset_id)
) STRICT;
CREATE INDEX attestations_by_asset ON blockchain_attestations (asset_id, attestation_status);

-- Signed transactions, stored before they are sent. At most one for each nonce is alive.
CREATE TABLE attestation_outbox (
  id             INTEGER PRIMARY KEY,
  attestation_id TEXT NOT NULL REFERENCES blockchain_attestations (id) ON DELETE CASCADE,
  signer_id      TEXT NOT NULL REFERENCES chain_signers (id),
  network        TEXT NOT NULL,
  nonce          INTEGER NOT NULL CHECK (nonce >= 0),
  tx_hash        TEXT NOT NULL UNIQUE,
  signed_tx      BLOB NOT NULL,
  fee            TEXT NOT NULL CHECK (json_valid(fee)),
  state          TEXT NOT NULL CHECK (state IN ('SIGNED', 'SENT', 'MINED', 'CONFIRMED', 'REPLACED', 'FAILED')),
  block_number   INTEGER,
  block_hash     TEXT,
  error_message  TEXT,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_one_live_per_nonce ON attestation_outbox (signer_id, network, nonce)
  WHERE state IN ('SIGNED', 'SENT', 'MINED', 'CONFIRMED');
CREATE INDEX outbox_by_attestation ON attestation_outbox (attestation_id);
CREATE INDEX outbox_open ON attestation_outbox (state) WHERE state IN ('SIGNED', 'SENT', 'MINED');

-- Jobs ------------------------------------------------------------------------------------------

CREATE TABLE jobs (
  id            TEXT PRIMARY KEY NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('SCAN', 'WRAP', 'REWRAP', 'ATTEST')),
  input_version INTEGER NOT NULL,
  input         TEXT NOT NULL CHECK (json_valid(input)),
  state         TEXT NOT NULL CHECK (state IN ('READY', 'RUNNING', 'WAITING_UNLOCK', 'WAITING_APPROVAL', 'WAITING_CONFIRMATIONS', 'DONE', 'FAILED', 'CANCELLED')),
  attempt       INTEGER NOT NULL DEFAULT 0,
  lease_owner   TEXT,
  lease_until   INTEGER,
  error_code    TEXT,
  error_message TEXT,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  CHECK ((lease_owner IS NULL) = (lease_until IS NULL))
) STRICT;
CREATE INDEX jobs_open ON jobs (created_at) WHERE state NOT IN ('DONE', 'FAILED', 'CANCELLED');
CREATE INDEX jobs_by_creation ON jobs (created_at);

CREATE TABLE job_steps (
  job_id     TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  step       INTEGER NOT NULL CHECK (step >= 0),
  input      TEXT NOT NULL CHECK (json_valid(input)),
  state      TEXT NOT NULL CHECK (state IN ('PENDING', 'DONE', 'FAILED')),
  output     TEXT CHECK (output IS NULL OR json_valid(output)),
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (job_id, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_steps_pending ON job_steps (job_id, step) WHERE state = 'PENDING';

-- Risk profile ----------------------------------------------------------------------------------

CREATE TABLE organization_risk_snapshots (
  id                          TEXT PRIMARY KEY NOT NULL,
  snapshot_timestamp          INTEGER NOT NULL,
  cause                       TEXT NOT NULL,
  total_assets                INTEGER NOT NULL,
  total_non_pqc_assets        INTEGER NOT NULL,
  total_wrapped_pqc_assets    INTEGER NOT NULL,
  total_attested_assets       INTEGER NOT NULL,
  high_risk_assets_count      INTEGER NOT NULL,
  medium_risk_assets_count    INTEGER NOT NULL,
  low_risk_assets_count       INTEGER NOT NULL,
  critical_risk_assets_count  INTEGER NOT NULL,
  active_policies             INTEGER NOT NULL,
  policy_coverage_percent     REAL NOT NULL,
  assets_out_of_policy        INTEGER NOT NULL,
  average_score               REAL NOT NULL,
  exposure_points_sum         INTEGER NOT NULL,
  comments                    TEXT
) STRICT;
CREATE INDEX snapshots_by_time ON organization_risk_snapshots (snapshot_timestamp);

-- Audit -----------------------------------------------------------------------------------------

-- The log. `event` is what is hashed; the other columns repeat parts of it so that it can be
-- searched, and verification compares them. `seq` counts from 0 without a gap.
CREATE TABLE audit_log_events (
  seq         INTEGER PRIMARY KEY CHECK (seq >= 0),
  event       TEXT NOT NULL,
  leaf_hash   BLOB NOT NULL CHECK (length(leaf_hash) = 32),
  timestamp   INTEGER NOT NULL,
  action      TEXT NOT NULL,
  entity_type TEXT NOT NULL,
  entity_id   TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit_log_events (timestamp);
CREATE INDEX audit_by_action ON audit_log_events (action);
CREATE INDEX audit_by_entity ON audit_log_events (entity_id);

CREATE TRIGGER audit_events_stay BEFORE UPDATE ON audit_log_events BEGIN
  SELECT RAISE(ABORT, 'audit events are never changed');
END;
CREATE TRIGGER audit_events_remain BEFORE DELETE ON audit_log_events BEGIN
  SELECT RAISE(ABORT, 'audit events are never deleted');
END;

-- The Merkle tree over the log: its compact range, and the root of every whole tile of 256 leaves.
CREATE TABLE audit_tree (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  size  INTEGER NOT NULL CHECK (size >= 0),
  nodes BLOB NOT NULL
) STRICT;
INSERT INTO audit_tree VALUES (1, 0, x'');

CREATE TABLE audit_tiles (
  tile INTEGER PRIMARY KEY,
  root BLOB NOT NULL CHECK (length(root) = 32)
) STRICT;

CREATE TABLE checkpoints (
  size       INTEGER PRIMARY KEY CHECK (size >= 0),
  root       BLOB NOT NULL CHECK (length(root) = 32),
  note       TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
