//! Durable jobs: one runner at a time, each step once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{NOW, event, fresh, later, refused};
use proptest::prelude::*;
use qv_audit::Action;
use qv_store::{Job, Lease, NewJob, Store};
use qv_types::{Code, JobId, JobKind, JobState, StepState, Timestamp};
use serde_json::json;

async fn add_job(store: &Store, kind: JobKind, steps: usize) -> JobId {
    let job = NewJob {
        id: JobId::make(),
        kind,
        input_version: 1,
        input: json!({"scan": "x"}),
        steps: (0..steps).map(|n| json!({"target": n})).collect(),
        created_at: NOW,
    };
    let mut tx = store.begin().await.unwrap();
    tx.create_job(event(Action::JobCreated, job.id), &job)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    job.id
}

async fn claim(store: &Store, owner: &str, now: Timestamp) -> Option<(Job, Lease)> {
    let until = Timestamp::from_unix_ms(now.unix_ms() + 100);
    store.claim_next(None, owner, now, until).await.unwrap()
}

async fn end_step(store: &Store, lease: &Lease, step: u64) -> qv_store::Result<()> {
    let mut tx = store.begin().await.unwrap();
    tx.end_step(
        event(Action::JobStepDone, lease.job),
        lease,
        step,
        StepState::Done,
        &json!({"ok": step}),
        NOW,
    )
    .await?;
    tx.commit().await
}

async fn end_job(store: &Store, lease: &Lease, state: JobState) -> qv_store::Result<()> {
    let mut tx = store.begin().await.unwrap();
    let error = (state == JobState::Failed).then_some((Code::Unreachable, "no route"));
    tx.end_job(
        event(Action::JobStateChanged, lease.job),
        lease,
        state,
        error,
        NOW,
    )
    .await?;
    tx.commit().await
}

#[tokio::test]
async fn a_job_runs_to_its_end() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let id = add_job(store, JobKind::Scan, 3).await;
    assert!(
        store
            .claim_next(Some(JobKind::Wrap), "a", NOW, later(100))
            .await
            .unwrap()
            .is_none()
    );
    let (job, lease) = claim(store, "a", NOW).await.unwrap();
    assert_eq!(
        (job.id, job.state, job.attempt, job.steps),
        (id, JobState::Running, 1, 3)
    );
    for step in 0..3 {
        end_step(store, &lease, step).await.unwrap();
    }
    assert_eq!(
        refused(end_step(store, &lease, 1).await).code(),
        Code::Conflict,
        "each step once"
    );
    end_job(store, &lease, JobState::Done).await.unwrap();
    let job = store.job(id).await.unwrap();
    assert_eq!(
        (job.state, job.lease, job.steps_ended, job.steps_failed),
        (JobState::Done, None, 3, 0)
    );
    assert!(claim(store, "a", later(1000)).await.is_none());
    assert!(store.open_jobs().await.unwrap().is_empty());
    let steps = store.job_steps(id, Some(StepState::Done)).await.unwrap();
    assert_eq!(steps[2].output, Some(json!({"ok": 2})));
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_and_its_old_holder_is_fenced_off() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let id = add_job(store, JobKind::Scan, 2).await;
    let (_, first) = claim(store, "a", NOW).await.unwrap();
    assert!(claim(store, "b", later(99)).await.is_none(), "held");
    store.renew_lease(&first, later(200)).await.unwrap();
    assert!(claim(store, "b", later(199)).await.is_none(), "renewed");
    let (job, second) = claim(store, "b", later(200)).await.unwrap();
    assert_eq!((job.id, job.attempt), (id, 2));
    for lost in [
        end_step(store, &first, 0).await,
        end_job(store, &first, JobState::Done).await,
        store.renew_lease(&first, later(999)).await,
        store.release_lease(first).await,
    ] {
        assert_eq!(refused(lost).code(), Code::Busy);
    }
    end_step(store, &second, 0).await.unwrap();
    store.release_lease(second).await.unwrap();
    let (job, _) = claim(store, "a", later(201)).await.unwrap();
    assert_eq!((job.attempt, job.steps_ended), (3, 1));
}

#[tokio::test]
async fn the_same_owner_twice_is_still_two_runners() {
    let fixture = fresh().await;
    add_job(&fixture.store, JobKind::Wrap, 1).await;
    let (_, first) = claim(&fixture.store, "a", NOW).await.unwrap();
    let (_, second) = claim(&fixture.store, "a", later(100)).await.unwrap();
    assert_eq!(
        refused(end_step(&fixture.store, &first, 0).await).code(),
        Code::Busy
    );
    end_step(&fixture.store, &second, 0).await.unwrap();
}

#[tokio::test]
async fn waiting_jobs_are_taken_by_name_only() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let id = add_job(store, JobKind::Attest, 1).await;
    let (_, lease) = claim(store, "a", NOW).await.unwrap();
    end_job(store, &lease, JobState::WaitingConfirmations)
        .await
        .unwrap();
    assert!(claim(store, "a", later(500)).await.is_none());
    let (_, lease) = store
        .claim_job(id, "a", later(500), later(600))
        .await
        .unwrap()
        .unwrap();
    assert!(
        store
            .claim_job(id, "b", later(501), later(600))
            .await
            .unwrap()
            .is_none()
    );
    end_job(store, &lease, JobState::Failed).await.unwrap();
    let job = store.job(id).await.unwrap();
    assert_eq!(job.error, Some(("unreachable".into(), "no route".into())));
    assert!(
        store
            .claim_job(id, "a", later(700), later(800))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn cancelling_stops_the_runner_at_its_next_write() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let id = add_job(store, JobKind::Scan, 1).await;
    let (_, lease) = claim(store, "a", NOW).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.cancel_job(event(Action::JobCancelled, id), id, later(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(refused(end_step(store, &lease, 0).await).code(), Code::Busy);
    assert_eq!(store.job(id).await.unwrap().state, JobState::Cancelled);
    let mut tx = store.begin().await.unwrap();
    let again = tx
        .cancel_job(event(Action::JobCancelled, id), id, later(1))
        .await;
    assert_eq!(refused(again).code(), Code::NotFound);
}

#[tokio::test]
async fn what_a_lost_step_did_is_not_committed() {
    let fixture = fresh().await;
    let store = &fixture.store;
    add_job(store, JobKind::Scan, 1).await;
    let (_, first) = claim(store, "a", NOW).await.unwrap();
    let (_, _second) = claim(store, "b", later(100)).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.upsert_asset(
        event(Action::AssetScanned, first.job),
        &common::observation("late.example:443", 60),
    )
    .await
    .unwrap();
    let ended = tx
        .end_step(
            event(Action::JobStepDone, first.job),
            &first,
            0,
            StepState::Done,
            &json!({}),
            NOW,
        )
        .await;
    assert_eq!(refused(ended).code(), Code::Busy);
    assert_eq!(refused(tx.commit().await).code(), Code::Conflict);
    assert_eq!(store.kpis().await.unwrap().total_assets, 0);
}

#[tokio::test]
async fn steps_that_a_step_found_are_appended() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let id = add_job(store, JobKind::Scan, 2).await;
    let (_, lease) = claim(store, "a", NOW).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.add_steps(
        event(Action::JobStateChanged, id),
        &lease,
        &[json!("x"), json!("y")],
        NOW,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let steps = store.job_steps(id, None).await.unwrap();
    assert_eq!(
        steps.iter().map(|step| step.step).collect::<Vec<_>>(),
        [0, 1, 2, 3]
    );
    assert_eq!(steps[3].input, json!("y"));
}

/// What two processes may do with the jobs, at times that only grow.
#[derive(Debug, Clone)]
enum Act {
    Claim(usize),
    EndStep(usize),
    Renew(usize),
    Release(usize),
    EndJob(usize),
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let who = 0usize..2;
    prop_oneof![
        3 => who.clone().prop_map(Act::Claim),
        5 => who.clone().prop_map(Act::EndStep),
        1 => who.clone().prop_map(Act::Renew),
        1 => who.clone().prop_map(Act::Release),
        1 => who.prop_map(Act::EndJob),
        2 => (1i64..120).prop_map(Act::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever two processes do, no step is ended twice and only the last claimant's words count.
    #[test]
    fn two_processes_never_end_one_step_twice(acts in prop::collection::vec(act(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = fresh().await;
            let stores = [fixture.store.clone(), Store::open(&fixture.path()).await.unwrap()];
            let id = add_job(&stores[0], JobKind::Scan, 4).await;
            let mut leases: [Option<(Lease, u64)>; 2] = [None, None];
            let mut ended = Vec::new();
            let mut now = 0;
            for act in acts {
                match act {
                    Act::Wait(ms) => now += ms,
                    Act::Claim(who) => {
                        if let Some((job, lease)) = claim(&stores[who], ["a", "b"][who], later(now)).await {
                            leases[who] = Some((lease, job.attempt));
                        }
                    }
                    Act::EndStep(who) => {
                        let Some((lease, attempt)) = &leases[who] else { continue };
                        let step = ended.len() as u64;
                        if end_step(&stores[who], lease, step).await.is_ok() {
                            ended.push(step);
                            assert_eq!(*attempt, stores[who].job(id).await.unwrap().attempt);
                        }
                    }
                    Act::Renew(who) => {
                        if let Some((lease, _)) = &leases[who] {
                            let _ = stores[who].renew_lease(lease, later(now + 100)).await;
                        }
                    }
                    Act::Release(who) => {
                        if let Some((lease, _)) = leases[who].take() {
                            let _ = stores[who].release_lease(lease).await;
                        }
                    }
                    Act::EndJob(who) => {
                        if let Some((lease, _)) = leases[who].take() {
                            let _ = end_job(&stores[who], &lease, JobState::Done).await;
                        }
                    }
                }
            }
            let job = stores[0].job(id).await.unwrap();
            assert_eq!(job.steps_ended, ended.len() as u64);
            let told = stores[0].audit_page(
                &qv_store::AuditFilter { action: Some(Action::JobStepDone), ..Default::default() }, None, 100,
            ).await.unwrap();
            assert_eq!(told.items.len(), ended.len(), "one event for each step");
        });
    }
}
