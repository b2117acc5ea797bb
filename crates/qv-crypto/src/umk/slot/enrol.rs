//! Making slots.

use qv_types::{SlotId, VaultId};

use super::{Descriptor, Opening, Slot, derive_key, seal_kek};
use crate::CryptoError;
use crate::secret::Secret;
use crate::umk::factor::{Enrolled, FactorParameters, Factors};
use crate::umk::record::{self, Aad};
use crate::umk::{HexBytes, Result, Umk, sharing};

/// Whether a classical slot may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Classical {
    /// No; the default of every face.
    Refuse,
    /// Yes: it was asked for by name.
    Accept,
}

/// A slot to be: the ids and the salt that its factors are enrolled for. Used up by making the
/// slot, so that no two slots share a salt.
#[derive(Debug)]
pub struct Draft {
    vault: VaultId,
    slot: SlotId,
    salt: HexBytes<32>,
}

impl Draft {
    /// A new slot of `vault`, with a random salt.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn make(vault: VaultId) -> Result<Self> {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt)?;
        Ok(Self {
            vault,
            slot: SlotId::make_random(),
            salt: HexBytes(salt),
        })
    }

    /// The vault.
    #[must_use]
    pub const fn vault(&self) -> VaultId {
        self.vault
    }

    /// The slot's id.
    #[must_use]
    pub const fn slot(&self) -> SlotId {
        self.slot
    }

    /// The slot's salt.
    #[must_use]
    pub const fn salt(&self) -> &HexBytes<32> {
        &self.salt
    }

    /// Makes a slot that opens with all of `enrolled`, in whatever order they are given.
    ///
    /// # Errors
    /// [`CryptoError::DuplicateFactor`], [`CryptoError::ClassicalSlot`],
    /// [`CryptoError::Malformed`] without any factor, [`CryptoError::NoRandomness`].
    pub fn enrol(self, umk: &Umk, enrolled: Vec<Enrolled>, classical: Classical) -> Result<Slot> {
        let (parameters, factors) = sort(enrolled)?;
        let descriptor = self.describe(&Opening::All(parameters), classical)?;
        let kek = derive_key(self.slot, &self.salt, None, &factors);
        seal(umk, &kek, descriptor, Vec::new())
    }

    /// Makes a slot that opens with any `k` of `groups`, each with all of its factors.
    ///
    /// # Errors
    /// As [`Draft::enrol`], and [`CryptoError::ThresholdRefused`] unless 2 ≤ k ≤ n ≤ 16.
    pub fn enrol_threshold(
        self,
        umk: &Umk,
        k: u8,
        groups: Vec<Vec<Enrolled>>,
        classical: Classical,
    ) -> Result<Slot> {
        let scheme = sharing::Scheme::new(k.into(), groups.len())?;
        let groups = groups.into_iter().map(sort).collect::<Result<Vec<_>>>()?;
        let (parameters, factors): (Vec<_>, Vec<_>) = groups.into_iter().unzip();
        let descriptor = self.describe(
            &Opening::Threshold {
                k,
                groups: parameters,
            },
            classical,
        )?;
        let kek = Secret::make_random()?;
        let shares = sharing::split(&kek, scheme)?;
        let share_records = shares.iter().zip(&factors).map(|(share, factors)| {
            let key = derive_key(self.slot, &self.salt, Some(share.index()), factors);
            record::seal(&key, &Aad::Slot(&descriptor), share.expose())
        });
        let share_records = share_records.collect::<Result<_>>()?;
        seal(umk, &kek, descriptor, share_records)
    }

    fn describe(&self, opening: &Opening, classical: Classical) -> Result<Descriptor> {
        let descriptor = Descriptor::new(self.vault, self.slot, self.salt, opening)?;
        if descriptor.is_classical() && classical == Classical::Refuse {
            return Err(CryptoError::ClassicalSlot {
                kinds: opening.to_string(),
            });
        }
        Ok(descriptor)
    }
}

pub(super) fn seal(
    umk: &Umk,
    kek: &Secret<32>,
    descriptor: Descriptor,
    share_records: Vec<String>,
) -> Result<Slot> {
    Ok(Slot {
        record: record::seal(kek, &Aad::Slot(&descriptor), umk.secret().expose())?,
        kek_record: seal_kek(umk, descriptor.slot(), kek)?,
        descriptor,
        share_records,
    })
}

/// Brings factors into the fixed order and parts what is public from what is not.
pub(super) fn sort(mut enrolled: Vec<Enrolled>) -> Result<(Vec<FactorParameters>, Factors)> {
    enrolled.sort_by_key(|one| one.parameters.kind());
    let twice = enrolled.windows(2).find_map(|pair| match pair {
        [one, next] if one.parameters.kind() == next.parameters.kind() => {
            Some(one.parameters.kind())
        }
        _ => None,
    });
    if let Some(kind) = twice {
        return Err(CryptoError::DuplicateFactor {
            kind: kind.as_str(),
        });
    }
    let part = |one: Enrolled| {
        let kind = one.parameters.kind();
        (one.parameters, (kind, one.factor))
    };
    let (parameters, factors): (_, Vec<_>) = enrolled.into_iter().map(part).unzip();
    Ok((parameters, factors.into_iter().collect()))
}
