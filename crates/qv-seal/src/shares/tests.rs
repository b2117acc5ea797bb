//! What is told of a share that cannot be right, and when.

use qv_crypto::CryptoError;
use qv_crypto::secret::SecretBytes;
use qv_crypto::umk::slot::Draft;
use qv_types::VaultId;

use super::*;
use crate::{Notice, Prompt};

/// A person who keeps the shares, gives what `answers` says, and remembers what was refused.
#[derive(Default)]
struct Person {
    shares: Vec<String>,
    answers: Vec<String>,
    refused: Vec<String>,
    asked: usize,
}

impl Person {
    fn answering(answers: &[&str]) -> Self {
        Self {
            answers: answers.iter().map(ToString::to_string).collect(),
            ..Self::default()
        }
    }
}

impl Interaction for Person {
    fn hand_over(&mut self, handout: &Handout<'_>) -> Result<(), SealError> {
        self.shares.extend(handout.shares.iter().map(words));
        Ok(())
    }

    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        let answer = match (prompt, self.answers.get(self.asked)) {
            (Prompt::ShareBack { index, .. }, None) => self.shares.get(usize::from(*index) - 1),
            (_, scripted) => scripted,
        };
        self.asked += 1;
        let answer = answer.ok_or(SealError::CannotAsk(prompt.what()))?;
        Ok(SecretBytes::copied_from(answer.as_bytes()))
    }

    fn notify(&mut self, notice: &Notice) {
        if let Notice::ShareRefused { why } = notice {
            self.refused.push(why.clone());
        }
    }
}

fn words(share: &Share) -> String {
    String::from_utf8(share.to_words().expose().to_vec()).unwrap()
}

fn slot() -> SlotContext {
    SlotContext::from(&Draft::make(VaultId::make_random()).unwrap())
}

/// A new set: what is kept beside the slot, the factor and the shares.
fn set(needed: u8, total: u8) -> (FactorParameters, Secret<32>, Vec<String>) {
    let mut person = Person::default();
    let options = SharesOptions { needed, total };
    let enrolled = Shares::new(options).enrol(&slot(), &mut person).unwrap();
    (enrolled.parameters, enrolled.factor, person.shares)
}

fn unseal(
    parameters: &FactorParameters,
    answers: &[&str],
) -> (Result<Secret<32>, SealError>, Vec<String>) {
    let mut person = Person::answering(answers);
    let result = Shares::default().unseal(&slot(), parameters, &mut person);
    (result, person.refused)
}

#[test]
fn each_wrong_share_is_refused_at_once_by_its_reason() {
    let (parameters, factor, shares) = set(3, 4);
    let (_, _, others) = set(3, 4);
    let misread = shares[0].replacen(' ', " zoo ", 1);
    let answers = [
        &others[0], &shares[1], &shares[1], &misread, &shares[3], "quantum", &shares[0],
    ]
    .map(AsRef::as_ref);
    let (result, refused) = unseal(&parameters, &answers);
    assert_eq!(result.unwrap(), factor);
    let reasons = [
        "not of one set",
        "share 2 was given twice",
        "more than 53 words",
        "144 hex",
    ];
    assert_eq!(refused.len(), reasons.len());
    for (told, reason) in refused.iter().zip(reasons) {
        assert!(told.contains(reason), "{told}");
    }
}

#[test]
fn fewer_shares_than_needed_recover_nothing() {
    let (parameters, _, shares) = set(3, 4);
    let (result, refused) = unseal(&parameters, &[&shares[0], &shares[2]]);
    assert!(matches!(result, Err(SealError::CannotAsk(_))), "{result:?}");
    assert!(refused.is_empty());
}

#[test]
fn errors_end_after_a_while_and_a_script_learns_the_last_one() {
    let (parameters, _, shares) = set(2, 3);
    let (result, refused) = unseal(&parameters, &["x"; 9]);
    assert!(matches!(
        result,
        Err(SealError::Crypto(CryptoError::BadShare(_)))
    ));
    assert_eq!(refused.len(), 4);
    let (result, _) = unseal(&parameters, &[&shares[0], &shares[0]]);
    assert!(matches!(
        result,
        Err(SealError::Crypto(CryptoError::DuplicateShare { index: 1 }))
    ));
}

#[test]
fn a_set_that_the_descriptor_does_not_name_is_the_first_share_s() {
    let (_, factor, shares) = set(2, 3);
    let (_, _, others) = set(2, 3);
    let unnamed = FactorParameters::new(FactorKind::Shares, &serde_json::json!({})).unwrap();
    let (result, refused) = unseal(&unnamed, &[&shares[2], &others[1], &shares[1]]);
    assert_eq!(result.unwrap(), factor);
    assert!(refused[0].contains("not of one set"), "{refused:?}");
}

#[test]
fn impossible_sets_are_refused() {
    for (needed, total) in [(1, 3), (4, 3), (2, 17), (0, 0)] {
        let options = SharesOptions { needed, total };
        let mut person = Person::default();
        let error = Shares::new(options)
            .enrol(&slot(), &mut person)
            .unwrap_err();
        assert!(matches!(
            error,
            SealError::Crypto(CryptoError::ThresholdRefused { .. })
        ));
        assert!(person.shares.is_empty());
        let set = SharesParameters {
            set: HexBytes([7; 16]),
            needed,
            total,
        };
        let parameters = FactorParameters::new(FactorKind::Shares, &set).unwrap();
        assert!(matches!(
            unseal(&parameters, &[]).0,
            Err(SealError::ForeignParameters { .. })
        ));
    }
}

#[test]
fn a_share_that_is_not_read_back_makes_no_factor() {
    let (_, _, others) = set(2, 3);
    for (answers, refusals) in [(vec![others[0].as_str(); 5], 4), (vec![""; 5], 4)] {
        let mut person = Person::answering(&answers);
        Shares::default().enrol(&slot(), &mut person).unwrap_err();
        assert_eq!(person.refused.len(), refusals);
    }
    let mut slow = Person::answering(&["", &others[0]]);
    Shares::default().enrol(&slot(), &mut slow).unwrap();
    assert!(
        slow.refused[1].contains("share 1 of the new set"),
        "{:?}",
        slow.refused
    );
    assert_eq!(slow.asked, 5, "two wrong, then each of the three once");
}

#[test]
fn each_share_is_read_back_and_not_one_for_another() {
    /// Gives the first share, whichever is asked for.
    struct Lazy(Option<SecretBytes>);
    impl Interaction for Lazy {
        fn hand_over(&mut self, handout: &Handout<'_>) -> Result<(), SealError> {
            self.0 = handout.shares.first().map(Share::to_words);
            Ok(())
        }
        fn ask(&mut self, _: &Prompt) -> Result<SecretBytes, SealError> {
            Ok(SecretBytes::copied_from(self.0.as_ref().unwrap().expose()))
        }
        fn notify(&mut self, _: &Notice) {}
    }
    let error = Shares::default()
        .enrol(&slot(), &mut Lazy(None))
        .unwrap_err();
    assert!(
        matches!(error, SealError::OtherShare { asked: 2 }),
        "{error}"
    );
}

/// A face that has no way to hand shares over enrols none.
#[test]
fn a_face_without_a_way_to_hand_over_is_refused() {
    struct Mute;
    impl Interaction for Mute {
        fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
            Err(SealError::Declined(prompt.what()))
        }
        fn notify(&mut self, _: &Notice) {}
    }
    let error = Shares::default().enrol(&slot(), &mut Mute).unwrap_err();
    assert!(matches!(error, SealError::CannotAsk(_)));
}
