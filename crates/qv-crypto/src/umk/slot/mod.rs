//! Unlock slots: each wraps the UMK once, and opens only with all its factors, or with any k of its
//! groups of factors.
//!
//! Invariants: nothing stored beside a slot can be edited unseen, for its descriptor is the AAD of
//! its records; a key-encryption key (KEK) seals nothing but its slot's UMK, and is itself kept
//! under the UMK so that the UMK can be rotated while factors are absent; a slot is never wrapped
//! to a public key. A slot whose factors are all classical ([`FactorKind::is_classical`]) is
//! refused unless asked for by name.
//!
//! Start with [`Draft`], which makes a [`Slot`], and [`Slot::open`]. [`BareWalletSlot`] is the
//! security plan's form.
//!
//! [`FactorKind::is_classical`]: super::factor::FactorKind::is_classical

mod bare;
mod descriptor;
mod enrol;
#[cfg(test)]
mod properties;
mod renew;
#[cfg(test)]
mod vectors;

use std::collections::BTreeMap;

use qv_types::{SlotId, VaultId};
use serde::{Deserialize, Serialize};

pub use bare::BareWalletSlot;
pub use descriptor::{Descriptor, Opening};
pub use enrol::{Classical, Draft};

use super::factor::{FactorParameters, Factors, join_kinds};
use super::record::{self, Aad, VaultRecord};
use super::sharing::{self, Share};
use super::{HexBytes, InfoId, Result, Umk, hkdf};
use crate::CryptoError;
use crate::secret::{Secret, SecretBytes};

/// A slot as it is stored. Every field is public; only the records vouch for any of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// What the slot is and what opens it.
    pub descriptor: Descriptor,
    /// The UMK under the KEK.
    pub record: String,
    /// Of a threshold slot, each group's share of the KEK, in the groups' order; else empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub share_records: Vec<String>,
    /// The KEK under the UMK's subkey `slot_keks`.
    pub kek_record: String,
}

/// What someone presents to open a slot.
#[derive(Debug)]
pub enum Presented {
    /// The factors of a plain slot.
    Factors(Factors),
    /// The factors of some groups of a threshold slot, by the groups' index from 1.
    Groups(BTreeMap<u8, Factors>),
}

impl Slot {
    /// Opens the slot of `vault`.
    ///
    /// # Errors
    /// [`CryptoError::WrongVault`]; [`CryptoError::FactorsDiffer`] and
    /// [`CryptoError::TooFewShares`] where too little or something else was presented;
    /// [`CryptoError::TagMismatch`] where a factor is wrong or anything of the slot was edited;
    /// [`CryptoError::UnknownVersion`] for a slot that a newer version made.
    pub fn open(&self, vault: &VaultId, presented: &Presented) -> Result<Umk> {
        if self.descriptor.vault() != *vault {
            return Err(CryptoError::WrongVault);
        }
        let kek = match (self.descriptor.opening(), presented) {
            (Opening::All(needed), Presented::Factors(given)) => {
                self.derive_key(None, needed, given)?
            }
            (Opening::Threshold { .. }, Presented::Groups(given)) => self.recover_kek(given)?,
            (needed, given) => return Err(self.differ(needed.to_string(), given)),
        };
        let umk = record::open_key(&kek, &Aad::Slot(&self.descriptor), &self.record)?;
        self.descriptor.check_version()?;
        Umk::from_secret(&umk)
    }

    /// Opens the share of one group of a threshold slot, from 1: what a face does to tell at
    /// once whether the group's factors are right.
    ///
    /// # Errors
    /// As [`Slot::open`], and [`CryptoError::Malformed`] where the slot has no such group.
    pub fn open_share(&self, group: u8, given: &Factors) -> Result<Share> {
        let no_such_group = CryptoError::Malformed("the slot has no such group");
        let Opening::Threshold { k, groups } = self.descriptor.opening() else {
            return Err(no_such_group);
        };
        let at = usize::from(group).checked_sub(1);
        let (Some(needed), Some(record)) = (
            at.and_then(|at| groups.get(at)),
            at.and_then(|at| self.share_records.get(at)),
        ) else {
            return Err(no_such_group);
        };
        let key = self.derive_key(Some(group), needed, given)?;
        let share = record::open(&key, &Aad::Slot(&self.descriptor), record)?;
        let share = Share::parse(share.expose())?;
        let fits = share.index() == group
            && share.needed() == *k
            && usize::from(share.total()) == groups.len();
        if fits {
            Ok(share)
        } else {
            Err(CryptoError::MixedShares)
        }
    }

    /// Makes sure that the slot is one of `umk`'s, which opens its KEK.
    ///
    /// # Errors
    /// [`CryptoError::TagMismatch`].
    pub fn check_kek(&self, umk: &Umk) -> Result<()> {
        open_kek(umk, self.descriptor.slot(), &self.kek_record).map(drop)
    }

    /// Makes sure that the slot is one of `umk`'s and that nothing of it was edited: its record vouches
    /// for the descriptor.
    ///
    /// # Errors
    /// [`CryptoError::TagMismatch`]; [`CryptoError::UnknownVersion`].
    pub fn check_whole(&self, umk: &Umk) -> Result<()> {
        self.vouched(umk).map(drop)
    }

    /// The same slot around a new UMK, with the same salt, factors and KEK (routine rotation). Not
    /// after a leak of the old UMK: whoever had it could have had the KEK.
    ///
    /// # Errors
    /// [`CryptoError::TagMismatch`] where the slot is not one of `old`'s, or was edited;
    /// [`CryptoError::NoRandomness`].
    pub fn rewrap(&self, old: &Umk, new: &Umk) -> Result<Self> {
        let kek = self.vouched(old)?;
        Ok(Self {
            record: record::seal(&kek, &Aad::Slot(&self.descriptor), new.secret().expose())?,
            kek_record: seal_kek(new, self.descriptor.slot(), &kek)?,
            descriptor: self.descriptor.clone(),
            share_records: self.share_records.clone(),
        })
    }

    fn recover_kek(&self, given: &BTreeMap<u8, Factors>) -> Result<Secret<32>> {
        if let Opening::Threshold { k, .. } = self.descriptor.opening()
            && given.len() < usize::from(*k)
        {
            return Err(CryptoError::TooFewShares {
                have: given.len(),
                need: (*k).into(),
            });
        }
        let shares = given
            .iter()
            .map(|(group, factors)| self.open_share(*group, factors));
        sharing::combine(&shares.collect::<Result<Vec<_>>>()?)
    }

    fn derive_key(
        &self,
        group: Option<u8>,
        needed: &[FactorParameters],
        given: &Factors,
    ) -> Result<Secret<32>> {
        if needed.iter().map(FactorParameters::kind).eq(given.kinds()) {
            Ok(derive_key(
                self.descriptor.slot(),
                self.descriptor.salt(),
                group,
                given,
            ))
        } else {
            let needed = join_kinds(needed.iter().map(FactorParameters::kind));
            Err(CryptoError::FactorsDiffer {
                needed,
                given: join_kinds(given.kinds()),
            })
        }
    }

    fn differ(&self, needed: String, given: &Presented) -> CryptoError {
        let given = match given {
            Presented::Factors(factors) => join_kinds(factors.kinds()),
            Presented::Groups(groups) => format!("{} groups", groups.len()),
        };
        CryptoError::FactorsDiffer { needed, given }
    }
}

/// The key that factors give: the slot's KEK, or the key of one group's share.
fn derive_key(
    slot: SlotId,
    salt: &HexBytes<32>,
    group: Option<u8>,
    factors: &Factors,
) -> Secret<32> {
    // Every factor is 32 bytes, so each is preceded by the same two bytes of length.
    let parts: Vec<&[u8]> = factors
        .secrets()
        .flat_map(|factor| [&[0, 32], factor.expose().as_slice()])
        .collect();
    let ikm = SecretBytes::concat(&parts);
    let share = group
        .map(|index| format!(":share:{index}"))
        .unwrap_or_default();
    let info = format!(
        "QuantumVault:umk-slot:{slot}:{}{share}",
        join_kinds(factors.kinds())
    );
    hkdf::derive(ikm.expose(), &salt.0, &[info.as_bytes()])
}

fn seal_kek(umk: &Umk, slot: SlotId, kek: &Secret<32>) -> Result<String> {
    umk.seal(VaultRecord::SlotKek(&InfoId::from(slot)), kek.expose())
}

fn open_kek(umk: &Umk, slot: SlotId, record: &str) -> Result<Secret<32>> {
    let id = InfoId::from(slot);
    let of = VaultRecord::SlotKek(&id);
    record::open_key(&umk.subkey(&of.purpose()), &Aad::Vault(of), record)
}
