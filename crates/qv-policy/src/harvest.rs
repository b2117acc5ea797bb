//! Harvest now, decrypt later: is what somebody records of an asset today still to be secret when a
//! quantum computer reads it?
//!
//! Invariants: the year is an argument; only layers that keep data secret count (key exchange and
//! data at rest: a signature cannot be broken in retrospect); what is not known is never called
//! safe. Start with [`recorded`] and [`Horizon::line`].

use qv_types::{AssetType, Environment, Harvest, Recorded, Timestamp, Verdict};
use serde::{Deserialize, Serialize};

use crate::{Classification, LayerVerdict};

/// The longest secrecy lifetime, in years.
pub const MOST_YEARS: u32 = 100;

/// What a recording of the asset is worth to who has a quantum computer one day. The weakest of the
/// layers that keep data secret decides.
#[must_use]
pub fn recorded(classification: &Classification) -> Recorded {
    let layers = [&classification.key_exchange, &classification.data_at_rest];
    let any = |is: &dyn Fn(&LayerVerdict) -> bool| layers.iter().any(|layer| is(layer));
    if any(&|layer| layer.verdict == Verdict::NonPqc) {
        Recorded::Vulnerable
    } else if any(&|layer| layer.verdict == Verdict::Unknown && layer.decisive) {
        Recorded::NotKnown
    } else if any(&|layer| layer.verdict != Verdict::Unknown || layer.rule == SYMMETRIC_ONLY) {
        Recorded::Protected
    } else {
        Recorded::NotKnown
    }
}

/// The rule of a layer that has nothing but symmetric algorithms, which no known quantum attack breaks.
const SYMMETRIC_ONLY: &str = "layer.symmetric-only";

/// For how many years data must stay secret where an asset's owner does not say: of its type, else of
/// its environment, else of all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lifetimes {
    /// Of every asset.
    pub general: u32,
    /// Of an environment.
    pub environments: Vec<(Environment, u32)>,
    /// Of a type.
    pub types: Vec<(AssetType, u32)>,
}

/// Who says how long the data of an asset must stay secret.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifetimeSource {
    /// The asset's owner.
    Asset,
    /// The configuration, for its type.
    Type,
    /// The configuration, for its environment.
    Environment,
    /// The configuration, for every asset.
    Every,
}

impl Lifetimes {
    /// The lifetime of an asset, and who says so.
    #[must_use]
    pub fn of(
        &self,
        own: Option<u32>,
        asset_type: AssetType,
        environment: Environment,
    ) -> (u32, LifetimeSource) {
        let by_type = self.types.iter().find(|(of, _)| *of == asset_type);
        let by_environment = self.environments.iter().find(|(of, _)| *of == environment);
        own.map(|years| (years, LifetimeSource::Asset))
            .or(by_type.map(|(_, years)| (*years, LifetimeSource::Type)))
            .or(by_environment.map(|(_, years)| (*years, LifetimeSource::Environment)))
            .unwrap_or((self.general, LifetimeSource::Every))
    }
}

/// Now, and the year in which a quantum computer that breaks classical cryptography is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// The year of now, by UTC.
    pub year: u32,
    /// The assumed year of arrival.
    pub arrival_year: u32,
}

/// One asset's line of the ledger: a sum, and what follows from it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// The year in which data is recorded: now.
    pub year: u32,
    /// For how many years it must stay secret.
    pub secrecy_years: u32,
    /// Who says so.
    pub from: LifetimeSource,
    /// The sum: until when it must stay secret.
    pub secret_until: u32,
    /// When a quantum computer is assumed.
    pub arrival_year: u32,
    /// For how many years it could be read too early; 0 where it is secret for long enough.
    pub years_exposed: u32,
    /// What a recording is worth by the asset's cryptography.
    pub recorded: Recorded,
    /// What follows.
    pub standing: Harvest,
}

impl Horizon {
    /// The horizon as seen at a time.
    #[must_use]
    pub fn at(now: Timestamp, arrival_year: u32) -> Self {
        Self {
            year: now.year(),
            arrival_year,
        }
    }

    /// Years after which a recording that is not protected can be read; negative where the assumed
    /// year is over.
    #[must_use]
    pub fn years_left(self) -> i64 {
        i64::from(self.arrival_year) - i64::from(self.year)
    }

    /// Whether data that must stay secret for so long outlives the assumed arrival.
    #[must_use]
    pub fn is_outlived_by(self, secrecy_years: u32) -> bool {
        i64::from(secrecy_years) > self.years_left()
    }

    /// The line of an asset: exposed where `year + lifetime > arrival` and a recording can be broken.
    #[must_use]
    pub fn line(
        self,
        (secrecy_years, from): (u32, LifetimeSource),
        recorded: Recorded,
    ) -> LedgerLine {
        let secret_until = self.year.saturating_add(secrecy_years);
        LedgerLine {
            year: self.year,
            secrecy_years,
            from,
            secret_until,
            arrival_year: self.arrival_year,
            years_exposed: secret_until.saturating_sub(self.arrival_year),
            recorded,
            standing: match (self.is_outlived_by(secrecy_years), recorded) {
                (false, _) | (true, Recorded::Protected) => Harvest::Safe,
                (true, Recorded::Vulnerable) => Harvest::Exposed,
                (true, Recorded::NotKnown) => Harvest::NotKnown,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use qv_types::{AlgorithmUse, Layer};

    use super::*;
    use crate::{Map, classify};

    fn used(layer: Layer, algorithm: &str, negotiated: bool) -> AlgorithmUse {
        AlgorithmUse::new(layer, algorithm, "test", negotiated)
    }

    #[test]
    fn what_keeps_data_secret_decides_what_a_recording_is_worth() {
        use Layer::{Authentication, DataAtRest, KeyExchange};
        let of = |uses: &[(Layer, &str, bool)]| {
            let uses: Vec<_> = uses
                .iter()
                .map(|(layer, name, negotiated)| used(*layer, name, *negotiated))
                .collect();
            recorded(&classify(&uses, Map::builtin().unwrap()))
        };
        for (uses, expected) in [
            (&[(KeyExchange, "X25519", true)][..], Recorded::Vulnerable),
            (
                &[(KeyExchange, "X25519MLKEM768", true)],
                Recorded::Protected,
            ),
            (&[(KeyExchange, "ML-KEM-1024", true)], Recorded::Protected),
            (
                &[
                    (KeyExchange, "X25519MLKEM768", true),
                    (Authentication, "RSA", true),
                ],
                Recorded::Protected,
            ),
            (
                &[
                    (KeyExchange, "X25519MLKEM768", true),
                    (DataAtRest, "RSA", true),
                ],
                Recorded::Vulnerable,
            ),
            (
                &[
                    (KeyExchange, "no-such-thing", true),
                    (DataAtRest, "RSA", true),
                ],
                Recorded::Vulnerable,
            ),
            (
                &[
                    (KeyExchange, "ML-KEM-1024", true),
                    (DataAtRest, "no-such-thing", true),
                ],
                Recorded::NotKnown,
            ),
            (&[(KeyExchange, "X25519", false)], Recorded::NotKnown),
            (&[(DataAtRest, "AES-256-GCM", true)], Recorded::Protected),
            (&[(Authentication, "RSA", true)], Recorded::NotKnown),
            (&[(Authentication, "ML-DSA-87", true)], Recorded::NotKnown),
            (&[], Recorded::NotKnown),
        ] {
            assert_eq!(of(uses), expected, "{uses:?}");
        }
    }

    #[test]
    fn a_lifetime_is_the_assets_own_then_its_types_then_its_environments() {
        let lifetimes = Lifetimes {
            general: 10,
            environments: vec![(Environment::Dev, 1)],
            types: vec![(AssetType::Database, 30)],
        };
        for (own, asset_type, environment, expected) in [
            (
                Some(0),
                AssetType::Database,
                Environment::Dev,
                (0, LifetimeSource::Asset),
            ),
            (
                None,
                AssetType::Database,
                Environment::Dev,
                (30, LifetimeSource::Type),
            ),
            (
                None,
                AssetType::Key,
                Environment::Dev,
                (1, LifetimeSource::Environment),
            ),
            (
                None,
                AssetType::Key,
                Environment::Prod,
                (10, LifetimeSource::Every),
            ),
        ] {
            assert_eq!(lifetimes.of(own, asset_type, environment), expected);
        }
    }

    #[test]
    fn data_is_exposed_where_year_and_lifetime_are_beyond_the_arrival() {
        use Recorded::{NotKnown, Protected, Vulnerable};
        for (year, lifetime, arrival_year, recorded, standing, exposed) in [
            (2026, 9, 2035, Vulnerable, Harvest::Safe, 0),
            (2026, 10, 2035, Vulnerable, Harvest::Exposed, 1),
            (2026, 30, 2035, Vulnerable, Harvest::Exposed, 21),
            (2026, 30, 2035, Protected, Harvest::Safe, 21),
            (2026, 30, 2035, NotKnown, Harvest::NotKnown, 21),
            (2026, 9, 2035, NotKnown, Harvest::Safe, 0),
            (2035, 0, 2035, Vulnerable, Harvest::Safe, 0),
            // The assumed year is over: whatever is recorded can be read at once.
            (2036, 0, 2035, Vulnerable, Harvest::Exposed, 1),
        ] {
            let horizon = Horizon { year, arrival_year };
            let line = horizon.line((lifetime, LifetimeSource::Every), recorded);
            let at = format!("{year} + {lifetime} against {arrival_year}, {recorded}");
            assert_eq!(line.standing, standing, "{at}");
            assert_eq!(line.secret_until, year + lifetime, "{at}");
            assert_eq!(line.years_exposed, exposed, "{at}");
        }
    }

    #[test]
    fn the_year_is_that_of_utc() {
        let at = |text: &str| Horizon::at(text.parse().unwrap(), 2035).year;
        assert_eq!(at("2026-12-31T23:59:59.999Z"), 2026);
        assert_eq!(at("2027-01-01T00:00:00.000Z"), 2027);
    }
}
