//! What can go wrong with the store, sorted by what the user can do about it.

use std::path::PathBuf;

use qv_types::Code;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no database at the path.
    #[error("there is no vault at {0}; make one with `qv init`")]
    Missing(PathBuf),
    /// There is a database at the path already.
    #[error("{0} exists already; choose another home or move it away first")]
    Exists(PathBuf),
    /// The file is no database of ours.
    #[error("{path} is not a QuantumVault database ({why}); nothing was changed")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What gave it away.
        why: &'static str,
    },
    /// The file was written by a newer version.
    #[error(
        "{path} has schema version {found}, this program knows up to {known}: use a newer QuantumVault; nothing was changed"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// The file is damaged.
    #[error("{path} is damaged ({why}): restore it from a backup; nothing was changed")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// A stored value cannot be what the schema says.
    #[error(
        "stored data is damaged: {column} holds an impossible value; run `qv doctor` and restore a backup"
    )]
    Corrupt {
        /// Where it stands.
        column: String,
    },
    /// A stored record is not the one that the audit log knows.
    #[error(
        "{what} is not the one that the audit log names: it was put back or exchanged; restore a backup and run `qv audit verify`"
    )]
    Substituted {
        /// What was replaced.
        what: String,
    },
    /// The disk is full, read-only or failing.
    #[error(
        "the vault's database cannot be written ({0}): free space or mend permissions of its folder, then try again; the change was not made"
    )]
    Storage(String),
    /// A file or folder could not be read or made.
    #[error("{path}: {source}; check the folder's permissions and free space")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process holds the database.
    #[error("another process is writing to the vault; try again when it is done")]
    Busy,
    /// The named thing does not exist.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Its id or name.
        id: String,
    },
    /// A rule of the database refused the change.
    #[error("{0}; nothing was changed")]
    Conflict(String),
    /// The lease of a job was lost to another process.
    #[error("job {job} is run by another process now; this one stops")]
    LeaseLost {
        /// The job.
        job: String,
    },
    /// A cursor was not made by this list.
    #[error("the page cursor is not one of this list's; begin at the first page")]
    BadCursor,
    /// The audit log refused an event or its own state.
    #[error(transparent)]
    Audit(#[from] qv_audit::Error),
    /// Input that could not be written as JSON.
    #[error("a value could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Anything else that SQLite said.
    #[error("the database refused the operation: {0}")]
    Database(#[source] sqlx::Error),
}

/// The result of a store operation.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The stable code that faces match on.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Missing(_) => Code::NoVault,
            Self::Exists(_) | Self::Conflict(_) => Code::Conflict,
            Self::Foreign { .. } | Self::Newer { .. } => Code::ForeignDatabase,
            Self::Damaged { .. } | Self::Corrupt { .. } | Self::Substituted { .. } => Code::Corrupt,
            Self::Storage(_) | Self::Io { .. } => Code::Storage,
            Self::Busy | Self::LeaseLost { .. } => Code::Busy,
            Self::NotFound { .. } => Code::NotFound,
            Self::BadCursor => Code::InvalidInput,
            Self::Audit(source) => source.code(),
            Self::Json(_) | Self::Database(_) => Code::Internal,
        }
    }

    /// A stored value that breaks the schema's promise.
    pub(crate) fn corrupt(column: impl Into<String>) -> Self {
        Self::Corrupt {
            column: column.into(),
        }
    }

    /// A thing that was asked for by its id and is not there.
    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound {
            what,
            id: id.to_string(),
        }
    }
}

/// SQLite's primary result codes that have a meaning of their own here (sqlite.org/rescode.html).
mod primary {
    pub const BUSY: i32 = 5;
    pub const LOCKED: i32 = 6;
    pub const READONLY: i32 = 8;
    pub const IOERR: i32 = 10;
    pub const CORRUPT: i32 = 11;
    pub const FULL: i32 = 13;
    pub const CANTOPEN: i32 = 14;
    pub const CONSTRAINT: i32 = 19;
    pub const NOTADB: i32 = 26;
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        let Some(database) = error.as_database_error() else {
            return Self::Database(error);
        };
        // Extended codes keep the primary one in their low byte.
        let code = database
            .code()
            .and_then(|code| code.parse::<i32>().ok())
            .unwrap_or(1);
        match code & 0xff {
            primary::BUSY | primary::LOCKED => Self::Busy,
            primary::FULL => Self::Storage("the disk is full".into()),
            primary::READONLY => Self::Storage("it is read-only".into()),
            primary::IOERR => Self::Storage(format!("the disk failed: {}", database.message())),
            primary::CANTOPEN => Self::Storage("it cannot be opened".into()),
            primary::CORRUPT | primary::NOTADB => Self::corrupt("the database file"),
            primary::CONSTRAINT => Self::Conflict(constraint_message(database.message())),
            _ => Self::Database(error),
        }
    }
}

/// Turns SQLite's words for a broken constraint into ours where the user can meet them.
fn constraint_message(message: &str) -> String {
    const KNOWN: &[(&str, &str)] = &[
        (
            "encryption_anchors.environment",
            "the environment has an active anchor already",
        ),
        (
            "encryption_anchors.name",
            "an anchor of that name exists already",
        ),
        (
            "encryption_policies.name",
            "a policy of that name exists already",
        ),
        (
            "scan_targets.",
            "that target exists already in its environment",
        ),
        (
            "asset_key_material.asset_id",
            "the asset has material of that label already",
        ),
        (
            "chain_signers.name",
            "a chain signer of that name exists already",
        ),
        (
            "attestation_outbox.signer_id",
            "the nonce has a live transaction already",
        ),
        (
            "FOREIGN KEY",
            "something that this needs does not exist, or something else still needs this",
        ),
    ];
    KNOWN
        .iter()
        .find(|(mark, _)| message.contains(mark))
        .map_or_else(
            || format!("a rule of the database refused it: {message}"),
            |(_, text)| (*text).into(),
        )
}
