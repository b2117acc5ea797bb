//! What a slot is to be, settled before anything is asked for.

use std::collections::BTreeSet;
use std::fmt;

use qv_crypto::umk::sharing::Scheme;
use qv_crypto::umk::slot::Classical;

use super::Factor;
use crate::AppError;

/// The longest label, in characters.
const LABEL_LIMIT: usize = 80;

/// What opens a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// All of these factors together.
    All(Vec<Factor>),
    /// Any `k` of these groups, each with all of its factors.
    Any {
        /// How many groups it takes.
        k: u8,
        /// The groups.
        groups: Vec<Vec<Factor>>,
    },
}

/// A slot to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSlot {
    /// What opens it.
    pub plan: Plan,
    /// Whether it may be one that a quantum attacker with the database alone could open.
    pub classical: Classical,
    /// What it is called; by default, what opens it.
    pub label: Option<String>,
}

impl Plan {
    /// Reads factors, joined by `+` or not: all of them, or where `any` says so, any so many of the
    /// words.
    ///
    /// # Errors
    /// [`AppError::InvalidInput`] for an unknown factor.
    pub fn parse(words: &[String], any: Option<u8>) -> Result<Self, AppError> {
        let group = |word: &String| word.split('+').map(str::parse).collect();
        let groups: Vec<Vec<Factor>> = words.iter().map(group).collect::<Result<_, _>>()?;
        Ok(match any {
            Some(k) => Self::Any { k, groups },
            None => Self::All(groups.concat()),
        })
    }

    /// The groups, of which a plan for all factors has one.
    pub(super) fn groups(&self) -> Vec<&[Factor]> {
        match self {
            Self::All(factors) => vec![factors],
            Self::Any { groups, .. } => groups.iter().map(Vec::as_slice).collect(),
        }
    }

    /// How many of the groups it takes.
    fn k(&self) -> u8 {
        match self {
            Self::All(_) => 1,
            Self::Any { k, .. } => *k,
        }
    }

    /// Whether a quantum attacker with the database alone could open the slot: by its weakest groups.
    #[must_use]
    pub fn is_classical(&self) -> bool {
        let classical = |group: &&&[Factor]| group.iter().all(|one| one.kind().is_classical());
        self.groups().iter().filter(classical).count() >= self.k().into()
    }

    /// What stands twice would count twice where there is one thing, and lie twice in one place.
    fn check(&self) -> Result<(), AppError> {
        if let Self::Any { k, groups } = self {
            Scheme::new((*k).into(), groups.len())?;
        }
        let mut seen = BTreeSet::new();
        for factor in self.groups().concat() {
            if !seen.insert(factor.kind()) {
                return Err(AppError::InvalidInput(format!(
                    "{factor} is named twice; one thing cannot stand for two, so name it once"
                )));
            }
        }
        if seen.is_empty() {
            return Err(AppError::InvalidInput(
                "a slot needs at least one factor".into(),
            ));
        }
        Ok(())
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |group: &[Factor]| {
            let words: Vec<_> = group.iter().map(ToString::to_string).collect();
            words.join("+")
        };
        let groups: Vec<_> = self.groups().into_iter().map(joined).collect();
        match self {
            Self::All(_) => f.write_str(&groups.concat()),
            Self::Any { k, .. } => write!(f, "{k} of ({})", groups.join(", ")),
        }
    }
}

impl NewSlot {
    /// A slot that opens with all of `factors`.
    #[must_use]
    pub fn all(factors: impl Into<Vec<Factor>>) -> Self {
        Plan::All(factors.into()).into()
    }

    /// Refuses what cannot or must not be made, so that nobody is asked in vain.
    pub(super) fn check(&self) -> Result<(), AppError> {
        self.plan.check()?;
        if self.plan.is_classical() && self.classical == Classical::Refuse {
            return Err(AppError::NotAllowed(format!(
                "a quantum computer could open a slot of {} with the database alone; add a factor such as passphrase, \
                 keyring or tpm, or make it all the same with --accept-classical",
                self.plan
            )));
        }
        match &self.label {
            Some(label) if label.trim().is_empty() || label.chars().count() > LABEL_LIMIT => Err(
                AppError::InvalidInput(format!("a label has 1 to {LABEL_LIMIT} characters")),
            ),
            _ => Ok(()),
        }
    }
}

impl From<Plan> for NewSlot {
    fn from(plan: Plan) -> Self {
        Self {
            plan,
            classical: Classical::Refuse,
            label: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(words: &[&str], any: Option<u8>) -> NewSlot {
        let words: Vec<_> = words.iter().map(ToString::to_string).collect();
        Plan::parse(&words, any).unwrap().into()
    }

    #[test]
    fn words_are_factors_or_groups() {
        assert_eq!(
            plan(&["tpm", "passphrase"], None),
            plan(&["tpm+passphrase"], None)
        );
        let any = plan(&["tpm", "passphrase+keyring", "shares"], Some(2));
        assert_eq!(
            any.plan.to_string(),
            "2 of (tpm, passphrase+keyring, shares)"
        );
        assert!(any.check().is_ok());
        assert!(Plan::parse(&["tpm+".into()], None).is_err());
        assert!(Plan::parse(&["eyes".into()], Some(2)).is_err());
    }

    #[test]
    fn what_cannot_be_a_slot_is_refused_before_anything_is_asked() {
        for (words, any) in [
            (&["tpm", "tpm"][..], None),
            (&["tpm", "passphrase", "tpm+keyring"], Some(2)),
            (&["tpm", "passphrase"], Some(3)),
            (&["tpm", "passphrase"], Some(1)),
            (&["tpm"], Some(2)),
            (&[], None),
        ] {
            assert!(plan(words, any).check().is_err(), "{words:?} {any:?}");
        }
        for label in ["", "  ", &"x".repeat(81)] {
            let label = Some(label.to_owned());
            let named = NewSlot {
                label,
                ..plan(&["tpm"], None)
            };
            assert!(named.check().is_err());
        }
    }

    #[test]
    fn a_classical_slot_is_asked_for_by_name() {
        for (words, any, classical) in [
            (&["wallet"][..], None, true),
            (&["wallet", "yubikey-piv"], None, true),
            (&["wallet", "passphrase"], None, false),
            (&["wallet", "yubikey-piv", "tpm"], Some(2), true),
            (&["wallet", "yubikey-piv", "tpm"], Some(3), false),
            (&["wallet", "yubikey-piv+passphrase", "tpm"], Some(2), false),
        ] {
            let new = plan(words, any);
            assert_eq!(new.plan.is_classical(), classical, "{words:?}");
            assert_eq!(new.check().is_err(), classical, "{words:?}");
            let accepted = NewSlot {
                classical: Classical::Accept,
                ..new
            };
            assert!(accepted.check().is_ok());
        }
        let refused = plan(&["wallet"], None).check().unwrap_err();
        assert!(refused.to_string().contains("--accept-classical"));
    }
}
