-- Snapshots tell verdicts apart: how many assets were post-quantum, hybrid, quantum-vulnerable and not
-- known. What was taken before has NULL there: nobody counted, which is not 0.
-- This file is frozen once released; changes come as further migrations.
ALTER TABLE organization_risk_snapshots ADD COLUMN post_quantum_assets INTEGER CHECK (post_quantum_assets >= 0);
ALTER TABLE organization_risk_snapshots ADD COLUMN hybrid_assets INTEGER CHECK (hybrid_assets >= 0);
ALTER TABLE organization_risk_snapshots ADD COLUMN vulnerable_assets INTEGER CHECK (vulnerable_assets >= 0);
ALTER TABLE organization_risk_snapshots ADD COLUMN not_known_assets INTEGER CHECK (not_known_assets >= 0);
