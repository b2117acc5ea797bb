//! HTTPS: nginx with redirects, policies and protocols.

use qv_scan::{Depth, FailureCause, Limits, Outcome, Report, Target};
use qv_testkit::tls::{Identity, KeyKind, ServerProcess, nginx};

use super::{facts, probe_with};

const SITE: &str = r#"
    location = / { add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
                   add_header Alt-Svc 'h3=":443"; ma=86400' always; return 200 "hello"; }
    location = /one { return 301 https://localhost:$PORT/two; }
    location = /two { return 302 /; }
    location = /loop { return 307 /loop; }
    location = /plain { return 301 http://localhost/; }
    location = /metadata { return 302 https://169.254.169.254/latest/meta-data/; }
    location = /odd { return 302 https://user:pw@localhost/; }
"#;

fn site() -> ServerProcess {
    nginx::start(&Identity::self_signed(KeyKind::Rsa(2048)).unwrap(), SITE).unwrap()
}

async fn get(server: &ServerProcess, path: &str) -> Report {
    let url = format!("https://localhost:{}{path}", server.address().port());
    probe_with(
        &url.parse::<Target>().unwrap(),
        Limits::default(),
        Depth::Standard,
    )
    .await
}

#[tokio::test]
async fn policy_and_protocols() {
    let server = site();
    let report = get(&server, "/").await;
    assert_eq!(report.outcome(), Outcome::Complete, "{report:#?}");
    assert_eq!(
        facts(&report).negotiated.as_ref().unwrap().alpn.as_deref(),
        Some("h2")
    );
    let https = report.https.unwrap();
    let [hop] = https.hops.as_slice() else {
        panic!("{https:#?}")
    };
    assert_eq!(hop.status, Some(200));
    let hsts = hop.hsts.unwrap();
    assert_eq!(
        (hsts.max_age, hsts.include_subdomains, hsts.preload),
        (31_536_000, true, false)
    );
    assert!(hop.http3 && !https.leaves_https);
    assert_eq!(
        hop.negotiated.as_ref().unwrap().alpn.as_deref(),
        Some("http/1.1")
    );
}

#[tokio::test]
async fn each_hop_of_a_redirect_is_evaluated() {
    let server = site();
    let report = get(&server, "/one").await;
    assert_eq!(report.outcome(), Outcome::Complete, "{report:#?}");
    let https = report.https.unwrap();
    let statuses: Vec<_> = https.hops.iter().map(|hop| hop.status.unwrap()).collect();
    assert_eq!(statuses, [301, 302, 200]);
    assert!(https.hops.iter().all(|hop| hop.negotiated.is_some()));
    assert!(
        https.hops[1]
            .location
            .as_deref()
            .is_some_and(|location| location.ends_with('/'))
    );
    assert!(https.hops[0].hsts.is_none() && https.hops[2].hsts.is_some());
}

#[tokio::test]
async fn redirects_that_are_not_followed() {
    let server = site();
    let https = get(&server, "/plain").await.https.unwrap();
    assert!(https.leaves_https);
    assert_eq!(https.hops.len(), 1);

    let report = get(&server, "/loop").await;
    assert_eq!(
        report.https.as_ref().unwrap().hops.len(),
        Limits::default().redirects + 1
    );
    assert_eq!(
        report.failures.last().unwrap().cause,
        FailureCause::TooManyRedirects
    );
    assert_eq!(report.outcome(), Outcome::Partial);

    let report = get(&server, "/metadata").await;
    let hop = &report.https.as_ref().unwrap().hops[1];
    assert_eq!(
        hop.failure.as_ref().unwrap().cause,
        FailureCause::AddressRefused
    );
    assert!(hop.status.is_none());

    let report = get(&server, "/odd").await;
    assert_eq!(
        report.failures.last().unwrap().cause,
        FailureCause::BadRedirect
    );
    assert!(report.tls.is_some());
}
