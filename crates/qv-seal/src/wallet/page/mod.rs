//! A wallet in the system's browser.

use qv_crypto::secret::SecretBytes;
use qv_crypto::umk::factor::FactorKind;
use qv_crypto::umk::wallet::WalletAddress;

use super::Message;
use crate::{Interaction, SealError};

/// Why the page is visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visit {
    /// To open the vault.
    Unlock,
    /// To make a new way to open it.
    Enrol,
}

#[derive(Debug)]
pub(super) struct Page;

impl Page {
    pub(super) fn open(
        _: Visit,
        _: Option<&WalletAddress>,
        _: &mut dyn Interaction,
    ) -> Result<Self, SealError> {
        Err(SealError::Unavailable {
            kind: FactorKind::Wallet,
            why: "this version does not reach wallets in a browser yet".into(),
            remedy: "Use --wallet-file or --wallet-offline.".into(),
        })
    }

    pub(super) fn connected(&self) -> Result<WalletAddress, SealError> {
        Err(SealError::Declined(super::ASKED))
    }

    pub(super) fn sign(&self, _: &Message) -> Result<SecretBytes, SealError> {
        Err(SealError::Declined(super::ASKED))
    }

    pub(super) fn fail(self, _: &str) {}

    pub(super) fn finish(self) {}
}
