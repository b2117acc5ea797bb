//! The organisation's numbers from counts (MVP section 7.1).
//!
//! Invariants: a percentage is rounded once, half up, to hundredths; of nothing it is 0. Counts
//! come from the database; nothing is estimated here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A percentage in hundredths of a percent, 0.00 to 100.00. In JSON a number such as `33.33`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Percent(u32);

impl Percent {
    /// `part` of `whole`, rounded half up to hundredths; 0 where `whole` is 0, 100 where `part` is larger.
    #[must_use]
    pub fn of(part: u64, whole: u64) -> Self {
        if whole == 0 {
            return Self(0);
        }
        let (part, whole) = (u128::from(part.min(whole)), u128::from(whole));
        Self(u32::try_from((part * 20_000 + whole) / (2 * whole)).unwrap_or(10_000))
    }

    /// Hundredths of a percent, 0 to 10,000.
    #[must_use]
    pub const fn hundredths(self) -> u32 {
        self.0
    }

    /// From hundredths of a percent; more than 10,000 counts as 10,000.
    #[must_use]
    pub const fn from_hundredths(hundredths: u32) -> Self {
        Self(if hundredths > 10_000 {
            10_000
        } else {
            hundredths
        })
    }

    /// The percentage as a number.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// `33.33`, without a sign.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.0 / 100, self.0 % 100))
    }
}

impl Serialize for Percent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)?;
        if !(0.0..=100.0).contains(&value) {
            return Err(serde::de::Error::custom(
                "a percentage lies between 0 and 100",
            ));
        }
        // In range by the check above, so the cast neither cuts nor wraps.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Ok(Self((value * 100.0).round() as u32))
    }
}

/// Counts from the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// All assets.
    pub total: u64,
    /// Assets that are NON_COMPLIANT or UNKNOWN.
    pub non_pqc: u64,
    /// Assets at level LOW.
    pub low: u64,
    /// Assets at level MEDIUM.
    pub medium: u64,
    /// Assets at level HIGH.
    pub high: u64,
    /// Assets at level CRITICAL.
    pub critical: u64,
    /// Assets whose material is wrapped, the attested ones included.
    pub wrapped: u64,
    /// Assets with a successful attestation as their state.
    pub attested: u64,
    /// Active policies.
    pub active_policies: u64,
    /// Distinct assets in the scope of at least one active policy.
    pub in_policy_scope: u64,
    /// Distinct assets that fail at least one active policy in whose scope they are.
    pub out_of_policy: u64,
}

/// The numbers of the organisation risk profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kpis {
    /// The counts that the percentages come from.
    #[serde(flatten)]
    pub counts: Counts,
    /// Wrapped of all assets.
    pub wrapped_percent: Percent,
    /// Attested of all assets.
    pub attested_percent: Percent,
    /// Assets in scope of an active policy of all assets.
    pub policy_coverage_percent: Percent,
}

impl Kpis {
    /// Computes the percentages.
    #[must_use]
    pub fn from_counts(counts: Counts) -> Self {
        Self {
            counts,
            wrapped_percent: Percent::of(counts.wrapped, counts.total),
            attested_percent: Percent::of(counts.attested, counts.total),
            policy_coverage_percent: Percent::of(counts.in_policy_scope, counts.total),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentages_round_half_up_to_hundredths() {
        for (part, whole, text) in [
            (0, 0, "0.00"),
            (5, 0, "0.00"),
            (1, 3, "33.33"),
            (2, 3, "66.67"),
            (1, 16, "6.25"),
            (1, 20_000, "0.01"),
            (1, 20_001, "0.00"),
            (7, 7, "100.00"),
            (9, 7, "100.00"),
            (u64::MAX, u64::MAX, "100.00"),
        ] {
            assert_eq!(Percent::of(part, whole).to_string(), text, "{part}/{whole}");
        }
    }

    #[test]
    fn kpis_are_flat_numbers_in_json() {
        let kpis = Kpis::from_counts(Counts {
            total: 3,
            wrapped: 1,
            attested: 1,
            in_policy_scope: 2,
            ..Counts::default()
        });
        let json = serde_json::to_value(kpis).unwrap();
        assert_eq!(
            (
                &json["total"],
                &json["wrapped_percent"],
                &json["policy_coverage_percent"]
            ),
            (&3.into(), &33.33.into(), &66.67.into())
        );
        assert_eq!(serde_json::from_value::<Kpis>(json).unwrap(), kpis);
    }

    proptest! {
        #[test]
        fn a_percentage_is_in_range_and_survives_json(part in any::<u64>(), whole in any::<u64>()) {
            let percent = Percent::of(part, whole);
            prop_assert!(percent.hundredths() <= 10_000);
            let json = serde_json::to_string(&percent).unwrap();
            prop_assert_eq!(serde_json::from_str::<Percent>(&json).unwrap(), percent);
        }
    }
}
