//! The one error of the use cases: faces show its text and match on its code.

use qv_types::Code;

/// What went wrong in a use case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// No folder for the vault is known.
    #[error("no home folder is known; set HOME, or name a folder with --home or QV_HOME")]
    NoHome,
    /// There is no vault in the folder.
    #[error(
        "there is no vault in {folder}; make one with `qv init`, or name another folder with --home"
    )]
    NoVault {
        /// The folder.
        folder: String,
    },
    /// There is a vault already.
    #[error("there is a vault in {folder} already; it was left as it is")]
    VaultExists {
        /// The folder.
        folder: String,
    },
    /// The configuration file is wrong.
    #[error("{file}{}: {problem}; nothing was started, mend the file or move it away", at_line(*line))]
    Config {
        /// The file.
        file: String,
        /// Line from 1; 0 where it is not known.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// The act needs a setting.
    #[error(
        "{what} is configured; set {key} in the configuration file (`qv config path` names it)"
    )]
    NotConfigured {
        /// What is missing, as `no …`.
        what: &'static str,
        /// Its key.
        key: &'static str,
    },
    /// The vault is locked.
    #[error("the vault is locked; unlock it and try again")]
    Locked,
    /// Another process changed the master key.
    #[error(
        "the vault is under another master key since its unlocking, or a sealed record was changed; the session was locked: unlock again"
    )]
    KeyChanged,
    /// There is no agent, or it locked meanwhile.
    #[error("the session was locked meanwhile; unlock again")]
    AgentGone,
    /// There is an agent already.
    #[error("an agent serves this vault already; `qv status` shows it, `qv lock` ends it")]
    AgentRuns,
    /// The agent is of another version.
    #[error(
        "the agent (process {pid}) is of qv {version}, another version than this; `qv lock` ends it, then unlock again, or use --no-agent"
    )]
    AgentVersion {
        /// Its version.
        version: String,
        /// Its process.
        pid: u32,
    },
    /// The agent is not to be talked to.
    #[error("the agent cannot be used: {0}; use --no-agent")]
    AgentRefused(String),
    /// The agent is there and does not answer.
    #[error(
        "the agent of this vault does not answer; end its process{}, which locks the vault, and unlock again",
        by_kill(*pid)
    )]
    AgentSilent {
        /// Its process, where that is known.
        pid: Option<u32>,
    },
    /// What the agent answered instead of carrying a request out.
    #[error("{message}")]
    Remote {
        /// The code of its error.
        code: Code,
        /// The text of its error.
        message: String,
    },
    /// The factors opened no slot.
    #[error("that did not open the vault; {left}")]
    WrongFactor {
        /// What follows: another try, or a pause.
        left: String,
    },
    /// A threshold slot of which too few groups could be had.
    #[error("that slot opens with any {needs} of its groups, and {have} could be used: {why}")]
    TooFewGroups {
        /// How many it takes.
        needs: u8,
        /// How many there were.
        have: usize,
        /// What the others met.
        why: String,
    },
    /// A pause is running.
    #[error("too many wrong attempts; try again in {seconds} s")]
    Cooldown {
        /// Seconds left.
        seconds: u64,
    },
    /// The named thing does not exist.
    #[error("there is no {what} `{name}`; {hint}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// Where to look.
        hint: &'static str,
    },
    /// Several things bear the name.
    #[error("`{name}` names several {what}s; use an id")]
    Ambiguous {
        /// What was looked for.
        what: &'static str,
        /// The name that was given.
        name: String,
    },
    /// The input cannot be what was asked for.
    #[error("{0}")]
    InvalidInput(String),
    /// A word that has no meaning where it stands.
    #[error(transparent)]
    Word(#[from] qv_types::UnknownWord),
    /// The act is not allowed in this state.
    #[error("{0}")]
    NotAllowed(String),
    /// Stored data fails its checks.
    #[error(
        "{what} fails its check: {why}; nothing was opened. Run `qv audit verify`, and restore from a backup if it fails"
    )]
    Tampered {
        /// What was to be opened.
        what: String,
        /// The check that failed.
        why: String,
    },
    /// A file of the user's could not be read or written.
    #[error("{path}: {source}; check the path and its permissions")]
    File {
        /// The file.
        path: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The user stopped the work.
    #[error("stopped; what was done is kept, and `qv jobs resume` goes on from here")]
    Cancelled,
    /// A job met an error that is not the end of it.
    #[error("{source}. What was done is kept: `qv jobs resume` goes on, `qv jobs cancel` ends it")]
    Interrupted {
        /// What the job met.
        source: Box<AppError>,
    },
    /// Another process runs the job.
    #[error("another process works on this; wait for it, or stop it first")]
    Busy,
    /// The commit failed, and nobody can tell whether it was made all the same.
    #[error(
        "{source}. It may be stored all the same: nothing was taken away, so keep new recovery shares; see `qv slots list` before you try again"
    )]
    MaybeStored {
        /// What the commit met.
        source: Box<AppError>,
    },
    /// From the store.
    #[error(transparent)]
    Store(#[from] qv_store::Error),
    /// From cryptography.
    #[error(transparent)]
    Crypto(#[from] qv_crypto::CryptoError),
    /// From a factor's backend.
    #[error(transparent)]
    Seal(#[from] qv_seal::SealError),
    /// From an authorization.
    #[error(transparent)]
    Authorization(#[from] qv_policy::authorization::Refusal),
    /// From the scanner.
    #[error(transparent)]
    Scan(#[from] qv_scan::ScanError),
    /// From policy parsing.
    #[error(transparent)]
    Policy(#[from] qv_policy::PolicyError),
    /// From the chain.
    #[error(transparent)]
    Chain(#[from] qv_evm::Error),
    /// From the log.
    #[error(transparent)]
    Audit(#[from] qv_audit::Error),
    /// A defect of ours.
    #[error("a defect of QuantumVault: {0}; please report it")]
    Internal(String),
}

impl AppError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::NoHome | Self::InvalidInput(_) | Self::Word(_) | Self::Ambiguous { .. } => {
                Code::InvalidInput
            }
            Self::NoVault { .. } => Code::NoVault,
            Self::VaultExists { .. } => Code::Conflict,
            Self::Config { .. } | Self::NotConfigured { .. } => Code::InvalidConfig,
            Self::Locked | Self::AgentGone | Self::KeyChanged => Code::Locked,
            Self::AgentRuns | Self::AgentVersion { .. } => Code::Conflict,
            Self::AgentRefused(_) => Code::BadPeer,
            Self::AgentSilent { .. } => Code::Unreachable,
            Self::Remote { code, .. } => *code,
            Self::WrongFactor { .. } => Code::WrongFactor,
            Self::TooFewGroups { .. } => Code::FactorUnavailable,
            Self::Cooldown { .. } => Code::Cooldown,
            Self::NotFound { .. } => Code::NotFound,
            Self::NotAllowed(_) => Code::NotAllowed,
            Self::Tampered { .. } => Code::Corrupt,
            Self::File { .. } => Code::Storage,
            Self::Cancelled => Code::Cancelled,
            Self::Busy => Code::Busy,
            Self::Interrupted { source } | Self::MaybeStored { source } => source.code(),
            Self::Store(error) => error.code(),
            Self::Crypto(error) => error.code(),
            Self::Seal(error) => error.code(),
            Self::Authorization(error) => error.code(),
            Self::Scan(error) => error.code(),
            Self::Policy(error) => error.code(),
            Self::Chain(error) => error.code(),
            Self::Audit(error) => error.code(),
            Self::Internal(_) => Code::Internal,
        }
    }

    /// The error of a job that can go on, unless the error itself says so already.
    pub(crate) fn kept(self) -> Self {
        match self {
            Self::Cancelled | Self::Busy | Self::Store(qv_store::Error::LeaseLost { .. }) => self,
            error => Self::Interrupted {
                source: Box::new(error),
            },
        }
    }

    pub(crate) fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.display().to_string(),
            source,
        }
    }
}

/// ` (kill -9 4711)`, since one that is stopped heeds no other signal; nothing where it is not known.
fn by_kill(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (`kill -9 {pid}`)"))
        .unwrap_or_default()
}

/// `, line 5`; nothing where the line is not known.
fn at_line(line: usize) -> String {
    if line == 0 {
        String::new()
    } else {
        format!(", line {line}")
    }
}
