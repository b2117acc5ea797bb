//! The factors that a person may choose, and what they choose to open a slot with.

use std::fmt;
use std::str::FromStr;

use qv_crypto::umk::factor::FactorKind;
use serde::Serialize;

use crate::AppError;

/// A factor that this version can enrol.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// The machine's TPM 2.0.
    Tpm,
    /// A key in a YubiKey's PIV application.
    YubikeyPiv,
    /// The desktop's keyring (Secret Service).
    Keyring,
    /// A passphrase.
    Passphrase,
    /// The signature of a wallet.
    Wallet,
    /// Recovery shares on paper.
    Shares,
}

impl Factor {
    /// Every factor.
    pub const ALL: &'static [Self] = &[
        Self::Tpm,
        Self::YubikeyPiv,
        Self::Keyring,
        Self::Passphrase,
        Self::Wallet,
        Self::Shares,
    ];

    pub(crate) const fn kind(self) -> FactorKind {
        match self {
            Self::Tpm => FactorKind::Tpm,
            Self::YubikeyPiv => FactorKind::YubikeyPiv,
            Self::Keyring => FactorKind::Keyring,
            Self::Passphrase => FactorKind::Passphrase,
            Self::Wallet => FactorKind::Wallet,
            Self::Shares => FactorKind::Shares,
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().as_str())
    }
}

impl FromStr for Factor {
    type Err = AppError;
    fn from_str(text: &str) -> Result<Self, AppError> {
        Self::ALL
            .iter()
            .copied()
            .find(|factor| factor.kind().as_str() == text)
            .ok_or_else(|| {
                let known = Self::ALL
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", ");
                AppError::InvalidInput(format!(
                    "`{text}` is no factor that this version can enrol; use one of {known}"
                ))
            })
    }
}
