//! The one contract that every [`Sealer`] keeps, run over each backend; the keyring's against a
//! real gnome-keyring in a D-Bus session of its own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cards;
mod session;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use qv_crypto::secret::SecretBytes;
use qv_crypto::umk::factor::passphrase::Cost;
use qv_crypto::umk::factor::{FactorKind, FactorParameters};
use qv_crypto::umk::slot::{Classical, Draft, Presented};
use qv_crypto::umk::{HexBytes, Umk};
use qv_seal::wallet::Via;
use qv_seal::{
    Availability, Devices, Handout, Interaction, Keyring, Notice, Passphrase, Prompt, SealError,
    Sealer, Share, Shares, SharesOptions, SlotContext, Tpm, TpmOptions, Wallet, Yubikey,
};
use qv_testkit::card::{Card, PIN, Readers};
use qv_testkit::tpm::Swtpm;
use qv_types::{Code, VaultId};
use session::Session;

/// What `solana-keygen` writes, for a seed of ones.
const KEYPAIR: &str = "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,138,136,227,221,116,9,241,149,253,82,219,45,60,186,93,114,202,103,9,191,29,148,18,27,243,116,136,1,180,15,111,92]";
const PASSPHRASE: &str = "tundra okapi 47 ladle";

/// A face whose answers are written down beforehand, and which keeps the shares that it is handed.
#[derive(Default)]
struct Script {
    answers: VecDeque<&'static str>,
    notices: Vec<Notice>,
    drawer: Rc<RefCell<Vec<Share>>>,
}

impl Script {
    fn answering(answers: &[&'static str]) -> Self {
        Self {
            answers: answers.iter().copied().collect(),
            ..Self::default()
        }
    }

    /// The share of index `index`, of the set `set` or of the newest.
    fn kept(&self, set: Option<HexBytes<16>>, index: usize) -> Option<SecretBytes> {
        let drawer = self.drawer.borrow();
        let set = set.or(drawer.last().map(Share::set_id))?;
        let mut of_set = drawer.iter().filter(|share| share.set_id() == set);
        of_set.nth(index - 1).map(Share::to_words)
    }
}

impl Interaction for Script {
    fn hand_over(&mut self, handout: &Handout<'_>) -> Result<(), SealError> {
        let copies = handout
            .shares
            .iter()
            .map(|share| Share::parse(share.expose()).unwrap());
        self.drawer.borrow_mut().extend(copies);
        Ok(())
    }

    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        let kept = match prompt {
            Prompt::Share { given, set, .. } => self.kept(*set, given + 1),
            Prompt::ShareBack { index, .. } => self.kept(None, (*index).into()),
            _ => None,
        };
        if let Some(share) = kept {
            return Ok(share);
        }
        let answer = self
            .answers
            .pop_front()
            .ok_or(SealError::Declined(prompt.what()))?;
        Ok(SecretBytes::copied_from(answer.as_bytes()))
    }

    fn notify(&mut self, notice: &Notice) {
        self.notices.push(notice.clone());
    }
}

/// What holds for every backend. `answers` are what the person says each time it is asked.
fn keeps_the_contract(sealer: &dyn Sealer, answers: &[&'static str]) {
    let drawer = Rc::default();
    let face = || Script {
        drawer: Rc::clone(&drawer),
        ..Script::answering(answers)
    };
    let kind = sealer.kind();
    assert_eq!(sealer.availability(), Availability::Ready);
    let draft = Draft::make(VaultId::make()).unwrap();
    let slot = SlotContext::from(&draft);
    let enrolled = sealer.enrol(&slot, &mut face()).unwrap();
    let parameters = enrolled.parameters.clone();
    assert_eq!(parameters.kind(), kind);

    // The same factor each time, from another instance's parameters too; another for each enrolment.
    for _ in 0..2 {
        assert_eq!(
            sealer.unseal(&slot, &parameters, &mut face()).unwrap(),
            enrolled.factor
        );
    }
    let other = SlotContext::from(&Draft::make(slot.vault).unwrap());
    let again = sealer.enrol(&other, &mut face()).unwrap();
    assert_ne!(again.factor, enrolled.factor);
    assert_eq!(
        sealer.unseal(&slot, &parameters, &mut face()).unwrap(),
        enrolled.factor
    );

    // A slot made with it opens, and its descriptor is all that is needed.
    let umk = Umk::make().unwrap();
    let classical = if kind.is_classical() {
        Classical::Accept
    } else {
        Classical::Refuse
    };
    let made = draft.enrol(&umk, vec![enrolled], classical).unwrap();
    let context = SlotContext::from(&made.descriptor);
    assert_eq!(context, slot);
    let factor = sealer.unseal(&context, &parameters, &mut face()).unwrap();
    let presented = Presented::Factors([(kind, factor)].into_iter().collect());
    assert_eq!(made.open(&slot.vault, &presented).unwrap(), umk);

    // Parameters of nobody, of another kind and of another slot are refused or give another factor.
    let nobody = FactorParameters::new(kind, &serde_json::json!({"unheard": "of"})).unwrap();
    let other_kind = FactorParameters::new(FactorKind::Tpm, &serde_json::json!({})).unwrap();
    for foreign in [nobody, other_kind] {
        let error = sealer.unseal(&slot, &foreign, &mut face()).unwrap_err();
        assert_eq!(error.code(), Code::Corrupt, "{error}");
        assert!(sealer.forget(&slot, &foreign).is_err());
    }
    // (A wallet's are the same in every slot: what tells its slots apart is their salt.)
    if again.parameters != parameters
        && let Ok(factor) = sealer.unseal(&slot, &again.parameters, &mut face())
    {
        assert_ne!(
            factor,
            sealer.unseal(&slot, &parameters, &mut face()).unwrap()
        );
    }

    // Forgetting is for one slot, and may be done twice.
    sealer.forget(&slot, &parameters).unwrap();
    sealer.forget(&slot, &parameters).unwrap();
    assert_eq!(
        sealer
            .unseal(&other, &again.parameters, &mut face())
            .unwrap(),
        again.factor
    );
    sealer.forget(&other, &again.parameters).unwrap();

    // No factor is ever printed.
    assert!(format!("{again:?}").contains("[redacted]"));
}

#[test]
fn passphrase_keeps_the_contract() {
    keeps_the_contract(&Passphrase::with_cost(Cost::MINIMUM), &[PASSPHRASE]);
}

#[test]
fn passphrase_is_asked_for_and_held_to_its_strength() {
    let sealer = Passphrase::with_cost(Cost::MINIMUM);
    let slot = SlotContext::from(&Draft::make(VaultId::make()).unwrap());
    let nobody = sealer.enrol(&slot, &mut Script::default()).unwrap_err();
    assert_eq!(nobody.code(), Code::Cancelled);
    let weak = sealer
        .enrol(&slot, &mut Script::answering(&["password"]))
        .unwrap_err();
    assert!(matches!(weak, SealError::WeakPassphrase { .. }));
    let enrolled = sealer
        .enrol(&slot, &mut Script::answering(&[PASSPHRASE]))
        .unwrap();
    let wrong = sealer.unseal(
        &slot,
        &enrolled.parameters,
        &mut Script::answering(&["tundra okapi 47 ladl"]),
    );
    assert_ne!(wrong.unwrap(), enrolled.factor);
    let costly = serde_json::json!({"salt": "00".repeat(16), "m_kib": u32::MAX, "t": 3, "p": 4});
    let costly = FactorParameters::new(FactorKind::Passphrase, &costly).unwrap();
    let refused = sealer
        .unseal(&slot, &costly, &mut Script::answering(&[PASSPHRASE]))
        .unwrap_err();
    assert_eq!(refused.code(), Code::Corrupt, "{refused}");
}

#[test]
fn tpm_keeps_the_contract() {
    let swtpm = Swtpm::start().unwrap();
    let options = |pin, pcrs| TpmOptions {
        tcti: Some(swtpm.tcti()),
        pcrs,
        pin,
        ..TpmOptions::default()
    };
    for (pin, pcrs) in [(false, vec![7]), (true, vec![0, 7]), (false, vec![])] {
        keeps_the_contract(&Tpm::new(options(pin, pcrs)), &["2580-okapi"]);
    }
}

#[test]
fn shares_keep_the_contract() {
    keeps_the_contract(&Shares::default(), &[]);
    let options = SharesOptions {
        needed: 16,
        total: 16,
    };
    keeps_the_contract(&Shares::new(options), &[]);
}

#[test]
fn keyring_keeps_the_contract() {
    Session::WithKeyring.run("keyring_keeps_the_contract", || {
        keeps_the_contract(&Keyring::new(), &[])
    });
}

#[test]
fn keyring_secret_that_is_gone_or_changed_is_named() {
    Session::WithKeyring.run("keyring_secret_that_is_gone_or_changed_is_named", || {
        let sealer = Keyring::new();
        let slot = SlotContext::from(&Draft::make(VaultId::make()).unwrap());
        let enrolled = sealer.enrol(&slot, &mut Script::default()).unwrap();
        let unseal = || sealer.unseal(&slot, &enrolled.parameters, &mut Script::default());
        session::overwrite(&slot.slot.to_string(), &[7; 31]);
        assert!(matches!(unseal(), Err(SealError::SecretChanged { .. })));
        sealer.forget(&slot, &enrolled.parameters).unwrap();
        assert!(matches!(unseal(), Err(SealError::SecretMissing { .. })));
    });
}

#[test]
fn keyring_that_is_locked_says_so() {
    Session::WithKeyring.run("keyring_that_is_locked_says_so", || {
        let sealer = Keyring::with_patience(Duration::from_secs(20));
        let slot = SlotContext::from(&Draft::make(VaultId::make()).unwrap());
        let enrolled = sealer.enrol(&slot, &mut Script::default()).unwrap();
        session::lock();
        let error = sealer
            .unseal(&slot, &enrolled.parameters, &mut Script::default())
            .unwrap_err();
        assert!(matches!(error, SealError::KeyringLocked), "{error:?}");
        let error = sealer.enrol(&slot, &mut Script::default()).unwrap_err();
        assert!(matches!(error, SealError::KeyringLocked), "{error:?}");
    });
}

#[test]
fn keyring_that_never_answers_hangs_nobody() {
    Session::WithKeyring.run("keyring_that_never_answers_hangs_nobody", || {
        let sealer = Keyring::with_patience(Duration::from_secs(2));
        let slot = SlotContext::from(&Draft::make(VaultId::make()).unwrap());
        let enrolled = sealer.enrol(&slot, &mut Script::default()).unwrap();
        let stopped = session::stop_daemon();
        let error = sealer
            .unseal(&slot, &enrolled.parameters, &mut Script::default())
            .unwrap_err();
        assert!(
            matches!(error, SealError::KeyringSilent { seconds: 2 }),
            "{error:?}"
        );
        drop(stopped);
    });
}

#[test]
fn keyring_without_a_secret_service_or_session_says_which() {
    let unavailable = |session: Session, missing: &'static str| {
        session.run(
            "keyring_without_a_secret_service_or_session_says_which",
            || {
                let sealer = Keyring::new();
                assert!(matches!(
                    sealer.availability(),
                    Availability::Missing { .. }
                ));
                let slot = SlotContext::from(&Draft::make(VaultId::make()).unwrap());
                let error = sealer.enrol(&slot, &mut Script::default()).unwrap_err();
                assert_eq!(error.code(), Code::FactorUnavailable);
                assert!(error.to_string().contains(missing), "{error}");
            },
        );
    };
    unavailable(Session::WithoutKeyring, "no Secret Service");
    unavailable(Session::WithoutBus, "no D-Bus session");
}

/// A wallet that signs with the keypair of a file.
fn wallet_of(file: &Path) -> Wallet {
    let mut devices = Devices::default();
    devices.wallet.via = Via::KeypairFile(file.to_owned());
    devices.wallet()
}

fn write_private(file: &Path, text: &str) {
    std::fs::write(file, text).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn wallet_with_a_keypair_file_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("id.json");
    write_private(&file, KEYPAIR);
    keeps_the_contract(&wallet_of(&file), &[]);
}

#[test]
fn wallet_says_what_is_wrong_with_a_keypair_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("id.json");
    let wallet = wallet_of(&file);
    let slot = SlotContext::from(&Draft::make(VaultId::make()).unwrap());
    let enrol = |face: &mut Script| wallet.enrol(&slot, face);
    let missing = enrol(&mut Script::default()).unwrap_err();
    assert!(
        matches!(missing, SealError::KeypairFile { .. }),
        "{missing}"
    );
    for wrong in [
        "",
        "[1,2]",
        &KEYPAIR.replacen("[1,", "[2,", 1),
        &"1".repeat(5000),
    ] {
        write_private(&file, wrong);
        let error = enrol(&mut Script::default()).unwrap_err();
        assert_eq!(error.code(), Code::InvalidInput, "{error}");
        assert!(!error.to_string().contains("138"), "{error}");
    }

    write_private(&file, KEYPAIR);
    let mut face = Script::default();
    let enrolled = enrol(&mut face).unwrap();
    assert_eq!(face.notices, [], "a private file is no reason to warn");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    enrol(&mut face).unwrap();
    assert!(matches!(
        face.notices[0],
        Notice::KeypairIsOpenToOthers { mode: 0o644, .. }
    ));

    let other = "[2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,129,57,119,14,168,125,23,95,86,163,84,102,195,76,126,204,203,141,138,145,180,238,55,162,93,246,15,91,143,201,179,148]";
    write_private(&file, other);
    let error = wallet
        .unseal(&slot, &enrolled.parameters, &mut Script::default())
        .unwrap_err();
    assert!(matches!(error, SealError::OtherWallet { .. }), "{error}");
    assert_eq!(error.code(), Code::WrongFactor);
}

#[test]
fn yubikey_keeps_the_contract() {
    cards::with_readers("yubikey_keeps_the_contract", |folder| {
        let readers = Readers::start(folder).unwrap();
        let card = Card::new(11_223_344).unwrap();
        let _inserted = readers.insert(&card, 0).unwrap();
        keeps_the_contract(&Yubikey::default(), &[PIN]);
    });
}
