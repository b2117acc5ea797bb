//! The durable job that wraps or rewraps the material of many assets.
//!
//! A step is an asset. Some steps at a time are sealed and stored in one transaction with the assets'
//! new fields and scores, so that a kill leaves whole assets either done or untouched.

use std::collections::BTreeMap;

use qv_audit::{Action, Event};
use qv_crypto::suite::AeadSuite;
use qv_policy::policy::WrapSuite;
use qv_store::{Asset, Job, JobStep, Lease, NewEnvelope, WrapperUpdate, WriteTx};
use qv_types::{
    AnchorId, AssetId, AssetStatus, Code, Environment, JobId, JobKind, JobState, PolicyId,
    StepState, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::pipeline::{Item, Sealed, Sealer, Source};
use crate::assess::{Meaning, reassess};
use crate::progress::Cancel;
use crate::{AppError, Vault, anchors, policies, runner};

/// Assets of one transaction.
const GROUP: usize = 128;

/// What a batch is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Input {
    /// Under which policy.
    pub policy: Option<PolicyId>,
    /// Under this anchor; the active one of each asset's environment where none is named.
    pub anchor: Option<AnchorId>,
}

/// One step of a batch.
#[derive(Debug, Serialize, Deserialize)]
pub struct Step {
    /// The asset whose material is wrapped.
    pub asset: AssetId,
}

/// What a stored batch is to do.
pub fn input_of(job: &Job) -> Result<Input, AppError> {
    runner::stored(job, job.input.clone())
}

/// One step of a stored batch.
pub fn step_of(job: &Job, input: Value) -> Result<Step, AppError> {
    runner::stored(job, input)
}

/// What a batch did.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Default, Serialize)]
pub struct WrapReport {
    /// Assets that are wrapped now.
    pub assets: u64,
    /// Secrets that were sealed.
    pub secrets: u64,
    /// The suites, joined by `, `.
    pub suite: String,
    /// Assets that failed.
    pub failed: Vec<WrapFailure>,
}

/// An asset that could not be wrapped; it is as it was.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct WrapFailure {
    /// The asset.
    pub asset_id: AssetId,
    /// Where it is.
    pub location: String,
    /// Why.
    pub why: String,
}

/// Stores a batch as a job.
pub async fn create(
    vault: &Vault,
    kind: JobKind,
    input: &Input,
    assets: Vec<AssetId>,
) -> Result<JobId, AppError> {
    let steps = assets
        .into_iter()
        .map(|asset| json!(Step { asset }))
        .collect();
    let mut tx = vault.begin().await?;
    let job = runner::create(vault, &mut tx, kind, json!(input), steps).await?;
    tx.commit().await?;
    Ok(job)
}

/// Runs a batch to its end, from wherever it stands. The vault must be unlocked.
pub async fn run(vault: &Vault, job: JobId, cancel: Cancel) -> Result<WrapReport, AppError> {
    runner::run_leased(vault, job, async |job, lease| {
        Batch { vault, job, lease }.run(cancel).await
    })
    .await
}

struct Batch<'a> {
    vault: &'a Vault,
    job: &'a Job,
    lease: &'a Lease,
}

impl Batch<'_> {
    /// Seals the next group while the one before is being stored.
    async fn run(self, cancel: Cancel) -> Result<WrapReport, AppError> {
        let input = input_of(self.job)?;
        let pending = self
            .vault
            .store()
            .job_steps(self.job.id, Some(StepState::Pending))
            .await?;
        let (sender, receiver) = mpsc::channel(1);
        let mut report = WrapReport::default();
        let (sealed, stored) = tokio::join!(
            self.seal_all(&input, &pending, sender, &cancel),
            self.store_all(receiver, &mut report)
        );
        stored?;
        sealed?;
        self.finish(&report).await?;
        Ok(report)
    }

    async fn seal_all(
        &self,
        input: &Input,
        steps: &[JobStep],
        groups: mpsc::Sender<Group>,
        cancel: &Cancel,
    ) -> Result<(), AppError> {
        for chunk in steps.chunks(GROUP) {
            for (environment, members) in self.by_environment(chunk).await? {
                if cancel.is_cancelled() {
                    return Err(AppError::Cancelled);
                }
                let group = self.seal_group(input, environment, members).await?;
                // A closed channel: storing ended with an error, which is what the caller will see.
                if groups.send(group).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    async fn store_all(
        &self,
        mut groups: mpsc::Receiver<Group>,
        report: &mut WrapReport,
    ) -> Result<(), AppError> {
        let mut done = self.job.steps_ended;
        while let Some(group) = groups.recv().await {
            done += group.members.len() as u64;
            self.store_group(group, report).await?;
            runner::report(self.vault, self.job, done, None);
        }
        Ok(())
    }

    async fn finish(&self, report: &WrapReport) -> Result<(), AppError> {
        // Before the snapshot, which counts what is out of policy, and before the job has ended.
        policies::reevaluate_all(self.vault).await?;
        let now = Timestamp::now();
        let mut tx = self.vault.begin().await?;
        let event = self
            .vault
            .event(Action::JobStateChanged, self.job.id)
            .with("secrets", report.secrets);
        tx.end_job(event, self.lease, JobState::Done, None, now)
            .await?;
        tx.take_snapshot(
            self.vault.event(Action::SnapshotTaken, self.job.id),
            "wrap",
            now,
        )
        .await?;
        Ok(tx.commit().await?)
    }

    /// Apart by environment, because each has its own anchor.
    async fn by_environment(
        &self,
        steps: &[JobStep],
    ) -> Result<BTreeMap<Environment, Vec<(u64, Asset)>>, AppError> {
        let mut apart: BTreeMap<Environment, Vec<(u64, Asset)>> = BTreeMap::new();
        for step in steps {
            let Step { asset } = step_of(self.job, step.input.clone())?;
            let asset = self.vault.store().asset(asset).await?;
            apart
                .entry(asset.summary.environment)
                .or_default()
                .push((step.step, asset));
        }
        Ok(apart)
    }

    async fn sealer(&self, input: &Input, environment: Environment) -> Result<Sealer, AppError> {
        let anchor = match input.anchor {
            Some(id) => self.vault.store().anchor(id).await?,
            None => anchors::active(self.vault, environment).await?,
        };
        let aead = match input.policy {
            Some(policy) => policies::aead_for(self.vault, policy, &anchor).await?,
            None => AeadSuite::Aes256Gcm,
        };
        Sealer::new(self.vault, &anchor, aead).await
    }

    /// What is to be sealed, and the assets of which some material has lost its envelope.
    async fn items(
        &self,
        input: &Input,
        members: &[(u64, Asset)],
    ) -> Result<(Vec<Item>, BTreeMap<AssetId, String>), AppError> {
        let ids: Vec<AssetId> = members.iter().map(|(_, asset)| asset.summary.id).collect();
        let rows = self.vault.store().materials_of(&ids).await?;
        let mut owners: BTreeMap<_, _> = rows.iter().map(|row| (row.id, row.asset_id)).collect();
        let materials: Vec<_> = owners.keys().copied().collect();
        let rows = self.vault.store().envelopes(&materials).await?;
        let item = |row: qv_store::StoredEnvelope| Item {
            asset: row.asset_id,
            material: row.material_id,
            // Rewrapping changes the key, not the policy.
            policy: input.policy.or(row.policy_id),
            source: Source::Stored(Box::new(row)),
        };
        let items: Vec<Item> = rows.into_iter().map(item).collect();
        for item in &items {
            owners.remove(&item.material);
        }
        let lost = |(material, asset)| (asset, format!("secret {material} has lost its envelope"));
        Ok((items, owners.into_iter().map(lost).collect()))
    }

    async fn seal_group(
        &self,
        input: &Input,
        environment: Environment,
        members: Vec<(u64, Asset)>,
    ) -> Result<Group, AppError> {
        match self.sealer(input, environment).await {
            Ok(sealer) => self.seal_members(input, sealer, members).await,
            Err(error @ AppError::Store(_)) => Err(error),
            // Nothing is wrong with the assets: the job goes on later.
            Err(error)
                if matches!(
                    error.code(),
                    Code::Locked | Code::Unreachable | Code::BadPeer
                ) =>
            {
                Err(error)
            }
            // No anchor, or one that the policy does not accept: the assets of this environment fail.
            Err(error) => {
                let failed = members
                    .iter()
                    .map(|(_, asset)| (asset.summary.id, error.to_string()))
                    .collect();
                Ok(Group {
                    members,
                    sealed: Vec::new(),
                    failed,
                    wrapper: None,
                })
            }
        }
    }

    async fn seal_members(
        &self,
        input: &Input,
        sealer: Sealer,
        members: Vec<(u64, Asset)>,
    ) -> Result<Group, AppError> {
        let (items, failed) = self.items(input, &members).await?;
        let owners: BTreeMap<_, _> = items
            .iter()
            .map(|item| (item.material, item.asset))
            .collect();
        let sealer = sealer.with_keys_of(self.vault, &items).await?;
        let wrapper = Some((sealer.suite(), sealer.anchor()));
        let mut group = Group {
            members,
            sealed: Vec::with_capacity(items.len()),
            failed,
            wrapper,
        };
        let mut chunks = sealer.start(items);
        while let Some(chunk) = chunks.recv().await {
            group.take(chunk?);
        }
        // An asset is wrapped as a whole or not at all.
        let failed = &group.failed;
        group.sealed.retain(|envelope| {
            owners
                .get(&envelope.material_id)
                .is_some_and(|asset| !failed.contains_key(asset))
        });
        Ok(group)
    }

    async fn store_group(&self, group: Group, report: &mut WrapReport) -> Result<(), AppError> {
        report.secrets += group.sealed.len() as u64;
        if let Some((suite, _)) = group.wrapper {
            report.add_suite(suite);
        }
        let mut tx = self.vault.begin().await?;
        let envelopes = group
            .sealed
            .into_iter()
            .map(|envelope| (self.wrap_event(&envelope), envelope))
            .collect();
        tx.put_envelopes(envelopes).await?;
        self.update_assets(
            &mut tx,
            &group.members,
            &group.failed,
            group.wrapper,
            report,
        )
        .await?;
        Ok(tx.commit().await?)
    }

    fn wrap_event(&self, envelope: &NewEnvelope) -> Event {
        let action = if self.job.kind == JobKind::Rewrap {
            Action::MaterialRewrapped
        } else {
            Action::MaterialWrapped
        };
        self.vault.event(action, envelope.material_id)
    }

    async fn update_assets(
        &self,
        tx: &mut WriteTx,
        members: &[(u64, Asset)],
        failed: &BTreeMap<AssetId, String>,
        wrapper: Option<(WrapSuite, AnchorId)>,
        report: &mut WrapReport,
    ) -> Result<(), AppError> {
        let now = Timestamp::now();
        let mut updates = Vec::new();
        for (step, asset) in members {
            let id = asset.summary.id;
            let (state, output) = match failed.get(&id) {
                None => {
                    // A rewrap of an asset that its owner has not declared wrapped changes no status.
                    if let Some((suite, anchor)) = wrapper
                        && (self.job.kind == JobKind::Wrap || asset.summary.wrapper_enabled)
                    {
                        updates.push((
                            self.vault.event(Action::AssetWrapped, id),
                            wrapped(asset, suite, anchor, now)?,
                        ));
                    }
                    report.assets += 1;
                    (StepState::Done, json!({}))
                }
                Some(why) => {
                    report.failed.push(failure(asset, why.clone()));
                    (StepState::Failed, json!({ "error": why }))
                }
            };
            let event = self
                .vault
                .event(Action::JobStepDone, self.job.id)
                .with("step", *step);
            tx.end_step(event, self.lease, *step, state, &output, now)
                .await?;
        }
        Ok(tx.set_wrappers(updates).await?)
    }
}

/// Sealed assets on their way into the store.
struct Group {
    members: Vec<(u64, Asset)>,
    sealed: Vec<NewEnvelope>,
    failed: BTreeMap<AssetId, String>,
    wrapper: Option<(WrapSuite, AnchorId)>,
}

impl Group {
    fn take(&mut self, chunk: Vec<Sealed>) {
        for result in chunk {
            match result {
                Ok(envelope) => self.sealed.push(envelope),
                Err((asset, error)) => drop(self.failed.insert(asset, error.to_string())),
            }
        }
    }
}

impl WrapReport {
    /// Whether there was nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.assets == 0 && self.failed.is_empty()
    }

    fn add_suite(&mut self, suite: WrapSuite) {
        let name = suite.to_string();
        if !self.suite.split(", ").any(|known| known == name) {
            let separator = if self.suite.is_empty() { "" } else { ", " };
            self.suite = format!("{}{separator}{name}", self.suite);
        }
    }
}

fn failure(asset: &Asset, why: String) -> WrapFailure {
    WrapFailure {
        asset_id: asset.summary.id,
        location: asset.summary.location.clone(),
        why,
    }
}

/// The asset's fields after all of its material was wrapped (MVP section 8.4, step 4).
fn wrapped(
    asset: &Asset,
    suite: WrapSuite,
    anchor: AnchorId,
    now: Timestamp,
) -> Result<WrapperUpdate, AppError> {
    let meaning = Meaning {
        wrapper_algorithm: Some(suite.to_string()),
        ..Meaning::of(&asset.summary)
    };
    Ok(WrapperUpdate {
        id: asset.summary.id,
        wrapper: Some((suite.to_string(), anchor)),
        status: AssetStatus::WrappedPqc,
        assessment: reassess(asset, &meaning, now)?,
        at: now,
    })
}
