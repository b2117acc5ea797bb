//! What a YubiKey's backend does when something is not as it should be, and what it leaves alone:
//! against virtual cards behind a real pcscd.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod cards;
mod person;
mod tools;

use std::path::Path;
use std::time::{Duration, Instant};

use person::Person;
use qv_crypto::umk::factor::yubikey_piv::YubikeyPivParameters;
use qv_crypto::umk::factor::{Enrolled, FactorKind};
use qv_crypto::umk::slot::Draft;
use qv_seal::yubikey::{PinPolicy, TouchPolicy};
use qv_seal::{
    Availability, Devices, Notice, SealError, Sealer, SlotContext, Yubikey, YubikeyError,
    YubikeyOptions, connected_yubikeys,
};
use qv_testkit::card::{Card, Inserted, PIN, Readers};
use qv_types::{Code, VaultId};
use tools::{PROTECT, assert_signed_by_itself, piv_tool, somebody_elses_certificate, ykman};

const SERIAL: u32 = 11_223_344;
const OTHER: u32 = 55_667_788;

/// Runs `body` with one card inserted.
fn with_card(test: &str, body: impl FnOnce(&Readers, &Card, Inserted<'_>)) {
    cards::with_readers(test, |folder| {
        let readers = Readers::start(folder).unwrap();
        let card = Card::new(SERIAL).unwrap();
        let inserted = readers.insert(&card, 0).unwrap();
        body(&readers, &card, inserted);
    });
}

fn slot_of(vault: VaultId) -> SlotContext {
    SlotContext::from(&Draft::make(vault).unwrap())
}

fn new_slot() -> SlotContext {
    slot_of(VaultId::make())
}

fn yubikey(options: YubikeyOptions) -> Yubikey {
    Yubikey::new(options)
}

fn in_slot(number: u8) -> Yubikey {
    yubikey(YubikeyOptions {
        slot: Some(number),
        ..YubikeyOptions::default()
    })
}

/// A YubiKey that asks for nothing.
fn silent() -> Yubikey {
    yubikey(YubikeyOptions {
        pin: PinPolicy::Never,
        touch: TouchPolicy::Never,
        ..YubikeyOptions::default()
    })
}

fn enrolled(sealer: &Yubikey, slot: &SlotContext) -> Enrolled {
    sealer.enrol(slot, &mut Person::who_knows(PIN)).unwrap()
}

fn problem<T: std::fmt::Debug>(result: Result<T, SealError>) -> YubikeyError {
    match result.unwrap_err() {
        SealError::Yubikey(error) => error,
        other => panic!("{other:?}"),
    }
}

fn point(enrolled: &Enrolled) -> String {
    let parameters: YubikeyPivParameters = enrolled.parameters.read().unwrap();
    format!("{:?}", parameters.static_point)
}

#[test]
fn what_is_missing_is_named() {
    cards::with_readers("what_is_missing_is_named", |folder: &Path| {
        let (sealer, slot) = (Yubikey::default(), new_slot());
        let enrol = || problem(sealer.enrol(&slot, &mut Person::who_knows(PIN)));
        assert_eq!(enrol(), YubikeyError::NoService);
        assert!(
            matches!(sealer.availability(), Availability::Missing { why, .. } if why.contains("service"))
        );

        let mut readers = Readers::start(folder).unwrap();
        assert_eq!(enrol(), YubikeyError::NoneInserted);
        assert!(
            matches!(sealer.availability(), Availability::Missing { why, .. } if why.contains("inserted"))
        );

        let (card, other) = (Card::new(SERIAL).unwrap(), Card::new(OTHER).unwrap());
        let first = readers.insert(&card, 0).unwrap();
        assert_eq!(sealer.availability(), Availability::Ready);
        let second = readers.insert(&other, 1).unwrap();
        let several = enrol();
        assert!(
            several.to_string().contains("11223344, 55667788"),
            "{several}"
        );
        assert_eq!(connected_yubikeys().unwrap().len(), 2);
        let named = |serial| {
            yubikey(YubikeyOptions {
                serial: Some(serial),
                ..YubikeyOptions::default()
            })
        };
        let made = enrolled(&named(OTHER), &slot);
        // Opening finds the right one by its key.
        let opened = sealer.unseal(&slot, &made.parameters, &mut Person::who_knows(PIN));
        assert_eq!(opened.unwrap(), made.factor);

        drop(second);
        let missing = problem(named(OTHER).enrol(&slot, &mut Person::who_knows(PIN)));
        assert_eq!(
            missing,
            YubikeyError::NotInserted {
                serial: OTHER,
                inserted: vec![SERIAL]
            }
        );
        let replaced = problem(sealer.unseal(&slot, &made.parameters, &mut Person::who_knows(PIN)));
        assert_eq!(
            replaced,
            YubikeyError::NotHere {
                inserted: vec![SERIAL]
            }
        );
        sealer.forget(&slot, &made.parameters).unwrap();
        drop(first);
        let gone = problem(sealer.unseal(&slot, &made.parameters, &mut Person::who_knows(PIN)));
        assert_eq!(gone, YubikeyError::NoneInserted);

        readers.stop().unwrap();
        assert_eq!(enrol(), YubikeyError::NoService);
    });
}

#[test]
fn a_wrong_pin_says_how_many_tries_are_left_until_it_blocks() {
    with_card(
        "a_wrong_pin_says_how_many_tries_are_left_until_it_blocks",
        |_, _, _inserted| {
            let (sealer, slot) = (Yubikey::default(), new_slot());
            let made = enrolled(&sealer, &slot);
            let open = |pin: &'static str| {
                sealer.unseal(&slot, &made.parameters, &mut Person::who_knows(pin))
            };
            for cannot_be_one in ["", "12345", "123456789"] {
                assert_eq!(problem(open(cannot_be_one)), YubikeyError::NoPin);
            }
            for tries_left in [2, 1] {
                let wrong = open("654321").unwrap_err();
                assert_eq!(wrong.code(), Code::WrongFactor);
                assert_eq!(
                    problem::<()>(Err(wrong)),
                    YubikeyError::WrongPin {
                        serial: SERIAL,
                        tries_left
                    }
                );
            }
            // The right one gives all tries back.
            assert_eq!(open(PIN).unwrap(), made.factor);
            for _ in 0..3 {
                open("654321").unwrap_err();
            }
            // Blocked is said before anybody is asked.
            let blocked = sealer.unseal(&slot, &made.parameters, &mut Person::who_knows_nothing());
            assert_eq!(
                problem(blocked),
                YubikeyError::PinBlocked { serial: SERIAL }
            );
            piv_tool(&["-a", "unblock-pin", "-P", "12345678", "-N", "246810"]);
            assert_eq!(open("246810").unwrap(), made.factor);
        },
    );
}

#[test]
fn who_gives_up_waits_for_no_touch_and_gets_nothing_of_one() {
    with_card(
        "who_gives_up_waits_for_no_touch_and_gets_nothing_of_one",
        |_, card, _inserted| {
            let slot = new_slot();
            let made = enrolled(&Yubikey::default(), &slot);
            let devices = Devices::default();
            let sealer = devices.backend(FactorKind::YubikeyPiv).unwrap();
            let gives_up =
                || Person::who_knows(PIN).and_at_each_touch(|| devices.waiting.give_up());

            card.set_untouched_for(Duration::from_secs(10)).unwrap();
            let begun = Instant::now();
            let declined = sealer.unseal(&slot, &made.parameters, &mut gives_up());
            assert!(matches!(declined, Err(SealError::Declined(_))));
            assert!(
                begun.elapsed() < Duration::from_secs(5),
                "{:?}",
                begun.elapsed()
            );
            card.set_touched(true).unwrap();

            let declined = sealer.enrol(&new_slot(), &mut gives_up()).map(drop);
            assert!(
                matches!(declined, Err(SealError::Declined(_))),
                "{declined:?}"
            );
            // The slot that was begun is free again.
            enrolled(&in_slot(0x83), &new_slot());
        },
    );
}

#[test]
fn a_key_that_is_pulled_out_or_not_touched_leaves_nothing_half_done() {
    with_card(
        "a_key_that_is_pulled_out_or_not_touched_leaves_nothing_half_done",
        |readers, card, mut inserted| {
            let (sealer, slot) = (Yubikey::default(), new_slot());
            card.set_touched(false).unwrap();
            let untouched = problem(sealer.enrol(&slot, &mut Person::who_knows(PIN)));
            assert_eq!(untouched, YubikeyError::NotTouched { serial: SERIAL });
            card.set_touched(true).unwrap();
            // The slot that was begun is free again.
            let made = enrolled(&in_slot(0x82), &slot);
            assert!(card.touches() >= 2);

            card.set_touched(false).unwrap();
            let untouched =
                problem(sealer.unseal(&slot, &made.parameters, &mut Person::who_knows(PIN)));
            assert_eq!(untouched, YubikeyError::NotTouched { serial: SERIAL });

            let mut pulls_it = Person::who_knows(PIN).and_at_each_touch(|| inserted.pull());
            let removed = problem(sealer.unseal(&slot, &made.parameters, &mut pulls_it));
            assert_eq!(removed, YubikeyError::Removed { serial: SERIAL });
            drop(pulls_it);
            drop(inserted);

            card.set_touched(true).unwrap();
            let mut inserted = readers.insert(card, 0).unwrap();
            let other = new_slot();
            let mut pulls_it = Person::who_knows(PIN).and_at_each_touch(|| inserted.pull());
            let removed = problem(sealer.enrol(&other, &mut pulls_it));
            assert_eq!(removed, YubikeyError::Removed { serial: SERIAL });
            drop(pulls_it);
            drop(inserted);

            let _inserted = readers.insert(card, 0).unwrap();
            let opened = sealer.unseal(&slot, &made.parameters, &mut Person::who_knows(PIN));
            assert_eq!(opened.unwrap(), made.factor);
        },
    );
}

#[test]
fn what_others_keep_is_never_touched() {
    with_card("what_others_keep_is_never_touched", |_, _, _inserted| {
        let (sealer, slot) = (silent(), new_slot());
        // A key without a certificate, a certificate without its key, and both.
        piv_tool(&["-a", "generate", "-s", "82", "-A", "ECCP256"]);
        let folder = tempfile::tempdir().unwrap();
        let certificate = somebody_elses_certificate(folder.path());
        piv_tool(&["-a", "import-certificate", "-s", "83", "-i", &certificate]);
        piv_tool(&["-a", "generate", "-s", "84", "-A", "ECCP256"]);
        piv_tool(&["-a", "import-certificate", "-s", "84", "-i", &certificate]);
        let made = enrolled(&sealer, &slot);
        for taken in [0x82, 0x83, 0x84] {
            let error = problem(in_slot(taken).enrol(&slot, &mut Person::who_knows_nothing()));
            assert_eq!(
                error,
                YubikeyError::SlotTaken {
                    slot: taken,
                    serial: SERIAL
                }
            );
        }
        for no_slot in [0x81, 0x96, 0x9A] {
            let error = problem(in_slot(no_slot).enrol(&slot, &mut Person::who_knows_nothing()));
            assert_eq!(error, YubikeyError::NoSuchSlot(no_slot));
        }
        assert_signed_by_itself(&piv_tool(&["-a", "read-certificate", "-s", "85"]));
        assert!(piv_tool(&["-a", "status"]).contains(&format!("CN=QuantumVault {}", slot.vault)));

        // Another program replaces our key: it is not ours any more.
        piv_tool(&["-a", "generate", "-s", "85", "-A", "ECCP256"]);
        let replaced = sealer.unseal(&slot, &made.parameters, &mut Person::who_knows_nothing());
        assert_eq!(
            problem(replaced),
            YubikeyError::NotHere {
                inserted: vec![SERIAL]
            }
        );
        sealer.forget(&slot, &made.parameters).unwrap();
        let error = problem(in_slot(0x85).enrol(&slot, &mut Person::who_knows_nothing()));
        assert_eq!(
            error,
            YubikeyError::SlotTaken {
                slot: 0x85,
                serial: SERIAL
            }
        );
    });
}

#[test]
fn a_forgotten_key_is_gone_and_its_slot_is_free() {
    with_card(
        "a_forgotten_key_is_gone_and_its_slot_is_free",
        |_, _, _inserted| {
            let (sealer, slot) = (silent(), new_slot());
            for _ in 0..2 {
                let made = enrolled(&sealer, &slot);
                let other_vault = SlotContext {
                    vault: VaultId::make(),
                    ..slot
                };
                sealer.forget(&other_vault, &made.parameters).unwrap();
                let opened =
                    sealer.unseal(&slot, &made.parameters, &mut Person::who_knows_nothing());
                assert_eq!(
                    opened.unwrap(),
                    made.factor,
                    "another vault's slot takes nothing away"
                );
                sealer.forget(&slot, &made.parameters).unwrap();
                let gone = sealer.unseal(&slot, &made.parameters, &mut Person::who_knows_nothing());
                assert_eq!(
                    problem(gone),
                    YubikeyError::NotHere {
                        inserted: vec![SERIAL]
                    }
                );
                let said = piv_tool(&["-a", "status"]);
                assert!(
                    said.contains("CN=QuantumVault unused") && !said.contains("Slot 83"),
                    "{said}"
                );
            }
        },
    );
}

#[test]
fn a_key_is_shared_by_slots_of_its_vault_only_and_outlives_each() {
    with_card(
        "a_key_is_shared_by_slots_of_its_vault_only_and_outlives_each",
        |_, _, _inserted| {
            let vault = VaultId::make();
            let (first, second) = (slot_of(vault), slot_of(vault));
            let made = enrolled(&Yubikey::default(), &first);
            let stranger = in_slot(0x82).enrol(&new_slot(), &mut Person::who_knows(PIN));
            assert_eq!(
                problem(stranger),
                YubikeyError::SlotTaken {
                    slot: 0x82,
                    serial: SERIAL
                }
            );
            let shared = enrolled(&in_slot(0x82), &second);
            assert_eq!(point(&made), point(&shared));
            assert_ne!(made.factor, shared.factor);
            let sealer = Yubikey::default();
            for (slot, made) in [(&first, &made), (&second, &shared)] {
                sealer.forget(slot, &made.parameters).unwrap();
                let opened =
                    sealer.unseal(&second, &shared.parameters, &mut Person::who_knows(PIN));
                assert_eq!(opened.unwrap(), shared.factor);
            }
        },
    );
}

#[test]
fn policies_decide_what_is_asked_for() {
    with_card("policies_decide_what_is_asked_for", |_, card, _inserted| {
        let asked = |pin, touch| {
            let sealer = yubikey(YubikeyOptions {
                pin,
                touch,
                ..YubikeyOptions::default()
            });
            let slot = new_slot();
            let made = enrolled(&sealer, &slot);
            let touches = card.touches();
            let mut person = Person::who_knows(PIN);
            let opened = sealer.unseal(&slot, &made.parameters, &mut person).unwrap();
            assert_eq!(opened, made.factor);
            let announced = person.heard(&Notice::TouchYubikey { serial: SERIAL });
            assert_eq!(announced, card.touches() > touches);
            (person.asked(), announced)
        };
        assert_eq!(asked(PinPolicy::Never, TouchPolicy::Never), (0, false));
        assert_eq!(asked(PinPolicy::Once, TouchPolicy::Never), (1, false));
        assert_eq!(asked(PinPolicy::Always, TouchPolicy::Cached), (1, true));
    });
}

#[test]
fn the_pin_of_new_keys_is_warned_about() {
    with_card("the_pin_of_new_keys_is_warned_about", |_, _, _inserted| {
        let warning = Notice::YubikeyDefaultPin { serial: SERIAL };
        let mut person = Person::who_knows(PIN);
        Yubikey::default().enrol(&new_slot(), &mut person).unwrap();
        assert!(person.heard(&warning));
        piv_tool(&["-a", "change-pin", "-P", PIN, "-N", "135791"]);
        let mut person = Person::who_knows("135791");
        Yubikey::default().enrol(&new_slot(), &mut person).unwrap();
        assert!(!person.heard(&warning));
    });
}

#[test]
fn the_management_key_may_be_behind_the_pin_but_not_unknown() {
    let test = "the_management_key_may_be_behind_the_pin_but_not_unknown";
    with_card(test, |readers, _, inserted| {
        let info = ykman(&["info"]);
        assert!(
            info.contains("PIV version: 5.4.3") && info.contains("default PIN"),
            "{info}"
        );
        ykman(&[&PROTECT[..], &["-P", PIN]].concat());
        let (sealer, slot) = (silent(), new_slot());
        let mut person = Person::who_knows(PIN);
        let made = sealer.enrol(&slot, &mut person).unwrap();
        assert_eq!(person.asked(), 1, "for the management key");
        assert!(ykman(&["info"]).contains(&slot.vault.to_string()));
        let opened = sealer.unseal(&slot, &made.parameters, &mut Person::who_knows_nothing());
        assert_eq!(opened.unwrap(), made.factor);
        let left = problem(sealer.forget(&slot, &made.parameters));
        assert_eq!(
            left,
            YubikeyError::KeyLeft {
                slot: 0x82,
                serial: SERIAL
            }
        );
        drop(inserted);

        let other = Card::new(OTHER).unwrap();
        let _inserted = readers.insert(&other, 0).unwrap();
        piv_tool(&["-a", "set-mgm-key", "-n", &"2B".repeat(24)]);
        let unknown = problem(sealer.enrol(&slot, &mut Person::who_knows(PIN)));
        assert_eq!(unknown, YubikeyError::ManagementKey { serial: OTHER });
    });
}

/// The question how many tries are left is answered with them only where the PIN is not verified.
#[test]
fn the_pin_is_logged_out_when_the_vault_is_open() {
    with_card(
        "the_pin_is_logged_out_when_the_vault_is_open",
        |_, _, _inserted| {
            let (sealer, slot) = (Yubikey::default(), new_slot());
            let made = enrolled(&sealer, &slot);
            sealer
                .unseal(&slot, &made.parameters, &mut Person::who_knows(PIN))
                .unwrap();
            let context = pcsc::Context::establish(pcsc::Scope::System).unwrap();
            let (mode, protocols) = (pcsc::ShareMode::Shared, pcsc::Protocols::T1);
            let card = context
                .connect(c"Virtual PCD 00 00", mode, protocols)
                .unwrap();
            let mut answer = [0; 16];
            let asked = card.transmit(&[0x00, 0x20, 0x00, 0x80], &mut answer);
            assert_eq!(asked.unwrap(), [0x63, 0xC3]);
        },
    );
}
