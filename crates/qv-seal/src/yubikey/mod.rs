//! The YubiKey backend: ECDH with a key in a retired slot of its PIV application.
//!
//! Invariants: a slot that holds anything of another application is never written to; the private
//! key is made on the YubiKey and never leaves it; what is known of a slot's key comes from the
//! YubiKey itself, and must be the point that the parameters name; a PIN that was verified is
//! logged out again before the YubiKey is let go.
//!
//! [`Yubikey`] is the backend. [`connected`] finds YubiKeys, [`retired`] tells what lies in their
//! slots and who made it, [`access`] is PIN and management key, [`failure`] says what went wrong.

mod access;
mod connected;
mod failure;
mod retired;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::umk::HexBytes;
use qv_crypto::umk::factor::yubikey_piv::{YubikeyPivParameters, derive, make};
use qv_crypto::umk::factor::{Enrolled, FactorKind, FactorParameters};
use yubikey::piv::{AlgorithmId, decrypt_data};
use yubikey::{PinPolicy as CardPinPolicy, TouchPolicy as CardTouchPolicy};

use crate::{Availability, Interaction, Notice, SealError, Sealer, SlotContext, Waiting, patience};
use connected::Connected;
pub use connected::{YubikeyFound, connected_yubikeys, yubikey_availability};
pub use failure::YubikeyError;
use retired::{Label, OwnKey, RetiredSlot, Use};

/// Longer than any YubiKey waits for a touch.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a person who gives up is said to have been asked for.
const ASKED: &str = "a touch of the YubiKey";

/// How often it is seen whether an earlier conversation is over.
const LOOK: Duration = Duration::from_millis(20);
/// Conversations that go on, also where the person gave them up. Each ends with a reset, which would cut off
/// the next.
static TALKS: AtomicUsize = AtomicUsize::new(0);

/// A conversation, until it is dropped.
struct Talk;

impl Talk {
    fn begin() -> Self {
        TALKS.fetch_add(1, Ordering::SeqCst);
        Self
    }

    /// Until a YubiKey that nobody waits for any more is done: its touch came, or did not come in time.
    fn wait_for_the_last() {
        let begun = Instant::now();
        while TALKS.load(Ordering::SeqCst) > 0 && begun.elapsed() < PATIENCE {
            sleep(LOOK);
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        TALKS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Which YubiKey, and how a new key is made on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YubikeyOptions {
    /// Its serial number; needed where several are inserted.
    pub serial: Option<u32>,
    /// The retired slot, 0x82 to 0x95; `None` takes the first free one. A slot that holds a key of
    /// the same vault is used as it is.
    pub slot: Option<u8>,
    /// When the PIN is asked for.
    pub pin: PinPolicy,
    /// When the key must be touched.
    pub touch: TouchPolicy,
}

/// When the YubiKey wants its PIN before it uses a new key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PinPolicy {
    /// Once for each time that the vault is opened: it is logged out afterwards.
    #[default]
    Once,
    /// Before each single use of the key.
    Always,
    /// Never.
    Never,
}

/// When the YubiKey wants to be touched before it uses a new key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TouchPolicy {
    /// Each time.
    #[default]
    Always,
    /// Once in 15 seconds.
    Cached,
    /// Never.
    Never,
}

/// A YubiKey's PIV application.
#[derive(Debug, Default)]
pub struct Yubikey {
    options: YubikeyOptions,
    waiting: Arc<Waiting>,
}

impl Yubikey {
    /// The backend with what was said about the YubiKey.
    #[must_use]
    pub fn new(options: YubikeyOptions) -> Self {
        Self {
            options,
            waiting: Arc::default(),
        }
    }

    /// The same, given up by the person of `waiting`.
    #[must_use]
    pub(crate) fn given_up_by(self, waiting: Arc<Waiting>) -> Self {
        Self { waiting, ..self }
    }

    /// Makes a key in a free slot, with a certificate that says whose it is.
    fn make_key(
        &self,
        key: &mut Connected,
        at: RetiredSlot,
        slot: &SlotContext,
        ask: &mut dyn Interaction,
    ) -> Result<HexBytes<65>, SealError> {
        let policies = (self.options.pin.into(), self.options.touch.into());
        let pin = key.log_in_to_manage(policies.0, ask)?;
        key.open_management()?;
        let made = at.generate(key, policies)?;
        let label = Label::Slot(slot.vault, slot.slot);
        let signed =
            sign(key, &made, pin.as_ref(), &label, ask).and_then(|()| self.waiting.check(ASKED));
        if signed.is_err() {
            // What matters is why; a key that nobody knows of opens nothing.
            let _ = at.vacate(key);
        }
        signed.map(|()| made.point)
    }

    /// Takes the key that the vault has in the slot already. Its certificate will not name one
    /// unlock slot any more, so that forgetting one of them does not take the key from the others.
    fn share_key(
        &self,
        key: &mut Connected,
        own: &OwnKey,
        slot: &SlotContext,
        ask: &mut dyn Interaction,
    ) -> Result<HexBytes<65>, SealError> {
        if own.unlock_slot.is_some() {
            let pin = key.log_in_to_manage(own.policies.0, ask)?;
            key.open_management()?;
            sign(key, own, pin.as_ref(), &Label::Vault(slot.vault), ask)?;
            self.waiting.check(ASKED)?;
        }
        Ok(own.point)
    }

    /// The key's agreement with `point`. The YubiKey answers once it is touched, so it is spoken to apart,
    /// and left to itself where the person gives up.
    fn agree(
        &self,
        key: Connected,
        own: OwnKey,
        point: HexBytes<65>,
    ) -> Result<Secret<32>, SealError> {
        let talk = Talk::begin();
        let agree = move || {
            // The key is let go before the next may talk.
            let (_talk, mut key) = (talk, key);
            let (slot, touch) = (own.slot.id(), own.policies.1);
            decrypt_data(key.session(), &point.0, AlgorithmId::EccP256, slot)
                .map_err(|error| key.explain_use(error, touch))
        };
        let came = patience::unless_given_up("yubikey", PATIENCE, &self.waiting, agree)
            .map_err(|error| YubikeyError::Failed(error.to_string()))?;
        self.waiting.check(ASKED)?;
        let x = came.ok_or(YubikeyError::Answer("anything in time"))??;
        Ok(Secret::copied_from(&x).ok_or(YubikeyError::Answer("an ECDH result"))?)
    }
}

impl Sealer for Yubikey {
    fn kind(&self) -> FactorKind {
        FactorKind::YubikeyPiv
    }

    fn availability(&self) -> Availability {
        yubikey_availability()
    }

    fn enrol(&self, slot: &SlotContext, ask: &mut dyn Interaction) -> Result<Enrolled, SealError> {
        let wanted = self.options.slot.map(RetiredSlot::numbered).transpose()?;
        Talk::wait_for_the_last();
        let mut key = Connected::only(self.options.serial)?;
        key.require_metadata()?;
        let (at, holds) = match wanted {
            Some(at) => at.with_its_use(&mut key)?,
            None => RetiredSlot::first_free(&mut key)?,
        };
        let point = match holds {
            Use::Free => self.make_key(&mut key, at, slot, ask)?,
            Use::Own(own) if own.vault == Some(slot.vault) => {
                self.share_key(&mut key, &own, slot, ask)?
            }
            Use::Own(_) | Use::Foreign => {
                return Err(YubikeyError::SlotTaken {
                    slot: at.number(),
                    serial: key.serial(),
                }
                .into());
            }
        };
        let (parameters, factor) = make(&point, &slot.slot)?;
        Ok(Enrolled {
            parameters: FactorParameters::new(self.kind(), &parameters)?,
            factor,
        })
    }

    fn unseal(
        &self,
        slot: &SlotContext,
        parameters: &FactorParameters,
        ask: &mut dyn Interaction,
    ) -> Result<Secret<32>, SealError> {
        let parameters = read(parameters)?;
        Talk::wait_for_the_last();
        let (mut key, own) = Connected::holding(&parameters.static_point, self.options.serial)?;
        key.log_in(own.policies.0, ask)?;
        announce_touch(&key, own.policies.1, ask);
        let x = self.agree(key, own, parameters.ephemeral_point)?;
        Ok(derive(&x, &parameters, &slot.slot))
    }

    /// Destroys the slot's key, where the YubiKey that holds it is inserted and its management key
    /// is the default one. (A management key behind the PIN needs a person.)
    fn forget(&self, slot: &SlotContext, parameters: &FactorParameters) -> Result<(), SealError> {
        let parameters = read(parameters)?;
        let (mut key, own) = match Connected::holding(&parameters.static_point, None) {
            Ok(found) => found,
            Err(YubikeyError::NotHere { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let is_its_own = own.vault == Some(slot.vault) && own.unlock_slot == Some(slot.slot);
        if !is_its_own {
            return Ok(());
        }
        let left = YubikeyError::KeyLeft {
            slot: own.slot.number(),
            serial: key.serial(),
        };
        key.open_management().map_err(|_| left)?;
        Ok(own.slot.vacate(&mut key)?)
    }
}

/// Writes the certificate that says whose `own` is; the key itself signs it.
fn sign(
    key: &mut Connected,
    own: &OwnKey,
    pin: Option<&SecretBytes>,
    label: &Label,
    ask: &mut dyn Interaction,
) -> Result<(), SealError> {
    // A key with the policy "always" wants the PIN right before its use.
    if let Some(pin) = pin {
        key.verify_pin(pin)?;
    }
    announce_touch(key, own.policies.1, ask);
    Ok(own.slot.certify(key, own, label)?)
}

fn announce_touch(key: &Connected, policy: CardTouchPolicy, ask: &mut dyn Interaction) {
    if policy != CardTouchPolicy::Never {
        ask.notify(&Notice::TouchYubikey {
            serial: key.serial(),
        });
    }
}

fn read(parameters: &FactorParameters) -> Result<YubikeyPivParameters, SealError> {
    let foreign = SealError::ForeignParameters {
        kind: FactorKind::YubikeyPiv,
    };
    if parameters.kind() != FactorKind::YubikeyPiv {
        return Err(foreign);
    }
    parameters.read().map_err(|_| foreign)
}

impl From<PinPolicy> for CardPinPolicy {
    fn from(policy: PinPolicy) -> Self {
        match policy {
            PinPolicy::Once => Self::Once,
            PinPolicy::Always => Self::Always,
            PinPolicy::Never => Self::Never,
        }
    }
}

impl From<TouchPolicy> for CardTouchPolicy {
    fn from(policy: TouchPolicy) -> Self {
        match policy {
            TouchPolicy::Always => Self::Always,
            TouchPolicy::Cached => Self::Cached,
            TouchPolicy::Never => Self::Never,
        }
    }
}
