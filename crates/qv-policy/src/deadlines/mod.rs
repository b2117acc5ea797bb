//! Dates by which authorities want quantum-vulnerable cryptography gone (NIST IR 8547, CNSA 2.0), and
//! who would miss them.
//!
//! Invariants: the time is an argument; what makes an asset miss a date depends on the asset alone
//! ([`Traits`], stored with it), never on the day, so that a list of any length is counted by its
//! few combinations of type and traits. A layer of which nothing is known makes nobody miss a date;
//! it is counted apart. Start with [`Calendar::builtin`] and [`traits()`].

mod calendar;
mod traits;

use qv_types::{AssetType, Layer, Timestamp};
use serde::{Deserialize, Serialize};

pub use calendar::Calendar;
pub use traits::{Traits, traits};

/// What makes an asset miss a date.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Weakness {
    /// Classical public-key cryptography.
    Classical,
    /// The same at no more than 112 bits of strength.
    #[serde(rename = "CLASSICAL_112")]
    Classical112,
    /// Anything but the algorithms of CNSA 2.0.
    NotCnsa,
}

/// One date.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Unique name, for example `cnsa2-web-prefer`.
    pub id: String,
    /// Who says so, and where.
    pub source: String,
    /// What happens, in a few words.
    pub title: String,
    /// The last day of the old state, `YYYY-MM-DD`.
    pub date: String,
    /// What the source says, in a sentence, and how it is read here.
    pub text: String,
    /// The asset types that it concerns.
    #[serde(default = "every_type")]
    pub types: Vec<AssetType>,
    /// The layers that are looked at.
    #[serde(default = "every_layer")]
    pub layers: Vec<Layer>,
    /// What makes an asset miss it.
    pub misses: Vec<Weakness>,
}

impl Deadline {
    /// The last instant of the last day, by UTC.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        // The calendar was refused where this is none.
        let end = format!("{}T23:59:59.999Z", self.date).parse();
        end.unwrap_or(Timestamp::from_unix_ms(0))
    }

    /// Whether the last day is over.
    #[must_use]
    pub fn has_passed(&self, now: Timestamp) -> bool {
        now > self.end()
    }

    /// Whole days that are left; 0 on the last day and afterwards.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> u32 {
        now.days_until(self.end())
    }

    /// Whether it concerns assets of this type.
    #[must_use]
    pub fn concerns(&self, asset_type: AssetType) -> bool {
        self.types.contains(&asset_type)
    }

    /// Whether such an asset misses it, if nothing changes.
    #[must_use]
    pub fn is_missed_by(&self, asset_type: AssetType, traits: Traits) -> bool {
        self.concerns(asset_type) && traits.any_of(self.missing())
    }

    /// Whether it cannot be said: nothing speaks against such an asset, and a layer is not known.
    #[must_use]
    pub fn is_open_for(&self, asset_type: AssetType, traits: Traits) -> bool {
        let unknown = self.layers.iter().copied().map(Traits::unknown).collect();
        self.concerns(asset_type) && !traits.any_of(self.missing()) && traits.any_of(unknown)
    }

    /// The traits any one of which makes an asset miss it.
    #[must_use]
    pub fn missing(&self) -> Traits {
        let each = |layer: &Layer| {
            let layer = *layer;
            self.misses
                .iter()
                .map(move |weakness| Traits::weak(layer, *weakness))
        };
        self.layers.iter().flat_map(each).collect()
    }
}

/// The layers, in their order.
pub(crate) const LAYERS: [Layer; 3] =
    [Layer::KeyExchange, Layer::Authentication, Layer::DataAtRest];

fn every_layer() -> Vec<Layer> {
    LAYERS.to_vec()
}

fn every_type() -> Vec<AssetType> {
    AssetType::ALL.to_vec()
}

#[cfg(test)]
mod tests;
