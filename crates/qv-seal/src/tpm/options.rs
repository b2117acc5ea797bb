//! Which TPM, and how a new factor is sealed to it.

use std::collections::BTreeMap;

use qv_crypto::umk::factor::FactorParameters;

use super::parameters::TpmParameters;
use super::policy::{PcrValue, are_pcrs};
use crate::{SealError, SlotContext};

/// Which TPM, and how a new factor is sealed to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TpmOptions {
    /// How to reach it (a TCTI such as `device:/dev/tpmrm0`); `None` finds it.
    pub tcti: Option<String>,
    /// PCRs of the SHA-256 bank that a new factor is bound to, 0 to 23; none for no binding.
    pub pcrs: Vec<u8>,
    /// Values that some of these PCRs will have after an announced change, accepted beside the
    /// present ones.
    pub expect: BTreeMap<u8, PcrValue>,
    /// Whether a new factor also needs a PIN.
    pub pin: bool,
}

impl Default for TpmOptions {
    fn default() -> Self {
        Self {
            tcti: None,
            pcrs: vec![7],
            expect: BTreeMap::new(),
            pin: false,
        }
    }
}

impl TpmOptions {
    /// These options with the PCRs and the PIN of a factor that was enrolled for `slot`.
    ///
    /// # Errors
    /// [`SealError::ForeignParameters`].
    pub fn like(&self, slot: &SlotContext, enrolled: &FactorParameters) -> Result<Self, SealError> {
        let policy = TpmParameters::read(enrolled, slot)?.policy;
        Ok(Self {
            pcrs: policy.pcrs,
            pin: policy.pin,
            ..self.clone()
        })
    }

    /// The PCRs, ascending and each once.
    pub(super) fn checked_pcrs(&self) -> Result<Vec<u8>, SealError> {
        let mut pcrs = self.pcrs.clone();
        pcrs.sort_unstable();
        pcrs.dedup();
        if !are_pcrs(&pcrs) {
            return Err(SealError::TpmPcrs {
                why: "a TPM has PCRs 0 to 23".into(),
            });
        }
        match self.expect.keys().find(|pcr| !pcrs.contains(pcr)) {
            None => Ok(pcrs),
            Some(pcr) => Err(SealError::TpmPcrs {
                why: format!("a value of PCR {pcr} is expected, but the slot is not bound to it"),
            }),
        }
    }
}
