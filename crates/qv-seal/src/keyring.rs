//! The keyring backend: a random secret kept by the desktop's Secret Service.
//!
//! Invariants: the item is found by service and slot id alone, both known here, so edited
//! parameters can neither read nor delete another program's secret; a keyring that does not answer
//! (its window hides behind another, its daemon hangs) never hangs the caller.

use std::sync::Arc;
use std::time::Duration;

use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi;
use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::umk::factor::{Enrolled, FactorKind, FactorParameters};
use serde::{Deserialize, Serialize};
use zbus_secret_service_keyring_store::Store;

use crate::{Availability, Interaction, Notice, SealError, Sealer, SlotContext, Waiting, patience};

/// The service under which every secret is kept; the account is the slot's id.
const SERVICE: &str = "QuantumVault";
/// The well-known name of a Secret Service on the session bus.
const BUS_NAME: &str = "org.freedesktop.secrets";
/// What a person who gives up is said to have been asked for.
const ASKED: &str = "the keyring";
/// How long the session bus itself, which asks nobody, has to answer.
const BUS_PATIENCE: Duration = Duration::from_secs(5);
/// How long a person has to answer the keyring's window.
const PATIENCE: Duration = Duration::from_secs(120);

/// The Secret Service of the person who is signed in.
#[derive(Debug)]
pub struct Keyring {
    patience: Duration,
    waiting: Arc<Waiting>,
}

/// Public parameters: where the secret lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyringParameters {
    service: String,
    account: String,
}

impl Keyring {
    /// The backend.
    #[must_use]
    pub fn new() -> Self {
        Self::with_patience(PATIENCE)
    }

    /// The backend with another time to wait for an answer than two minutes.
    #[must_use]
    pub fn with_patience(patience: Duration) -> Self {
        Self {
            patience,
            waiting: Arc::default(),
        }
    }

    /// The same, given up by the person of `waiting`.
    #[must_use]
    pub(crate) fn given_up_by(self, waiting: Arc<Waiting>) -> Self {
        Self { waiting, ..self }
    }

    /// Runs `work` on the slot's item.
    fn with_item<T: Send + 'static>(
        &self,
        slot: &SlotContext,
        work: impl FnOnce(&Entry) -> Result<T, keyring_core::Error> + Send + 'static,
    ) -> Result<T, SealError> {
        keyring_availability().require(FactorKind::Keyring)?;
        let (account, label) = (
            slot.slot.to_string(),
            format!("QuantumVault unlock slot of vault {}", slot.vault),
        );
        let run = move || {
            let modifiers = [("label", label.as_str())].into();
            work(&Store::new()?.build(SERVICE, &account, Some(&modifiers))?)
        };
        let came = patience::unless_given_up("keyring", self.patience, &self.waiting, run)
            .map_err(|error| SealError::Keyring(error.into()))?;
        self.waiting.check(ASKED)?;
        came.ok_or_else(|| silent(self.patience))?
            .map_err(|error| explain(error, slot))
    }
}

impl Default for Keyring {
    fn default() -> Self {
        Self::new()
    }
}

impl Sealer for Keyring {
    fn kind(&self) -> FactorKind {
        FactorKind::Keyring
    }

    fn availability(&self) -> Availability {
        keyring_availability()
    }

    fn needs_person(&self, _: &FactorParameters) -> bool {
        false
    }

    fn enrol(&self, slot: &SlotContext, ask: &mut dyn Interaction) -> Result<Enrolled, SealError> {
        let factor = Secret::<32>::make_random()?;
        ask.notify(&Notice::KeyringMayAsk);
        let kept = self.with_item(slot, |entry| {
            entry.set_secret(factor.expose())?;
            let kept = SecretBytes::from(entry.get_secret()?);
            if kept.expose() == factor.expose().as_slice() {
                return Ok(Some(factor));
            }
            entry.delete_credential()?;
            Ok(None)
        });
        let factor = kept?.ok_or(SealError::NotKept)?;
        Ok(Enrolled {
            parameters: FactorParameters::new(self.kind(), &parameters_of(slot))?,
            factor,
        })
    }

    fn unseal(
        &self,
        slot: &SlotContext,
        parameters: &FactorParameters,
        ask: &mut dyn Interaction,
    ) -> Result<Secret<32>, SealError> {
        check(parameters, slot)?;
        ask.notify(&Notice::KeyringMayAsk);
        let kept = self.with_item(slot, |entry| Ok(SecretBytes::from(entry.get_secret()?)))?;
        Secret::copied_from(kept.expose()).ok_or_else(|| changed(slot, "it is not of 32 bytes"))
    }

    fn forget(&self, slot: &SlotContext, parameters: &FactorParameters) -> Result<(), SealError> {
        check(parameters, slot)?;
        // Also where the person gave up: nothing is to be left behind then.
        let keyring = Self::with_patience(self.patience);
        match keyring.with_item(slot, Entry::delete_credential) {
            Err(SealError::SecretMissing { .. }) => Ok(()),
            other => other,
        }
    }
}

/// Whether a Secret Service runs on the session bus, or would be started when it is called.
#[must_use]
pub fn keyring_availability() -> Availability {
    let missing = |why: String, remedy: &str| Availability::Missing {
        why,
        remedy: remedy.into(),
    };
    let look = || zbus::blocking::Connection::session().map(|bus| offers_secrets(&bus));
    match in_time(BUS_PATIENCE, look) {
        Ok(Ok(Ok(true))) => Availability::Ready,
        Ok(Ok(Ok(false))) => missing(
            "no Secret Service runs in this session".into(),
            "Install and start one, for example gnome-keyring or KWallet.",
        ),
        Ok(Err(error)) => missing(
            format!("there is no D-Bus session ({error})"),
            "Sign in to a desktop session, or start one with dbus-run-session.",
        ),
        Ok(Ok(Err(_))) | Err(_) => missing(
            "the D-Bus session does not answer".into(),
            "Sign out and in again.",
        ),
    }
}

/// Runs `work` where it cannot hang the caller. (In a thread of its own also because a blocking bus
/// call must not run on an async runtime's.)
fn in_time<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SealError> {
    patience::in_time("keyring", patience, work)
        .map_err(|error| SealError::Keyring(error.into()))?
        .ok_or_else(|| silent(patience))
}

const fn silent(patience: Duration) -> SealError {
    SealError::KeyringSilent {
        seconds: patience.as_secs(),
    }
}

fn offers_secrets(bus: &zbus::blocking::Connection) -> zbus::Result<bool> {
    let names = zbus::blocking::fdo::DBusProxy::new(bus)?;
    Ok(names.name_has_owner(BUS_NAME.try_into()?)?
        || names
            .list_activatable_names()?
            .iter()
            .any(|name| name.as_str() == BUS_NAME))
}

fn parameters_of(slot: &SlotContext) -> KeyringParameters {
    KeyringParameters {
        service: SERVICE.into(),
        account: slot.slot.to_string(),
    }
}

fn check(parameters: &FactorParameters, slot: &SlotContext) -> Result<(), SealError> {
    let own = parameters.kind() == FactorKind::Keyring
        && parameters
            .read::<KeyringParameters>()
            .is_ok_and(|found| found == parameters_of(slot));
    if own {
        Ok(())
    } else {
        Err(SealError::ForeignParameters {
            kind: FactorKind::Keyring,
        })
    }
}

/// Says what a failure means. Only the sources of errors are kept: some variants carry the secret.
fn explain(error: keyring_core::Error, slot: &SlotContext) -> SealError {
    match error {
        keyring_core::Error::NoEntry => SealError::SecretMissing {
            slot: slot.slot.to_string(),
        },
        keyring_core::Error::NoStorageAccess(_) => SealError::KeyringLocked,
        keyring_core::Error::Ambiguous(_) => changed(slot, "there is more than one"),
        keyring_core::Error::PlatformFailure(source) => SealError::Keyring(source),
        _ => SealError::Keyring("it answered what it should not".into()),
    }
}

fn changed(slot: &SlotContext, what: &'static str) -> SealError {
    SealError::SecretChanged {
        slot: slot.slot.to_string(),
        what,
    }
}
