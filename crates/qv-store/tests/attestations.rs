//! Attestation batches and the outbox.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{NOW, add_anchor, add_asset, assessment, event, fresh, later, refused};
use qv_audit::{Action, Entity};
use qv_store::{
    Attestation, AttestationJob, AttestationOutcome, NewTransaction, OutboxUpdate, Signer, Store,
    WrapperUpdate,
};
use qv_types::*;
use serde_json::{Map, json};

struct Batch {
    job: AttestationJob,
    rows: Vec<Attestation>,
    signer: SignerId,
}

/// Two wrapped assets in one batch.
async fn batch(store: &Store) -> Batch {
    let anchor = add_anchor(store, "root", Environment::Prod).await;
    let signer = Signer {
        id: SignerId::make(),
        name: "hot".into(),
        address: "0x00".into(),
        is_active: true,
        created_at: NOW,
        updated_at: NOW,
    };
    let job = AttestationJob {
        id: AttestationJobId::make(),
        created_by: None,
        job_id: None,
        anchor_id: anchor,
        signer_id: signer.id,
        filters: json!({}),
        total: 2,
        succeeded: 0,
        failed: 0,
        status: AttestationJobStatus::Pending,
        network: "eip155:31337".into(),
        contract: "0xc0".into(),
        created_at: NOW,
        completed_at: None,
    };
    let mut rows = Vec::new();
    for n in 0..2 {
        let asset_id = add_asset(store, &format!("{n}.example:443"), 60).await;
        rows.push(Attestation {
            id: AttestationId::make(),
            job_id: job.id,
            asset_id,
            anchor_id: anchor,
            status: AttestationStatus::Pending,
            tx_id: None,
            attested_at: None,
            error_message: None,
            payload_hash: "ab".repeat(32),
            payload: "{}".into(),
            evidence: Map::new(),
        });
    }
    let wrapped = rows.iter().map(|row| {
        let update = WrapperUpdate {
            id: row.asset_id,
            wrapper: Some(("ML-KEM-1024".into(), anchor)),
            status: AssetStatus::WrappedPqc,
            assessment: assessment(40),
            at: NOW,
        };
        (event(Action::AssetWrapped, row.asset_id), update)
    });
    let mut tx = store.begin().await.unwrap();
    tx.set_wrappers(wrapped.collect()).await.unwrap();
    tx.put_signer(event(Action::SignerAdded, signer.id), &signer, "sealed")
        .await
        .unwrap();
    tx.create_attestation_job(event(Action::AttestationStarted, job.id), &job, &rows)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    Batch {
        job,
        rows,
        signer: signer.id,
    }
}

fn transaction(batch: &Batch, row: usize, nonce: u64, mark: u8) -> NewTransaction {
    NewTransaction {
        attestation_id: batch.rows[row].id,
        signer_id: batch.signer,
        network: batch.job.network.clone(),
        nonce,
        tx_hash: format!("0x{mark:02x}"),
        signed_tx: vec![mark; 100],
        fee: json!({"gas": 90000}),
        created_at: NOW,
    }
}

#[tokio::test]
async fn a_batch_ends_with_its_rows() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let batch = batch(store).await;
    let mut tx = store.begin().await.unwrap();
    tx.update_attestation_job(
        event(Action::JobStateChanged, batch.job.id),
        batch.job.id,
        false,
        NOW,
    )
    .await
    .unwrap();
    let good = AttestationOutcome::Confirmed {
        tx_id: "0x01".into(),
        evidence: Map::from_iter([("block".into(), json!(7))]),
    };
    let bad = AttestationOutcome::Failed {
        error: "reverted".into(),
    };
    for (row, outcome) in batch.rows.iter().zip([good, bad]) {
        tx.end_attestation(
            event(Action::AttestationConfirmed, row.id),
            row.id,
            &outcome,
            later(9),
        )
        .await
        .unwrap();
    }
    tx.update_attestation_job(
        event(Action::AttestationCompleted, batch.job.id),
        batch.job.id,
        true,
        later(9),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();

    let job = store.attestation_job(batch.job.id).await.unwrap();
    assert_eq!(
        (job.total, job.succeeded, job.failed, job.status),
        (2, 1, 1, AttestationJobStatus::Completed)
    );
    let rows = store.attestations(batch.job.id).await.unwrap();
    for (offset, limit) in [(0, 10), (0, 1), (1, 1), (1, 10), (2, 10)] {
        let page = store.attestation_rows(batch.job.id, offset, limit).await;
        let page: Vec<_> = page.unwrap().into_iter().map(|(row, _)| row).collect();
        let from = (offset as usize).min(rows.len());
        let to = (from + limit as usize).min(rows.len());
        assert_eq!(page, rows[from..to], "{limit} from {offset}");
    }
    let second = store.attestation_rows(batch.job.id, 1, 1).await.unwrap();
    let asset = store.asset(rows[1].asset_id).await.unwrap();
    assert_eq!(second[0].1, asset.summary.location);
    assert_eq!(
        (rows[0].attested_at, rows[0].tx_id.as_deref()),
        (Some(later(9)), Some("0x01"))
    );
    assert_eq!(
        (rows[1].status, rows[1].error_message.as_deref()),
        (AttestationStatus::Failed, Some("reverted"))
    );
    let status = async |row: usize| {
        store
            .asset(batch.rows[row].asset_id)
            .await
            .unwrap()
            .summary
            .status
    };
    assert_eq!(
        (status(0).await, status(1).await),
        (AssetStatus::Attested, AssetStatus::WrappedPqc)
    );
    assert_eq!(
        store
            .asset_attestations(batch.rows[0].asset_id)
            .await
            .unwrap()[0]
            .evidence["block"],
        json!(7)
    );
}

#[tokio::test]
async fn one_transaction_lives_under_each_nonce() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let batch = batch(store).await;
    let told = |action| event(action, Entity::log());
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        tx.next_nonce(batch.signer, "eip155:31337").await.unwrap(),
        None
    );
    let pair = vec![
        (
            told(Action::AttestationSigned),
            transaction(&batch, 0, 5, 1),
        ),
        (
            told(Action::AttestationSigned),
            transaction(&batch, 1, 6, 2),
        ),
    ];
    let ids = tx.store_transactions(pair).await.unwrap();
    assert_eq!(
        tx.next_nonce(batch.signer, "eip155:31337").await.unwrap(),
        Some(7)
    );
    assert_eq!(
        tx.next_nonce(batch.signer, "eip155:1").await.unwrap(),
        None,
        "each chain counts by itself"
    );
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    let twin = tx
        .store_transactions(vec![(
            told(Action::AttestationSigned),
            transaction(&batch, 1, 5, 3),
        )])
        .await;
    assert_eq!(
        refused(twin).to_string(),
        "the nonce has a live transaction already; nothing was changed"
    );
    drop(tx);

    let mut tx = store.begin().await.unwrap();
    let moved = tx
        .replace_transaction(
            told(Action::AttestationSigned),
            ids[0],
            &transaction(&batch, 0, 9, 4),
        )
        .await;
    assert_eq!(
        refused(moved).code(),
        Code::NotFound,
        "a replacement keeps the nonce"
    );
    drop(tx);

    let mut tx = store.begin().await.unwrap();
    let newer = tx
        .replace_transaction(
            told(Action::AttestationSigned),
            ids[0],
            &transaction(&batch, 0, 5, 5),
        )
        .await
        .unwrap();
    let mined = OutboxUpdate {
        id: newer,
        state: OutboxState::Mined,
        block: Some((12, "0xb".into())),
        error_message: None,
        at: later(1),
    };
    tx.update_transactions(vec![(told(Action::AttestationTracked), mined)])
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let open = store.open_transactions().await.unwrap();
    assert_eq!(
        open.iter()
            .map(|entry| (entry.id, entry.state))
            .collect::<Vec<_>>(),
        [(newer, OutboxState::Mined), (ids[1], OutboxState::Signed)]
    );
    assert_eq!(open[0].block, Some((12, "0xb".into())));
    assert_eq!(open[0].transaction.signed_tx, [5; 100]);
    let all = store.transactions_of(batch.rows[0].id).await.unwrap();
    assert_eq!(all[0].state, OutboxState::Replaced);
    let told = store
        .audit_page(
            &qv_store::AuditFilter {
                entity_id: Some(batch.rows[0].id.to_string()),
                ..Default::default()
            },
            None,
            9,
        )
        .await
        .unwrap();
    assert!(
        told.items
            .iter()
            .any(|record| record.event.metadata["tx_hash"] == "0x05"),
        "events name the transaction"
    );
}
