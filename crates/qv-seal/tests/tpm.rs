//! The TPM backend against a real TPM in software, as it is used, lost, guessed at and attacked.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::umk::factor::{Enrolled, FactorKind, FactorParameters};
use qv_crypto::umk::slot::Draft;
use qv_seal::{
    Availability, Interaction, Notice, PcrValue, Prompt, SealError, Sealer, SlotContext, Tpm,
    TpmOptions,
};
use qv_testkit::tpm::{Bus, Swtpm};
use qv_types::{Code, VaultId};
use serde_json::{Value, json};

const PIN: &str = "okapi-2580";

/// A person who types this each time.
struct Types(&'static str);

impl Interaction for Types {
    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        assert!(
            matches!(prompt, Prompt::TpmPin | Prompt::NewTpmPin),
            "{prompt:?}"
        );
        Ok(SecretBytes::copied_from(self.0.as_bytes()))
    }

    fn notify(&mut self, _: &Notice) {}
}

/// Where nobody may be asked.
struct Nobody;

impl Interaction for Nobody {
    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        panic!("asked for {prompt:?}")
    }

    fn notify(&mut self, _: &Notice) {}
}

/// A factor that was enrolled, and how it is got again.
struct Sealed {
    tpm: Tpm,
    slot: SlotContext,
    enrolled: Enrolled,
}

impl Sealed {
    fn enrol(options: TpmOptions) -> Self {
        let tpm = Tpm::new(options);
        let slot = slot();
        let enrolled = tpm.enrol(&slot, &mut Types(PIN)).unwrap();
        Self {
            tpm,
            slot,
            enrolled,
        }
    }

    fn unseal_with(&self, ask: &mut dyn Interaction) -> Result<Secret<32>, SealError> {
        self.tpm.unseal(&self.slot, &self.enrolled.parameters, ask)
    }

    fn unseal(&self) -> Result<Secret<32>, SealError> {
        self.unseal_with(&mut Types(PIN))
    }

    fn opens(&self) -> bool {
        self.unseal().unwrap() == self.enrolled.factor
    }
}

fn slot() -> SlotContext {
    SlotContext::from(&Draft::make(VaultId::make()).unwrap())
}

fn options(tcti: String) -> TpmOptions {
    TpmOptions {
        tcti: Some(tcti),
        ..TpmOptions::default()
    }
}

fn with_pin(tcti: String) -> TpmOptions {
    TpmOptions {
        pin: true,
        ..options(tcti)
    }
}

fn value(hex: String) -> PcrValue {
    PcrValue::try_from(hex).unwrap()
}

#[test]
fn without_a_pin_nobody_is_asked_and_with_one_it_is() {
    let swtpm = Swtpm::start().unwrap();
    let plain = Sealed::enrol(options(swtpm.tcti()));
    assert!(!plain.tpm.needs_person(&plain.enrolled.parameters));
    assert_eq!(
        plain.unseal_with(&mut Nobody).unwrap(),
        plain.enrolled.factor
    );
    let guarded = Sealed::enrol(with_pin(swtpm.tcti()));
    assert!(guarded.tpm.needs_person(&guarded.enrolled.parameters));
    assert!(guarded.opens());
    let weak = guarded.tpm.enrol(&slot(), &mut Types("1111")).unwrap_err();
    assert!(matches!(weak, SealError::TpmPinRefused { .. }), "{weak}");
}

#[test]
fn a_reboot_changes_nothing_and_nothing_is_left_loaded() {
    let mut swtpm = Swtpm::start().unwrap();
    let all = [options(swtpm.tcti()), with_pin(swtpm.tcti())].map(Sealed::enrol);
    let free = Sealed::enrol(TpmOptions {
        pcrs: vec![],
        ..options(swtpm.tcti())
    });
    swtpm.restart().unwrap();
    assert!(all.iter().chain([&free]).all(Sealed::opens));
    // More often than a TPM has room, on good and on bad ways.
    for _ in 0..4 {
        assert!(all.iter().all(Sealed::opens));
        assert!(
            all[1].unseal_with(&mut Types("wrong")).is_err() || swtpm.set_guesses(32, 60).is_err()
        );
        swtpm.set_guesses(32, 60).unwrap();
    }
    assert_eq!(swtpm.loaded().unwrap(), "");
}

#[test]
fn neither_secret_nor_pin_is_seen_on_the_bus() {
    let swtpm = Swtpm::start().unwrap();
    let bus = Bus::to(&swtpm).unwrap();
    let sealed = Sealed::enrol(with_pin(bus.tcti()));
    assert!(sealed.opens());
    assert!(
        bus.heard(&0x0000_015e_u32.to_be_bytes()),
        "TPM2_Unseal passed"
    );
    assert!(!bus.heard(sealed.enrolled.factor.expose()));
    assert!(!bus.heard(PIN.as_bytes()));
}

#[test]
fn a_changed_pcr_is_named_and_an_announced_one_is_accepted() {
    let mut swtpm = Swtpm::start().unwrap();
    let two = TpmOptions {
        pcrs: vec![11, 7],
        ..options(swtpm.tcti())
    };
    let sealed = Sealed::enrol(two.clone());
    swtpm.extend(11).unwrap();
    let later = value(swtpm.pcr(11).unwrap());
    let error = sealed.unseal().unwrap_err();
    assert!(
        matches!(&error, SealError::TpmPcrChanged { pcrs } if pcrs == &[11]),
        "{error:?}"
    );
    assert!(error.to_string().contains("PCR 11 changed"), "{error}");
    assert_eq!(error.code(), Code::FactorUnavailable);
    let other = Sealed::enrol(options(swtpm.tcti()));
    assert!(other.opens(), "a slot that is not bound to it");

    swtpm.restart().unwrap();
    let ahead = Tpm::new(TpmOptions {
        expect: [(11, later)].into(),
        ..two
    });
    let parameters = ahead
        .reseal(&sealed.slot, &sealed.enrolled.parameters, &mut Nobody)
        .unwrap();
    let opens = || ahead.unseal(&sealed.slot, &parameters, &mut Nobody);
    assert_eq!(
        opens().unwrap(),
        sealed.enrolled.factor,
        "before the change"
    );
    swtpm.extend(11).unwrap();
    assert_eq!(opens().unwrap(), sealed.enrolled.factor, "after it");
    swtpm.extend(11).unwrap();
    assert!(matches!(opens(), Err(SealError::TpmPcrChanged { pcrs }) if pcrs == [11]));
}

#[test]
fn resealing_keeps_factor_and_pin_and_can_let_pcrs_go() {
    let swtpm = Swtpm::start().unwrap();
    let sealed = Sealed::enrol(with_pin(swtpm.tcti()));
    let free = Tpm::new(TpmOptions {
        pcrs: vec![],
        ..options(swtpm.tcti())
    });
    let parameters = free
        .reseal(&sealed.slot, &sealed.enrolled.parameters, &mut Types(PIN))
        .unwrap();
    swtpm.extend(7).unwrap();
    assert_eq!(
        free.unseal(&sealed.slot, &parameters, &mut Types(PIN))
            .unwrap(),
        sealed.enrolled.factor
    );
    let error = free
        .unseal(&sealed.slot, &parameters, &mut Types("other"))
        .unwrap_err();
    assert_eq!(error.code(), Code::WrongFactor, "{error}");
    let stranger = TpmOptions {
        expect: [(9, value("00".repeat(32)))].into(),
        ..options(swtpm.tcti())
    };
    let error = Tpm::new(stranger)
        .reseal(&sealed.slot, &parameters, &mut Nobody)
        .unwrap_err();
    assert!(matches!(error, SealError::TpmPcrs { .. }), "{error}");
}

#[test]
fn wrong_pins_are_counted_down_to_a_lockout_that_tells_its_time() {
    let swtpm = Swtpm::start().unwrap();
    swtpm.set_guesses(3, 600).unwrap();
    let (guarded, plain) = (
        Sealed::enrol(with_pin(swtpm.tcti())),
        Sealed::enrol(options(swtpm.tcti())),
    );
    let wrong = || guarded.unseal_with(&mut Types("okapi-2581")).unwrap_err();
    for expected in [2, 1, 0] {
        let error = wrong();
        assert_eq!(error.code(), Code::WrongFactor);
        assert!(
            matches!(error, SealError::TpmWrongPin { left, wait_s: 600 } if left == expected),
            "{error:?}"
        );
    }
    let error = guarded.unseal().unwrap_err();
    assert!(
        matches!(error, SealError::TpmLockout { wait_s: 600 }),
        "{error:?}"
    );
    assert_eq!(error.code(), Code::Cooldown);
    assert!(error.to_string().contains("600 s"), "{error}");
    assert!(
        plain.opens(),
        "a factor without a PIN cannot be guessed at, and is not locked"
    );
    swtpm.tool("tpm2_dictionarylockout", ["-c"]).unwrap();
    assert!(guarded.opens());
}

#[test]
fn a_cleared_or_another_tpm_is_told_from_a_changed_state() {
    let mut swtpm = Swtpm::start().unwrap();
    let sealed = Sealed::enrol(options(swtpm.tcti()));
    swtpm.clear().unwrap();
    assert!(matches!(sealed.unseal(), Err(SealError::TpmReplaced)));
    let anew = Sealed::enrol(options(swtpm.tcti()));
    swtpm.replace().unwrap();
    let error = anew.unseal().unwrap_err();
    assert!(matches!(error, SealError::TpmReplaced), "{error:?}");
    assert_eq!(error.code(), Code::FactorUnavailable);
}

#[test]
fn a_tpm_that_goes_away_at_any_moment_is_an_error_and_no_more() {
    let mut swtpm = Swtpm::start().unwrap();
    let bus = Bus::to(&swtpm).unwrap();
    let sealed = Sealed::enrol(with_pin(bus.tcti()));
    bus.cut_before(usize::MAX);
    assert!(sealed.opens());
    let messages = bus.commands();
    let mut gone = 0;
    for cut in 0..messages {
        bus.cut_before(cut);
        match sealed.unseal() {
            Ok(factor) => assert_eq!(
                factor, sealed.enrolled.factor,
                "cut while it was being tidied up"
            ),
            Err(error) => {
                assert_eq!(error.code(), Code::FactorUnavailable, "{error:?}");
                gone += usize::from(matches!(error, SealError::TpmGone { .. }));
            }
        }
        // What the cut left loaded goes with the power; no resource manager watches over swtpm.
        swtpm.restart().unwrap();
    }
    assert!(gone >= 5, "{gone} of {messages}");
    bus.cut_before(usize::MAX);
    assert!(sealed.opens());
    swtpm.kill();
    let error = sealed.unseal().unwrap_err();
    assert!(
        matches!(
            error,
            SealError::Unavailable { .. } | SealError::TpmGone { .. }
        ),
        "{error:?}"
    );
}

#[test]
fn a_tpm_that_never_answers_hangs_nobody() {
    let swtpm = Swtpm::start().unwrap();
    let sealed = Sealed::enrol(options(swtpm.tcti()));
    let hasty = Tpm::new(options(swtpm.tcti())).with_patience(Duration::from_secs(1));
    let suspended = swtpm.suspend().unwrap();
    let error = hasty
        .unseal(&sealed.slot, &sealed.enrolled.parameters, &mut Nobody)
        .unwrap_err();
    assert!(
        matches!(error, SealError::TpmSilent { seconds: 1 }),
        "{error:?}"
    );
    assert!(matches!(hasty.availability(), Availability::Missing { .. }));
    drop(suspended);
    // What was left waiting goes on now, beside whoever comes next: nothing shares swtpm's little room.
    let idle = || swtpm.loaded().unwrap().is_empty();
    assert!((0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        idle()
    }));
    assert!(sealed.opens());
}

#[test]
fn no_tpm_is_an_error_before_anybody_is_asked() {
    let absent = Tpm::new(TpmOptions {
        pin: true,
        ..options("device:/dev/no-such-tpm".into())
    });
    assert!(matches!(
        absent.availability(),
        Availability::Missing { .. }
    ));
    let error = absent.enrol(&slot(), &mut Nobody).unwrap_err();
    assert!(
        matches!(
            error,
            SealError::Unavailable {
                kind: FactorKind::Tpm,
                ..
            }
        ),
        "{error}"
    );
    let port_of_nobody = Tpm::new(options("swtpm:host=127.0.0.1,port=1".into()));
    let error = port_of_nobody.enrol(&slot(), &mut Nobody).unwrap_err();
    assert!(error.to_string().contains("no TPM answers"), "{error}");
}

#[test]
fn edited_parameters_are_refused() {
    let swtpm = Swtpm::start().unwrap();
    let sealed = Sealed::enrol(with_pin(swtpm.tcti()));
    let refused = |edit: Value| {
        let mut members: Value = sealed.enrolled.parameters.read().unwrap();
        members
            .as_object_mut()
            .unwrap()
            .extend(edit.as_object().unwrap().clone());
        let edited = FactorParameters::new(FactorKind::Tpm, &members).unwrap();
        let error = sealed
            .tpm
            .unseal(&sealed.slot, &edited, &mut Types(PIN))
            .unwrap_err();
        assert!(
            matches!(error, SealError::ForeignParameters { .. }),
            "{edit}: {error:?}"
        );
    };
    let of = |name: &str| {
        sealed.enrolled.parameters.read::<Value>().unwrap()[name]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let flipped = |hex: String| hex.replacen(['0', '1'], "2", 1);
    for edit in [
        json!({"pin": false}),
        json!({"pcrs": []}),
        json!({"pcrs": [8]}),
        json!({"pcrs": [99]}),
        json!({"accepts": [["00".repeat(32)], ["11".repeat(32)]]}),
        json!({"accepts": vec![vec!["00".repeat(32)]; 9]}),
        json!({"slot": slot().slot}),
        json!({"public": "00"}),
        json!({"public": "ab".repeat(5000)}),
        json!({"public": flipped(of("public"))}),
        json!({"private": ""}),
        json!({"private": "zz"}),
        json!({"private": flipped(of("private"))}),
        json!({"private": format!("{}00", of("private"))}),
        json!({"more": 1}),
    ] {
        refused(edit);
    }
    assert!(sealed.opens());
}
