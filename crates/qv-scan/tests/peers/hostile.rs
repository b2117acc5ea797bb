//! Peers that stall, lie, flood or hang up: each gets its own cause and none ends more than itself.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use qv_scan::{Depth, FailureCause, Guard, Limits, Outcome, Prober, Report, Stage};
use qv_testkit::tls::hostile::Peer;
use qv_testkit::tls::{Identity, openssl};

use super::{facts, probe_with, short_limits, target, versions};

async fn probe(peer: &Peer) -> Report {
    probe_with(&target(peer.address()), short_limits(), Depth::Standard).await
}

/// The one cause of a report without facts.
fn cause(report: &Report) -> FailureCause {
    assert_eq!(report.outcome(), Outcome::Failed, "{report:#?}");
    report.failures.last().unwrap().cause
}

#[tokio::test]
async fn a_tarpit_costs_one_connection() {
    let peer = Peer::tarpit().unwrap();
    let report = probe(&peer).await;
    assert_eq!(cause(&report), FailureCause::HandshakeTimeout);
    assert_eq!(report.connections, 1);
}

#[tokio::test]
async fn a_peer_that_stalls_later_is_bounded_as_a_whole() {
    // Answers the first hello with a hello of TLS 1.2 and says nothing more.
    let hello = [
        &[22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3][..],
        &[7; 32],
        &[0, 0xc0, 0x2f, 0],
    ]
    .concat();
    let peer = Peer::start(move |peer| {
        peer.hear()?;
        peer.send(&hello)?;
        peer.rest(Duration::from_secs(60))
    })
    .unwrap();
    let report = probe(&peer).await;
    assert_eq!(report.outcome(), Outcome::Partial, "{report:#?}");
    assert_eq!(versions(&report), ["TLS1.2"]);
    assert_eq!(
        report.failures.last().unwrap().cause,
        FailureCause::HandshakeTimeout
    );
    assert_eq!(report.connections, 1);
}

#[tokio::test]
async fn what_is_no_tls_is_named() {
    let plain = Peer::saying("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n").unwrap();
    let report = probe(&plain).await;
    assert_eq!(cause(&report), FailureCause::NotTls);
    assert_eq!(
        report.failures[0].detail,
        "the peer answers in clear: HTTP/1.1 400 Bad Request"
    );
    assert_eq!(report.connections, 1);

    let garbage = Peer::saying((0u8..=255).rev().collect::<Vec<_>>()).unwrap();
    assert_eq!(cause(&probe(&garbage).await), FailureCause::Garbage);

    let broken = Peer::saying([22, 3, 3, 0, 5, 2, 0, 0, 1, 0]).unwrap();
    assert_eq!(cause(&probe(&broken).await), FailureCause::Garbage);
}

#[tokio::test]
async fn peers_that_hang_up() {
    let reset = Peer::resetting().unwrap();
    assert_eq!(cause(&probe(&reset).await), FailureCause::Reset);

    let silent = Peer::start(|peer| peer.hear().map(drop)).unwrap();
    assert_eq!(cause(&probe(&silent).await), FailureCause::Closed);

    let refusing = Peer::saying([21, 3, 3, 0, 2, 2, 40]).unwrap();
    let report = probe(&refusing).await;
    assert_eq!(cause(&report), FailureCause::Alert);
    assert_eq!(
        report.failures[0].detail,
        "the server refuses with handshake_failure"
    );

    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let report = probe_with(&target(port), short_limits(), Depth::Standard).await;
    assert_eq!(cause(&report), FailureCause::Refused);
}

#[tokio::test]
async fn floods_are_cut_off() {
    let endless = Peer::start(|peer| {
        peer.hear()?;
        peer.send(
            &[
                &[22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3][..],
                &[7; 32],
                &[0, 0xc0, 0x2f, 0],
            ]
            .concat(),
        )?;
        loop {
            peer.send(&[&[22, 3, 3, 0x40, 0][..], &[11; 0x4000]].concat())?;
        }
    })
    .unwrap();
    let report = probe(&endless).await;
    assert!(
        report
            .failures
            .iter()
            .any(|failure| failure.cause == FailureCause::TooLarge),
        "{report:#?}"
    );
    assert_eq!(versions(&report), ["TLS1.2"]);
}

#[tokio::test]
async fn a_huge_chain_is_counted_but_not_kept() {
    let chain = Identity::with_useless_certificates(90).unwrap();
    let server = openssl::start(&chain, &[]).unwrap();
    let report = probe_with(
        &target(server.address()),
        Limits::default(),
        Depth::Standard,
    )
    .await;
    assert_eq!(facts(&report).certificate_count, 91, "{report:#?}");
    assert_eq!(facts(&report).certificates.len(), 16);
}

#[tokio::test]
async fn ssl_3_is_detected() {
    // A server that knows SSLv3 and RC4 only, whatever it is asked.
    let body = [&[3, 0][..], &[7; 32], &[0, 0, 5, 0]].concat();
    let hello = [&[22, 3, 0, 0, 46, 2, 0, 0, 38][..], &body, &[14, 0, 0, 0]].concat();
    let peer = Peer::saying(hello).unwrap();
    let report = probe(&peer).await;
    assert_eq!(versions(&report), ["SSLv3"]);
    let negotiated = &facts(&report).negotiated.as_ref().unwrap().suite;
    assert_eq!(
        (negotiated.name.as_str(), negotiated.symmetric.as_str()),
        ("TLS_RSA_WITH_RC4_128_SHA", "RC4-128")
    );
}

#[tokio::test]
async fn the_guard_stands_before_every_connection() {
    let peer = Peer::saying([21, 3, 3, 0, 2, 2, 40]).unwrap();
    let closed = Prober::new(short_limits(), Guard::default(), Depth::Standard).unwrap();
    for text in [
        peer.address().to_string(),
        format!("localhost:{}", peer.address().port()),
    ] {
        let report = closed.probe(&text.parse().unwrap()).await;
        assert_eq!(cause(&report), FailureCause::AddressRefused);
        assert_eq!(
            (report.failures[0].stage, report.connections),
            (Stage::Resolve, 0)
        );
    }
    assert_eq!(peer.connections(), 0);
    let report = closed.probe(&"no-such-host.invalid".parse().unwrap()).await;
    assert_eq!(cause(&report), FailureCause::Dns);
}

#[tokio::test]
async fn the_overall_limit_holds_when_each_answer_is_in_time() {
    let hello = [
        &[22, 3, 3, 0, 46, 2, 0, 0, 38, 3, 3][..],
        &[7; 32],
        &[0, 0xc0, 0x2f, 0],
        &[14, 0, 0, 0],
    ]
    .concat();
    let peer = Peer::start(move |peer| {
        peer.hear()?;
        peer.rest(Duration::from_millis(600))?;
        peer.send(&hello)
    })
    .unwrap();
    let limits = Limits {
        handshake: Duration::from_secs(5),
        overall: Duration::from_secs(2),
        ..Limits::default()
    };
    let begun = Instant::now();
    let report = probe_with(&target(peer.address()), limits, Depth::Standard).await;
    assert_eq!(
        report.failures.last().unwrap().cause,
        FailureCause::OverallTimeout,
        "{report:#?}"
    );
    assert_eq!(versions(&report), ["TLS1.2"]);
    // Not a measurement: without the limit it would be an order of magnitude more.
    assert!(begun.elapsed() < Duration::from_secs(20));
}
