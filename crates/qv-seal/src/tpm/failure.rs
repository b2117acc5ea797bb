//! What the TPM's answers mean to a person.

use qv_crypto::umk::factor::FactorKind;
use tss_esapi::Error;
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as Kind;

use super::chip::Chip;
use super::parameters::foreign;
use super::policy::Policy;
use crate::SealError;

/// What a failure means wherever it happens.
pub(super) fn explain(doing: &'static str) -> impl Fn(Error) -> SealError {
    move |error| match kind(error) {
        // Codes of the layers below the TPM: the connection, or an answer that was tampered with.
        Some(Answer::NotOfTheTpm) => SealError::TpmGone {
            doing,
            code: error.to_string(),
        },
        Some(Answer::Tpm(kind)) if is_full(kind) => SealError::TpmFull,
        Some(Answer::Tpm(Kind::AuthFail | Kind::BadAuth)) => SealError::Unavailable {
            kind: FactorKind::Tpm,
            why: "its owner hierarchy has a password".into(),
            remedy: "Remove it (tpm2_changeauth -c owner), or use another factor.".into(),
        },
        _ => SealError::Tpm {
            doing,
            source: error.into(),
        },
    }
}

/// What a failure to load the sealed object means: the primary is the right one, so the object is not.
pub(super) fn not_loaded(error: Error) -> SealError {
    match kind(error) {
        Some(Answer::Tpm(
            Kind::Integrity | Kind::Size | Kind::Value | Kind::Attributes | Kind::Binding,
        )) => foreign(),
        _ => explain("loading the sealed secret")(error),
    }
}

/// Why the TPM does not release the secret; asks it which PCR changed and how many tries are left.
pub(super) fn not_released(error: Error, chip: &mut Chip, policy: &Policy) -> SealError {
    const DOING: &str = "releasing the secret";
    let more = match kind(error) {
        Some(Answer::Tpm(Kind::PolicyFail | Kind::Value | Kind::PcrChanged)) => {
            pcrs_changed(chip, policy)
        }
        Some(Answer::Tpm(Kind::AuthFail)) => chip.guesses().map(|guesses| {
            Some(SealError::TpmWrongPin {
                left: guesses.left,
                wait_s: guesses.interval_s,
            })
        }),
        Some(Answer::Tpm(Kind::Lockout)) => chip.guesses().map(|guesses| {
            Some(SealError::TpmLockout {
                wait_s: guesses.interval_s,
            })
        }),
        _ => Ok(None),
    };
    match more {
        Ok(Some(told)) => told,
        Ok(None) => explain(DOING)(error),
        Err(later) => explain(DOING)(later),
    }
}

fn pcrs_changed(chip: &mut Chip, policy: &Policy) -> Result<Option<SealError>, Error> {
    let pcrs = policy.changed(&chip.pcr_values(&policy.pcrs)?);
    Ok((!pcrs.is_empty()).then_some(SealError::TpmPcrChanged { pcrs }))
}

/// Where an answer comes from.
enum Answer {
    Tpm(Kind),
    NotOfTheTpm,
}

/// `None` for errors of the crate itself.
fn kind(error: Error) -> Option<Answer> {
    match error {
        Error::Tss2Error(code) => Some(code.kind().map_or(Answer::NotOfTheTpm, Answer::Tpm)),
        Error::WrapperError(_) => None,
    }
}

const fn is_full(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ObjectMemory
            | Kind::SessionMemory
            | Kind::Memory
            | Kind::SessionHandles
            | Kind::ObjectHandles
    )
}
