//! The passphrase backend.
//!
//! Invariants: there is no default passphrase; one that is easily guessed is refused at enrolment,
//! where it can still be changed, and never at unsealing. Whether a passphrase is the right one is
//! not known here: a wrong one gives another factor.

use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::umk::factor::passphrase::{Cost, PassphraseParameters, derive};
use qv_crypto::umk::factor::{Enrolled, FactorKind, FactorParameters};
use zxcvbn::{Score, zxcvbn};

use crate::{Availability, Interaction, Notice, Prompt, SealError, Sealer, SlotContext};

/// Fewest characters of a new passphrase.
const LEAST_CHARACTERS: usize = 8;
/// Least score of a new passphrase: 10^8 guesses or more, each of which costs an Argon2id run.
const LEAST_SCORE: Score = Score::Three;
/// Words that an attacker of this product tries first.
const OWN_WORDS: [&str; 4] = ["quantumvault", "quantum", "vault", "passphrase"];

/// A passphrase, stretched by Argon2id.
#[derive(Debug, Default)]
pub struct Passphrase {
    cost: Option<Cost>,
}

impl Passphrase {
    /// The backend with the cost that suits this machine: [`Cost::STANDARD`], or less where memory
    /// is short.
    #[must_use]
    pub const fn new() -> Self {
        Self { cost: None }
    }

    /// The backend with a given cost for new slots.
    #[must_use]
    pub const fn with_cost(cost: Cost) -> Self {
        Self { cost: Some(cost) }
    }
}

impl Sealer for Passphrase {
    fn kind(&self) -> FactorKind {
        FactorKind::Passphrase
    }

    fn availability(&self) -> Availability {
        Availability::Ready
    }

    fn enrol(&self, _: &SlotContext, ask: &mut dyn Interaction) -> Result<Enrolled, SealError> {
        let passphrase = ask.ask(&Prompt::NewPassphrase)?;
        check_strength(&passphrase)?;
        let cost = self
            .cost
            .unwrap_or_else(|| affordable(available_memory_kib()));
        let parameters = PassphraseParameters::make(cost)?;
        ask.notify(&deriving(&parameters));
        let factor = derive(&passphrase, &parameters)?;
        Ok(Enrolled {
            parameters: FactorParameters::new(self.kind(), &parameters)?,
            factor,
        })
    }

    fn unseal(
        &self,
        _: &SlotContext,
        parameters: &FactorParameters,
        ask: &mut dyn Interaction,
    ) -> Result<Secret<32>, SealError> {
        let parameters = read(parameters)?;
        let passphrase = ask.ask(&Prompt::Passphrase)?;
        ask.notify(&deriving(&parameters));
        Ok(derive(&passphrase, &parameters)?)
    }

    fn forget(&self, _: &SlotContext, parameters: &FactorParameters) -> Result<(), SealError> {
        read(parameters).map(drop)
    }
}

/// Refuses a passphrase that is easily guessed.
///
/// # Errors
/// [`SealError::WeakPassphrase`], which says how to do better.
pub fn check_strength(passphrase: &SecretBytes) -> Result<(), SealError> {
    let weak = |advice: String| Err(SealError::WeakPassphrase { advice });
    let Ok(text) = str::from_utf8(passphrase.expose()) else {
        return weak("It is not valid text; type it again.".into());
    };
    if text.chars().count() < LEAST_CHARACTERS {
        return weak(format!(
            "Use at least {LEAST_CHARACTERS} characters; four or more uncommon words are good."
        ));
    }
    let entropy = zxcvbn(text, &OWN_WORDS);
    if entropy.score() >= LEAST_SCORE {
        return Ok(());
    }
    let feedback = entropy.feedback();
    let warning = feedback
        .and_then(|feedback| feedback.warning())
        .map(|warning| warning.to_string());
    let suggestions = feedback
        .into_iter()
        .flat_map(|feedback| feedback.suggestions())
        .map(ToString::to_string);
    let advice: Vec<_> = warning.into_iter().chain(suggestions).collect();
    weak(if advice.is_empty() {
        "Add another word or two; uncommon ones are better.".into()
    } else {
        advice.join(" ")
    })
}

fn read(parameters: &FactorParameters) -> Result<PassphraseParameters, SealError> {
    let foreign = |_| SealError::ForeignParameters {
        kind: FactorKind::Passphrase,
    };
    if parameters.kind() == FactorKind::Passphrase {
        parameters.read().map_err(foreign)
    } else {
        Err(SealError::ForeignParameters {
            kind: FactorKind::Passphrase,
        })
    }
}

const fn deriving(parameters: &PassphraseParameters) -> Notice {
    Notice::Deriving {
        memory_mib: parameters.m_kib / 1024,
    }
}

/// The standard cost, or less memory where that would be more than a quarter of what is free.
fn affordable(available_kib: Option<u64>) -> Cost {
    let fits =
        |cost: &Cost| available_kib.is_none_or(|free| u64::from(cost.memory_kib()) <= free / 4);
    [Cost::STANDARD, Cost::HALF]
        .into_iter()
        .find(fits)
        .unwrap_or(Cost::MINIMUM)
}

/// `MemAvailable` of Linux; `None` where it is not known.
fn available_memory_kib() -> Option<u64> {
    let info = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = info
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(passphrase: &str) -> Result<(), String> {
        check_strength(&SecretBytes::copied_from(passphrase.as_bytes()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn easily_guessed_passphrases_are_refused_with_advice() {
        for weak in [
            "",
            "short",
            "password",
            "Password1!",
            "quantumvault1",
            "qwertyuiop",
            "20261123",
            "aaaaaaaaaaaa",
        ] {
            let message = check(weak).unwrap_err();
            assert!(
                message.len() > "this passphrase is too easy to guess. ".len(),
                "{message}"
            );
        }
        for strong in [
            "correct horse battery staple",
            "tundra-okapi-47-ladle",
            "Übergröße kostet Zwölfmal",
        ] {
            assert_eq!(check(strong), Ok(()));
        }
    }

    #[test]
    fn short_memory_lowers_the_cost_down_to_the_limit() {
        assert_eq!(affordable(None), Cost::STANDARD);
        assert_eq!(affordable(Some(1024 * 1024)), Cost::STANDARD);
        assert_eq!(affordable(Some(1024 * 1024 - 1)), Cost::HALF);
        assert_eq!(affordable(Some(0)), Cost::MINIMUM);
        assert!(available_memory_kib().is_some());
    }
}
