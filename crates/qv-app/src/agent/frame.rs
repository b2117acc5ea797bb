//! The form of what crosses the socket.
//!
//! The agent greets with one line, `qv-agent VERSION PID`. The client sends one frame and gets one:
//! four bytes of length (big-endian), one byte of kind, and a body in postcard. Locking has no body, so
//! that any version can lock any other. Every buffer erases itself, for bodies may hold plaintext.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::AppError;

/// The longest greeting.
pub const MAX_GREETING: usize = 64;
/// The most that a frame may hold: one envelope of the largest size, and what goes with it.
pub const MAX_FRAME: usize = 20 << 20;
/// What envelopes of one request may hold together, so that their plaintexts fit into the answer.
pub const MAX_ENVELOPES: usize = 8 << 20;

/// Kinds of frames.
pub const STATUS: u8 = b'S';
pub const LOCK: u8 = b'L';
pub const REQUEST: u8 = b'R';
pub const ANSWER: u8 = b'A';
pub const REFUSAL: u8 = b'E';

/// A buffer that may hold plaintext.
pub type Buffer = Zeroizing<Vec<u8>>;

/// A frame of a kind without a body.
pub fn bare(kind: u8) -> Buffer {
    Zeroizing::new(vec![0, 0, 0, 1, kind])
}

/// A whole frame, encoded into one buffer of its exact size.
pub fn encode<T: Serialize>(kind: u8, body: &T) -> Result<Buffer, AppError> {
    let failed = |error: postcard::Error| AppError::Internal(format!("a message: {error}"));
    let size = postcard::experimental::serialized_size(body).map_err(failed)?;
    let len = size + 1;
    if len > MAX_FRAME {
        let why = "this is too large for the agent; use --no-agent";
        return Err(AppError::InvalidInput(why.into()));
    }
    let mut frame = Zeroizing::new(vec![0; 4 + len]);
    let (head, rest) = frame.split_at_mut(5);
    let length = u32::try_from(len).map_err(|_| AppError::Internal("a frame's length".into()))?;
    head[..4].copy_from_slice(&length.to_be_bytes());
    head[4] = kind;
    postcard::to_slice(body, rest).map_err(failed)?;
    Ok(frame)
}

/// The length of a frame, from its first four bytes; `None` where no frame may be so long.
pub fn length(head: [u8; 4]) -> Option<usize> {
    let length = usize::try_from(u32::from_be_bytes(head)).ok()?;
    (1..=MAX_FRAME).contains(&length).then_some(length)
}

/// A body; `None` where it is not one, or goes on after its end.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(body) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
}

/// The greeting of this process.
pub fn greeting() -> String {
    format!("qv-agent {} {}\n", super::VERSION, std::process::id())
}

/// Version and process of an agent that greeted with `line`.
pub fn parse_greeting(line: &str) -> Option<(&str, u32)> {
    let rest = line.strip_suffix('\n')?.strip_prefix("qv-agent ")?;
    let (version, pid) = rest.split_once(' ')?;
    Some((version, pid.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_exact_and_limited() {
        let frame = encode(REQUEST, &("a", 7u64)).unwrap();
        let (head, body) = frame.split_first_chunk::<4>().unwrap();
        assert_eq!(length(*head), Some(body.len()));
        assert_eq!(decode::<(String, u64)>(&body[1..]), Some(("a".into(), 7)));
        assert_eq!(decode::<u8>(&[7, 7]), None, "bytes after the end");
        assert_eq!(length([0; 4]), None);
        assert_eq!(length([0xff; 4]), None);
        assert!(encode(REQUEST, &vec![1u8; MAX_FRAME]).is_err());
    }

    #[test]
    fn a_greeting_names_version_and_process() {
        let line = greeting();
        assert!(line.len() <= MAX_GREETING);
        assert_eq!(
            parse_greeting(&line),
            Some((super::super::VERSION, std::process::id()))
        );
        for other in ["", "qv-agent 1\n", "ssh-agent 1 2\n", "qv-agent 1 x\n"] {
            assert_eq!(parse_greeting(other), None, "{other:?}");
        }
    }
}
