//! Sealers: how what a person knows or a device holds becomes one factor of an unlock slot.
//!
//! Invariants: a sealer hands out 32 secret bytes and public parameters, and never sees the UMK, a
//! KEK or the database; what is wrong with a factor shows only when the slot's record does not
//! open; parameters come from a descriptor that nothing vouches for yet, so a sealer checks them
//! before it acts on them. This is the only crate that touches security hardware.
//!
//! Start with [`Sealer`], the contract; [`Devices`] gives its backends, and
//! [`Interaction`] is how a backend asks the person, whatever the face. A new backend is a module
//! here, a line in [`Devices::backend`], and a run of the contract test (`tests/contract.rs`).

mod devices;
mod error;
mod interaction;
pub mod keyring;
pub mod passphrase;
mod patience;
pub mod presence;
pub mod shares;
pub mod tpm;
mod waiting;
pub mod wallet;
pub mod yubikey;

use qv_crypto::secret::Secret;
use qv_crypto::umk::HexBytes;
use qv_crypto::umk::factor::{Enrolled, FactorKind, FactorParameters};
use qv_crypto::umk::slot::{Descriptor, Draft};
use qv_types::{SlotId, VaultId};

pub use devices::Devices;
pub use error::SealError;
pub use interaction::{Interaction, Notice, Prompt};
pub use keyring::{Keyring, keyring_availability};
pub use passphrase::Passphrase;
pub use qv_crypto::umk::sharing::Share;
pub use shares::{Handout, Shares, SharesOptions};
pub use tpm::{PcrValue, Tpm, TpmOptions, tpm_availability};
pub use waiting::Waiting;
pub use wallet::{Wallet, WalletOptions, browser_availability};
pub use yubikey::{
    PinPolicy, TouchPolicy, Yubikey, YubikeyError, YubikeyFound, YubikeyOptions,
    connected_yubikeys, yubikey_availability,
};

/// A backend of one kind of factor.
pub trait Sealer: Send + Sync {
    /// The kind of factor that it makes.
    fn kind(&self) -> FactorKind;

    /// Whether this machine can enrol and unseal such a factor now. Asks the person nothing.
    fn availability(&self) -> Availability;

    /// Whether unsealing these parameters asks a person for anything.
    fn needs_person(&self, _: &FactorParameters) -> bool {
        true
    }

    /// Which device, wallet or set of shares the parameters name, in a few characters, so that two
    /// can be told from each other; `None` where all of the kind count as one.
    fn which(&self, _: &FactorParameters) -> Option<String> {
        None
    }

    /// Makes a new factor for `slot`.
    ///
    /// # Errors
    /// [`SealError`]; nothing is left behind.
    fn enrol(&self, slot: &SlotContext, ask: &mut dyn Interaction) -> Result<Enrolled, SealError>;

    /// Gets the factor again that [`Sealer::enrol`] made for `slot`. Where the backend cannot tell
    /// (a wrong passphrase), it returns another factor, and the slot does not open.
    ///
    /// # Errors
    /// [`SealError`].
    fn unseal(
        &self,
        slot: &SlotContext,
        parameters: &FactorParameters,
        ask: &mut dyn Interaction,
    ) -> Result<Secret<32>, SealError>;

    /// Removes what [`Sealer::enrol`] left on the device, after the slot is gone. What is not
    /// there any more is no error.
    ///
    /// # Errors
    /// [`SealError`].
    fn forget(&self, slot: &SlotContext, parameters: &FactorParameters) -> Result<(), SealError>;
}

/// The slot that a factor is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotContext {
    /// Its vault.
    pub vault: VaultId,
    /// Its id.
    pub slot: SlotId,
    /// Its salt.
    pub salt: HexBytes<32>,
}

impl From<&Draft> for SlotContext {
    fn from(draft: &Draft) -> Self {
        Self {
            vault: draft.vault(),
            slot: draft.slot(),
            salt: *draft.salt(),
        }
    }
}

impl From<&Descriptor> for SlotContext {
    fn from(descriptor: &Descriptor) -> Self {
        Self {
            vault: descriptor.vault(),
            slot: descriptor.slot(),
            salt: *descriptor.salt(),
        }
    }
}

/// Whether a backend can work on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// It can.
    Ready,
    /// It cannot.
    Missing {
        /// What is missing.
        why: String,
        /// What to do about it.
        remedy: String,
    },
}

impl Availability {
    /// Turns what is missing into the error of `kind`.
    ///
    /// # Errors
    /// [`SealError::Unavailable`].
    pub fn require(self, kind: FactorKind) -> Result<(), SealError> {
        match self {
            Self::Ready => Ok(()),
            Self::Missing { why, remedy } => Err(SealError::Unavailable { kind, why, remedy }),
        }
    }
}
