//! Stable error codes: what faces and scripts match on. Messages may change, codes do not.

use serde::{Deserialize, Serialize};

/// A stable error code. `docs/cli.md` lists them with the exit code of each.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// Input that cannot be what was asked for.
    InvalidInput,
    /// The configuration file is wrong.
    InvalidConfig,
    /// The named thing does not exist.
    NotFound,
    /// It exists already, or something else stands in the way.
    Conflict,
    /// The act is not allowed in this state.
    NotAllowed,
    /// No vault here yet.
    NoVault,
    /// The vault is locked.
    Locked,
    /// A factor was wrong.
    WrongFactor,
    /// Too many wrong attempts; wait.
    Cooldown,
    /// A factor's device or service is missing.
    FactorUnavailable,
    /// Stored data fails its checks.
    Corrupt,
    /// The database is of a newer version or another application.
    ForeignDatabase,
    /// The disk is full or cannot be written.
    Storage,
    /// Another process holds what is needed.
    Busy,
    /// A remote end could not be reached.
    Unreachable,
    /// A remote end answered wrongly.
    BadPeer,
    /// The address is refused by the guard.
    AddressRefused,
    /// The chain refused or lost the transaction.
    Chain,
    /// A check said no (verification, policy): not an error of the run.
    CheckFailed,
    /// Cancelled by the user.
    Cancelled,
    /// A defect of ours.
    Internal,
}

impl Code {
    /// Every code, in declaration order.
    pub const ALL: &'static [Self] = &[
        Self::InvalidInput,
        Self::InvalidConfig,
        Self::NotFound,
        Self::Conflict,
        Self::NotAllowed,
        Self::NoVault,
        Self::Locked,
        Self::WrongFactor,
        Self::Cooldown,
        Self::FactorUnavailable,
        Self::Corrupt,
        Self::ForeignDatabase,
        Self::Storage,
        Self::Busy,
        Self::Unreachable,
        Self::BadPeer,
        Self::AddressRefused,
        Self::Chain,
        Self::CheckFailed,
        Self::Cancelled,
        Self::Internal,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_holds_every_code_once() {
        for code in Code::ALL {
            // No wildcard: a new code does not compile until it is added here and to `ALL`.
            match code {
                Code::InvalidInput
                | Code::InvalidConfig
                | Code::NotFound
                | Code::Conflict
                | Code::NotAllowed
                | Code::NoVault
                | Code::Locked
                | Code::WrongFactor
                | Code::Cooldown
                | Code::FactorUnavailable
                | Code::Corrupt
                | Code::ForeignDatabase
                | Code::Storage
                | Code::Busy
                | Code::Unreachable
                | Code::BadPeer
                | Code::AddressRefused
                | Code::Chain
                | Code::CheckFailed
                | Code::Cancelled
                | Code::Internal => {}
            }
            assert_eq!(Code::ALL.iter().filter(|other| *other == code).count(), 1);
        }
        assert_eq!(Code::ALL.len(), 21);
    }
}
