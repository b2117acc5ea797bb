//! What the window is told when something went wrong.

use qv_app::{AppError, Vault};
use qv_types::{Code, RequestId};
use serde::Serialize;

/// An error as the window shows it: never more than the use case says of it.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Problem {
    /// The stable code, by which the window chooses what it offers to do.
    pub code: Code,
    /// What happened, and what to do.
    pub message: String,
    /// The request in the log.
    pub request: RequestId,
}

/// What every command answers.
pub type Answer<T> = Result<T, Problem>;

impl Problem {
    /// The error of a request that `vault` served.
    pub fn of(vault: &Vault, error: &AppError) -> Self {
        Self {
            code: code_of(error),
            message: error.to_string(),
            request: vault.request(),
        }
    }
}

/// An error before there is a vault.
impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        Self {
            code: code_of(&error),
            message: error.to_string(),
            request: RequestId::make(),
        }
    }
}

/// The code by which the window chooses. A job that a lock stopped goes on by itself after the unlock: it
/// must not be taken for an act that was refused, and be begun a second time.
fn code_of(error: &AppError) -> Code {
    match error.code() {
        Code::Locked if matches!(error, AppError::Interrupted { .. }) => Code::Cancelled,
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_a_lock_stopped_is_not_to_be_begun_again() {
        let source = Box::new(AppError::Locked);
        assert_eq!(
            Problem::from(AppError::Interrupted { source }).code,
            Code::Cancelled
        );
        assert_eq!(Problem::from(AppError::Locked).code, Code::Locked);
    }
}
