-- What of an asset's cryptography decides which dates it misses (`qv_policy::deadlines::Traits`): four bits
-- for each layer, 1 classical, 2 classical of 112 bits, 4 not of CNSA 2.0, 8 not known.
-- This file is frozen once released; changes come as further migrations.
ALTER TABLE assets ADD COLUMN crypto_traits INTEGER NOT NULL DEFAULT 0 CHECK (crypto_traits BETWEEN 0 AND 4095);

-- As far as stored verdicts tell; strengths and parameter sets follow with the next scan, edit or scoring.
UPDATE assets SET crypto_traits = coalesce((
  SELECT sum((CASE layer.value ->> 'verdict' WHEN 'NON_PQC' THEN 5 WHEN 'HYBRID' THEN 4
                WHEN 'UNKNOWN' THEN 8 * coalesce(layer.value ->> 'decisive', 0) ELSE 0 END)
    * (CASE layer.key WHEN 'key_exchange' THEN 1 WHEN 'authentication' THEN 16 ELSE 256 END))
  FROM asset_details d, json_each(d.verdicts) layer
  WHERE d.asset_seq = assets.seq AND layer.key IN ('key_exchange', 'authentication', 'data_at_rest')), 0);

-- Counting by type and traits, and finding few, reads this index alone.
CREATE INDEX assets_by_traits ON assets (facet, crypto_traits);
