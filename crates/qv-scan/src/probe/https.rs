//! The HTTPS probe: one request per hop, each behind its own handshake, resolution and guard check.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;
use url::Url;

use super::Prober;
use super::http_head::{self, Head, LOCATION_LIMIT};
use super::modern::Open;
use crate::failure::{Failure, FailureCause, Stage, bounded};
use crate::net::{Line, host_of, resolve};
use crate::report::{HopFacts, HttpsFacts};
use crate::target::Target;

/// The requests of one HTTPS target.
pub(super) struct HttpsProbe<'a> {
    prober: &'a Prober,
    deadline: Instant,
    /// Addresses by host, so that each name is resolved once.
    resolved: Vec<(String, Vec<SocketAddr>)>,
    facts: HttpsFacts,
    connections: u32,
}

impl<'a> HttpsProbe<'a> {
    pub(super) fn new(
        prober: &'a Prober,
        deadline: Instant,
        target: &Target,
        address: SocketAddr,
    ) -> Self {
        let resolved = vec![(target.host().to_string(), vec![address])];
        Self {
            prober,
            deadline,
            resolved,
            facts: HttpsFacts::default(),
            connections: 0,
        }
    }

    /// Requests a URL and what it redirects to. Returns the facts, the failure that ended it, and the connections made.
    pub(super) async fn run(
        mut self,
        first: &Target,
        url: &Url,
    ) -> (HttpsFacts, Option<Failure>, u32) {
        let failure = self.follow(first.clone(), url.clone()).await.err();
        if let (Some(failure), Some(hop)) = (&failure, self.facts.hops.last_mut()) {
            hop.failure = Some(failure.clone());
        }
        (self.facts, failure, self.connections)
    }

    async fn follow(&mut self, mut target: Target, mut url: Url) -> Result<(), Failure> {
        for _ in 0..=self.prober.limits().redirects {
            let head = self.request(&target, &url).await?;
            let Some(location) = head.redirect() else {
                return Ok(());
            };
            let next = url.join(location).map_err(|error| bad_redirect(&error))?;
            if next.scheme() == "http" {
                self.facts.leaves_https = true;
                return Ok(());
            }
            target = Target::from_url(next.clone()).map_err(|error| bad_redirect(&error))?;
            url = next;
        }
        let limit = self.prober.limits().redirects;
        Err(Failure::new(
            Stage::Https,
            FailureCause::TooManyRedirects,
            format_args!("more than {limit} redirects"),
        ))
    }

    async fn request(&mut self, target: &Target, url: &Url) -> Result<Head, Failure> {
        self.facts.hops.push(HopFacts {
            url: bounded(url.as_str(), LOCATION_LIMIT),
            negotiated: None,
            status: None,
            location: None,
            hsts: None,
            http3: false,
            failure: None,
        });
        let addresses = self.addresses(target).await?;
        let _turn = match host_of(&addresses) {
            Some(address) => Some(self.prober.hop_gate().enter(address).await),
            None => None,
        };
        let mut line = Line::new(self.prober.limits(), addresses, self.deadline);
        let answer = exchange(
            self.prober,
            &mut line,
            target,
            url,
            self.facts.hops.last_mut(),
        )
        .await;
        self.connections += line.connections();
        answer
    }

    async fn addresses(&mut self, target: &Target) -> Result<Vec<SocketAddr>, Failure> {
        let host = target.host().to_string();
        let with_port = |found: &[SocketAddr]| {
            found
                .iter()
                .map(|address| SocketAddr::new(address.ip(), target.port()))
                .collect()
        };
        if let Some((_, found)) = self.resolved.iter().find(|(name, _)| *name == host) {
            return Ok(with_port(found));
        }
        let found = resolve(target, self.prober.guard(), self.prober.limits()).await?;
        let addresses = with_port(&found);
        self.resolved.push((host, found));
        Ok(addresses)
    }
}

async fn exchange(
    prober: &Prober,
    line: &mut Line<'_>,
    target: &Target,
    url: &Url,
    hop: Option<&mut HopFacts>,
) -> Result<Head, Failure> {
    let open = prober
        .modern()
        .connect(line, Stage::Https, target, &[b"http/1.1"])
        .await;
    let Open {
        mut stream,
        handshake,
        ..
    } = open.map_err(|unfinished| unfinished.1)?;
    let request = request_text(url);
    let limit = line.limits.http_head_bytes;
    let reading = async {
        stream
            .write_all(request.as_bytes())
            .await
            .map_err(|error| Failure::from_io(Stage::Https, &error))?;
        read_head(&mut stream, limit).await
    };
    let head = line
        .within(
            Stage::Https,
            FailureCause::HandshakeTimeout,
            line.limits.handshake,
            reading,
        )
        .await;
    let head = head.and_then(|read| read);
    if let Some(hop) = hop {
        hop.negotiated = handshake.negotiated;
        if let Ok(head) = &head {
            hop.status = Some(head.status);
            hop.location.clone_from(&head.location);
            hop.hsts = head.hsts;
            hop.http3 = head.http3;
        }
    }
    head
}

/// The URL is canonical, so that nothing in it can end a line.
fn request_text(url: &Url) -> String {
    let (host, path) = (
        &url[url::Position::BeforeHost..url::Position::AfterPort],
        &url[url::Position::BeforePath..url::Position::AfterQuery],
    );
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {}/{}\r\nAccept: */*\r\nConnection: close\r\n\r\n",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
    )
}

async fn read_head(
    stream: &mut (impl AsyncReadExt + Unpin),
    limit: usize,
) -> Result<Head, Failure> {
    let fail = |cause, detail: &dyn std::fmt::Display| Failure::new(Stage::Https, cause, detail);
    let mut bytes = Vec::with_capacity(4096);
    loop {
        let read = stream
            .read_buf(&mut bytes)
            .await
            .map_err(|error| Failure::from_io(Stage::Https, &error))?;
        if let Some(head) =
            http_head::parse(&bytes).map_err(|error| fail(FailureCause::BadHttp, &error))?
        {
            return Ok(head);
        }
        if read == 0 {
            return Err(fail(
                FailureCause::Closed,
                &"the peer closed before its answer ended",
            ));
        }
        if bytes.len() > limit {
            return Err(fail(
                FailureCause::TooLarge,
                &format_args!("a response head of more than {limit} bytes"),
            ));
        }
    }
}

fn bad_redirect(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Stage::Https,
        FailureCause::BadRedirect,
        format_args!("the redirect leads to no valid URL: {error}"),
    )
}
