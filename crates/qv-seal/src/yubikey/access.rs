//! What must be proven to a YubiKey: the PIN to use a key, the management key to make one.

use qv_crypto::secret::SecretBytes;
use yubikey::piv::{ManagementSlotId, SlotId, metadata};
use yubikey::{MgmKey, MgmType, PinPolicy, TouchPolicy};

use super::YubikeyError;
use super::connected::Connected;
use crate::{Interaction, Notice, Prompt, SealError};

/// What a PIN may be long; others are not tried, so that they cost no try.
const PIN_LENGTH: std::ops::RangeInclusive<usize> = 6..=8;

impl Connected {
    /// Asks for the PIN and verifies it, where a key with this policy is behind it.
    pub fn log_in(
        &mut self,
        policy: PinPolicy,
        ask: &mut dyn Interaction,
    ) -> Result<Option<SecretBytes>, SealError> {
        if policy == PinPolicy::Never {
            return Ok(None);
        }
        self.ask_pin(ask).map(Some)
    }

    /// As [`Self::log_in`]; also where the management key is behind the PIN.
    pub fn log_in_to_manage(
        &mut self,
        policy: PinPolicy,
        ask: &mut dyn Interaction,
    ) -> Result<Option<SecretBytes>, SealError> {
        match self.management_type()? {
            MgmType::Protected => self.ask_pin(ask).map(Some),
            MgmType::Manual | MgmType::Derived => self.log_in(policy, ask),
        }
    }

    fn management_type(&mut self) -> Result<MgmType, YubikeyError> {
        let config = self.session().config();
        config
            .map(|config| config.mgm_type)
            .map_err(|error| self.explain(error))
    }

    fn ask_pin(&mut self, ask: &mut dyn Interaction) -> Result<SecretBytes, SealError> {
        let serial = self.serial();
        let slot = SlotId::Management(ManagementSlotId::Pin);
        let about = metadata(self.session(), slot).map_err(|error| self.explain(error))?;
        let tries_left = about
            .retries
            .map_or(u8::MAX, |retries| retries.remaining_count);
        if tries_left == 0 {
            return Err(YubikeyError::PinBlocked { serial }.into());
        }
        if about.default == Some(true) {
            ask.notify(&Notice::YubikeyDefaultPin { serial });
        }
        let pin = ask.ask(&Prompt::YubikeyPin { serial, tries_left })?;
        self.verify_pin(&pin)?;
        Ok(pin)
    }

    pub fn verify_pin(&mut self, pin: &SecretBytes) -> Result<(), YubikeyError> {
        if !PIN_LENGTH.contains(&pin.expose().len()) {
            return Err(YubikeyError::NoPin);
        }
        let verified = self.session().verify_pin(pin.expose());
        self.is_logged_in |= verified.is_ok();
        verified.map_err(|error| self.explain(error))
    }

    /// Proves the management key: the default one, or the one that is kept behind the PIN.
    pub fn open_management(&mut self) -> Result<(), YubikeyError> {
        let refused = YubikeyError::ManagementKey {
            serial: self.serial(),
        };
        let key = match self.management_type()? {
            MgmType::Protected => MgmKey::get_protected(self.session()),
            MgmType::Manual | MgmType::Derived => MgmKey::get_default(self.session()),
        };
        let proven = key.and_then(|key| self.session().authenticate(&key));
        proven.map_err(|error| match error {
            yubikey::Error::PcscError { .. } => self.explain(error),
            _ => refused,
        })
    }

    /// What it means that the YubiKey refused to use a key although it has the PIN.
    pub fn explain_use(&self, error: yubikey::Error, touch: TouchPolicy) -> YubikeyError {
        match error {
            yubikey::Error::AuthenticationError if touch != TouchPolicy::Never => {
                YubikeyError::NotTouched {
                    serial: self.serial(),
                }
            }
            other => self.explain(other),
        }
    }
}
