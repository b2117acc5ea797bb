//! Questions, answers and waits.

use super::*;

fn secret(text: &str) -> SecretBytes {
    SecretBytes::copied_from(text.as_bytes())
}

#[test]
fn an_answer_reaches_the_question_that_it_names_and_once() {
    let asking = Asking::default();
    let (question, answer) = asking.put(Wanted::Passphrase, Said::default());
    assert!(!asking.answer(question.id + 1, secret("other")));
    assert!(asking.answer(question.id, secret("right")));
    assert!(matches!(answer.recv().unwrap(), Reply::Given(given) if given.expose() == b"right"));
    assert!(!asking.answer(question.id, secret("again")) && asking.open().is_none());
}

#[test]
fn a_question_stays_until_it_is_declined() {
    let asking = Asking::default();
    let (question, answer) = asking.put(Wanted::TpmPin, Said::default());
    assert_eq!(asking.open().map(|open| open.id), Some(question.id));
    assert!(asking.decline(question.id));
    assert!(matches!(answer.recv().unwrap(), Reply::Declined));
}

#[test]
fn a_new_question_declines_the_one_before() {
    let asking = Asking::default();
    let (first, answer) = asking.put(Wanted::TpmPin, Said::default());
    let (second, _waiting) = asking.put(Wanted::Passphrase, Said::default());
    assert!(matches!(answer.recv().unwrap(), Reply::Declined));
    assert!(first.id != second.id && !asking.decline(first.id));
}
#[test]
fn a_wait_can_be_given_up_and_not_answered() {
    let asking = Asking::default();
    let waiting = Arc::new(Waiting::default());
    let wait = |waiting: &Arc<Waiting>| {
        let what = Wanted::AtYubikey { serial: 1 };
        asking.open_for(what, Said::default(), Asker::Device(Arc::clone(waiting)))
    };
    let touch = wait(&waiting);
    assert!(!asking.answer(touch.id, secret("x")));
    assert_eq!(asking.open().map(|open| open.id), Some(touch.id));
    assert!(asking.tell("the wallet is A").is_some());
    assert!(asking.decline(touch.id) && waiting.is_given_up() && asking.open().is_none());

    // A question takes the place of a wait, which goes on.
    let waiting = Arc::new(Waiting::default());
    let touch = wait(&waiting);
    let (pin, _answer) = asking.put(Wanted::TpmPin, Said::default());
    assert!(!waiting.is_given_up() && !asking.decline(touch.id));
    asking.end_wait();
    assert!(asking.decline(pin.id), "a question is no wait");
    wait(&waiting);
    asking.end_wait();
    assert!(!waiting.is_given_up() && asking.open().is_none());
}
