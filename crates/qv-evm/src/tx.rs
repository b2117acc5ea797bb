//! Making transactions. Pure: nothing here knows a network or a clock.
//!
//! [`prepare`] drafts and [`Unsigned::sign`] signs; the caller stores [`SignedTx::raw`] and its hash;
//! only then are the bytes sent. [`SignedTx::from_stored`] reads them back, and [`replace`] drafts
//! their successor under the same nonce.

use alloy::consensus::transaction::RlpEcdsaDecodableTx as _;
use alloy::consensus::{SignableTransaction, Signed, TxEip1559, TxEnvelope};
use alloy::eips::eip2718::{Decodable2718, Encodable2718};
use alloy::primitives::U256;

use crate::client::{ChainId, Quote};
use crate::money::{FeeCap, Fees, Wei};
use crate::registry::Call;
use crate::signer::Signer;
use crate::{Address, B256, Error};

/// The byte that stands before a transaction of type 2 (EIP-2718).
const TYPE: u8 = 2;

/// A transaction that waits for its signature, which may be made in another process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned(TxEip1559);

impl Unsigned {
    /// The bytes that are signed (EIP-1559).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.encoded_for_signing()
    }

    /// Reads [`Unsigned::to_bytes`] back, so that a signer sees what it signs.
    ///
    /// # Errors
    /// [`Error::ForeignTransaction`] where the bytes are something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut rest = bytes
            .strip_prefix(&[TYPE])
            .ok_or(Error::ForeignTransaction("another type"))?;
        match TxEip1559::rlp_decode(&mut rest) {
            Ok(tx) if rest.is_empty() => Ok(Self(tx)),
            Ok(_) => Err(Error::ForeignTransaction("trailing bytes")),
            Err(_) => Err(Error::ForeignTransaction("unreadable")),
        }
    }

    /// Signs it. The same key always gives the same bytes.
    ///
    /// # Errors
    /// [`Error::Internal`] where the library cannot sign.
    pub fn sign(self, signer: &Signer) -> Result<SignedTx, Error> {
        let signature = signer.sign(&self.0.signature_hash())?;
        Ok(SignedTx {
            signed: self.0.into_signed(signature),
            from: signer.address(),
        })
    }
}

/// A signed transaction of type 2 (EIP-1559), ready to be stored and then sent. Not a secret: its bytes
/// can do nothing but this one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTx {
    signed: Signed<TxEip1559>,
    from: Address,
}

impl SignedTx {
    /// Reads stored bytes back, and checks that they are a transaction of this signer for this chain.
    ///
    /// # Errors
    /// [`Error::ForeignTransaction`] where they are not.
    pub fn from_stored(raw: &[u8], signer: Address, chain: ChainId) -> Result<Self, Error> {
        let mut rest = raw;
        let envelope = TxEnvelope::decode_2718(&mut rest)
            .map_err(|_| Error::ForeignTransaction("unreadable"))?;
        let TxEnvelope::Eip1559(signed) = envelope else {
            return Err(Error::ForeignTransaction("another type"));
        };
        if !rest.is_empty() {
            return Err(Error::ForeignTransaction("trailing bytes"));
        }
        if signed.tx().chain_id != chain.0 {
            return Err(Error::ForeignTransaction("another chain"));
        }
        match signed.recover_signer() {
            Ok(from) if from == signer => Ok(Self { signed, from }),
            _ => Err(Error::ForeignTransaction("another signer")),
        }
    }

    /// The transaction's hash, its name on the chain.
    #[must_use]
    pub fn hash(&self) -> B256 {
        *self.signed.hash()
    }

    /// The bytes to store and to send (EIP-2718).
    #[must_use]
    pub fn raw(&self) -> Vec<u8> {
        self.signed.encoded_2718()
    }

    /// The account that pays.
    #[must_use]
    pub const fn from(&self) -> Address {
        self.from
    }

    /// The account's transaction number.
    #[must_use]
    pub fn nonce(&self) -> u64 {
        self.signed.tx().nonce
    }

    /// The most gas that it may use.
    #[must_use]
    pub fn gas_limit(&self) -> u64 {
        self.signed.tx().gas_limit
    }

    /// What it offers for the gas.
    #[must_use]
    pub fn fees(&self) -> Fees {
        let tx = self.signed.tx();
        Fees {
            max_fee_per_gas: Wei(tx.max_fee_per_gas),
            max_priority_fee_per_gas: Wei(tx.max_priority_fee_per_gas),
        }
    }

    /// The address that a deployment creates.
    #[must_use]
    pub fn created_address(&self) -> Option<Address> {
        self.signed
            .tx()
            .to
            .is_create()
            .then(|| self.from.create(self.nonce()))
    }
}

/// Drafts a call. The same arguments always give the same bytes.
///
/// # Errors
/// [`Error::FeeCap`] where it might cost more than `cap`.
pub fn prepare(
    chain: ChainId,
    call: &Call,
    nonce: u64,
    quote: &Quote,
    cap: FeeCap,
) -> Result<Unsigned, Error> {
    cap.check(quote.gas_limit, quote.fees)?;
    Ok(Unsigned(TxEip1559 {
        chain_id: chain.0,
        nonce,
        gas_limit: quote.gas_limit,
        max_fee_per_gas: quote.fees.max_fee_per_gas.0,
        max_priority_fee_per_gas: quote.fees.max_priority_fee_per_gas.0,
        to: call.target(),
        value: U256::ZERO,
        access_list: Default::default(),
        input: call.input(),
    }))
}

/// Drafts the same call under the same nonce again, for `signer` and for fees at least one eighth higher, or the
/// market's where they are more. At most one of the two can be mined.
///
/// # Errors
/// [`Error::FeeCap`] where it might cost more than `cap`: keep waiting for the old one.
/// [`Error::ForeignTransaction`] where the old one is not this signer's.
pub fn replace(
    signer: Address,
    old: &SignedTx,
    market: Fees,
    cap: FeeCap,
) -> Result<Unsigned, Error> {
    if signer != old.from {
        return Err(Error::ForeignTransaction("another signer"));
    }
    let fees = old.fees().replacement(market);
    cap.check(old.gas_limit(), fees)?;
    let mut tx = old.signed.tx().clone();
    tx.max_fee_per_gas = fees.max_fee_per_gas.0;
    tx.max_priority_fee_per_gas = fees.max_priority_fee_per_gas.0;
    Ok(Unsigned(tx))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qv_types::RiskLevel;

    use super::*;
    use crate::registry::Attestation;

    const CHAIN: ChainId = ChainId(31_337);
    const CAP: FeeCap = FeeCap(Wei::from_gwei(10_000_000));

    fn signer(seed: u8) -> Signer {
        Signer::from_bytes(&[seed; 32]).unwrap()
    }

    fn made(nonce: u64) -> SignedTx {
        let attestation = Attestation {
            asset_id_hash: B256::repeat_byte(1),
            anchor_id_hash: B256::repeat_byte(2),
            risk_level: RiskLevel::High,
            payload_hash: B256::repeat_byte(3),
        };
        let call = Call::Record {
            registry: Address::repeat_byte(9),
            attestation,
        };
        let quote = Quote {
            gas_limit: 100_000,
            fees: Fees::from_base(Wei::from_gwei(10), Wei::from_gwei(1)),
        };
        prepare(CHAIN, &call, nonce, &quote, CAP)
            .unwrap()
            .sign(&signer(7))
            .unwrap()
    }

    #[test]
    fn stored_bytes_come_back_as_the_same_transaction() {
        let tx = made(5);
        assert_eq!(tx, made(5), "signing is deterministic");
        let back = SignedTx::from_stored(&tx.raw(), signer(7).address(), CHAIN).unwrap();
        assert_eq!(
            (back.hash(), back.nonce(), back.fees(), back.raw()),
            (tx.hash(), 5, tx.fees(), tx.raw())
        );
        assert_eq!(tx.hash(), alloy::primitives::keccak256(tx.raw()));
    }

    #[test]
    fn foreign_bytes_are_refused() {
        let tx = made(5);
        let mine = signer(7).address();
        let refused = |raw: &[u8], from, chain| {
            matches!(
                SignedTx::from_stored(raw, from, chain),
                Err(Error::ForeignTransaction(_))
            )
        };
        assert!(refused(&tx.raw(), signer(8).address(), CHAIN));
        assert!(refused(&tx.raw(), mine, ChainId(1)));
        assert!(refused(&[tx.raw(), vec![0]].concat(), mine, CHAIN));
        assert!(refused(&[], mine, CHAIN));
        let replacement = replace(signer(8).address(), &tx, tx.fees(), CAP);
        assert!(matches!(replacement, Err(Error::ForeignTransaction(_))));
    }

    #[test]
    fn a_replacement_keeps_everything_but_the_fees() {
        let old = made(5);
        let new = replace(signer(7).address(), &old, old.fees(), CAP)
            .unwrap()
            .sign(&signer(7))
            .unwrap();
        assert_eq!(
            (new.nonce(), new.gas_limit(), new.from()),
            (5, 100_000, old.from())
        );
        assert_eq!(new.signed.tx().input, old.signed.tx().input);
        assert!(new.hash() != old.hash());
        assert_eq!(new.fees(), old.fees().replacement(old.fees()));
        let tight = FeeCap(old.fees().max_fee_per_gas.times(old.gas_limit()));
        assert!(matches!(
            replace(signer(7).address(), &old, old.fees(), tight),
            Err(Error::FeeCap { .. })
        ));
    }

    #[test]
    fn a_deployment_knows_its_address() {
        let quote = Quote {
            gas_limit: 1_000_000,
            fees: Fees::from_base(Wei(1), Wei(1)),
        };
        let tx = prepare(CHAIN, &Call::Deploy, 0, &quote, CAP)
            .unwrap()
            .sign(&signer(7))
            .unwrap();
        assert_eq!(tx.created_address(), Some(signer(7).address().create(0)));
        assert_eq!(made(0).created_address(), None);
    }

    proptest! {
        #[test]
        fn stored_bytes_never_panic(mut raw in proptest::collection::vec(any::<u8>(), 0..200), at in 0..150_usize, bit in 0..8_u8) {
            let mine = signer(7).address();
            let _ = SignedTx::from_stored(&raw, mine, CHAIN);
            raw = made(1).raw();
            let index = at % raw.len();
            raw[index] ^= 1_u8 << bit;
            prop_assert!(SignedTx::from_stored(&raw, mine, CHAIN).is_err());
        }
    }
}
