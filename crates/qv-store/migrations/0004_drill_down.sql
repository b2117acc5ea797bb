-- What lists need to be narrowed from every number that the window shows: by verdict, by the scan that
-- saw an asset, and failures by their cause.
-- This file is frozen once released; changes come as further migrations.

-- The digit of compliance tells hybrids (3) from the rest of what is compliant (0), so that each of
-- the four verdicts is one value of it: lists find and count verdicts as they do levels.
DROP TRIGGER asset_facet_added;
DROP TRIGGER asset_facet_removed;
DROP TRIGGER asset_facet_changed;
DROP INDEX assets_by_score;
DROP INDEX assets_by_name;
DROP INDEX assets_by_location;
DROP INDEX assets_by_scan;
DROP INDEX assets_by_update;
DROP INDEX assets_by_facet_score;
DROP INDEX assets_by_facet_name;
DROP INDEX assets_by_facet_location;
DROP INDEX assets_by_facet_scan;
DROP INDEX assets_by_facet_update;
ALTER TABLE assets DROP COLUMN facet;
ALTER TABLE assets ADD COLUMN facet INTEGER NOT NULL GENERATED ALWAYS AS (
  (CASE environment WHEN 'PROD' THEN 0 WHEN 'STAGE' THEN 1 WHEN 'DEV' THEN 2 ELSE 3 END) * 65536
  + (CASE type WHEN 'TLS_CERT' THEN 0 WHEN 'DATABASE' THEN 1 WHEN 'API_ENDPOINT' THEN 2 WHEN 'FILE_SHARE' THEN 3
               WHEN 'KEY' THEN 4 WHEN 'APPLICATION' THEN 5 WHEN 'PROTOCOL' THEN 6 ELSE 7 END) * 4096
  + (CASE pqc_compliance WHEN 'COMPLIANT' THEN hybrid * 3 WHEN 'NON_COMPLIANT' THEN 1 ELSE 2 END) * 256
  + (CASE risk_level WHEN 'LOW' THEN 0 WHEN 'MEDIUM' THEN 1 WHEN 'HIGH' THEN 2 ELSE 3 END) * 16
  + (CASE status WHEN 'AT_RISK' THEN 0 WHEN 'IN_REMEDIATION' THEN 1 WHEN 'WRAPPED_PQC' THEN 2 ELSE 3 END)) VIRTUAL;

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

DELETE FROM asset_facets;
INSERT INTO asset_facets SELECT facet, count(*) FROM assets GROUP BY facet;

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

-- The row of the asset that a scan saw, beside its id: lists and counts meet it by number.
ALTER TABLE scan_assets ADD COLUMN asset_seq INTEGER;
UPDATE scan_assets SET asset_seq = (SELECT seq FROM assets WHERE id = asset_id) WHERE asset_id IS NOT NULL;
CREATE INDEX scan_assets_seen ON scan_assets (scan_id, asset_seq, scan_result) WHERE asset_seq IS NOT NULL;
CREATE INDEX scan_assets_failed ON scan_assets (scan_id, coalesce(details ->> 'cause', 'other')) WHERE asset_id IS NULL;
