//! Looking at a database file without touching it: is it ours, of a version we know, and whole?
//!
//! This reads bytes only, before SQLite sees the file, so that a foreign, newer or damaged file
//! stays exactly as it was. The header's layout is that of sqlite.org/fileformat2.html section 1.3.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::error::{Error, Result};

/// `QVLT`, in the header's application id.
pub(crate) const APPLICATION_ID: u32 = 0x5156_4c54;

const HEADER_BYTES: usize = 100;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What the header of one of our databases says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// The schema version, our use of SQLite's user version.
    pub schema_version: u32,
    /// Bytes that the file should have, where the header is known to be current.
    pub expected_bytes: Option<u64>,
    /// Bytes that it has.
    pub bytes: u64,
}

/// Reads and judges the header of the file at `path`.
///
/// # Errors
/// `Missing`, `Foreign`, `Newer`, `Damaged` or `Io`.
pub(crate) fn inspect(path: &Path, known_version: u32) -> Result<Header> {
    let io = |source| Error::Io {
        path: path.into(),
        source,
    };
    let foreign = |why| Error::Foreign {
        path: path.into(),
        why,
    };
    let mut file = File::open(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => Error::Missing(path.into()),
        _ => io(source),
    })?;
    let metadata = file.metadata().map_err(io)?;
    if !metadata.is_file() {
        return Err(foreign("it is not a file"));
    }
    let mut bytes = [0u8; HEADER_BYTES];
    file.read_exact(&mut bytes)
        .map_err(|source| match source.kind() {
            ErrorKind::UnexpectedEof => foreign("it is too short"),
            _ => io(source),
        })?;
    let header = parse(&bytes, metadata.len()).map_err(foreign)?;
    if header.schema_version > known_version {
        return Err(Error::Newer {
            path: path.into(),
            found: header.schema_version,
            known: known_version,
        });
    }
    if header
        .expected_bytes
        .is_some_and(|expected| expected > header.bytes)
        && !has_wal(path)
    {
        return Err(Error::Damaged {
            path: path.into(),
            why: "the file is cut short".into(),
        });
    }
    Ok(header)
}

/// Whether a write-ahead log lies beside the file: another process has it open, or one was killed.
pub(crate) fn has_wal(path: &Path) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(Path::new(&name)).is_ok_and(|metadata| metadata.len() > 0)
}

fn parse(bytes: &[u8; HEADER_BYTES], file_bytes: u64) -> std::result::Result<Header, &'static str> {
    if !bytes.starts_with(MAGIC) {
        return Err("it is not an SQLite database");
    }
    if word(bytes, 68) != APPLICATION_ID {
        return Err("it belongs to another application");
    }
    let page_bytes = match u64::from(word(bytes, 16) >> 16) {
        1 => 65_536,
        size => size,
    };
    if !(512..=65_536).contains(&page_bytes) || !page_bytes.is_power_of_two() {
        return Err("its page size is impossible");
    }
    // The page count is current only where the change counter says so.
    let current = word(bytes, 24) == word(bytes, 92);
    let expected_bytes = current.then(|| u64::from(word(bytes, 28)) * page_bytes);
    Ok(Header {
        schema_version: word(bytes, 60),
        expected_bytes,
        bytes: file_bytes,
    })
}

/// The big-endian word at an offset of the header.
fn word(bytes: &[u8; HEADER_BYTES], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .and_then(|four| four.try_into().ok())
        .map_or(0, u32::from_be_bytes)
}
