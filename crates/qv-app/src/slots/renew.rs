//! What a slot was made of, so that it can be made anew: the same kinds of factors on the same devices,
//! under the same name, with new secrets.

use qv_crypto::umk::factor::{FactorKind, FactorParameters, WalletParameters};
use qv_crypto::umk::slot::{Classical, Descriptor, Opening};
use qv_seal::{Devices, SharesOptions, SlotContext};
use qv_store::Slot as SlotRow;
use serde::Deserialize;

use super::{Factor, NewSlot, Plan};
use crate::AppError;

/// How many shares of how many, as a set of shares says.
#[derive(Deserialize)]
struct Scheme {
    needed: u8,
    total: u8,
}

/// What the slot of `row` was made of, and `devices` as it used them.
///
/// # Errors
/// [`AppError::NotAllowed`] for a factor that this version cannot enrol; parameters that are no
/// factor's.
pub(crate) fn again(devices: &Devices, row: &SlotRow) -> Result<(NewSlot, Devices), AppError> {
    let descriptor = Descriptor::parse(&row.descriptor)?;
    let plan = match descriptor.opening() {
        Opening::All(factors) => Plan::All(kinds(factors)?),
        Opening::Threshold { k, groups } => Plan::Any {
            k: *k,
            groups: groups
                .iter()
                .map(|group| kinds(group))
                .collect::<Result<_, _>>()?,
        },
    };
    let new = NewSlot {
        plan,
        // It was asked for by name when it was made.
        classical: if descriptor.is_classical() {
            Classical::Accept
        } else {
            Classical::Refuse
        },
        label: Some(row.label.clone()),
    };
    let context = SlotContext::from(&descriptor);
    let mut like = devices.clone();
    match descriptor.opening() {
        Opening::All(factors) => use_alike(&mut like, &context, factors)?,
        Opening::Threshold { groups, .. } => {
            for group in groups {
                use_alike(&mut like, &context, group)?;
            }
        }
    }
    Ok((new, like))
}

fn kinds(factors: &[FactorParameters]) -> Result<Vec<Factor>, AppError> {
    let known = |kind: FactorKind| Factor::ALL.iter().copied().find(|one| one.kind() == kind);
    let of = |one: &FactorParameters| {
        known(one.kind()).ok_or_else(|| {
            AppError::NotAllowed(format!(
                "this version cannot enrol {}; remove the slot first, or use a newer version",
                one.kind()
            ))
        })
    };
    factors.iter().map(of).collect()
}

/// The same PCRs and PIN, the same wallet, the same number of shares.
fn use_alike(
    devices: &mut Devices,
    context: &SlotContext,
    factors: &[FactorParameters],
) -> Result<(), AppError> {
    for one in factors {
        match one.kind() {
            FactorKind::Tpm => devices.tpm = devices.tpm.like(context, one)?,
            FactorKind::Wallet => {
                devices.wallet.address = Some(one.read::<WalletParameters>()?.wallet);
            }
            FactorKind::Shares => {
                if let Ok(Scheme { needed, total }) = one.read() {
                    devices.shares = SharesOptions { needed, total };
                }
            }
            _ => {}
        }
    }
    Ok(())
}
