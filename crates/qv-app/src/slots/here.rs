//! Which devices are here now, each looked for once.

use std::collections::BTreeMap;

use qv_crypto::umk::factor::{FactorKind, FactorParameters};
use qv_crypto::umk::slot::Opening;
use qv_seal::{Availability, Devices, SealError};

/// What was found so far.
pub(super) struct Here<'a> {
    devices: &'a Devices,
    found: BTreeMap<FactorKind, Availability>,
}

impl<'a> Here<'a> {
    pub const fn new(devices: &'a Devices) -> Self {
        Self {
            devices,
            found: BTreeMap::new(),
        }
    }

    /// Makes sure that the devices of these factors are here. Asks a person nothing.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] for the first that is not.
    pub fn require(&mut self, needed: &[FactorParameters]) -> Result<(), SealError> {
        needed.iter().try_for_each(|one| self.look(one.kind()))
    }

    /// What is missing for a slot, in sentences, and whether it could open all the same.
    pub fn missing(&mut self, opening: &Opening) -> (Vec<String>, bool) {
        let (k, groups) = match opening {
            Opening::All(needed) => (1, std::slice::from_ref(needed)),
            Opening::Threshold { k, groups } => ((*k).into(), groups.as_slice()),
        };
        let mut missing = Vec::new();
        for factor in groups.iter().flatten() {
            if let Err(error) = self.look(factor.kind()) {
                missing.push(error.to_string());
            }
        }
        missing.dedup();
        let usable = groups.iter().filter(|group| self.require(group).is_ok());
        let opens = usable.count() >= k;
        (missing, opens)
    }

    fn look(&mut self, kind: FactorKind) -> Result<(), SealError> {
        if let Some(found) = self.found.get(&kind) {
            return found.clone().require(kind);
        }
        let found = self.devices.backend(kind)?.availability();
        self.found.insert(kind, found.clone());
        found.require(kind)
    }
}
