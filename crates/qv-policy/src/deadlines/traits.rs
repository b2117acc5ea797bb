//! What of an asset's cryptography decides which dates it misses: twelve bits, four for each layer.

use qv_types::{AlgorithmUse, Layer};

use super::{Calendar, LAYERS, Weakness};
use crate::classification::{Class, Map};

/// Bits of a layer, from the lowest.
const CLASSICAL: u32 = 1;
const CLASSICAL_112: u32 = 2;
const NOT_CNSA: u32 = 4;
const UNKNOWN: u32 = 8;
const BITS: usize = 4;

/// Key sizes from which a classical algorithm has more than 112 bits of strength (SP 800-57 part 1,
/// table 2). Curves of 256 bits may have a few less, as Curve25519 has.
const STRONG_MODULUS: u32 = 3072;
const STRONG_CURVE: u32 = 250;
/// No curve that is in use is larger, and no modulus smaller.
const LARGEST_CURVE: u32 = 640;

/// The traits of one asset, or a set of them to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Traits(u32);

impl Traits {
    /// As they are stored.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// For storing.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether it has any of these.
    #[must_use]
    pub const fn any_of(self, wanted: Self) -> bool {
        self.0 & wanted.0 != 0
    }

    /// The trait of a layer that has this weakness.
    #[must_use]
    pub fn weak(layer: Layer, weakness: Weakness) -> Self {
        let bit = match weakness {
            Weakness::Classical => CLASSICAL,
            Weakness::Classical112 => CLASSICAL_112,
            Weakness::NotCnsa => NOT_CNSA,
        };
        Self::of(layer, bit)
    }

    /// The trait of a layer in which something is not known.
    #[must_use]
    pub fn unknown(layer: Layer) -> Self {
        Self::of(layer, UNKNOWN)
    }

    fn of(layer: Layer, bits: u32) -> Self {
        let place = LAYERS.iter().position(|one| *one == layer).unwrap_or(0);
        Self(bits << (place * BITS))
    }
}

impl FromIterator<Self> for Traits {
    fn from_iter<T: IntoIterator<Item = Self>>(traits: T) -> Self {
        Self(traits.into_iter().fold(0, |bits, one| bits | one.0))
    }
}

/// The traits of an asset with these uses. As for verdicts, only negotiated uses decide, and where
/// algorithms were offered and none was seen in use, the layer is not known.
#[must_use]
pub fn traits(uses: &[AlgorithmUse], map: &Map, calendar: &Calendar) -> Traits {
    LAYERS
        .into_iter()
        .map(|layer| {
            let here = uses.iter().filter(|of| of.layer == layer);
            let decisive = here.filter(|of| class(of, map) != Some(Class::Symmetric));
            let decisive: Vec<_> = decisive.collect();
            let negotiated = decisive.iter().filter(|of| of.negotiated);
            if negotiated.clone().next().is_none() && !decisive.is_empty() {
                return Traits::unknown(layer);
            }
            let bits = negotiated.fold(0, |bits, of| bits | judge(of, map, calendar));
            Traits::of(layer, bits)
        })
        .collect()
}

fn class(of: &AlgorithmUse, map: &Map) -> Option<Class> {
    map.rule_for(&of.algorithm).map(|rule| rule.class)
}

fn judge(of: &AlgorithmUse, map: &Map, calendar: &Calendar) -> u32 {
    match class(of, map) {
        None => UNKNOWN,
        Some(Class::NonPqc) if is_112_bits(of) => CLASSICAL | CLASSICAL_112 | NOT_CNSA,
        Some(Class::NonPqc) => CLASSICAL | NOT_CNSA,
        Some(Class::Pqc | Class::Hybrid) if calendar.is_cnsa(&of.algorithm) => 0,
        Some(Class::Pqc | Class::Hybrid) => NOT_CNSA,
        Some(Class::Symmetric) => 0,
    }
}

/// By the length of its key: a modulus and a curve are told apart by their sizes. A use without one
/// (a signature names its key elsewhere) is not held to be weak.
fn is_112_bits(of: &AlgorithmUse) -> bool {
    of.key_length.is_some_and(|bits| {
        let curve = of.curve.is_some() || bits <= LARGEST_CURVE && !is_modulus(&of.algorithm);
        bits < if curve { STRONG_CURVE } else { STRONG_MODULUS }
    })
}

/// Whether keys of the algorithm are measured by a modulus whatever their length.
fn is_modulus(algorithm: &str) -> bool {
    let name = algorithm.to_ascii_lowercase();
    [
        "rsa", "dh", "ffdhe", "dsa", "dss", "ssh-rsa", "ssh-dss", "elgamal",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}
