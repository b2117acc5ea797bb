//! Use cases by noun, the session state machine and the durable jobs.
//!
//! A use case calls leaves in order, and leaves never call back. This crate holds no SQL, no
//! protocol and no cryptography of its own; every face (command line, window, API) calls the same
//! functions and renders what they return. Returned views serialise to the documented JSON shape.
//!
//! Start with [`Vault`]; [`OPERATIONS`] lists what every face must offer.

pub mod agent;
pub mod anchors;
mod assess;
pub mod assets;
pub mod attestations;
pub mod audit;
mod authorization;
pub mod config;
pub mod doctor;
mod draft;
mod error;
pub mod harden;
mod hidden;
mod home;
pub mod jobs;
mod keys;
pub mod operations;
pub mod policies;
pub mod progress;
mod query;
mod random;
pub mod recovery;
pub mod report;
pub mod risk;
pub mod rotation;
mod runner;
pub mod scans;
pub mod secrets;
pub mod session;
pub mod slots;
pub mod targets;
mod vault;

/// Options of the devices that factors come from.
pub mod devices {
    pub use qv_crypto::umk::wallet::WalletAddress;
    pub use qv_seal::tpm::keep_quiet;
    pub use qv_seal::wallet::{Message, Via, Why};
    pub use qv_seal::{
        PinPolicy, SharesOptions, TouchPolicy, TpmOptions, WalletOptions, YubikeyOptions,
    };
}

pub use config::{
    ChainConfig, Config, PolicyConfig, ScanConfig, SessionConfig, TpmConfig, WindowConfig,
};
pub use draft::Existing;
pub use error::AppError;
pub use hidden::is_hidden;
pub use home::{Home, Places};
pub use operations::OPERATIONS;
pub use qv_crypto::secret::SecretBytes;
pub use qv_seal::{Devices, Handout, Interaction, Notice, Prompt, SealError, Share, Waiting};
pub use random::random_text;
pub use vault::{Summary, Vault};
