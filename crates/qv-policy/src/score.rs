//! The deterministic risk score (MVP section 4), with every addend kept.
//!
//! Invariants: the addends sum to the normative score, so that a face can show the sum as it is;
//! `exposure_points` is the same sum without floor and limit, so wrapping lowers it always and by
//! the same amount. The document's oddities are kept as written and named in
//! `docs/classification.md`. Start with [`score`].

use qv_types::{Compliance, Criticality, Exposure, RiskLevel, Sensitivity, Timestamp};
use serde::{Deserialize, Serialize};

/// What wrapping takes off the base (section 4.3).
const WRAPPING_RELIEF: i32 = 20;
/// Upper end of the normative score.
const LIMIT: i32 = 100;

/// What the score depends on (section 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreInput {
    /// The asset's compliance.
    pub compliance: Compliance,
    /// Whether hybrid cryptography was detected.
    pub hybrid: bool,
    /// Whether the asset's material is wrapped.
    pub wrapper_enabled: bool,
    /// What it is wrapped with. Wrapping counts only where this is present.
    pub wrapper_algorithm: Option<String>,
    /// Who can reach the asset.
    pub exposure: Exposure,
    /// How sensitive the data behind it is.
    pub sensitivity: Sensitivity,
    /// How much the business depends on it.
    pub criticality: Criticality,
    /// When it was last scanned; `None` counts as longer ago than 90 days.
    pub last_scan: Option<Timestamp>,
}

/// Which part of the sum an addend is.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddendName {
    /// Base of the algorithms in use.
    Algorithms,
    /// Relief of wrapping, as far as the base allows.
    Wrapping,
    /// Exposure.
    Exposure,
    /// Data sensitivity.
    Sensitivity,
    /// Business criticality.
    Criticality,
    /// Days since the last scan.
    Staleness,
    /// What exceeds the limit of 100, taken off.
    Limit,
}

impl AddendName {
    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Algorithms => "Algorithms in use",
            Self::Wrapping => "Wrapping",
            Self::Exposure => "Exposure",
            Self::Sensitivity => "Data sensitivity",
            Self::Criticality => "Business criticality",
            Self::Staleness => "Days since the last scan",
            Self::Limit => "Limit of 100",
        }
    }
}

/// One line of the sum.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addend {
    /// Which part.
    pub name: AddendName,
    /// Points, negative where they relieve.
    pub value: i32,
    /// Why, for people.
    pub why: String,
}

/// A score and the sum that led to it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Lines that sum to `normative`.
    pub addends: Vec<Addend>,
    /// `quantum_risk_score`, 0 to 100.
    pub normative: u8,
    /// `risk_level` of the normative score.
    pub level: RiskLevel,
    /// The sum without floor and limit; −10 to 145. Never replaces the normative score.
    pub exposure_points: i32,
}

/// Scores an asset at the time `now`.
#[must_use]
pub fn score(input: &ScoreInput, now: Timestamp) -> Score {
    let base = base_addend(input);
    let wrapped_with = input
        .wrapper_algorithm
        .as_deref()
        .filter(|name| input.wrapper_enabled && !name.is_empty());
    let relief = if wrapped_with.is_some() {
        WRAPPING_RELIEF
    } else {
        0
    };
    let floored_relief = relief.min(base.value);
    let base_value = base.value;

    let weights = [
        exposure_addend(input.exposure),
        sensitivity_addend(input.sensitivity),
        criticality_addend(input.criticality),
        staleness_addend(input.last_scan, now),
    ];
    let weight: i32 = weights.iter().map(|addend| addend.value).sum();
    let unlimited = base_value - floored_relief + weight;

    let mut addends = vec![base];
    addends.extend(wrapped_with.map(|suite| wrapping_addend(suite, floored_relief)));
    addends.extend(weights);
    addends.extend((unlimited > LIMIT).then(|| {
        addend(
            AddendName::Limit,
            LIMIT - unlimited,
            "the score ends at 100".into(),
        )
    }));

    let normative = u8::try_from(unlimited.clamp(0, LIMIT)).unwrap_or(u8::MAX);
    Score {
        addends,
        normative,
        level: risk_level(normative),
        exposure_points: base_value - relief + weight,
    }
}

/// The level of a score (section 4.1).
#[must_use]
pub const fn risk_level(score: u8) -> RiskLevel {
    match score {
        0..=24 => RiskLevel::Low,
        25..=49 => RiskLevel::Medium,
        50..=74 => RiskLevel::High,
        _ => RiskLevel::Critical,
    }
}

fn addend(name: AddendName, value: i32, why: String) -> Addend {
    Addend { name, value, why }
}

fn base_addend(input: &ScoreInput) -> Addend {
    let (value, why) = match (input.compliance, input.hybrid) {
        (Compliance::Compliant, true) => (10, "COMPLIANT, with hybrid cryptography"),
        (Compliance::Compliant, false) => (10, "COMPLIANT"),
        (Compliance::NonCompliant, true) => {
            (30, "NON_COMPLIANT, with hybrid cryptography in one layer")
        }
        (Compliance::Unknown, true) => (30, "not known, with hybrid cryptography in one layer"),
        (Compliance::NonCompliant, false) => (60, "NON_COMPLIANT"),
        (Compliance::Unknown, false) => (60, "not known, which counts as NON_COMPLIANT"),
    };
    addend(AddendName::Algorithms, value, why.into())
}

fn wrapping_addend(suite: &str, relief: i32) -> Addend {
    let floor = if relief < WRAPPING_RELIEF {
        "; the base cannot fall below 0"
    } else {
        ""
    };
    addend(
        AddendName::Wrapping,
        -relief,
        format!("wrapped with {suite}, −{WRAPPING_RELIEF}{floor}"),
    )
}

fn exposure_addend(exposure: Exposure) -> Addend {
    let value = match exposure {
        Exposure::InternetFacing => 25,
        Exposure::Partner => 15,
        Exposure::Internal => 5,
    };
    addend(AddendName::Exposure, value, exposure.to_string())
}

fn sensitivity_addend(sensitivity: Sensitivity) -> Addend {
    let value = match sensitivity {
        Sensitivity::Restricted => 25,
        Sensitivity::Confidential => 15,
        Sensitivity::Internal => 8,
        Sensitivity::Public => 0,
    };
    addend(AddendName::Sensitivity, value, sensitivity.to_string())
}

fn criticality_addend(criticality: Criticality) -> Addend {
    let value = match criticality {
        Criticality::High => 20,
        Criticality::Medium => 10,
        Criticality::Low => 0,
    };
    addend(AddendName::Criticality, value, criticality.to_string())
}

/// Whole days, so an asset scanned 7 days and 23 hours ago still counts as 7.
fn staleness_addend(last_scan: Option<Timestamp>, now: Timestamp) -> Addend {
    let days = last_scan.map(|at| at.days_until(now));
    let value = match days {
        Some(0..=7) => 0,
        Some(8..=30) => 5,
        Some(31..=90) => 10,
        Some(_) | None => 15,
    };
    let why = match days {
        Some(1) => "last scanned 1 day ago".into(),
        Some(days) => format!("last scanned {days} days ago"),
        None => "never scanned, which counts as more than 90 days".into(),
    };
    addend(AddendName::Staleness, value, why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY_MS: i64 = 86_400_000;
    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
    const SUITE: &str = "ML-KEM-1024+HKDF-SHA256+AES-256-GCM";

    fn days_ago(days: i64) -> Option<Timestamp> {
        Some(Timestamp::from_unix_ms(NOW.unix_ms() - days * DAY_MS))
    }

    fn every_input() -> Vec<ScoreInput> {
        let mut inputs = Vec::new();
        for &compliance in Compliance::ALL {
            for hybrid in [false, true] {
                for (wrapper_enabled, suite) in [
                    (false, None),
                    (true, None),
                    (false, Some(SUITE)),
                    (true, Some(SUITE)),
                ] {
                    for &exposure in Exposure::ALL {
                        for &sensitivity in Sensitivity::ALL {
                            for &criticality in Criticality::ALL {
                                for last_scan in [
                                    days_ago(-1),
                                    days_ago(0),
                                    days_ago(7),
                                    days_ago(8),
                                    days_ago(30),
                                    days_ago(31),
                                    days_ago(90),
                                    days_ago(91),
                                    None,
                                ] {
                                    let wrapper_algorithm = suite.map(String::from);
                                    inputs.push(ScoreInput {
                                        compliance,
                                        hybrid,
                                        wrapper_enabled,
                                        wrapper_algorithm,
                                        exposure,
                                        sensitivity,
                                        criticality,
                                        last_scan,
                                    });
                                }
                            }
                        }
                    }
                }
            }
        }
        inputs
    }

    /// The document's formula, written down a second time and by words only.
    fn document_formula(input: &ScoreInput) -> i32 {
        let mut base: i32 = if input.compliance.as_str() == "COMPLIANT" {
            10
        } else if input.hybrid {
            30
        } else {
            60
        };
        if input.wrapper_enabled && input.wrapper_algorithm.is_some() {
            base = 0.max(base - 20);
        }
        let points = |word: &str, table: &[(&str, i32)]| {
            table.iter().find(|(name, _)| *name == word).unwrap().1
        };
        base += points(
            input.exposure.as_str(),
            &[("INTERNET_FACING", 25), ("PARTNER", 15), ("INTERNAL", 5)],
        );
        base += points(
            input.sensitivity.as_str(),
            &[
                ("RESTRICTED", 25),
                ("CONFIDENTIAL", 15),
                ("INTERNAL", 8),
                ("PUBLIC", 0),
            ],
        );
        base += points(
            input.criticality.as_str(),
            &[("HIGH", 20), ("MEDIUM", 10), ("LOW", 0)],
        );
        let days = input
            .last_scan
            .map_or(9999, |at| (NOW.unix_ms() - at.unix_ms()).div_euclid(DAY_MS));
        base += if days <= 7 {
            0
        } else if days <= 30 {
            5
        } else if days <= 90 {
            10
        } else {
            15
        };
        base.clamp(0, 100)
    }

    #[test]
    fn every_combination_gives_the_documents_number_and_a_sum_that_adds_up() {
        let inputs = every_input();
        assert_eq!(inputs.len(), 3 * 2 * 4 * 3 * 4 * 3 * 9);
        for input in inputs {
            let got = score(&input, NOW);
            assert_eq!(
                i32::from(got.normative),
                document_formula(&input),
                "{input:?}"
            );
            assert_eq!(
                got.addends.iter().map(|addend| addend.value).sum::<i32>(),
                i32::from(got.normative),
                "{input:?}"
            );
        }
    }

    #[test]
    fn levels_change_at_25_50_and_75() {
        use RiskLevel::{Critical, High, Low, Medium};
        for (points, level) in [
            (0, Low),
            (24, Low),
            (25, Medium),
            (49, Medium),
            (50, High),
            (74, High),
            (75, Critical),
            (100, Critical),
        ] {
            assert_eq!(risk_level(points), level, "{points}");
        }
    }

    #[test]
    fn wrapping_lowers_the_exposure_points_by_20_even_where_the_score_cannot_show_it() {
        for input in every_input()
            .into_iter()
            .filter(|input| !input.wrapper_enabled)
        {
            let wrapped = ScoreInput {
                wrapper_enabled: true,
                wrapper_algorithm: Some(SUITE.into()),
                ..input.clone()
            };
            let (before, after) = (score(&input, NOW), score(&wrapped, NOW));
            assert_eq!(
                before.exposure_points - after.exposure_points,
                20,
                "{input:?}"
            );
            assert!(after.normative <= before.normative, "{input:?}");
        }
        let worst = ScoreInput {
            compliance: Compliance::NonCompliant,
            hybrid: false,
            wrapper_enabled: true,
            wrapper_algorithm: Some(SUITE.into()),
            exposure: Exposure::InternetFacing,
            sensitivity: Sensitivity::Restricted,
            criticality: Criticality::High,
            last_scan: None,
        };
        let got = score(&worst, NOW);
        assert_eq!(
            (got.normative, got.exposure_points, got.level),
            (100, 125, RiskLevel::Critical)
        );
        assert_eq!(got.addends.last().unwrap().name, AddendName::Limit);
    }

    proptest! {
        #[test]
        fn worse_inputs_never_score_lower_and_time_only_adds(at in 0usize..7776, later_ms in 0i64..200 * DAY_MS) {
            let input = every_input().swap_remove(at % 7776);
            let here = score(&input, NOW);
            let later = score(&input, Timestamp::from_unix_ms(NOW.unix_ms() + later_ms));
            prop_assert!(later.normative >= here.normative);
            let exposed = score(&ScoreInput { exposure: Exposure::InternetFacing, ..input.clone() }, NOW);
            let restricted = score(&ScoreInput { sensitivity: Sensitivity::Restricted, ..input.clone() }, NOW);
            let critical = score(&ScoreInput { criticality: Criticality::High, ..input.clone() }, NOW);
            let unknown = score(&ScoreInput { compliance: Compliance::Unknown, ..input }, NOW);
            for worse in [exposed, restricted, critical, unknown] {
                prop_assert!(worse.normative >= here.normative && worse.exposure_points >= here.exposure_points);
            }
        }
    }
}
