//! Opening slots: which to try, what to ask, and how a person is asked no more than once.

use qv_audit::Origin;
use qv_crypto::CryptoError;
use qv_crypto::umk::Umk;
use qv_crypto::umk::factor::{FactorKind, FactorParameters, Factors};
use qv_crypto::umk::slot::{Descriptor, Opening, Presented, Slot};
use qv_seal::{Devices, Interaction, Notice, Prompt, SealError, SlotContext};
use qv_store::{Slot as SlotRow, Store};
use qv_types::{Code, SlotId, VaultId};

use crate::{AppError, SecretBytes, authorization};

/// Opens the named slot, or the first that opens. Slots that need no person are tried first; a
/// slot whose device is missing or has lost its part is passed over as long as another may open. A
/// person is asked once: one passphrase is tried on every slot that takes one.
pub(crate) async fn open_any(
    store: &Store,
    vault: VaultId,
    devices: &Devices,
    origin: Origin,
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
    slots.sort_by_key(|slot| effort(slot, devices));
    let mut ask = Once {
        ask,
        passphrase: None,
    };
    let (mut refused, mut passed_over) = (None, None);
    for slot in slots {
        if refused.is_some() && effort(&slot, devices) == Effort::Shares {
            // Who mistyped a passphrase does not fetch paper from a safe.
            break;
        }
        let authorized =
            authorization::to_unlock(store, vault, devices, origin, &slot.descriptor, &mut ask);
        match authorized
            .await
            .and_then(|_visit| open(&slot, vault, devices, &mut ask))
        {
            Ok(umk) => return Ok((umk, slot.descriptor.opening().to_string())),
            Err(error @ AppError::WrongFactor { .. }) => refused = Some(error),
            Err(error @ AppError::Seal(SealError::Declined(_) | SealError::CannotAsk(_))) => {
                // A wrong answer that was given already counts all the same.
                return Err(refused.unwrap_or(error));
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

pub(super) fn parse(row: &SlotRow) -> Result<Slot, AppError> {
    Ok(Slot {
        descriptor: Descriptor::parse(&row.descriptor)?,
        record: row.record.clone(),
        share_records: row.share_records.clone(),
        kek_record: row.slot_kek.clone(),
    })
}

/// What a slot asks of a person; the least comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Effort {
    Nothing,
    Person,
    Shares,
}

fn effort(slot: &Slot, devices: &Devices) -> Effort {
    let asks = |factor: &FactorParameters| {
        devices
            .backend(factor.kind())
            .map_or(true, |backend| backend.needs_person(factor))
    };
    let of = |factor: &FactorParameters| match factor.kind() {
        FactorKind::Shares => Effort::Shares,
        _ if asks(factor) => Effort::Person,
        _ => Effort::Nothing,
    };
    match slot.descriptor.opening() {
        Opening::All(factors) => factors.iter().map(of).max().unwrap_or(Effort::Nothing),
        Opening::Threshold { .. } => Effort::Person,
    }
}

fn open(
    slot: &Slot,
    vault: VaultId,
    devices: &Devices,
    ask: &mut dyn Interaction,
) -> Result<Umk, AppError> {
    let context = SlotContext::from(&slot.descriptor);
    let Opening::All(needed) = slot.descriptor.opening() else {
        return Err(AppError::NotAllowed(
            "this version does not open threshold slots".into(),
        ));
    };
    let mut factors = Factors::new();
    for parameters in needed {
        factors.insert(
            parameters.kind(),
            unseal(devices, &context, parameters, ask)?,
        );
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
    devices: &Devices,
    context: &SlotContext,
    parameters: &FactorParameters,
    ask: &mut dyn Interaction,
) -> Result<qv_crypto::secret::Secret<32>, AppError> {
    let unsealed = devices
        .backend(parameters.kind())?
        .unseal(context, parameters, ask);
    unsealed.map_err(|error| match error.code() {
        // A device that knows its PIN says so before the slot does.
        Code::WrongFactor => AppError::WrongFactor {
            left: error.to_string(),
        },
        _ => error.into(),
    })
}
