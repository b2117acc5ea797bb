//! Asking the person at the window, from a thread that waits for the answer.
//!
//! One thing is asked at a time. A question stays until it is answered or declined, also over a reload
//! of the web view.

use std::sync::{Mutex, PoisonError, mpsc};

use qv_app::{
    Handout, Interaction, Notice, Prompt, SealError, SecretBytes, Share,
    recovery::{self, Delivery},
};
use serde::Serialize;
use tauri::AppHandle;
use tauri_specta::Event as _;

use crate::events::{Asked, Told};

/// A question as the window shows it.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Question {
    /// Its number, to be named by the answer.
    pub id: u32,
    /// What is asked for.
    #[serde(flatten)]
    pub what: Wanted,
}

/// What is asked for.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wanted {
    /// A passphrase that opens the slot.
    Passphrase,
    /// A new passphrase, twice.
    NewPassphrase,
    /// The PIN of the TPM.
    TpmPin,
    /// A new PIN for the TPM, twice.
    NewTpmPin,
    /// The PIN of a YubiKey.
    YubikeyPin {
        /// Its serial number.
        serial: u32,
        /// Wrong tries that are left.
        tries_left: u8,
    },
    /// A recovery share.
    Share {
        /// How many were given.
        given: u32,
        /// How many are needed, where that is known.
        needed: Option<u8>,
        /// The short name of their set, where it is known.
        set: Option<String>,
        /// Words of a share.
        words: u32,
    },
    /// A share that was handed over just now.
    ShareBack {
        /// Which one, from 1.
        index: u8,
        /// Of how many.
        total: u8,
        /// Words of a share.
        words: u32,
    },
    /// Where the new shares go.
    SharesReady {
        /// How many there are.
        total: u8,
    },
    /// A signature that was made on another machine.
    WalletSignature {
        /// What is to be signed.
        message: String,
    },
}

/// The answer of a person.
enum Reply {
    Given(SecretBytes),
    Declined,
}

/// The question that is open.
#[derive(Default)]
pub struct Asking(Mutex<State>);

#[derive(Default)]
struct State {
    last: u32,
    open: Option<(Question, mpsc::Sender<Reply>)>,
}

impl Asking {
    /// The open question.
    pub fn open(&self) -> Option<Question> {
        self.state()
            .open
            .as_ref()
            .map(|(question, _)| question.clone())
    }

    /// Whether the question of this number is open and asks where shares go.
    pub fn wants_place(&self, id: u32) -> bool {
        self.open().is_some_and(|question| {
            question.id == id && matches!(question.what, Wanted::SharesReady { .. })
        })
    }

    /// Gives the answer to the question of this number; false where another or none is open.
    pub fn answer(&self, id: u32, secret: SecretBytes) -> bool {
        self.reply(id, Reply::Given(secret))
    }

    /// Declines the question of this number.
    pub fn decline(&self, id: u32) -> bool {
        self.reply(id, Reply::Declined)
    }

    fn reply(&self, id: u32, reply: Reply) -> bool {
        let mut state = self.state();
        match state.open.take_if(|(question, _)| question.id == id) {
            Some((_, sender)) => sender.send(reply).is_ok(),
            None => false,
        }
    }

    /// Asks, and where to wait for the answer. What was asked before is declined.
    fn put(&self, what: Wanted) -> (Question, mpsc::Receiver<Reply>) {
        let (sender, receiver) = mpsc::channel();
        let mut state = self.state();
        state.last = state.last.wrapping_add(1);
        let question = Question {
            id: state.last,
            what,
        };
        if let Some((_, before)) = state.open.replace((question.clone(), sender)) {
            let _ = before.send(Reply::Declined);
        }
        (question, receiver)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The person at the window, as the core asks them.
pub struct Person<'a> {
    app: AppHandle,
    asking: &'a Asking,
    delivery: &'a Mutex<Option<Delivery>>,
}

impl<'a> Person<'a> {
    /// Nobody is asked before the core does.
    /// `delivery` is where new recovery shares go, which the person says when they are asked.
    pub const fn new(
        app: AppHandle,
        asking: &'a Asking,
        delivery: &'a Mutex<Option<Delivery>>,
    ) -> Self {
        Self {
            app,
            asking,
            delivery,
        }
    }

    fn wait(&self, what: Wanted, name: &'static str) -> Result<SecretBytes, SealError> {
        let (question, answer) = self.asking.put(what);
        let _ = Asked(Some(question)).emit(&self.app);
        let reply = answer.recv();
        let _ = Asked(None).emit(&self.app);
        match reply {
            Ok(Reply::Given(secret)) => Ok(secret),
            Ok(Reply::Declined) | Err(_) => Err(SealError::Declined(name)),
        }
    }
}

impl Interaction for Person<'_> {
    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        self.wait(wanted(prompt)?, prompt.what())
    }

    fn hand_over(&mut self, handout: &Handout<'_>) -> Result<(), SealError> {
        let total = u8::try_from(handout.shares.len()).unwrap_or(u8::MAX);
        self.wait(
            Wanted::SharesReady { total },
            "a place for the recovery shares",
        )?;
        match &*self.delivery.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(delivery) => delivery.hand_over(handout),
            None => Err(SealError::CannotAsk("a place for the recovery shares")),
        }
    }

    fn notify(&mut self, notice: &Notice) {
        if let Some(text) = told(notice) {
            let _ = Told(text).emit(&self.app);
        }
    }
}

fn wanted(prompt: &Prompt) -> Result<Wanted, SealError> {
    let words = u32::try_from(Share::WORDS).unwrap_or(u32::MAX);
    Ok(match prompt {
        Prompt::Passphrase => Wanted::Passphrase,
        Prompt::NewPassphrase => Wanted::NewPassphrase,
        Prompt::TpmPin => Wanted::TpmPin,
        Prompt::NewTpmPin => Wanted::NewTpmPin,
        Prompt::YubikeyPin { serial, tries_left } => Wanted::YubikeyPin {
            serial: *serial,
            tries_left: *tries_left,
        },
        Prompt::Share { given, needed, set } => Wanted::Share {
            given: u32::try_from(*given).unwrap_or(u32::MAX),
            needed: *needed,
            set: set.as_ref().map(recovery::short),
            words,
        },
        Prompt::ShareBack { index, total } => Wanted::ShareBack {
            index: *index,
            total: *total,
            words,
        },
        Prompt::WalletSignature { message } => Wanted::WalletSignature {
            message: message.text.clone(),
        },
        _ => {
            return Err(SealError::CannotAsk(
                "something that this window does not know",
            ));
        }
    })
}

fn told(notice: &Notice) -> Option<String> {
    Some(match notice {
        Notice::KeyringMayAsk => "The desktop may ask to unlock its keyring.".into(),
        Notice::ForSlot { label } => format!("For the slot {label:?}:"),
        Notice::ShareRefused { why } | Notice::SignatureRefused { why } => {
            format!("Not taken: {why}")
        }
        Notice::KeypairIsOpenToOthers { path, mode } => {
            format!("Other accounts can read {path:?} (mode {mode:o}); close it with `chmod 600`.")
        }
        Notice::SignElsewhere { .. } => "Sign the message on the other machine.".into(),
        Notice::WalletChosen { address } => {
            format!(
                "The wallet is {address}. If it is not yours, cancel: somebody else answered the page."
            )
        }
        Notice::WalletPage { url } => {
            format!("Sign in the browser. If no page opened, open this one: {url}")
        }
        Notice::TouchYubikey { serial } => {
            format!("Touch YubiKey {serial} now; it blinks until you do.")
        }
        Notice::YubikeyDefaultPin { serial } => {
            format!(
                "YubiKey {serial} still has the PIN of every new one: change it with `ykman piv access change-pin`."
            )
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretBytes {
        SecretBytes::copied_from(text.as_bytes())
    }

    #[test]
    fn an_answer_reaches_the_question_that_it_names_and_once() {
        let asking = Asking::default();
        let (question, answer) = asking.put(Wanted::Passphrase);
        assert!(!asking.answer(question.id + 1, secret("other")));
        assert!(asking.answer(question.id, secret("right")));
        assert!(
            matches!(answer.recv().unwrap(), Reply::Given(given) if given.expose() == b"right")
        );
        assert!(!asking.answer(question.id, secret("again")) && asking.open().is_none());
    }

    #[test]
    fn a_question_stays_until_it_is_declined() {
        let asking = Asking::default();
        let (question, answer) = asking.put(Wanted::TpmPin);
        assert_eq!(asking.open().map(|open| open.id), Some(question.id));
        assert!(asking.decline(question.id));
        assert!(matches!(answer.recv().unwrap(), Reply::Declined));
    }

    #[test]
    fn a_new_question_declines_the_one_before() {
        let asking = Asking::default();
        let (first, answer) = asking.put(Wanted::TpmPin);
        let (second, _waiting) = asking.put(Wanted::Passphrase);
        assert!(matches!(answer.recv().unwrap(), Reply::Declined));
        assert!(first.id != second.id && !asking.decline(first.id));
    }
}
