//! The organisation's numbers (MVP section 7), computed from the database, and their snapshots.

use qv_audit::Event;
use qv_types::{AssetStatus, Environment, RiskLevel, SnapshotId, Timestamp, Verdict};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::asset_page::{Traits, VerdictCounts, verdict_counts};
use crate::error::Result;
use crate::row::Columns;
use crate::{Store, WriteTx};

/// The organisation's key numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Kpis {
    /// Assets.
    pub total_assets: u64,
    /// Assets that are not post-quantum: non-compliant or unknown.
    pub non_pqc: u64,
    /// Assets of level CRITICAL.
    pub critical: u64,
    /// Assets of level HIGH.
    pub high: u64,
    /// Assets of level MEDIUM.
    pub medium: u64,
    /// Assets of level LOW.
    pub low: u64,
    /// Wrapped assets, attested ones among them.
    pub wrapped: u64,
    /// Attested assets.
    pub attested: u64,
    /// Active policies.
    pub active_policies: u64,
    /// Assets in the scope of an active policy, of a hundred.
    pub policy_coverage_percent: f64,
    /// Assets that fail an active policy.
    pub out_of_policy: u64,
    /// Mean of the normative scores.
    pub average_score: f64,
    /// Sum of the exposure points.
    pub exposure_points: i64,
}

impl Kpis {
    /// Wrapped assets, of a hundred.
    #[must_use]
    pub fn wrapped_percent(&self) -> f64 {
        percent(self.wrapped, self.total_assets)
    }

    /// Attested assets, of a hundred.
    #[must_use]
    pub fn attested_percent(&self) -> f64 {
        percent(self.attested, self.total_assets)
    }
}

/// The key numbers at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its id.
    pub id: SnapshotId,
    /// When it was taken.
    pub at: Timestamp,
    /// After what: `scan`, `wrap`, `attest`, …
    pub cause: String,
    /// The numbers.
    pub kpis: Kpis,
    /// How many assets had each verdict; `None` where it was taken before they were counted.
    pub verdicts: Option<VerdictCounts>,
    /// A remark.
    pub comments: Option<String>,
}

impl Store {
    /// The key numbers now.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn kpis(&self) -> Result<Kpis> {
        compute(&mut *self.reads.acquire().await?).await
    }

    /// Snapshots since a time, oldest first, at most the newest `limit`.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn snapshots(&self, since: Timestamp, limit: u32) -> Result<Vec<Snapshot>> {
        let rows = sqlx::query(
            "SELECT * FROM (SELECT rowid AS place, * FROM organization_risk_snapshots WHERE snapshot_timestamp >= ?
               ORDER BY snapshot_timestamp DESC, rowid DESC LIMIT ?) ORDER BY snapshot_timestamp, place",
        )
        .bind(since.unix_ms())
        .bind(limit)
        .fetch_all(&self.reads)
        .await?;
        rows.iter().map(read).collect()
    }

    /// How many assets each environment has, and of these not post-quantum ones.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn environment_counts(&self) -> Result<Vec<(Environment, u64, u64)>> {
        let rows = sqlx::query(
            "SELECT environment, count(*) AS n, sum(pqc_compliance <> 'COMPLIANT') AS open FROM assets GROUP BY environment ORDER BY environment",
        )
        .fetch_all(&self.reads)
        .await?;
        rows.iter()
            .map(|row| {
                Ok((
                    row.parsed("environment")?,
                    row.count("n")?,
                    row.count("open")?,
                ))
            })
            .collect()
    }
}

impl WriteTx {
    /// Takes a snapshot of the key numbers as this transaction sees them. The event's entity
    /// becomes the snapshot.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn take_snapshot(
        &mut self,
        mut event: Event,
        cause: &str,
        at: Timestamp,
    ) -> Result<Snapshot> {
        let db = self.change();
        let kpis = compute(&mut *db).await?;
        let verdicts = verdict_counts(&mut *db).await?;
        let snapshot = Snapshot {
            id: SnapshotId::make(),
            at,
            cause: cause.into(),
            kpis,
            verdicts: Some(verdicts),
            comments: None,
        };
        sqlx::query(
            "INSERT INTO organization_risk_snapshots (id, snapshot_timestamp, cause, total_assets, total_non_pqc_assets,
               total_wrapped_pqc_assets, total_attested_assets, high_risk_assets_count, medium_risk_assets_count, low_risk_assets_count,
               critical_risk_assets_count, active_policies, policy_coverage_percent, assets_out_of_policy, average_score, exposure_points_sum,
               post_quantum_assets, hybrid_assets, vulnerable_assets, not_known_assets)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(snapshot.id.to_string())
        .bind(at.unix_ms())
        .bind(cause.to_owned())
        .bind(kpis.total_assets.cast_signed())
        .bind(kpis.non_pqc.cast_signed())
        .bind(kpis.wrapped.cast_signed())
        .bind(kpis.attested.cast_signed())
        .bind(kpis.high.cast_signed())
        .bind(kpis.medium.cast_signed())
        .bind(kpis.low.cast_signed())
        .bind(kpis.critical.cast_signed())
        .bind(kpis.active_policies.cast_signed())
        .bind(kpis.policy_coverage_percent)
        .bind(kpis.out_of_policy.cast_signed())
        .bind(kpis.average_score)
        .bind(kpis.exposure_points)
        .bind(verdicts.post_quantum.cast_signed())
        .bind(verdicts.hybrid.cast_signed())
        .bind(verdicts.vulnerable.cast_signed())
        .bind(verdicts.not_known.cast_signed())
        .execute(db)
        .await?;
        event.entity = snapshot.id.into();
        self.record(event.with("cause", cause));
        Ok(snapshot)
    }
}

async fn compute(db: &mut SqliteConnection) -> Result<Kpis> {
    let mut kpis = of_assets(db).await?;
    let policies = sqlx::query(
        "SELECT (SELECT count(*) FROM encryption_policies WHERE is_active = 1) AS active,
           count(DISTINCT p.asset_seq) AS covered, count(DISTINCT CASE WHEN p.is_compliant = 0 THEN p.asset_seq END) AS failing
         FROM policy_assets p JOIN encryption_policies e ON e.id = p.policy_id WHERE e.is_active = 1",
    )
    .fetch_one(db)
    .await?;
    kpis.active_policies = policies.count("active")?;
    kpis.policy_coverage_percent = percent(policies.count("covered")?, kpis.total_assets);
    kpis.out_of_policy = policies.count("failing")?;
    Ok(kpis)
}

/// What the assets alone tell, from the sums that triggers keep of each facet.
async fn of_assets(db: &mut SqliteConnection) -> Result<Kpis> {
    let rows = sqlx::query(
        "SELECT facet, assets, score_sum, points_sum FROM asset_facets WHERE assets > 0",
    )
    .fetch_all(db)
    .await?;
    let mut kpis = Kpis::default();
    let mut scores = 0;
    for row in &rows {
        let traits = Traits::of(row.raw("facet")?)?;
        let assets = row.count("assets")?;
        kpis.total_assets += assets;
        if matches!(traits.verdict, Verdict::NonPqc | Verdict::Unknown) {
            kpis.non_pqc += assets;
        }
        *match traits.level {
            RiskLevel::Critical => &mut kpis.critical,
            RiskLevel::High => &mut kpis.high,
            RiskLevel::Medium => &mut kpis.medium,
            RiskLevel::Low => &mut kpis.low,
        } += assets;
        if matches!(
            traits.status,
            AssetStatus::WrappedPqc | AssetStatus::Attested
        ) {
            kpis.wrapped += assets;
        }
        if traits.status == AssetStatus::Attested {
            kpis.attested += assets;
        }
        scores += row.count("score_sum")?;
        kpis.exposure_points += row.raw::<i64>("points_sum")?;
    }
    if kpis.total_assets > 0 {
        kpis.average_score = scores as f64 / kpis.total_assets as f64;
    }
    Ok(kpis)
}

fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 * 100.0 / whole as f64
    }
}

fn read(row: &SqliteRow) -> Result<Snapshot> {
    Ok(Snapshot {
        id: row.parsed("id")?,
        at: row.time("snapshot_timestamp")?,
        cause: row.text("cause")?,
        kpis: Kpis {
            total_assets: row.count("total_assets")?,
            non_pqc: row.count("total_non_pqc_assets")?,
            critical: row.count("critical_risk_assets_count")?,
            high: row.count("high_risk_assets_count")?,
            medium: row.count("medium_risk_assets_count")?,
            low: row.count("low_risk_assets_count")?,
            wrapped: row.count("total_wrapped_pqc_assets")?,
            attested: row.count("total_attested_assets")?,
            active_policies: row.count("active_policies")?,
            policy_coverage_percent: row.raw("policy_coverage_percent")?,
            out_of_policy: row.count("assets_out_of_policy")?,
            average_score: row.raw("average_score")?,
            exposure_points: row.raw("exposure_points_sum")?,
        },
        verdicts: read_verdicts(row)?,
        comments: row.raw("comments")?,
    })
}

fn read_verdicts(row: &SqliteRow) -> Result<Option<VerdictCounts>> {
    // All four are written together.
    if row.raw::<Option<i64>>("hybrid_assets")?.is_none() {
        return Ok(None);
    }
    Ok(Some(VerdictCounts {
        post_quantum: row.count("post_quantum_assets")?,
        hybrid: row.count("hybrid_assets")?,
        vulnerable: row.count("vulnerable_assets")?,
        not_known: row.count("not_known_assets")?,
    }))
}
