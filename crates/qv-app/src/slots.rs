//! Ways to open the vault.

use std::fmt;
use std::str::FromStr;

use qv_audit::Action;
use qv_crypto::CryptoError;
use qv_crypto::umk::Umk;
use qv_crypto::umk::factor::{Enrolled, FactorKind, FactorParameters, Factors};
use qv_crypto::umk::slot::{Classical, Descriptor, Draft, Opening, Presented, Slot};
use qv_seal::{Interaction, Notice, Prompt, SealError, SlotContext};
use qv_store::{Slot as SlotRow, Store};
use qv_types::{SlotId, Timestamp, VaultId};
use serde::Serialize;

use crate::{AppError, SecretBytes, Vault};

/// A factor that this version can enrol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// The desktop's keyring (Secret Service).
    Keyring,
    /// A passphrase.
    Passphrase,
}

impl Factor {
    /// Every factor.
    pub const ALL: &'static [Self] = &[Self::Keyring, Self::Passphrase];

    const fn kind(self) -> FactorKind {
        match self {
            Self::Keyring => FactorKind::Keyring,
            Self::Passphrase => FactorKind::Passphrase,
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().as_str())
    }
}

impl FromStr for Factor {
    type Err = AppError;
    fn from_str(text: &str) -> Result<Self, AppError> {
        Self::ALL
            .iter()
            .copied()
            .find(|factor| factor.kind().as_str() == text)
            .ok_or_else(|| {
                let known = Self::ALL
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(" or ");
                AppError::InvalidInput(format!(
                    "`{text}` is no factor that this version can enrol; use {known}"
                ))
            })
    }
}

/// A slot as faces show it.
#[derive(Debug, Clone, Serialize)]
pub struct SlotView {
    /// Its id.
    pub id: SlotId,
    /// What opens it, for example `keyring+passphrase`.
    pub factors: String,
    /// Whether a quantum attacker with the database alone could open it.
    pub classical: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Lists the slots, oldest first.
///
/// # Errors
/// From the store, or a descriptor that does not parse.
pub async fn list(vault: &Vault) -> Result<Vec<SlotView>, AppError> {
    vault.store().slots().await?.iter().map(view).collect()
}

fn view(row: &SlotRow) -> Result<SlotView, AppError> {
    let descriptor = Descriptor::parse(&row.descriptor)?;
    Ok(SlotView {
        id: row.id,
        factors: descriptor.opening().to_string(),
        classical: descriptor.is_classical(),
        created_at: row.created_at,
    })
}

/// What weakens the vault, for as long as it does.
pub(crate) fn warnings(slots: &[SlotView]) -> Vec<String> {
    let mut warnings: Vec<String> = slots
        .iter()
        .filter(|slot| slot.classical)
        .map(|slot| {
            format!(
                "slot {} ({}) would fall to a quantum attacker who has the database",
                slot.id, slot.factors
            )
        })
        .collect();
    if let [only] = slots {
        warnings.push(format!(
            "{} is the only way into the vault: add a second one with `qv slots add`, so that losing it loses nothing",
            only.factors
        ));
    }
    warnings
}

/// Adds a slot to an unlocked vault.
///
/// # Errors
/// What enrolling the factors meets; then nothing is added.
pub async fn add(
    vault: &Vault,
    factors: &[Factor],
    ask: &mut dyn Interaction,
) -> Result<SlotView, AppError> {
    if !vault.is_unlocked() {
        return Err(AppError::Locked);
    }
    // The master key is not held while a person is asked, so that locking never waits for them.
    let row = enrol_with(vault.id(), factors, ask, |draft, enrolled| {
        vault.with_umk(|umk| Ok(draft.enrol(umk, enrolled, Classical::Refuse)?))
    })?;
    let mut tx = vault.store().begin().await?;
    tx.put_slot(vault.event(Action::SlotAdded, row.id), &row)
        .await?;
    tx.commit().await?;
    view(&row)
}

/// Removes a slot; the last one stays.
///
/// # Errors
/// [`AppError::NotFound`]; a store error for the last slot.
pub async fn remove(vault: &Vault, slot: SlotId) -> Result<(), AppError> {
    let rows = vault.store().slots().await?;
    let row = rows
        .into_iter()
        .find(|row| row.id == slot)
        .ok_or_else(|| AppError::NotFound {
            what: "slot",
            name: slot.to_string(),
            hint: "see `qv slots list`",
        })?;
    let mut tx = vault.store().begin().await?;
    tx.remove_slot(vault.event(Action::SlotRemoved, slot), slot)
        .await?;
    tx.commit().await?;
    forget(&row)
}

/// Takes away what the factors left on devices; the slot itself is gone already.
fn forget(row: &SlotRow) -> Result<(), AppError> {
    let descriptor = Descriptor::parse(&row.descriptor)?;
    if let Opening::All(factors) = descriptor.opening() {
        for parameters in factors {
            qv_seal::backend(parameters.kind())?
                .forget(&SlotContext::from(&descriptor), parameters)?;
        }
    }
    Ok(())
}

/// Enrols `factors` into a new slot around `umk`.
pub(crate) fn enrol(
    vault: VaultId,
    umk: &Umk,
    factors: &[Factor],
    ask: &mut dyn Interaction,
) -> Result<SlotRow, AppError> {
    enrol_with(vault, factors, ask, |draft, enrolled| {
        Ok(draft.enrol(umk, enrolled, Classical::Refuse)?)
    })
}

/// Asks for the factors first, then has `wrap` make the slot.
fn enrol_with(
    vault: VaultId,
    factors: &[Factor],
    ask: &mut dyn Interaction,
    wrap: impl FnOnce(Draft, Vec<Enrolled>) -> Result<Slot, AppError>,
) -> Result<SlotRow, AppError> {
    let draft = Draft::make(vault)?;
    let context = SlotContext::from(&draft);
    let mut enrolled = Vec::with_capacity(factors.len());
    for factor in factors {
        enrolled.push(qv_seal::backend(factor.kind())?.enrol(&context, ask)?);
    }
    let left_behind: Vec<FactorParameters> =
        enrolled.iter().map(|one| one.parameters.clone()).collect();
    let slot = wrap(draft, enrolled).inspect_err(|_| {
        for parameters in &left_behind {
            // The refusal is what matters; an unused item on a device opens nothing.
            let _ = qv_seal::backend(parameters.kind())
                .and_then(|backend| backend.forget(&context, parameters));
        }
    })?;
    let now = Timestamp::now();
    Ok(SlotRow {
        id: slot.descriptor.slot(),
        label: slot.descriptor.opening().to_string(),
        classical: slot.descriptor.is_classical(),
        descriptor: slot.descriptor.as_str().to_owned(),
        record: slot.record,
        slot_kek: slot.kek_record,
        share_records: slot.share_records,
        created_at: now,
        updated_at: now,
    })
}

/// The factors of a stored slot, joined by `+`.
pub(crate) fn kinds_of(row: &SlotRow) -> Result<String, AppError> {
    Ok(Descriptor::parse(&row.descriptor)?.opening().to_string())
}

/// Opens the named slot, or the first that opens. Slots that need no person are tried first; a
/// slot whose device is missing or has lost its part is passed over as long as another may open. A
/// person is asked once: one passphrase is tried on every slot that takes one.
pub(crate) async fn open_any(
    store: &Store,
    vault: VaultId,
    wanted: Option<SlotId>,
    ask: &mut dyn Interaction,
) -> Result<(Umk, String), AppError> {
    let mut slots = Vec::new();
    for row in store.slots().await? {
        if wanted.is_none_or(|id| id == row.id) {
            // Reading a slot by its id compares it with the log.
            slots.push(parse(&store.slot(row.id).await?)?);
        }
    }
    slots.sort_by_key(needs_person);
    let mut ask = Once {
        ask,
        passphrase: None,
    };
    let (mut refused, mut passed_over) = (None, None);
    for slot in slots {
        match open(&slot, vault, &mut ask) {
            Ok(umk) => return Ok((umk, slot.descriptor.opening().to_string())),
            Err(error @ AppError::WrongFactor { .. }) => refused = Some(error),
            Err(error @ AppError::Seal(SealError::Declined(_) | SealError::CannotAsk(_))) => {
                return Err(error);
            }
            Err(error @ AppError::Seal(_)) => passed_over = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(refused
        .or(passed_over)
        .unwrap_or_else(|| AppError::NotFound {
            what: "slot",
            name: wanted.map(|id| id.to_string()).unwrap_or_default(),
            hint: "see `qv slots list`",
        }))
}

/// Asks for the passphrase once and gives the same answer to every slot of one attempt.
struct Once<'a> {
    ask: &'a mut dyn Interaction,
    passphrase: Option<SecretBytes>,
}

impl Interaction for Once<'_> {
    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        if *prompt != Prompt::Passphrase {
            return self.ask.ask(prompt);
        }
        if self.passphrase.is_none() {
            self.passphrase = Some(self.ask.ask(prompt)?);
        }
        let given = self
            .passphrase
            .as_ref()
            .map(SecretBytes::expose)
            .unwrap_or_default();
        Ok(SecretBytes::copied_from(given))
    }

    fn notify(&mut self, notice: &Notice) {
        self.ask.notify(notice);
    }
}

fn parse(row: &SlotRow) -> Result<Slot, AppError> {
    Ok(Slot {
        descriptor: Descriptor::parse(&row.descriptor)?,
        record: row.record.clone(),
        share_records: row.share_records.clone(),
        kek_record: row.slot_kek.clone(),
    })
}

fn needs_person(slot: &Slot) -> bool {
    match slot.descriptor.opening() {
        Opening::All(factors) => factors
            .iter()
            .any(|factor| factor.kind() != FactorKind::Keyring),
        Opening::Threshold { .. } => true,
    }
}

fn open(slot: &Slot, vault: VaultId, ask: &mut dyn Interaction) -> Result<Umk, AppError> {
    let context = SlotContext::from(&slot.descriptor);
    let Opening::All(needed) = slot.descriptor.opening() else {
        return Err(AppError::NotAllowed(
            "this version does not open threshold slots".into(),
        ));
    };
    let mut factors = Factors::new();
    for parameters in needed {
        factors.insert(parameters.kind(), unseal(&context, parameters, ask)?);
    }
    slot.open(&vault, &Presented::Factors(factors))
        .map_err(|error| match error {
            CryptoError::TagMismatch => AppError::WrongFactor {
                left: String::new(),
            },
            other => other.into(),
        })
}

fn unseal(
    context: &SlotContext,
    parameters: &FactorParameters,
    ask: &mut dyn Interaction,
) -> Result<qv_crypto::secret::Secret<32>, AppError> {
    Ok(qv_seal::backend(parameters.kind())?.unseal(context, parameters, ask)?)
}
