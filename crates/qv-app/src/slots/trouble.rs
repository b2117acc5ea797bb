//! What the slots or groups of one attempt met, while others may still open.

use qv_crypto::umk::slot::{Opening, Slot};
use qv_seal::SealError;

use crate::AppError;

/// Errors that do not end an attempt by themselves.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    refused: Option<AppError>,
    cannot_ask: Option<AppError>,
    passed_over: Vec<AppError>,
}

impl Trouble {
    /// Keeps an error that leaves the attempt alive.
    ///
    /// # Errors
    /// One that ends it. A wrong answer that was given before counts all the same.
    pub fn note(&mut self, error: AppError) -> Result<(), AppError> {
        match error {
            AppError::WrongFactor { .. } => self.refused = Some(error),
            AppError::Seal(SealError::Declined(_)) => {
                return Err(self.refused.take().unwrap_or(error));
            }
            AppError::Seal(SealError::CannotAsk(_)) => self.cannot_ask = Some(error),
            AppError::Seal(_) | AppError::Authorization(_) | AppError::TooFewGroups { .. } => {
                self.passed_over.push(error);
            }
            other => return Err(other),
        }
        Ok(())
    }

    /// Whether a wrong answer was given.
    pub const fn was_refused(&self) -> bool {
        self.refused.is_some()
    }

    /// What to tell of an attempt in which nothing opened.
    pub fn into_error(mut self) -> AppError {
        let last = self.passed_over.pop();
        self.refused
            .or(self.cannot_ask)
            .or(last)
            .unwrap_or_else(|| AppError::Internal("nothing was tried".into()))
    }

    /// What to tell of a threshold slot that could not be opened with the groups that were right.
    pub fn into_too_few(self, slot: &Slot, have: usize) -> AppError {
        if self.refused.is_some() || self.cannot_ask.is_some() {
            return self.into_error();
        }
        let k = match slot.descriptor.opening() {
            Opening::Threshold { k, .. } => *k,
            Opening::All(_) => 1,
        };
        AppError::TooFewGroups {
            needs: k,
            have,
            why: self.told(),
        }
    }

    /// All of it, in one line.
    pub fn told(&self) -> String {
        let all = self
            .refused
            .iter()
            .chain(&self.cannot_ask)
            .chain(&self.passed_over);
        let text = |error: &AppError| match error {
            AppError::WrongFactor { left } if left.is_empty() => "a wrong answer".into(),
            AppError::WrongFactor { left } => left.clone(),
            other => other.to_string(),
        };
        all.map(text).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> AppError {
        AppError::WrongFactor {
            left: String::new(),
        }
    }

    fn missing() -> AppError {
        SealError::KeyringLocked.into()
    }

    #[test]
    fn a_wrong_answer_counts_whatever_comes_after_it() {
        for later in [missing(), SealError::CannotAsk("it").into()] {
            let mut trouble = Trouble::default();
            trouble.note(refused()).unwrap();
            trouble.note(later).unwrap();
            let error = trouble.into_error();
            assert!(matches!(error, AppError::WrongFactor { .. }), "{error}");
        }
        let mut trouble = Trouble::default();
        trouble.note(refused()).unwrap();
        let ended = trouble.note(SealError::Declined("it").into()).unwrap_err();
        assert!(matches!(ended, AppError::WrongFactor { .. }), "{ended}");
    }

    #[test]
    fn who_declines_ends_the_attempt_and_what_is_missing_does_not() {
        let mut trouble = Trouble::default();
        trouble.note(missing()).unwrap();
        let ended = trouble.note(SealError::Declined("it").into()).unwrap_err();
        assert_eq!(ended.code(), qv_types::Code::Cancelled);
        assert!(trouble.note(AppError::Busy).is_err());
        assert!(trouble.told().contains("keyring is locked"));
    }
}
