//! The rules of each purpose: how long its challenge lives, how often it serves.

use std::time::Duration;

use qv_types::AuthPurpose;

/// What holds for the authorizations of one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Longest life of a challenge.
    pub ttl: Duration,
    /// Whether one signature serves once.
    pub single_use: bool,
    /// Most verified signatures for one subject in a span of time.
    pub rate: Option<Rate>,
}

/// At most `most` in any `span`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub most: usize,
    /// In how long.
    pub span: Duration,
}

impl Rules {
    /// The rules of `purpose`.
    #[must_use]
    pub const fn of(purpose: AuthPurpose) -> Self {
        let (ttl_s, single_use, rate) = match purpose {
            AuthPurpose::UnlockUmk => (24 * 3600, false, None),
            AuthPurpose::EnableExecution => (3600, true, None),
            AuthPurpose::RevealMnemonic => (120, true, Some(REVEALS)),
            AuthPurpose::RevokeExecution => (120, true, None),
        };
        Self {
            ttl: Duration::from_secs(ttl_s),
            single_use,
            rate,
        }
    }
}

const REVEALS: Rate = Rate {
    most: 3,
    span: Duration::from_secs(3600),
};
