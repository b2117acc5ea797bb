//! Many targets at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream;
use qv_scan::{Depth, Limits, Outcome, Prober, Target, scan_many};
use qv_testkit::tls::hostile::Peer;
use qv_testkit::tls::rustls_server::{Options, RustlsServer};

use super::{OPEN, short_limits};

fn hosts(port: u16, count: u32) -> impl Iterator<Item = Target> {
    (0..count).map(move |n| {
        format!("127.1.{}.{}:{port}", n / 250, 1 + n % 250)
            .parse()
            .unwrap()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_never_end_a_scan_and_every_target_has_its_report() {
    let mut options = Options::hybrid().unwrap();
    options.bind = [0, 0, 0, 0].into();
    let server = RustlsServer::start(&options).unwrap();
    let (tarpit, reset) = (Peer::tarpit().unwrap(), Peer::resetting().unwrap());
    let mut targets: Vec<Target> = hosts(server.address().port(), 40).collect();
    targets.insert(3, super::target(tarpit.address()));
    targets.insert(7, super::target(reset.address()));
    targets.insert(9, "no-such-host.invalid".parse().unwrap());
    let prober = Prober::new(short_limits(), OPEN, Depth::Standard).unwrap();
    let mut reports = HashMap::new();
    let keyed = stream::iter(targets.clone().into_iter().enumerate());
    scan_many(&prober, keyed, async |key, report| {
        assert!(reports.insert(key, report).is_none());
    })
    .await;
    assert_eq!(reports.len(), targets.len());
    for (key, report) in &reports {
        assert_eq!(report.target, targets[*key]);
        let healthy = report.target.port() == server.address().port();
        assert_eq!(
            report.outcome() == Outcome::Complete,
            healthy,
            "{report:#?}"
        );
    }
}

/// Counts the connections that a peer has at once.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_is_never_asked_by_more_than_its_share() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, highest) = (now.clone(), most.clone());
    let peer = Peer::start(move |peer| {
        highest.fetch_max(counted.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let said = peer
            .hear()
            .and_then(|_| peer.rest(Duration::from_millis(60)));
        counted.fetch_sub(1, Ordering::SeqCst);
        said.and_then(|()| peer.send(&[21, 3, 3, 0, 2, 2, 40]))
    })
    .unwrap();
    let limits = Limits {
        per_host: 2,
        ..Limits::default()
    };
    let prober = Prober::new(limits, OPEN, Depth::Standard).unwrap();
    let targets = (0..8).map(|key| (key, super::target(peer.address())));
    let mut count = 0;
    scan_many(&prober, stream::iter(targets), async |_, _| count += 1).await;
    assert_eq!(count, 8);
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_are_taken_only_when_there_is_room() {
    let tarpit = Peer::tarpit().unwrap();
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = taken.clone();
    let targets = hosts(tarpit.address().port(), 1000)
        .enumerate()
        .inspect(move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
        });
    let limits = Limits {
        concurrency: 5,
        handshake: Duration::from_secs(60),
        overall: Duration::from_secs(60),
        ..Limits::default()
    };
    let prober = Prober::new(limits, OPEN, Depth::Standard).unwrap();
    // The tarpit listens on 127.0.0.1 alone, so that every other address refuses at once.
    let one = super::target(tarpit.address());
    let blocked = targets.map(|(key, _)| (key, one.clone()));
    let scan = scan_many(&prober, stream::iter(blocked), async |_, _| {});
    // Dropping the scan after a moment cancels it.
    assert!(
        tokio::time::timeout(Duration::from_millis(300), scan)
            .await
            .is_err()
    );
    assert_eq!(taken.load(Ordering::SeqCst), 5);
}
