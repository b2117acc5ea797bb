//! What a face or the configuration says about the devices: which of several, and how a new factor
//! is to be made on it.

use std::sync::Arc;

use crate::wallet::{Connection, Wallet};
use crate::{
    Keyring, Passphrase, SealError, Sealer, Shares, SharesOptions, Tpm, TpmOptions, Waiting,
    WalletOptions, Yubikey, YubikeyOptions,
};
use qv_crypto::umk::factor::FactorKind;

/// The devices of this machine, as they are to be used. The default finds each by itself.
#[derive(Debug, Clone, Default)]
pub struct Devices {
    /// The TPM.
    pub tpm: TpmOptions,
    /// The YubiKey.
    pub yubikey: YubikeyOptions,
    /// The wallet.
    pub wallet: WalletOptions,
    /// Recovery shares.
    pub shares: SharesOptions,
    /// The wallet's page in the browser, where one is open; clones share it.
    pub connection: Arc<Connection>,
    /// What the act waits for, which the person may give up; clones share it.
    pub waiting: Arc<Waiting>,
}

impl Devices {
    /// The TPM backend, for what only it can do.
    #[must_use]
    pub fn tpm(&self) -> Tpm {
        Tpm::new(self.tpm.clone())
    }

    /// The backend of `kind`.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] where this version has none.
    pub fn backend(&self, kind: FactorKind) -> Result<Box<dyn Sealer>, SealError> {
        match kind {
            FactorKind::Tpm => Ok(Box::new(self.tpm())),
            FactorKind::Keyring => Ok(Box::new(
                Keyring::new().given_up_by(Arc::clone(&self.waiting)),
            )),
            FactorKind::YubikeyPiv => Ok(Box::new(
                Yubikey::new(self.yubikey.clone()).given_up_by(Arc::clone(&self.waiting)),
            )),
            FactorKind::Passphrase => Ok(Box::new(Passphrase::new())),
            FactorKind::Shares => Ok(Box::new(Shares::new(self.shares.clone()))),
            FactorKind::Wallet => Ok(Box::new(self.wallet())),
            _ => Err(SealError::Unavailable {
                kind,
                why: "this version has no support for it".into(),
                remedy: "Open the vault with another slot, or use a newer version.".into(),
            }),
        }
    }

    /// The wallet, which authorizes before it is a factor. All of one value share the page in the
    /// browser.
    #[must_use]
    pub fn wallet(&self) -> Wallet {
        Wallet::new(
            self.wallet.clone(),
            Arc::clone(&self.connection),
            Arc::clone(&self.waiting),
        )
    }
}
