//! What scans keep beside the assets: failures by their cause, in pages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

mod common;

use common::{NOW, event, fresh, refused};
use qv_audit::Action;
use qv_store::{Scan, ScanCounts, ScanFailure, Store};
use qv_types::{Code, Cursor, ScanId, ScanStatus, ScanType};
use serde_json::Map;

async fn failed_scan(store: &Store, failures: &[(&str, Option<&str>, String)]) -> ScanId {
    let scan = Scan {
        id: ScanId::make(),
        triggered_by: None,
        job_id: None,
        scan_type: ScanType::Discovery,
        started_at: NOW,
        completed_at: None,
        targets: failures.len() as u64,
        counts: ScanCounts::default(),
        status: ScanStatus::Running,
        error_message: None,
    };
    let mut tx = store.begin().await.unwrap();
    tx.create_scan(event(Action::ScanStarted, scan.id), &scan)
        .await
        .unwrap();
    for (target, cause, error) in failures {
        let cause = cause.map(|cause| ("cause".to_owned(), cause.into()));
        let failure = ScanFailure {
            scan_id: scan.id,
            target: (*target).to_owned(),
            error: error.clone(),
            details: Map::from_iter(cause),
            at: NOW,
        };
        tx.add_scan_failure(event(Action::ScanTargetFailed, scan.id), &failure)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    scan.id
}

/// Every target of the pages, in order, and how many pages there were.
async fn pages(
    store: &Store,
    scan: ScanId,
    cause: Option<&str>,
    limit: u32,
) -> (Vec<String>, usize) {
    let (mut targets, mut turned, mut after) = (Vec::new(), 0, None);
    loop {
        let page = store
            .scan_failures(scan, cause, after.as_ref(), limit)
            .await
            .unwrap();
        assert!(serde_json::to_vec(&page).unwrap().len() <= 64 * 1024);
        targets.extend(page.items.into_iter().map(|entry| entry.target));
        turned += 1;
        after = page.next;
        if after.is_none() {
            return (targets, turned);
        }
    }
}

#[tokio::test]
async fn failures_are_paged_by_cause() {
    let fixture = fresh().await;
    let short = |target, cause| (target, cause, "no".to_owned());
    let failures = [
        short("a", Some("refused")),
        short("b", Some("dns")),
        short("c", None),
        short("d", Some("refused")),
        short("e", Some("refused")),
    ];
    let scan = failed_scan(&fixture.store, &failures).await;
    let other = failed_scan(&fixture.store, &failures[..2]).await;
    let of = async |cause, limit| pages(&fixture.store, scan, cause, limit).await.0;
    for limit in [1, 2, 100] {
        assert_eq!(of(None, limit).await, ["b", "c", "a", "d", "e"]);
        assert_eq!(of(Some("refused"), limit).await, ["a", "d", "e"]);
        assert_eq!(of(Some("other"), limit).await, ["c"]);
        assert!(of(Some("alert"), limit).await.is_empty());
    }
    let all = fixture.store.failed_targets(scan, None).await.unwrap();
    assert_eq!(all.len(), 5);

    let page = fixture.store.scan_failures(scan, None, None, 1).await;
    let next = page.unwrap().next.unwrap();
    for (scan, cause, after) in [
        (other, None, next.clone()),
        (scan, Some("refused"), next),
        (scan, None, Cursor("00".into())),
    ] {
        let answer = fixture.store.scan_failures(scan, cause, Some(&after), 1);
        assert_eq!(refused(answer.await).code(), Code::InvalidInput);
    }
}

#[tokio::test]
async fn a_page_of_failures_weighs_at_most_64_kib() {
    let fixture = fresh().await;
    let names: Vec<String> = (0..200).map(|n| format!("{n:03}")).collect();
    let failures: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), Some("alert"), "\u{1}".repeat(240)))
        .collect();
    let scan = failed_scan(&fixture.store, &failures).await;
    let (targets, turned) = pages(&fixture.store, scan, None, 1000).await;
    assert_eq!(targets, names);
    assert!(turned > 1);
}
