//! Which combinations this machine allows, and what each is worth: for whoever chooses how a vault
//! opens. Whether one falls to a quantum attacker is [`Plan`]'s to say.

use serde::Serialize;

use super::{Factor, Plan, quantum_in_words};
use crate::Config;
use crate::doctor::{self, Hardware};

/// Combinations that are worth a thought, the best first: hardware with something that is not
/// inside the same computer, a passphrase standing in for either, then single things.
const COMBINATIONS: &[&[Factor]] = &[
    &[Factor::Tpm, Factor::Wallet],
    &[Factor::Tpm, Factor::Passphrase],
    &[Factor::YubikeyPiv, Factor::Passphrase],
    &[Factor::Tpm, Factor::YubikeyPiv],
    &[Factor::YubikeyPiv, Factor::Wallet],
    &[Factor::Wallet, Factor::Passphrase],
    &[Factor::Keyring, Factor::Passphrase],
    &[Factor::Tpm],
    &[Factor::Passphrase],
    &[Factor::Keyring],
];

/// What was found, and what can be made of it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Advice {
    /// What was found on this machine.
    pub hardware: Hardware,
    /// The combinations that it allows, the best first; one of them is recommended.
    pub ways: Vec<Suggestion>,
    /// The factors that a quantum attacker with the database computes: a plan of which enough parts are of
    /// these alone is made only where that is accepted.
    pub classical: Vec<Factor>,
}

/// A combination of factors, all of them needed together.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The factors.
    pub plan: Vec<Factor>,
    /// The same joined by `+`.
    pub factors: String,
    /// Whether this is the one to take unless something speaks for another.
    pub recommended: bool,
    /// What an attacker would need.
    pub attacker: String,
    /// Whether a quantum attacker with the database alone could open it. Such a slot is made only
    /// where it is accepted by name.
    pub classical: bool,
    /// The same in words.
    pub quantum: String,
}

/// Looks at the machine and says which ways to open a vault it allows.
pub async fn advice(config: &Config) -> Advice {
    let hardware = doctor::hardware(config).await;
    Advice {
        ways: ways(&hardware.factors),
        classical: classical(&hardware.factors),
        hardware,
    }
}

fn classical(here: &[Factor]) -> Vec<Factor> {
    let broken = |factor: &Factor| factor.kind().is_classical();
    here.iter().copied().filter(broken).collect()
}

fn ways(here: &[Factor]) -> Vec<Suggestion> {
    let allowed = |factors: &&&[Factor]| factors.iter().all(|factor| here.contains(factor));
    let mut ways: Vec<_> = COMBINATIONS
        .iter()
        .filter(allowed)
        .map(|factors| suggestion(factors))
        .collect();
    if let Some(best) = ways.iter_mut().find(|way| !way.classical) {
        best.recommended = true;
    }
    ways
}

fn suggestion(factors: &[Factor]) -> Suggestion {
    let plan = Plan::All(factors.to_vec());
    let needed: Vec<_> = factors.iter().map(|factor| needed(*factor)).collect();
    Suggestion {
        factors: join(factors),
        recommended: false,
        attacker: format!("the vault's file, and {}", needed.join(", and ")),
        classical: plan.is_classical(),
        quantum: quantum(&plan, factors),
        plan: factors.to_vec(),
    }
}

/// What an attacker needs to have the factor.
const fn needed(factor: Factor) -> &'static str {
    match factor {
        Factor::Tpm => "this computer with its system unchanged",
        Factor::YubikeyPiv => "your YubiKey with its PIN and your touch",
        Factor::Keyring => "your desktop session while its keyring is unlocked",
        Factor::Passphrase => {
            "your passphrase, which can be guessed at 64 MiB of memory for each guess"
        }
        Factor::Wallet => "a signature of your wallet, over a text that this vault alone has",
        Factor::Shares => "as many of your recovery shares as it takes",
    }
}

/// What a quantum attacker who has the database gets; also where that is not the whole slot.
fn quantum(plan: &Plan, factors: &[Factor]) -> String {
    let (broken, left): (Vec<_>, Vec<_>) = factors
        .iter()
        .copied()
        .partition(|factor| factor.kind().is_classical());
    if broken.is_empty() || plan.is_classical() {
        return quantum_in_words(plan.is_classical(), None);
    }
    let (broken, left) = (join(&broken), join(&left));
    format!("no: {broken} falls with its curve, and {left} is left to hold")
}

fn join(factors: &[Factor]) -> String {
    let words: Vec<_> = factors.iter().map(ToString::to_string).collect();
    words.join("+")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slots::NewSlot;

    fn recommended(here: &[Factor]) -> String {
        let ways = ways(here);
        let mut best = ways.iter().filter(|way| way.recommended);
        let first = best.next().unwrap().factors.clone();
        assert!(best.next().is_none(), "{ways:?}");
        first
    }

    #[test]
    fn the_best_that_the_machine_has_is_recommended() {
        use Factor::{Keyring, Passphrase, Tpm, Wallet, YubikeyPiv};
        for (here, best) in [
            (&[Passphrase][..], "passphrase"),
            (&[Keyring, Passphrase], "keyring+passphrase"),
            (&[Wallet, Passphrase], "wallet+passphrase"),
            (&[YubikeyPiv, Wallet, Passphrase], "yubikey-piv+passphrase"),
            (&[Tpm, Keyring, Passphrase], "tpm+passphrase"),
            (Factor::ALL, "tpm+wallet"),
        ] {
            assert_eq!(recommended(here), best, "{here:?}");
        }
    }

    #[test]
    fn nothing_is_suggested_that_the_machine_has_not() {
        let ways = ways(&[Factor::Passphrase, Factor::Keyring]);
        let names: Vec<_> = ways.iter().map(|way| way.factors.as_str()).collect();
        assert_eq!(names, ["keyring+passphrase", "passphrase", "keyring"]);
    }

    #[test]
    fn what_is_said_of_quantum_attackers_is_what_a_new_slot_is_held_to() {
        for way in ways(Factor::ALL) {
            let refused = NewSlot::all(way.plan.clone()).check().is_err();
            assert_eq!(
                (way.classical, way.recommended && refused),
                (refused, false)
            );
            assert_eq!(way.quantum.starts_with("yes"), refused, "{way:?}");
        }
        for factor in classical(Factor::ALL) {
            assert!(suggestion(&[factor]).classical, "{factor}");
        }
        let pair = suggestion(&[Factor::Tpm, Factor::Wallet]);
        assert!(pair.quantum.contains("tpm is left"), "{}", pair.quantum);
    }
}
