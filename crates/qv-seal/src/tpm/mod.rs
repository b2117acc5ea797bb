//! The TPM backend: a random secret sealed under a storage primary, to the state of chosen PCRs and
//! a PIN.
//!
//! Invariants: nothing is left in the TPM, so everything that is needed stands in the parameters;
//! these are checked, and the primary is compared with the one of the enrolment, before a PIN's
//! value is used on them; no secret crosses the bus in clear; a TPM that hangs never hangs the caller.
//!
//! Start with [`Tpm`]. [`policy`] computes what the TPM demands, [`chip`] talks to it, [`failure`]
//! says what its refusals mean, [`connection`] finds it.

mod chip;
mod connection;
mod failure;
mod options;
mod parameters;
mod pin;
mod policy;
mod quiet;

use std::collections::BTreeMap;
use std::time::Duration;

use qv_crypto::secret::Secret;
use qv_crypto::umk::factor::{Enrolled, FactorKind, FactorParameters};
use tss_esapi::Context;

pub use options::TpmOptions;
pub use policy::PcrValue;
pub use quiet::keep_quiet;

use crate::patience::in_time;
use crate::{Availability, Interaction, SealError, Sealer, SlotContext};
use chip::Chip;
use connection::Route;
use failure::{explain, not_loaded, not_released};
use parameters::TpmParameters;
use policy::Policy;

/// How long a TPM has for everything that one call asks of it; slow ones take seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long it has where it is only asked whether it is there.
const PROBE_PATIENCE: Duration = Duration::from_secs(5);

/// The machine's TPM 2.0.
#[derive(Debug)]
pub struct Tpm {
    options: TpmOptions,
    patience: Duration,
}

/// What a secret is sealed to, before the PCRs were read.
struct Binding {
    pcrs: Vec<u8>,
    expect: BTreeMap<u8, PcrValue>,
    auth: Option<Secret<32>>,
}

impl Tpm {
    /// The backend.
    #[must_use]
    pub const fn new(options: TpmOptions) -> Self {
        Self {
            options,
            patience: PATIENCE,
        }
    }

    /// The backend with another time to wait for an answer than a minute.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Seals the factor that `parameters` release now anew, to the options' PCRs with their present
    /// and expected values. The factor and its PIN stay the same.
    ///
    /// # Errors
    /// As [`Sealer::unseal`] and [`Sealer::enrol`].
    pub fn reseal(
        &self,
        slot: &SlotContext,
        parameters: &FactorParameters,
        ask: &mut dyn Interaction,
    ) -> Result<FactorParameters, SealError> {
        let old = TpmParameters::read(parameters, slot)?;
        let pcrs = self.options.checked_pcrs()?;
        let route = self.route()?;
        let auth = old.policy.pin.then(|| pin::ask(slot, ask)).transpose()?;
        let expect = self.options.expect.clone();
        let sealed = self.converse(&route, move |mut chip| {
            let factor = release(&mut chip, old, auth.as_ref())?;
            seal(&mut chip, &factor, &Binding { pcrs, expect, auth })
        })?;
        sealed.write(slot)
    }

    fn route(&self) -> Result<Route, SealError> {
        Ok(Route::find(self.options.tcti.as_deref())?)
    }

    /// One conversation in a thread of its own.
    fn converse<T: Send + 'static>(
        &self,
        route: &Route,
        work: impl FnOnce(Chip) -> Result<T, SealError> + Send + 'static,
    ) -> Result<T, SealError> {
        let route = route.clone();
        let run = move || {
            let context: Context = route.open()?;
            work(Chip::new(context).map_err(explain("making its storage key"))?)
        };
        let answer = in_time("tpm", self.patience, run).map_err(|error| SealError::Tpm {
            doing: "starting",
            source: error.into(),
        })?;
        answer.ok_or(SealError::TpmSilent {
            seconds: self.patience.as_secs(),
        })?
    }
}

impl Sealer for Tpm {
    fn kind(&self) -> FactorKind {
        FactorKind::Tpm
    }

    fn availability(&self) -> Availability {
        let route = match Route::find(self.options.tcti.as_deref()) {
            Ok(route) => route,
            Err(missing) => return missing.into(),
        };
        let patience = self.patience.min(PROBE_PATIENCE);
        match in_time("tpm", patience, move || route.probe()) {
            Ok(Some(Ok(()))) => Availability::Ready,
            Ok(Some(Err(missing))) => missing.into(),
            Ok(None) | Err(_) => Availability::Missing {
                why: "the TPM does not answer".into(),
                remedy: "Restart the machine, or use another factor.".into(),
            },
        }
    }

    fn needs_person(&self, parameters: &FactorParameters) -> bool {
        parameters::needs_pin(parameters)
    }

    fn enrol(&self, slot: &SlotContext, ask: &mut dyn Interaction) -> Result<Enrolled, SealError> {
        let pcrs = self.options.checked_pcrs()?;
        let route = self.route()?;
        let auth = self
            .options
            .pin
            .then(|| pin::ask_new(slot, ask))
            .transpose()?;
        let expect = self.options.expect.clone();
        let binding = Binding { pcrs, expect, auth };
        let factor = Secret::make_random()?;
        let (sealed, factor) = self.converse(&route, move |mut chip| {
            Ok((seal(&mut chip, &factor, &binding)?, factor))
        })?;
        Ok(Enrolled {
            parameters: sealed.write(slot)?,
            factor,
        })
    }

    fn unseal(
        &self,
        slot: &SlotContext,
        parameters: &FactorParameters,
        ask: &mut dyn Interaction,
    ) -> Result<Secret<32>, SealError> {
        let parameters = TpmParameters::read(parameters, slot)?;
        let route = self.route()?;
        let auth = parameters
            .policy
            .pin
            .then(|| pin::ask(slot, ask))
            .transpose()?;
        self.converse(&route, move |mut chip| {
            release(&mut chip, parameters, auth.as_ref())
        })
    }

    /// Nothing is kept in the TPM: without the parameters there is nothing to release.
    fn forget(&self, slot: &SlotContext, parameters: &FactorParameters) -> Result<(), SealError> {
        TpmParameters::read(parameters, slot).map(drop)
    }
}

/// Whether there is a TPM that answers.
#[must_use]
pub fn tpm_availability(options: &TpmOptions) -> Availability {
    Tpm::new(options.clone()).availability()
}

fn seal(chip: &mut Chip, factor: &Secret<32>, to: &Binding) -> Result<TpmParameters, SealError> {
    let now = chip
        .pcr_values(&to.pcrs)
        .map_err(explain("reading its PCRs"))?;
    if now.len() != to.pcrs.len() {
        return Err(SealError::TpmPcrs {
            why: "this TPM keeps no SHA-256 values of them".into(),
        });
    }
    let policy = Policy::new(&to.pcrs, now, &to.expect, to.auth.is_some());
    let auth = to.auth.as_ref();
    let primary = chip
        .primary_name()
        .map_err(explain("naming its storage key"))?;
    let blob = chip
        .seal(factor, &policy, auth)
        .map_err(explain("sealing the secret"))?;
    let sealed = TpmParameters {
        primary,
        blob,
        policy,
    };
    // Nothing counts as sealed that was not released once.
    if release(chip, sealed.clone(), auth)? == *factor {
        Ok(sealed)
    } else {
        let source = "it released another secret than it was given".into();
        Err(SealError::Tpm {
            doing: "trying what it sealed",
            source,
        })
    }
}

fn release(
    chip: &mut Chip,
    sealed: TpmParameters,
    auth: Option<&Secret<32>>,
) -> Result<Secret<32>, SealError> {
    let primary = chip
        .primary_name()
        .map_err(explain("naming its storage key"))?;
    if primary != sealed.primary {
        return Err(SealError::TpmReplaced);
    }
    let object = chip.load(sealed.blob).map_err(not_loaded)?;
    let released = chip.unseal(object, &sealed.policy, auth);
    released.map_err(|error| not_released(error, chip, &sealed.policy))
}
