//! Sockets and time: name resolution behind the guard, pinned addresses, connections with limits.
//!
//! Invariants: a name is resolved once per probe and every address it gives must pass the guard;
//! no wait is longer than its own limit or the target's deadline; every connection is counted.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use crate::failure::{Failure, FailureCause, Stage};
use crate::guard::Guard;
use crate::limits::Limits;
use crate::target::Target;

/// Addresses of one name that are tried.
const ADDRESSES_TRIED: usize = 8;

/// Resolves a target and checks every address.
pub(crate) async fn resolve(
    target: &Target,
    guard: Guard,
    limits: &Limits,
) -> Result<Vec<SocketAddr>, Failure> {
    let addresses = match target.address() {
        Some(address) => vec![SocketAddr::new(address, target.port())],
        None => look_up(target, limits).await?,
    };
    let refuse = |error| Failure::new(Stage::Resolve, FailureCause::AddressRefused, error);
    addresses
        .iter()
        .try_for_each(|address| guard.check(address.ip()))
        .map_err(refuse)?;
    Ok(addresses)
}

async fn look_up(target: &Target, limits: &Limits) -> Result<Vec<SocketAddr>, Failure> {
    let dns = |detail: String| Failure::new(Stage::Resolve, FailureCause::Dns, detail);
    let name = target.dns_name().unwrap_or_default();
    let resolution = tokio::net::lookup_host((name, target.port()));
    let found = tokio::time::timeout(limits.connect, resolution).await;
    let found = found.map_err(|_| dns(format!("no DNS answer within {:?}", limits.connect)))?;
    let mut addresses: Vec<SocketAddr> = found.map_err(|error| dns(error.to_string()))?.collect();
    addresses.dedup();
    if addresses.is_empty() {
        return Err(dns("the name has no address".to_owned()));
    }
    Ok(addresses)
}

/// The connections to one host for one probe.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub limits: &'a Limits,
    addresses: Vec<SocketAddr>,
    pinned: Option<SocketAddr>,
    deadline: Instant,
    connections: u32,
}

impl<'a> Line<'a> {
    /// A line to checked addresses, of which the first that answers is kept.
    pub(crate) fn new(limits: &'a Limits, addresses: Vec<SocketAddr>, deadline: Instant) -> Self {
        Self {
            limits,
            addresses,
            pinned: None,
            deadline,
            connections: 0,
        }
    }

    /// The address in use.
    pub(crate) const fn address(&self) -> Option<SocketAddr> {
        self.pinned
    }

    pub(crate) const fn connections(&self) -> u32 {
        self.connections
    }

    /// Connects.
    pub(crate) async fn connect(&mut self, stage: Stage) -> Result<TcpStream, Failure> {
        let candidates = match self.pinned {
            Some(address) => vec![address],
            None => self
                .addresses
                .iter()
                .copied()
                .take(ADDRESSES_TRIED)
                .collect(),
        };
        let mut last = Failure::new(
            stage,
            FailureCause::Unreachable,
            "there is no address to connect to",
        );
        for address in candidates {
            match self.connect_to(stage, address).await {
                Ok(stream) => {
                    self.pinned = Some(address);
                    return Ok(stream);
                }
                Err(failure) => last = failure,
            }
        }
        Err(last)
    }

    async fn connect_to(
        &mut self,
        stage: Stage,
        address: SocketAddr,
    ) -> Result<TcpStream, Failure> {
        self.connections += 1;
        let connecting = TcpStream::connect(address);
        let stream = self
            .within(
                stage,
                FailureCause::ConnectTimeout,
                self.limits.connect,
                connecting,
            )
            .await?;
        stream.map_err(|error| Failure::from_io(stage, &error))
    }

    /// Runs `work` until its own limit or the target's deadline, whichever is first.
    pub(crate) async fn within<T>(
        &self,
        stage: Stage,
        cause: FailureCause,
        limit: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        let own = Instant::now() + limit;
        timeout_at(own.min(self.deadline), work).await.map_err(|_| {
            if own <= self.deadline {
                Failure::new(stage, cause, format_args!("no answer within {limit:?}"))
            } else {
                let overall = self.limits.overall;
                Failure::new(
                    stage,
                    FailureCause::OverallTimeout,
                    format_args!("the target took more than {overall:?}"),
                )
            }
        })
    }
}

/// The IP whose turn a probe waits for.
pub(crate) fn host_of(addresses: &[SocketAddr]) -> Option<IpAddr> {
    addresses.first().map(SocketAddr::ip)
}

/// A stream that ends with an error after so many bytes read.
#[derive(Debug)]
pub(crate) struct Metered {
    stream: TcpStream,
    left: usize,
}

impl Metered {
    pub(crate) const fn new(stream: TcpStream, limit: usize) -> Self {
        Self {
            stream,
            left: limit,
        }
    }
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        let read = buf.filled().len() - before;
        match self.left.checked_sub(read) {
            Some(left) => self.left = left,
            None => {
                return Poll::Ready(Err(io::Error::new(
                    io::ErrorKind::FileTooLarge,
                    "the peer sends too much",
                )));
            }
        }
        polled
    }
}

impl AsyncWrite for Metered {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
