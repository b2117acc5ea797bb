//! Slots that another implementation computed (`tests/vectors/slots.json`).

use serde_json::Value;

use super::{Descriptor, Opening, Presented, Slot, derive_key, open_kek};
use crate::CryptoError;
use crate::umk::factor::Factors;
use crate::umk::record::{self, Aad};
use crate::umk::vectors::{hex_member, hex_secret, json, list, secret, text};
use crate::umk::wallet::{DerivationMessage, SessionKey, WalletAddress};
use crate::umk::{Result, Umk};

const SLOTS: &str = include_str!("../../../../../tests/vectors/slots.json");

#[test]
fn plain_slots() {
    let vectors = json(SLOTS);
    let umk = Umk::from_secret(&secret(&vectors, "umk")).unwrap();
    for vector in list(&vectors, "slots") {
        check_wallet(vector);
        let slot = slot(vector).unwrap();
        let kek = derive_key(
            slot.descriptor.slot(),
            slot.descriptor.salt(),
            None,
            &factors(&vector["factors"]),
        );
        assert_eq!(kek, secret(vector, "kek"), "{}", text(vector, "name"));
        check(&slot, vector, &umk);
    }
}

#[test]
fn threshold_slots() {
    let vectors = json(SLOTS);
    let umk = Umk::from_secret(&secret(&vectors, "umk")).unwrap();
    for vector in list(&vectors, "threshold") {
        let slot = slot(vector).unwrap();
        check(&slot, vector, &umk);
        for (group, given) in vector["factors"].as_object().unwrap() {
            let share = slot
                .open_share(group.parse().unwrap(), &factors(given))
                .unwrap();
            assert_eq!(
                share.expose().as_slice(),
                hex_member(&vector["shares"], group).expose()
            );
            check_resealed(
                &slot,
                Some((group, given)),
                text(&vector["share_records"], group),
            );
            let mut all_but_one = vector.clone();
            all_but_one["factors"]
                .as_object_mut()
                .unwrap()
                .remove(group);
            assert_eq!(open(&all_but_one).unwrap(), umk);
        }
    }
}

#[test]
fn slots_that_must_not_open() {
    let vectors = json(SLOTS);
    for negative in list(&vectors, "negative") {
        let positives = list(&vectors, "slots")
            .iter()
            .chain(list(&vectors, "threshold"));
        let mut vector = positives
            .into_iter()
            .find(|vector| vector["name"] == negative["of"])
            .unwrap()
            .clone();
        assert!(open(&vector).is_ok());
        for (name, value) in negative["set"].as_object().unwrap() {
            vector[name] = value.clone();
        }
        let error = open(&vector).unwrap_err();
        let name = match error {
            CryptoError::TagMismatch => "TagMismatch",
            // The vectors have no name of its own for factors that are not the slot's.
            CryptoError::Malformed(_) | CryptoError::FactorsDiffer { .. } => "Malformed",
            CryptoError::TooFewShares { .. } => "TooFewShares",
            other => panic!("{other}"),
        };
        assert_eq!(name, text(negative, "expect"), "{}", text(negative, "name"));
    }
}

fn check(slot: &Slot, vector: &Value, umk: &Umk) {
    let name = text(vector, "name");
    assert_eq!(&open(vector).unwrap(), umk, "{name}");
    assert_eq!(
        slot.descriptor.is_classical(),
        vector["classical"].as_bool().unwrap(),
        "{name}"
    );
    assert_eq!(
        Descriptor::parse(slot.descriptor.as_str()).as_ref(),
        Ok(&slot.descriptor),
        "{name}"
    );
    let kek = open_kek(umk, slot.descriptor.slot(), &slot.kek_record).unwrap();
    assert_eq!(kek, secret(vector, "kek"), "{name}");
    let iv = iv(&slot.record);
    let resealed = record::seal_with_iv(&kek, slot.descriptor.as_str(), &iv, umk.secret().expose());
    assert_eq!(resealed.as_ref(), Ok(&slot.record), "{name}");
}

fn check_resealed(slot: &Slot, group: Option<(&String, &Value)>, stored: &str) {
    let (index, given) = group.unwrap();
    let index = index.parse().unwrap();
    let key = derive_key(
        slot.descriptor.slot(),
        slot.descriptor.salt(),
        Some(index),
        &factors(given),
    );
    let share = slot.open_share(index, &factors(given)).unwrap();
    let resealed =
        record::seal_with_iv(&key, slot.descriptor.as_str(), &iv(stored), share.expose());
    assert_eq!(resealed.as_deref(), Ok(stored));
    assert_eq!(
        record::open(&key, &Aad::Slot(&slot.descriptor), stored)
            .unwrap()
            .expose(),
        share.expose()
    );
}

/// The wallet's factor comes from its signature over the slot's own message.
fn check_wallet(vector: &Value) {
    let Some(derivation) = vector.get("derivation") else {
        return;
    };
    let slot = slot(vector).unwrap();
    let Opening::All(factors) = slot.descriptor.opening() else {
        panic!("a plain slot")
    };
    let wallet = factors
        .iter()
        .find_map(|factor| factor.read::<crate::umk::factor::WalletParameters>().ok())
        .unwrap();
    let wallet: WalletAddress = wallet.wallet;
    let message = DerivationMessage::for_slot(&wallet, slot.descriptor.salt());
    assert_eq!(message.as_str(), text(derivation, "message"));
    let key = SessionKey::derive(&message, &hex_member(derivation, "signature")).unwrap();
    assert_eq!(key.into_factor(), secret(&vector["factors"], "wallet"));
}

fn open(vector: &Value) -> Result<Umk> {
    let slot = slot(vector)?;
    let presented = match slot.descriptor.opening() {
        Opening::All(_) => Presented::Factors(factors(&vector["factors"])),
        Opening::Threshold { .. } => {
            let groups = vector["factors"].as_object().unwrap().iter();
            Presented::Groups(
                groups
                    .map(|(index, given)| (index.parse().unwrap(), factors(given)))
                    .collect(),
            )
        }
    };
    slot.open(&slot.descriptor.vault(), &presented)
}

fn slot(vector: &Value) -> Result<Slot> {
    let share_records = vector.get("share_records").and_then(Value::as_object);
    Ok(Slot {
        descriptor: Descriptor::from_value(&vector["descriptor"])?,
        record: text(vector, "record").into(),
        share_records: share_records
            .into_iter()
            .flatten()
            .map(|(_, record)| record.as_str().unwrap().into())
            .collect(),
        kek_record: text(vector, "slot_kek_record").into(),
    })
}

fn factors(given: &Value) -> Factors {
    let given = given.as_object().unwrap().iter();
    given
        .map(|(kind, factor)| (kind.parse().unwrap(), hex_secret(factor)))
        .collect()
}

fn iv(record: &str) -> [u8; 12] {
    crate::encoding::base64_decode(record).unwrap()[..12]
        .try_into()
        .unwrap()
}
