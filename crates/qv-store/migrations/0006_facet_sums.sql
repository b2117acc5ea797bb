-- Sums beside the counts of each facet, so that the key numbers are read without walking the assets.
-- This file is frozen once released; changes come as further migrations.
ALTER TABLE asset_facets ADD COLUMN score_sum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE asset_facets ADD COLUMN points_sum INTEGER NOT NULL DEFAULT 0;

DELETE FROM asset_facets;
INSERT INTO asset_facets
  SELECT facet, count(*), sum(quantum_risk_score), sum(exposure_points) FROM assets GROUP BY facet;

DROP TRIGGER asset_facet_added;
DROP TRIGGER asset_facet_removed;
DROP TRIGGER asset_facet_changed;
CREATE TRIGGER asset_facet_added AFTER INSERT ON assets BEGIN
  INSERT INTO asset_facets VALUES (new.facet, 1, new.quantum_risk_score, new.exposure_points)
    ON CONFLICT (facet) DO UPDATE SET assets = assets + 1, score_sum = score_sum + excluded.score_sum, points_sum = points_sum + excluded.points_sum;
END;
CREATE TRIGGER asset_facet_removed AFTER DELETE ON assets BEGIN
  UPDATE asset_facets SET assets = assets - 1, score_sum = score_sum - old.quantum_risk_score, points_sum = points_sum - old.exposure_points
    WHERE facet = old.facet;
END;
CREATE TRIGGER asset_facet_changed AFTER UPDATE ON assets
  WHEN old.facet <> new.facet OR old.quantum_risk_score <> new.quantum_risk_score OR old.exposure_points <> new.exposure_points BEGIN
  UPDATE asset_facets SET assets = assets - 1, score_sum = score_sum - old.quantum_risk_score, points_sum = points_sum - old.exposure_points
    WHERE facet = old.facet;
  INSERT INTO asset_facets VALUES (new.facet, 1, new.quantum_risk_score, new.exposure_points)
    ON CONFLICT (facet) DO UPDATE SET assets = assets + 1, score_sum = score_sum + excluded.score_sum, points_sum = points_sum + excluded.points_sum;
END;
