//! The same slot with other public parameters of a factor, for example of a TPM whose PCRs changed.

use subtle::ConstantTimeEq as _;

use super::{Descriptor, Opening, Slot, derive_key, enrol, open_kek};
use crate::CryptoError;
use crate::secret::Secret;
use crate::umk::factor::{Enrolled, FactorParameters, join_kinds};
use crate::umk::record::{self, Aad};
use crate::umk::{Result, Umk};

impl Slot {
    /// The same slot with `parameters` in place of those of their kind, where the factor itself is
    /// the same as before: salt and KEK stay, so that the other factors need not be presented.
    ///
    /// # Errors
    /// [`CryptoError::FactorsDiffer`] where the slot has no such factor, or is a threshold slot;
    /// [`CryptoError::TagMismatch`] where it is not one of `umk`'s; [`CryptoError::NoRandomness`].
    pub fn with_parameters(&self, umk: &Umk, parameters: FactorParameters) -> Result<Self> {
        let kek = self.vouched(umk)?;
        let kind = parameters.kind();
        let mut factors = self.plain()?.to_vec();
        let found = factors.iter_mut().find(|factor| factor.kind() == kind);
        *found.ok_or_else(|| self.differs(kind.as_str().into()))? = parameters;
        let descriptor = self.described(factors)?;
        Ok(Self {
            record: record::seal(&kek, &Aad::Slot(&descriptor), umk.secret().expose())?,
            descriptor,
            kek_record: self.kek_record.clone(),
            share_records: Vec::new(),
        })
    }

    /// The same slot, with its salt, around the same UMK, opened by factors of the same kinds that
    /// may be new: its KEK is another one.
    ///
    /// # Errors
    /// [`CryptoError::FactorsDiffer`] where the kinds are not the slot's, or it is a threshold
    /// slot; [`CryptoError::DuplicateFactor`]; [`CryptoError::NoRandomness`].
    pub fn with_factors(&self, umk: &Umk, enrolled: Vec<Enrolled>) -> Result<Self> {
        let (parameters, factors) = enrol::sort(enrolled)?;
        if !self
            .plain()?
            .iter()
            .map(FactorParameters::kind)
            .eq(factors.kinds())
        {
            return Err(self.differs(join_kinds(factors.kinds())));
        }
        self.vouched(umk)?;
        let kek = derive_key(
            self.descriptor.slot(),
            self.descriptor.salt(),
            None,
            &factors,
        );
        enrol::seal(umk, &kek, self.described(parameters)?, Vec::new())
    }

    /// The KEK, after the record has vouched for the descriptor: what was edited must not be sealed
    /// anew.
    pub(super) fn vouched(&self, umk: &Umk) -> Result<Secret<32>> {
        let kek = open_kek(umk, self.descriptor.slot(), &self.kek_record)?;
        let held: Secret<32> = record::open_key(&kek, &Aad::Slot(&self.descriptor), &self.record)?;
        self.descriptor.check_version()?;
        let same = held.expose().as_slice().ct_eq(umk.secret().expose());
        if same.into() {
            Ok(kek)
        } else {
            Err(CryptoError::TagMismatch)
        }
    }

    fn plain(&self) -> Result<&[FactorParameters]> {
        match self.descriptor.opening() {
            Opening::All(factors) => Ok(factors),
            Opening::Threshold { .. } => Err(self.differs("the factors of a plain slot".into())),
        }
    }

    fn described(&self, factors: Vec<FactorParameters>) -> Result<Descriptor> {
        Descriptor::new(
            self.descriptor.vault(),
            self.descriptor.slot(),
            *self.descriptor.salt(),
            &Opening::All(factors),
        )
    }

    fn differs(&self, given: String) -> CryptoError {
        CryptoError::FactorsDiffer {
            needed: self.descriptor.opening().to_string(),
            given,
        }
    }
}

#[cfg(test)]
mod tests {
    use qv_types::VaultId;
    use serde_json::json;

    use super::*;
    use crate::umk::factor::FactorKind::{Keyring, Passphrase, Tpm};
    use crate::umk::factor::{FactorKind, Factors};
    use crate::umk::slot::{Classical, Draft, Presented};

    fn enrolled(kind: FactorKind, mark: u8) -> Enrolled {
        Enrolled {
            parameters: parameters(kind, mark),
            factor: secret(mark),
        }
    }

    fn parameters(kind: FactorKind, mark: u8) -> FactorParameters {
        FactorParameters::new(kind, &json!({ "mark": mark })).unwrap()
    }

    fn secret(mark: u8) -> Secret<32> {
        Secret::filled(|bytes| bytes.fill(mark))
    }

    fn opens(slot: &Slot, umk: &Umk, factors: &[(FactorKind, u8)]) -> bool {
        let factors: Factors = factors
            .iter()
            .map(|(kind, mark)| (*kind, secret(*mark)))
            .collect();
        let opened = slot.open(&slot.descriptor.vault(), &Presented::Factors(factors));
        opened.is_ok_and(|opened| opened == *umk)
    }

    fn made(umk: &Umk) -> Slot {
        let draft = Draft::make(VaultId::make()).unwrap();
        let both = vec![enrolled(Tpm, 1), enrolled(Passphrase, 2)];
        draft.enrol(umk, both, Classical::Refuse).unwrap()
    }

    #[test]
    fn new_parameters_of_the_same_factor_need_no_other_factor() {
        let umk = Umk::make().unwrap();
        let slot = made(&umk);
        let renewed = slot.with_parameters(&umk, parameters(Tpm, 9)).unwrap();
        assert!(opens(&renewed, &umk, &[(Tpm, 1), (Passphrase, 2)]));
        assert!(!opens(&renewed, &umk, &[(Tpm, 9), (Passphrase, 2)]));
        assert_eq!(renewed.descriptor.salt(), slot.descriptor.salt());
        let Opening::All(factors) = renewed.descriptor.opening() else {
            panic!()
        };
        assert_eq!(factors, &[parameters(Tpm, 9), parameters(Passphrase, 2)]);
        let rotated = renewed.rewrap(&umk, &Umk::make().unwrap());
        assert!(rotated.is_ok(), "its KEK is kept");
        // The old description with the new record is an edit like any other.
        let mixed = Slot {
            descriptor: slot.descriptor.clone(),
            ..renewed
        };
        assert!(!opens(&mixed, &umk, &[(Tpm, 1), (Passphrase, 2)]));
        assert!(mixed.with_parameters(&umk, parameters(Tpm, 3)).is_err());
        assert!(
            mixed
                .with_factors(&umk, vec![enrolled(Passphrase, 2), enrolled(Tpm, 3)])
                .is_err()
        );
        assert!(slot.with_parameters(&umk, parameters(Keyring, 9)).is_err());
        assert!(
            slot.with_parameters(&Umk::make().unwrap(), parameters(Tpm, 9))
                .is_err()
        );
    }

    #[test]
    fn new_factors_open_it_and_the_old_ones_do_not() {
        let umk = Umk::make().unwrap();
        let slot = made(&umk);
        let new = vec![enrolled(Passphrase, 2), enrolled(Tpm, 9)];
        let renewed = slot.with_factors(&umk, new).unwrap();
        assert!(opens(&renewed, &umk, &[(Tpm, 9), (Passphrase, 2)]));
        assert!(!opens(&renewed, &umk, &[(Tpm, 1), (Passphrase, 2)]));
        assert_eq!(renewed.descriptor.slot(), slot.descriptor.slot());
        assert!(slot.with_factors(&umk, vec![enrolled(Tpm, 9)]).is_err());
    }
}
