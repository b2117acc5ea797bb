//! Amounts of a chain's native coin, and the caps on what may be spent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Error;

const WEI_PER_COIN: u128 = 1_000_000_000_000_000_000;
const WEI_PER_GWEI: u128 = 1_000_000_000;

/// An amount in wei, the smallest unit of the chain's coin (10^-18 of it).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Wei(pub u128);

impl Wei {
    /// From gwei (10^9 wei), saturating.
    #[must_use]
    pub const fn from_gwei(gwei: u64) -> Self {
        // Cannot overflow: 2^64 * 10^9 < 2^128.
        Self(gwei as u128 * WEI_PER_GWEI)
    }

    /// This amount times a count of gas, saturating.
    #[must_use]
    pub const fn times(self, gas: u64) -> Self {
        Self(self.0.saturating_mul(gas as u128))
    }

    /// This amount raised by one eighth (12.5 %), rounded up: what nodes demand, and a little more, of a
    /// transaction that replaces another.
    #[must_use]
    pub const fn bumped(self) -> Self {
        Self(self.0.saturating_add(self.0.div_ceil(8)))
    }
}

/// In coins, exactly and without trailing zeros: `0.000021`.
impl fmt::Display for Wei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = format!("{:018}", self.0 % WEI_PER_COIN);
        let fraction = fraction.trim_end_matches('0');
        let dot = if fraction.is_empty() { "" } else { "." };
        f.pad(&format!("{}{dot}{fraction}", self.0 / WEI_PER_COIN))
    }
}

/// EIP-1559 fees of one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fees {
    /// The most that a unit of gas may cost.
    pub max_fee_per_gas: Wei,
    /// The part of it that goes to the block's maker.
    pub max_priority_fee_per_gas: Wei,
}

impl Fees {
    /// Fees that survive six full blocks in a row: twice the base fee, and the tip.
    #[must_use]
    pub fn from_base(base_fee: Wei, tip: Wei) -> Self {
        Self {
            max_fee_per_gas: Wei(base_fee.0.saturating_mul(2).saturating_add(tip.0)),
            max_priority_fee_per_gas: tip,
        }
    }

    /// The least fees that replace a transaction which offered `self`, or `market` where that is more.
    #[must_use]
    pub fn replacement(self, market: Self) -> Self {
        let tip = self
            .max_priority_fee_per_gas
            .bumped()
            .max(market.max_priority_fee_per_gas);
        Self {
            max_fee_per_gas: self
                .max_fee_per_gas
                .bumped()
                .max(market.max_fee_per_gas)
                .max(tip),
            max_priority_fee_per_gas: tip,
        }
    }
}

/// The most that one transaction may cost, gas limit times fee per gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FeeCap(pub Wei);

impl FeeCap {
    /// Accepts fees that stay within the cap even if all gas is used at the highest price.
    ///
    /// # Errors
    /// [`Error::FeeCap`] where they might not.
    pub fn check(self, gas_limit: u64, fees: Fees) -> Result<(), Error> {
        let needed = fees.max_fee_per_gas.times(gas_limit);
        if needed > self.0 {
            Err(Error::FeeCap {
                needed,
                cap: self.0,
            })
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wei_reads_as_coins() {
        for (wei, text) in [
            (0, "0"),
            (21_000 * WEI_PER_GWEI, "0.000021"),
            (WEI_PER_COIN, "1"),
            (WEI_PER_COIN * 3 / 2, "1.5"),
            (1, "0.000000000000000001"),
        ] {
            assert_eq!(Wei(wei).to_string(), text);
        }
    }

    #[test]
    fn the_cap_counts_the_whole_gas_limit() {
        let fees = Fees::from_base(Wei::from_gwei(10), Wei::from_gwei(1));
        assert_eq!(
            FeeCap(Wei::from_gwei(2_100_000)).check(100_000, fees),
            Ok(())
        );
        let refused = FeeCap(Wei::from_gwei(2_099_999)).check(100_000, fees);
        assert!(
            matches!(refused, Err(Error::FeeCap { needed, .. }) if needed == Wei::from_gwei(2_100_000))
        );
    }

    proptest! {
        #[test]
        fn a_replacement_raises_both_fees_enough(
            max in 0..u128::MAX / 4, tip in 0..u128::MAX / 4, base in 0..u128::MAX / 16, market_tip in 0..u128::MAX / 16,
        ) {
            let old = Fees { max_fee_per_gas: Wei(max.max(tip)), max_priority_fee_per_gas: Wei(tip) };
            let new = old.replacement(Fees::from_base(Wei(base), Wei(market_tip)));
            for (before, after) in [
                (old.max_fee_per_gas.0, new.max_fee_per_gas.0),
                (old.max_priority_fee_per_gas.0, new.max_priority_fee_per_gas.0),
            ] {
                prop_assert!(after - before >= before / 8, "{before} to {after}");
            }
            prop_assert!(new.max_priority_fee_per_gas <= new.max_fee_per_gas);
            prop_assert!(new.max_fee_per_gas.0 >= base);
        }
    }
}
