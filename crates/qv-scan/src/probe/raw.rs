//! One hello, one answer, on a connection of its own.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::failure::{Failure, FailureCause, Stage};
use crate::net::Line;
use crate::wire::answer::{Alert, Answer, AnswerReader, Progress};
use crate::wire::{ClientHello, WireError};

/// How a server took a hello.
#[derive(Debug)]
pub(super) enum Reply {
    /// With a ServerHello; what followed may have failed.
    Hello(Answer, Option<Failure>),
    /// With an alert.
    Alert(Alert),
    /// By closing or resetting the connection.
    Dropped(Failure),
}

/// Protected bytes from which on they are a flight with a certificate. Some servers begin with a
/// ServerHello even where they then have no signature to give and send an alert, which is far
/// smaller.
pub(super) const FLIGHT_MINIMUM: usize = 256;

/// Sends a hello and reads the answer; where the hello has a key share, also so much of what is
/// protected that a flight can be told from an alert.
///
/// # Errors
/// Everything that is no decision of the server: no connection, no answer in time, not TLS.
pub(super) async fn ask(
    line: &mut Line<'_>,
    stage: Stage,
    hello: &ClientHello<'_>,
) -> Result<Reply, Failure> {
    let mut stream = line.connect(stage).await?;
    let record = hello.encode();
    let wanted = if hello.key_shares.is_empty() {
        0
    } else {
        FLIGHT_MINIMUM
    };
    let mut reader = AnswerReader::new(line.limits.handshake_bytes).with_protected(wanted);
    let exchange = exchange(&mut stream, &record, &mut reader);
    let limit = line.limits.handshake;
    let ended = line
        .within(stage, FailureCause::HandshakeTimeout, limit, exchange)
        .await;
    let trouble = match ended {
        Ok(Ok(())) => None,
        Ok(Err(End::Wire(error))) => Some(Failure::from_wire(stage, &error)),
        Ok(Err(End::Closed)) if !reader.unread().is_empty() => Some(Failure::new(
            stage,
            FailureCause::Garbage,
            "the peer closed within a record",
        )),
        Ok(Err(End::Closed)) => Some(Failure::new(
            stage,
            FailureCause::Closed,
            "the peer closed the connection",
        )),
        Ok(Err(End::Io(error))) => Some(Failure::from_io(stage, &error)),
        Err(timeout) => Some(timeout),
    };
    // Nothing more is said: closing at once leaves neither side with a connection to wind down.
    let _ = stream.set_zero_linger();
    judge(reader.finish(), trouble, stage)
}

fn judge(answer: Answer, trouble: Option<Failure>, stage: Stage) -> Result<Reply, Failure> {
    if answer.hello.is_some() {
        return Ok(Reply::Hello(answer, trouble));
    }
    match (answer.alert, trouble) {
        (Some(alert), _) => Ok(Reply::Alert(alert)),
        (None, Some(failure))
            if matches!(failure.cause, FailureCause::Closed | FailureCause::Reset) =>
        {
            Ok(Reply::Dropped(failure))
        }
        (None, Some(failure)) => Err(failure),
        (None, None) => Err(Failure::new(
            stage,
            FailureCause::Garbage,
            "the peer answers without a ServerHello",
        )),
    }
}

enum End {
    Closed,
    Io(io::Error),
    Wire(WireError),
}

async fn exchange(
    stream: &mut TcpStream,
    record: &[u8],
    reader: &mut AnswerReader,
) -> Result<(), End> {
    stream.write_all(record).await.map_err(End::Io)?;
    let mut bytes = vec![0; 4 * 1024];
    loop {
        let read = stream.read(&mut bytes).await.map_err(End::Io)?;
        let chunk = bytes.get(..read).unwrap_or_default();
        if chunk.is_empty() {
            return Err(End::Closed);
        }
        if reader.push(chunk).map_err(End::Wire)? == Progress::Done {
            return Ok(());
        }
    }
}
