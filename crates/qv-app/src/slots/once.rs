//! Asking a person no more than once.

use qv_seal::{Interaction, Notice, Prompt, SealError};

use crate::SecretBytes;

/// Gives the same answer wherever one attempt needs it.
pub(super) struct Once<'a> {
    ask: &'a mut dyn Interaction,
    given: Vec<(Prompt, SecretBytes)>,
}

impl<'a> Once<'a> {
    pub fn new(ask: &'a mut dyn Interaction) -> Self {
        Self {
            ask,
            given: Vec::new(),
        }
    }
}

/// Whether one answer serves for both. (Of recovery shares each is another answer.)
fn same(one: &Prompt, other: &Prompt) -> bool {
    match (one, other) {
        (Prompt::Passphrase, Prompt::Passphrase) | (Prompt::TpmPin, Prompt::TpmPin) => true,
        (Prompt::YubikeyPin { serial: one, .. }, Prompt::YubikeyPin { serial: other, .. }) => {
            one == other
        }
        _ => false,
    }
}

impl Interaction for Once<'_> {
    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        let known = self.given.iter().find(|(asked, _)| same(asked, prompt));
        if let Some((_, answer)) = known {
            return Ok(SecretBytes::copied_from(answer.expose()));
        }
        let answer = self.ask.ask(prompt)?;
        if same(prompt, prompt) {
            let kept = SecretBytes::copied_from(answer.expose());
            self.given.push((prompt.clone(), kept));
        }
        Ok(answer)
    }

    fn notify(&mut self, notice: &Notice) {
        self.ask.notify(notice);
    }
}
