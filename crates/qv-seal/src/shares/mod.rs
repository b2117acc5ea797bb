//! The shares backend: a random secret, shared on paper (crypto.md section 6).
//!
//! Invariants: no set is enrolled before each of its shares was read back; nothing is left on this
//! machine; a share that cannot be right is refused at once, by the reason, and asked for again. A
//! forged share that passes shows when the slot does not open.

mod reading;

use qv_crypto::secret::Secret;
use qv_crypto::umk::HexBytes;
use qv_crypto::umk::factor::{Enrolled, FactorKind, FactorParameters};
use qv_crypto::umk::sharing::{Scheme, Share, split};
use serde::{Deserialize, Serialize};

use crate::{Availability, Interaction, SealError, Sealer, SlotContext};

/// How many shares a new set has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharesOptions {
    /// How many recover the secret (M), 2 to `total`.
    pub needed: u8,
    /// How many there are (N), 2 to 16.
    pub total: u8,
}

impl Default for SharesOptions {
    fn default() -> Self {
        Self {
            needed: 2,
            total: 3,
        }
    }
}

/// Recovery shares.
#[derive(Debug, Default)]
pub struct Shares {
    options: SharesOptions,
}

impl Shares {
    /// The backend, with how many shares a new set has.
    #[must_use]
    pub const fn new(options: SharesOptions) -> Self {
        Self { options }
    }
}

/// The shares of a new set, on their way to the person.
#[derive(Debug, Clone, Copy)]
pub struct Handout<'a> {
    /// What they will open.
    pub slot: &'a SlotContext,
    /// The shares in the order of their index, at least two.
    pub shares: &'a [Share],
}

/// What a descriptor says of the set, so that another set's shares are refused at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SharesParameters {
    set: HexBytes<16>,
    needed: u8,
    total: u8,
}

impl SharesParameters {
    fn of(share: &Share) -> Self {
        Self {
            set: share.set_id(),
            needed: share.needed(),
            total: share.total(),
        }
    }

    const fn is_sound(&self) -> bool {
        2 <= self.needed && self.needed <= self.total && self.total <= 16
    }
}

/// The parameters of a set whose descriptor says nothing of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unnamed {}

impl Sealer for Shares {
    fn kind(&self) -> FactorKind {
        FactorKind::Shares
    }

    fn availability(&self) -> Availability {
        Availability::Ready
    }

    fn which(&self, parameters: &FactorParameters) -> Option<String> {
        let set = parse(parameters).ok()??.set.to_string();
        set.get(..8).map(ToOwned::to_owned)
    }

    fn enrol(&self, slot: &SlotContext, ask: &mut dyn Interaction) -> Result<Enrolled, SealError> {
        let SharesOptions { needed, total } = self.options;
        let scheme = Scheme::new(needed.into(), total.into())?;
        let factor = Secret::make_random()?;
        let shares = split(&factor, scheme)?;
        let parameters = shares.first().map(SharesParameters::of);
        ask.hand_over(&Handout {
            slot,
            shares: &shares,
        })?;
        for share in &shares {
            reading::read_back(share, ask)?;
        }
        Ok(Enrolled {
            parameters: FactorParameters::new(self.kind(), &parameters)?,
            factor,
        })
    }

    fn unseal(
        &self,
        _: &SlotContext,
        parameters: &FactorParameters,
        ask: &mut dyn Interaction,
    ) -> Result<Secret<32>, SealError> {
        reading::collect(parse(parameters)?.as_ref(), ask)
    }

    fn forget(&self, _: &SlotContext, parameters: &FactorParameters) -> Result<(), SealError> {
        parse(parameters).map(drop)
    }
}

/// The set that the parameters name; `None` where they name none, which a descriptor may.
fn parse(parameters: &FactorParameters) -> Result<Option<SharesParameters>, SealError> {
    let foreign = SealError::ForeignParameters {
        kind: FactorKind::Shares,
    };
    if parameters.kind() != FactorKind::Shares {
        return Err(foreign);
    }
    match parameters.read::<SharesParameters>() {
        Ok(set) if set.is_sound() => Ok(Some(set)),
        _ if parameters.read::<Unnamed>().is_ok() => Ok(None),
        _ => Err(foreign),
    }
}

#[cfg(test)]
mod tests;
