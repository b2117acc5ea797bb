//! The public parameters of a TPM factor. Nothing vouches for them until the slot opens.

use qv_crypto::encoding::{hex_decode, hex_encode};
use qv_crypto::umk::HexBytes;
use qv_crypto::umk::factor::{FactorKind, FactorParameters};
use qv_types::SlotId;
use serde::{Deserialize, Serialize};
use tss_esapi::attributes::ObjectAttributes;
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::structures::{Private, Public};
use tss_esapi::traits::{Marshall, UnMarshall};

use super::chip::{Blob, sealed_attributes};
use super::policy::{PcrValue, Policy};
use crate::{SealError, SlotContext};

/// The most bytes of a blob; ours have 78 and 158 or less.
const MOST_BYTES: usize = 512;

/// What is kept in the slot's descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    slot: SlotId,
    /// Name of the storage primary: tells this TPM from another, and from itself after a clear.
    primary: HexBytes<34>,
    public: String,
    private: String,
    pcrs: Vec<u8>,
    accepts: Vec<Vec<PcrValue>>,
    pin: bool,
}

/// Parameters whose form was checked.
#[derive(Debug, Clone)]
pub(super) struct TpmParameters {
    pub primary: HexBytes<34>,
    pub blob: Blob,
    pub policy: Policy,
}

impl TpmParameters {
    /// Reads what [`TpmParameters::write`] wrote for this slot, and for no other.
    pub fn read(parameters: &FactorParameters, slot: &SlotContext) -> Result<Self, SealError> {
        let written: Written = (parameters.kind() == FactorKind::Tpm)
            .then(|| parameters.read().ok())
            .flatten()
            .ok_or_else(foreign)?;
        if written.slot != slot.slot {
            return Err(foreign());
        }
        Self::check(written).ok_or_else(foreign)
    }

    pub fn write(&self, slot: &SlotContext) -> Result<FactorParameters, SealError> {
        let public = self
            .blob
            .public
            .marshall()
            .map_err(|source| SealError::Tpm {
                doing: "writing down what it sealed",
                source: source.into(),
            })?;
        let written = Written {
            slot: slot.slot,
            primary: self.primary,
            public: hex_encode(&public),
            private: hex_encode(self.blob.private.value()),
            pcrs: self.policy.pcrs.clone(),
            accepts: self.policy.accepts.clone(),
            pin: self.policy.pin,
        };
        Ok(FactorParameters::new(FactorKind::Tpm, &written)?)
    }

    /// The public part must be of an object as we make them, under exactly the policy that stands
    /// beside it.
    fn check(written: Written) -> Option<Self> {
        let policy = Policy {
            pcrs: written.pcrs,
            accepts: written.accepts,
            pin: written.pin,
        };
        let public = Public::unmarshall(&bytes(&written.public)?).ok()?;
        let Public::KeyedHash {
            object_attributes,
            name_hashing_algorithm,
            ..
        } = &public
        else {
            return None;
        };
        let sound = policy.is_sound()
            && is_ours(*object_attributes, &policy)
            && *name_hashing_algorithm == HashingAlgorithm::Sha256
            && public.auth_policy().value() == policy.digest();
        let private = Private::try_from(bytes(&written.private)?).ok()?;
        sound.then_some(Self {
            primary: written.primary,
            blob: Blob { public, private },
            policy,
        })
    }
}

fn is_ours(attributes: ObjectAttributes, policy: &Policy) -> bool {
    sealed_attributes(policy).is_ok_and(|ours| ours == attributes)
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let fits = (1..=2 * MOST_BYTES).contains(&hex.len());
    fits.then(|| hex_decode(hex)).flatten()
}

pub(super) const fn foreign() -> SealError {
    SealError::ForeignParameters {
        kind: FactorKind::Tpm,
    }
}

/// Whether a PIN will be asked for; also yes where the parameters cannot be read.
pub(super) fn needs_pin(parameters: &FactorParameters) -> bool {
    parameters
        .read::<Written>()
        .map_or(true, |written| written.pin)
}
