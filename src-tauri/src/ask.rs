//! Asking the person at the window, from a thread that waits for the answer.
//!
//! One thing is asked at a time. A question stays until it is answered or declined, also over a reload
//! of the web view. Waiting for a device is a question too, to which the person can only say that they
//! give up.

mod question;

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use qv_app::{
    Handout, Interaction, Notice, Prompt, SealError, SecretBytes, Waiting, recovery::Delivery,
    rotation,
};
use tauri::AppHandle;
use tauri_specta::Event as _;

pub use self::question::{Question, Wanted};
use self::question::{told, wanted};
use crate::events::{Asked, Told};

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
    open: Option<(Question, Asker)>,
}

/// Who asks.
enum Asker {
    /// A thread that waits for the answer.
    Thread(mpsc::Sender<Reply>),
    /// An act that waits for a device, and can be given up.
    Device(Arc<Waiting>),
}

impl Asker {
    /// Hands the answer over; false where it cannot be taken.
    fn take(self, reply: Reply) -> bool {
        match (self, reply) {
            (Self::Thread(sender), reply) => sender.send(reply).is_ok(),
            (Self::Device(waiting), Reply::Declined) => {
                waiting.give_up();
                true
            }
            (Self::Device(_), Reply::Given(_)) => false,
        }
    }
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

    /// Gives the answer to the question of this number; false where another or none is open, or nothing
    /// is asked for.
    pub fn answer(&self, id: u32, secret: SecretBytes) -> bool {
        let is_a_wait = |question: &Question| question.id == id && question.what.is_a_wait();
        !self.open().as_ref().is_some_and(is_a_wait) && self.reply(id, Reply::Given(secret))
    }

    /// Declines the question of this number.
    pub fn decline(&self, id: u32) -> bool {
        self.reply(id, Reply::Declined)
    }

    fn reply(&self, id: u32, reply: Reply) -> bool {
        let mut state = self.state();
        match state.open.take_if(|(question, _)| question.id == id) {
            Some((_, asker)) => asker.take(reply),
            None => false,
        }
    }

    /// Asks, and where to wait for the answer. What was asked before is declined.
    fn put(&self, what: Wanted, said: Said) -> (Question, mpsc::Receiver<Reply>) {
        let (sender, receiver) = mpsc::channel();
        (self.open_for(what, said, Asker::Thread(sender)), receiver)
    }

    fn open_for(&self, what: Wanted, said: Said, asker: Asker) -> Question {
        let mut state = self.state();
        state.last = state.last.wrapping_add(1);
        let question = Question {
            id: state.last,
            slot: said.slot,
            told: said.told,
            what,
        };
        // A wait that another question takes the place of goes on.
        if let Some((_, Asker::Thread(before))) = state.open.replace((question.clone(), asker)) {
            let _ = before.send(Reply::Declined);
        }
        question
    }

    /// Adds what the core says to the wait that is open; `None` where there is none.
    fn tell(&self, text: &str) -> Option<Question> {
        let mut state = self.state();
        let (question, _) = state.open.as_mut()?;
        if !question.what.is_a_wait() {
            return None;
        }
        question.told = Some(text.to_owned());
        Some(question.clone())
    }

    /// Closes the wait that is open, where there is one.
    fn end_wait(&self) {
        let mut state = self.state();
        let is_a_wait = |(question, _): &mut (Question, Asker)| question.what.is_a_wait();
        drop(state.open.take_if(is_a_wait));
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the core said before it asked.
#[derive(Debug, Clone, Default)]
struct Said {
    slot: Option<String>,
    told: Option<String>,
}

/// The person at the window, as the core asks them during one act.
pub struct Person<'a> {
    app: AppHandle,
    asking: &'a Asking,
    deliveries: &'a Mutex<Vec<Delivery>>,
    waiting: Arc<Waiting>,
    said: Said,
    /// The page that waits for a wallet, for as long as it does.
    page: Option<Wanted>,
    /// Whether a wait is shown, also one that was given up and has not ended yet.
    waits: bool,
}

impl<'a> Person<'a> {
    /// Nobody is asked before the core does.
    /// `deliveries` is where new recovery shares go, which the person says when they are asked; `waiting`
    /// is what the act waits for, which they may give up.
    pub fn new(
        app: AppHandle,
        asking: &'a Asking,
        deliveries: &'a Mutex<Vec<Delivery>>,
        waiting: Arc<Waiting>,
    ) -> Self {
        Self {
            app,
            asking,
            deliveries,
            waiting,
            said: Said::default(),
            page: None,
            waits: false,
        }
    }

    fn wait(&mut self, what: Wanted, name: &'static str) -> Result<SecretBytes, SealError> {
        if self.waiting.is_given_up() {
            return Err(SealError::Declined(name));
        }
        let said = self.say();
        self.waits = false;
        let (question, answer) = self.asking.put(what, said);
        self.show(Some(question));
        let reply = answer.recv();
        self.show(None);
        // The wallet may still be asked for more.
        if let Some(page) = self.page.clone().filter(|_| self.waiting.is_at_page()) {
            self.wait_for(page);
        }
        match reply {
            Ok(Reply::Given(secret)) => Ok(secret),
            Ok(Reply::Declined) | Err(_) => Err(SealError::Declined(name)),
        }
    }

    /// Shows what is waited for while the act goes on.
    fn wait_for(&mut self, what: Wanted) {
        let (said, waiting) = (self.say(), Arc::clone(&self.waiting));
        let question = self.asking.open_for(what, said, Asker::Device(waiting));
        self.waits = true;
        self.show(Some(question));
    }

    /// The device answered, or the act is over.
    fn go_on(&mut self) {
        self.asking.end_wait();
        if std::mem::take(&mut self.waits) {
            self.show(None);
        }
    }

    /// What was said, each text once.
    fn say(&mut self) -> Said {
        Said {
            slot: self.said.slot.clone(),
            told: self.said.told.take(),
        }
    }

    fn tell(&mut self, text: String) {
        match self.asking.tell(&text) {
            Some(question) => self.show(Some(question)),
            None => self.said.told = Some(text),
        }
    }

    fn show(&self, question: Option<Question>) {
        let _ = Asked(question).emit(&self.app);
    }

    /// Asks whether these may be gone.
    ///
    /// # Errors
    /// [`SealError::Declined`].
    pub fn accept(&mut self, lost: &[rotation::Missing]) -> Result<(), SealError> {
        let lost = lost.to_vec();
        self.wait(Wanted::Losses { lost }, "consent").map(drop)
    }
}

impl Drop for Person<'_> {
    /// What was said and went with no question is told all the same.
    fn drop(&mut self) {
        self.go_on();
        if let Some(text) = self.said.told.take() {
            let _ = Told(text).emit(&self.app);
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
        let deliveries = self
            .deliveries
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match deliveries.last() {
            Some(delivery) => delivery.hand_over(handout),
            None => Err(SealError::CannotAsk("a place for the recovery shares")),
        }
    }

    fn notify(&mut self, notice: &Notice) {
        match notice {
            Notice::Deriving { .. } => self.go_on(),
            Notice::ForSlot { label } => {
                self.go_on();
                self.said.slot = Some(label.clone());
            }
            Notice::KeyringMayAsk => self.wait_for(Wanted::AtKeyring),
            Notice::TouchYubikey { serial } => {
                self.wait_for(Wanted::AtYubikey { serial: *serial });
            }
            Notice::WalletPage { url } => {
                let page = Wanted::AtWallet { url: url.clone() };
                self.page = Some(page.clone());
                self.wait_for(page);
            }
            other => {
                if let Some(text) = told(other) {
                    self.tell(text);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
