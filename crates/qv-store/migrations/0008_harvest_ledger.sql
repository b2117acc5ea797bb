-- The ledger of what is recorded today and read later: what a recording of an asset's traffic or storage is
-- worth to who has a quantum computer one day, and for how many years its data must stay secret where its
-- owner says otherwise than the configuration.
-- This file is frozen once released; changes come as further migrations.
ALTER TABLE assets ADD COLUMN recorded TEXT NOT NULL DEFAULT 'NOT_KNOWN' CHECK (recorded IN ('VULNERABLE', 'PROTECTED', 'NOT_KNOWN'));
ALTER TABLE assets ADD COLUMN secrecy_years INTEGER CHECK (secrecy_years BETWEEN 0 AND 100);

-- By the stored verdicts, as `qv_policy::harvest::recorded` judges them. An asset without a row here has none of them.
UPDATE assets SET recorded = coalesce((
  SELECT CASE
    WHEN max(layer.value ->> 'verdict' = 'NON_PQC') THEN 'VULNERABLE'
    WHEN max(layer.value ->> 'verdict' = 'UNKNOWN' AND coalesce(layer.value ->> 'decisive', 0)) THEN 'NOT_KNOWN'
    WHEN max(layer.value ->> 'verdict' IN ('PQC', 'HYBRID') OR layer.value ->> 'rule' = 'layer.symmetric-only') THEN 'PROTECTED'
  END
  FROM asset_details d, json_each(d.verdicts) layer
  WHERE d.asset_seq = assets.seq AND layer.key IN ('key_exchange', 'data_at_rest')), 'NOT_KNOWN');

-- Counting by what decides, and finding few, reads this index alone.
CREATE INDEX assets_by_secrecy ON assets (facet, recorded, secrecy_years);
