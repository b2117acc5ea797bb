//! Whatever is edited beside a slot, the slot does not open; rotation keeps it opening.

use proptest::prelude::*;
use qv_types::VaultId;
use serde_json::json;

use super::{BareWalletSlot, Classical, Descriptor, Draft, Presented, Slot};
use crate::CryptoError;
use crate::secret::Secret;
use crate::umk::Umk;
use crate::umk::factor::{Enrolled, FactorKind, FactorParameters, Factors};
use crate::umk::record::{self, Aad};
use crate::umk::wallet::{SessionKey, WalletAddress};

const WALLET: &str = "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn an_edited_descriptor_never_opens(threshold: bool, at: prop::sample::Index, to: u8) {
        let (slot, umk, vault) = made(threshold);
        let mut bytes = slot.descriptor.as_str().as_bytes().to_vec();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        if let Ok(Ok(descriptor)) = String::from_utf8(bytes).map(|text| Descriptor::parse(&text)) {
            let edited = Slot { descriptor, ..slot.clone() };
            prop_assert!(edited.open(&vault, &presented(threshold)).is_err());
            // Nor does it become genuine by being sealed anew.
            prop_assert!(edited.rewrap(&umk, &Umk::make().unwrap()).is_err());
            prop_assert!(edited.check_whole(&umk).is_err());
        }
        prop_assert_eq!(slot.open(&vault, &presented(threshold)).unwrap(), umk);
    }

    #[test]
    fn an_edited_record_never_opens(threshold: bool, of: prop::sample::Index, at: prop::sample::Index, bit in 0..7u8) {
        let (mut slot, umk, vault) = made(threshold);
        let mut records: Vec<&mut String> = slot.share_records.iter_mut().collect();
        records.extend([&mut slot.record, &mut slot.kek_record]);
        let of = of.index(records.len());
        let mut bytes = records[of].clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        *records[of] = String::from_utf8(bytes).unwrap();
        let kek_record = of == records.len() - 1;
        if kek_record {
            prop_assert!(slot.rewrap(&umk, &Umk::make().unwrap()).is_err());
        } else {
            prop_assert!(slot.open(&vault, &presented(threshold)).is_err());
        }
    }
}

#[test]
fn fields_added_moved_or_swapped_never_open() {
    let (slot, _, vault) = made(false);
    let edits = [
        json!({"note": "x"}),
        json!({"version": 2}),
        json!({"version": 1.5}),
        json!({"type": "umk"}),
        json!({"k": 1}),
        json!({"groups": []}),
        json!({"factors": []}),
        json!({"salt": "00".repeat(32)}),
    ];
    for edit in edits {
        let mut value: serde_json::Value = serde_json::from_str(slot.descriptor.as_str()).unwrap();
        value
            .as_object_mut()
            .unwrap()
            .extend(edit.as_object().unwrap().clone());
        let result = Descriptor::from_value(&value).and_then(|descriptor| {
            Slot {
                descriptor,
                ..slot.clone()
            }
            .open(&vault, &presented(false))
        });
        assert!(result.is_err(), "{edit}");
    }
    let spaced = slot.descriptor.as_str().replacen(':', ": ", 1);
    assert!(matches!(
        Descriptor::parse(&spaced),
        Err(CryptoError::Malformed(_))
    ));
    let doubled = slot.descriptor.as_str().replacen('{', "{\"version\":9,", 1);
    assert!(matches!(
        Descriptor::parse(&doubled),
        Err(CryptoError::Malformed(_))
    ));
}

#[test]
fn factors_stand_once_each_in_the_fixed_order() {
    let (slot, _, _) = made(false);
    let mut value: serde_json::Value = serde_json::from_str(slot.descriptor.as_str()).unwrap();
    let factors = value["factors"].as_array().unwrap().clone();
    for wrong in [vec![1, 0], vec![0, 0], vec![0, 1, 1]] {
        value["factors"] = wrong
            .iter()
            .map(|at: &usize| factors[*at].clone())
            .collect();
        assert!(
            matches!(
                Descriptor::from_value(&value),
                Err(CryptoError::Malformed(_))
            ),
            "{wrong:?}"
        );
    }
}

#[test]
fn a_genuine_slot_of_a_newer_version_is_named() {
    let (slot, umk, vault) = made(false);
    let mut value: serde_json::Value = serde_json::from_str(slot.descriptor.as_str()).unwrap();
    value["version"] = json!(2);
    let descriptor = Descriptor::from_value(&value).unwrap();
    let kek = super::open_kek(&umk, descriptor.slot(), &slot.kek_record).unwrap();
    let record = record::seal(&kek, &Aad::Slot(&descriptor), umk.secret().expose()).unwrap();
    let newer = Slot {
        descriptor,
        record,
        ..slot
    };
    let error = newer.open(&vault, &presented(false)).unwrap_err();
    assert_eq!(
        error,
        CryptoError::UnknownVersion {
            found: "umk_slot 2".into()
        }
    );
}

#[test]
fn rotation_keeps_factors_and_refuses_strangers() {
    for threshold in [false, true] {
        let (slot, old, vault) = made(threshold);
        let new = Umk::make().unwrap();
        let rewrapped = slot.rewrap(&old, &new).unwrap();
        assert_eq!(
            rewrapped
                .open(&vault, &presented(threshold))
                .unwrap()
                .secret(),
            new.secret()
        );
        assert_eq!(rewrapped.descriptor, slot.descriptor);
        assert!(matches!(
            slot.rewrap(&new, &old),
            Err(CryptoError::TagMismatch)
        ));
        let stored = serde_json::to_string(&rewrapped).unwrap();
        assert_eq!(serde_json::from_str::<Slot>(&stored).unwrap(), rewrapped);
    }
}

#[test]
fn a_slot_opens_only_in_its_vault_and_with_its_own_factors() {
    let (slot, _, vault) = made(false);
    assert!(matches!(
        slot.open(&VaultId::make(), &presented(false)),
        Err(CryptoError::WrongVault)
    ));
    let error = slot
        .open(&vault, &Presented::Factors(Factors::new()))
        .unwrap_err();
    assert!(error.to_string().contains("keyring+passphrase"), "{error}");
    assert!(matches!(
        slot.open(&vault, &presented(true)),
        Err(CryptoError::FactorsDiffer { .. })
    ));
    let (slot, _, vault) = made(true);
    assert!(matches!(
        slot.open(&vault, &presented(false)),
        Err(CryptoError::FactorsDiffer { .. })
    ));
}

#[test]
fn enrolment_refuses_what_cannot_be_a_slot() {
    let umk = Umk::make().unwrap();
    let draft = || Draft::make(VaultId::make()).unwrap();
    let enrol = |kinds: &[FactorKind], classical| {
        draft().enrol(
            &umk,
            kinds.iter().map(|kind| enrolled(*kind)).collect(),
            classical,
        )
    };
    use FactorKind::{Keyring, Passphrase, Wallet, YubikeyPiv};
    assert!(matches!(
        enrol(&[], Classical::Refuse),
        Err(CryptoError::Malformed(_))
    ));
    let twice = enrol(&[Keyring, Passphrase, Keyring], Classical::Refuse);
    assert_eq!(
        twice.unwrap_err(),
        CryptoError::DuplicateFactor { kind: "keyring" }
    );
    assert!(matches!(
        enrol(&[Wallet, YubikeyPiv], Classical::Refuse),
        Err(CryptoError::ClassicalSlot { .. })
    ));
    assert!(
        enrol(&[Wallet, YubikeyPiv], Classical::Accept)
            .unwrap()
            .descriptor
            .is_classical()
    );
    assert!(
        !enrol(&[Wallet, Passphrase], Classical::Refuse)
            .unwrap()
            .descriptor
            .is_classical()
    );
    let threshold = |k, kinds: &[FactorKind]| {
        let groups = kinds.iter().map(|kind| vec![enrolled(*kind)]).collect();
        draft().enrol_threshold(&umk, k, groups, Classical::Refuse)
    };
    for k in [0, 1, 4] {
        let refused = threshold(k, &[Keyring, Passphrase, Wallet]).unwrap_err();
        assert_eq!(refused, CryptoError::ThresholdRefused { k: k.into(), n: 3 });
    }
    assert!(threshold(2, &[Keyring, Passphrase, Wallet]).is_ok());
    assert!(matches!(
        threshold(2, &[Keyring, YubikeyPiv, Wallet]),
        Err(CryptoError::ClassicalSlot { .. })
    ));
}

#[test]
fn a_bare_wallet_slot_is_tied_to_its_vault_by_its_kek() {
    let (umk, stranger) = (Umk::make().unwrap(), Umk::make().unwrap());
    let wallet: WalletAddress = WALLET.parse().unwrap();
    let key = || SessionKey(secret(5));
    let refused = BareWalletSlot::enrol(&umk, wallet.clone(), &key(), Classical::Refuse);
    assert!(matches!(refused, Err(CryptoError::ClassicalSlot { .. })));
    let slot = BareWalletSlot::enrol(&umk, wallet.clone(), &key(), Classical::Accept).unwrap();
    assert_eq!(slot.open(&key()).unwrap(), umk);
    assert!(matches!(
        slot.open(&SessionKey(secret(6))),
        Err(CryptoError::TagMismatch)
    ));
    let elsewhere = BareWalletSlot::enrol(&stranger, wallet, &key(), Classical::Accept).unwrap();
    let mixed = BareWalletSlot {
        record: elsewhere.record,
        ..slot.clone()
    };
    assert!(matches!(mixed.open(&key()), Err(CryptoError::WrongVault)));
    let rewrapped = slot.rewrap(&umk, &stranger).unwrap();
    assert_eq!(rewrapped.open(&key()).unwrap(), stranger);
}

/// A slot of two factors, or of 2 of 3 groups.
fn made(threshold: bool) -> (Slot, Umk, VaultId) {
    let (umk, vault) = (Umk::make().unwrap(), VaultId::make());
    let draft = Draft::make(vault).unwrap();
    let kinds = [
        FactorKind::Passphrase,
        FactorKind::Keyring,
        FactorKind::Shares,
    ];
    let slot = if threshold {
        let groups = kinds.map(|kind| vec![enrolled(kind)]).into();
        draft.enrol_threshold(&umk, 2, groups, Classical::Refuse)
    } else {
        draft.enrol(
            &umk,
            kinds[..2].iter().map(|kind| enrolled(*kind)).collect(),
            Classical::Refuse,
        )
    };
    (slot.unwrap(), umk, vault)
}

/// All factors of what [`made`] makes.
fn presented(threshold: bool) -> Presented {
    let factor = |kind: FactorKind| (kind, secret(kind as u8));
    if threshold {
        let groups = [
            FactorKind::Passphrase,
            FactorKind::Keyring,
            FactorKind::Shares,
        ];
        Presented::Groups(
            (1..)
                .zip(groups.map(|kind| [factor(kind)].into_iter().collect()))
                .collect(),
        )
    } else {
        Presented::Factors(
            [factor(FactorKind::Keyring), factor(FactorKind::Passphrase)]
                .into_iter()
                .collect(),
        )
    }
}

fn enrolled(kind: FactorKind) -> Enrolled {
    let parameters = FactorParameters::new(kind, &json!({"salt": "00ff", "cost": 7})).unwrap();
    Enrolled {
        parameters,
        factor: secret(kind as u8),
    }
}

fn secret(byte: u8) -> Secret<32> {
    Secret::filled(|bytes| bytes.fill(byte + 1))
}
