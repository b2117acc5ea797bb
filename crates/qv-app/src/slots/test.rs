//! Opening one slot to see that it does.

use qv_audit::Action;
use qv_crypto::umk::Umk;
use qv_seal::Interaction;
use qv_types::SlotId;
use serde::Serialize;

use super::open::{self, Opener};
use crate::{AppError, Vault};

/// A slot that was proved to open the vault.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Tested {
    /// The slot.
    pub id: SlotId,
    /// What it is called.
    pub label: String,
    /// What opens it.
    pub factors: String,
    /// Whether it opened this vault; else there is an error.
    pub opens: bool,
}

/// Asks for the factors of a slot and proves that they open this vault. Whether the vault is locked
/// does not matter, and does not change; a wrong answer counts as one to an unlock.
///
/// # Errors
/// Those of [`Vault::unlock`]; [`AppError::Tampered`] where the slot opens another key than this
/// vault's.
pub async fn test(
    vault: &Vault,
    id: SlotId,
    ask: &mut dyn Interaction,
) -> Result<Tested, AppError> {
    let (row, slot) = open::stored(vault, id).await?;
    let opened = vault
        .attempt(async { Opener::new(vault, ask).open(&slot).await })
        .await?;
    check_own(vault, &opened).await?;
    drop(opened);
    let mut tx = vault.begin().await?;
    tx.note(vault.event(Action::SlotTested, id));
    tx.commit().await?;
    Ok(Tested {
        id,
        label: row.label,
        factors: slot.descriptor.opening().to_string(),
        opens: true,
    })
}

/// Makes sure that a key is this vault's own: every slot's KEK is kept under it, and where a session
/// of this process is unlocked, it is that session's.
pub(super) async fn check_own(vault: &Vault, umk: &Umk) -> Result<(), AppError> {
    for row in vault.store().slots().await? {
        let slot = open::parse(&row)?;
        slot.check_kek(umk).map_err(|_| foreign(row.id))?;
    }
    match vault.with_umk(|own| Ok(own == umk)) {
        Ok(true) | Err(AppError::Locked) => Ok(()),
        Ok(false) => Err(AppError::Tampered {
            what: "the slot".into(),
            why: "it opens another key than the session's".into(),
        }),
        Err(error) => Err(error),
    }
}

fn foreign(id: SlotId) -> AppError {
    AppError::Tampered {
        what: format!("slot {id}"),
        why: "it is not of the same master key as the slot that opened".into(),
    }
}
