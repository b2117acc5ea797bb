//! Rotation after a suspected leak of the master key: whoever had it could have had every slot's
//! key-encryption key, so every slot is made anew, with new salt and secrets.

use qv_audit::Action;
use qv_crypto::umk::Umk;
use qv_seal::{Interaction, Notice};
use qv_store::Slot as SlotRow;
use qv_types::{Code, SlotId};
use serde::Serialize;

use super::{Rotated, Work, stored_slots, tell_and_commit};
use crate::slots::{self, parse_slot};
use crate::{AppError, Vault};

/// A slot that could not be made anew, and goes.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct Missing {
    /// Its id.
    pub id: SlotId,
    /// What it is called.
    pub label: String,
    /// What was in the way.
    pub why: String,
}

/// Slots around a new master key, not stored yet. [`AfterLeak::commit`] or [`AfterLeak::abandon`] must
/// follow.
#[must_use]
pub struct AfterLeak {
    new: Umk,
    old: Vec<SlotRow>,
    made: Vec<SlotRow>,
    missing: Vec<Missing>,
}

/// Asks for the factors of each slot and enrols them anew. Nothing is stored yet. The session of this
/// process must be unlocked.
///
/// # Errors
/// [`AppError::Locked`]; [`AppError::NotAllowed`] where no slot could be made; where the person gives
/// up, and what the factors meet but for devices that are not here. Nothing is left on devices then.
pub async fn prepare(vault: &Vault, ask: &mut dyn Interaction) -> Result<AfterLeak, AppError> {
    if !vault.keys().is_unlocked() {
        return Err(AppError::Locked);
    }
    let old = stored_slots(vault).await?;
    // What was edited must not be made anew: a genuine slot would come of a forged description.
    vault.with_umk(|umk| {
        old.iter().try_for_each(|row| {
            let whole = parse_slot(row)?.check_whole(umk);
            whole.map_err(|error| super::edited(row, error))
        })
    })?;
    let mut leak = AfterLeak {
        new: Umk::make()?,
        old,
        made: Vec::new(),
        missing: Vec::new(),
    };
    for at in 0..leak.old.len() {
        if let Err(error) = leak.renew(vault, at, ask) {
            leak.abandon(vault);
            return Err(error);
        }
    }
    if leak.made.is_empty() {
        return Err(AppError::NotAllowed(
            "no way to open the vault could be made anew, so nothing was changed; bring at least one of its devices"
                .into(),
        ));
    }
    Ok(leak)
}

impl AfterLeak {
    /// The slots that will be gone.
    #[must_use]
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    fn renew(
        &mut self,
        vault: &Vault,
        at: usize,
        ask: &mut dyn Interaction,
    ) -> Result<(), AppError> {
        let Some(row) = self.old.get(at) else {
            return Ok(());
        };
        ask.notify(&Notice::ForSlot {
            label: row.label.clone(),
        });
        let made = slots::again(vault.devices(), row).and_then(|(new, devices)| {
            let slots = slots::enrol_all(vault.id(), &devices, &self.new, &[new], ask)?;
            Ok(slots)
        });
        match made {
            Ok(made) => self.made.extend(made),
            Err(error) if error.code() == Code::FactorUnavailable => self.missing.push(Missing {
                id: row.id,
                label: row.label.clone(),
                why: error.to_string(),
            }),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Takes away what the new slots left on devices.
    pub fn abandon(self, vault: &Vault) {
        slots::forget_all(vault.devices(), &self.made);
    }

    /// Puts the new slots in place of all old ones, and everything under the new key, in one transaction.
    /// The session of this process is locked afterwards.
    ///
    /// # Errors
    /// As [`super::rotate`], and [`AppError::Store`] where a slot was added or removed meanwhile: nothing
    /// was changed then.
    pub async fn commit(self, vault: &Vault) -> Result<Rotated, AppError> {
        let (devices, made) = (vault.devices(), self.made.clone());
        let old = self.old.clone();
        let before = vault.store().umk_epoch().await?;
        let done = self.store(vault).await;
        match &done {
            // What the old slots left opens nothing any more.
            Ok(_) => slots::forget_all(devices, &old),
            // A commit that failed may have been made all the same: the database knows.
            Err(_) if vault.store().umk_epoch().await.ok() == Some(before) => {
                slots::forget_all(devices, &made);
            }
            Err(_) => {}
        }
        done
    }

    async fn store(self, vault: &Vault) -> Result<Rotated, AppError> {
        let vault = vault.without_agent();
        let mut tx = vault.begin().await?;
        if stored_slots(&vault).await? != self.old {
            return Err(AppError::NotAllowed(
                "a slot was added or removed meanwhile, so nothing was changed; try again".into(),
            ));
        }
        let work = Work::read(&vault).await?;
        let work = vault.with_umk(|old| work.reseal(old, &self.new))?;
        drop(self.new);
        for row in &self.made {
            tx.put_slot(vault.event(Action::SlotRenewed, row.id), row)
                .await?;
        }
        for row in &self.old {
            tx.remove_slot(vault.event(Action::SlotRemoved, row.id), row.id)
                .await?;
        }
        let removed = self.missing.into_iter().map(|one| one.label).collect();
        tell_and_commit(&vault, tx, work, (self.made.len(), removed)).await
    }
}
