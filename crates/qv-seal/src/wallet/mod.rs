//! The wallet backend: a wallet's derivation signature.

use std::path::PathBuf;

use qv_crypto::umk::wallet::WalletAddress;

/// Which wallet, and how it is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WalletOptions {
    /// The wallet of a new factor; `None` takes the one that the person connects.
    pub address: Option<WalletAddress>,
    /// How it signs.
    pub via: Via,
}

/// How a wallet signs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Via {
    /// In the system's browser, on a page that is served on loopback.
    #[default]
    Browser,
    /// With the Solana keypair of a file (a JSON list of 64 numbers).
    KeypairFile(PathBuf),
    /// On another machine, to which the message is carried as a QR code or a file.
    Offline,
}
