//! What a face or the configuration says about the devices: which of several, and how a new factor
//! is to be made on it.

use crate::{
    Keyring, Passphrase, SealError, Sealer, SharesOptions, TpmOptions, WalletOptions, Yubikey,
    YubikeyOptions,
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
}

impl Devices {
    /// The backend of `kind`.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] where this version has none.
    pub fn backend(&self, kind: FactorKind) -> Result<Box<dyn Sealer>, SealError> {
        match kind {
            FactorKind::Keyring => Ok(Box::new(Keyring::new())),
            FactorKind::YubikeyPiv => Ok(Box::new(Yubikey::new(self.yubikey.clone()))),
            FactorKind::Passphrase => Ok(Box::new(Passphrase::new())),
            _ => Err(SealError::Unavailable {
                kind,
                why: "this version has no support for it".into(),
                remedy: "Open the vault with another slot, or use a newer version.".into(),
            }),
        }
    }
}
