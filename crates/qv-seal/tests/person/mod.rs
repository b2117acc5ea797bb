//! A person at a YubiKey: knows one PIN or nothing, and remembers what it was asked and told.

use qv_crypto::secret::SecretBytes;
use qv_seal::{Interaction, Notice, Prompt, SealError};

/// The person.
pub struct Person<'a> {
    pin: Option<&'static str>,
    asked: usize,
    heard: Vec<Notice>,
    at_touch: Box<dyn FnMut() + 'a>,
}

impl<'a> Person<'a> {
    /// Answers each question with this PIN.
    pub fn who_knows(pin: &'static str) -> Self {
        Self {
            pin: Some(pin),
            ..Self::who_knows_nothing()
        }
    }

    /// Declines each question.
    pub fn who_knows_nothing() -> Self {
        Self {
            pin: None,
            asked: 0,
            heard: Vec::new(),
            at_touch: Box::new(|| ()),
        }
    }

    /// Does this when it is told to touch the key.
    pub fn and_at_each_touch(self, act: impl FnMut() + 'a) -> Self {
        Self {
            at_touch: Box::new(act),
            ..self
        }
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// Whether it was told this.
    pub fn heard(&self, notice: &Notice) -> bool {
        self.heard.contains(notice)
    }
}

impl Interaction for Person<'_> {
    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        self.asked += 1;
        let pin = self.pin.ok_or(SealError::Declined(prompt.what()))?;
        Ok(SecretBytes::copied_from(pin.as_bytes()))
    }

    fn notify(&mut self, notice: &Notice) {
        self.heard.push(notice.clone());
        if matches!(notice, Notice::TouchYubikey { .. }) {
            (self.at_touch)();
        }
    }
}
