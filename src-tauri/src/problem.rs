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
            code: error.code(),
            message: error.to_string(),
            request: vault.request(),
        }
    }
}

/// An error before there is a vault.
impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
            request: RequestId::make(),
        }
    }
}
