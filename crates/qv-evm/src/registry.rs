//! The registry contract as Rust sees it: its calls, its event and its refusals.
//!
//! Bindings come from the committed artefact of `contracts/`, whose `check.sh` holds it against the
//! sources.

use std::fmt;

use alloy::primitives::{Bytes, LogData, TxKind};
use alloy::sol_types::{SolCall, SolEvent, SolInterface};
use qv_types::RiskLevel;

use crate::payload::{Payload, id_hash};
use crate::{Address, B256, Error};

mod bindings {
    #![allow(missing_docs, clippy::all, clippy::pedantic)]
    alloy::sol!(
        QuantumVaultAttestationRegistry,
        "../../contracts/artifacts/QuantumVaultAttestationRegistry.json"
    );
}
use bindings::QuantumVaultAttestationRegistry as contract;

/// What is recorded about one asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attestation {
    /// keccak256 of the asset's id as text.
    pub asset_id_hash: B256,
    /// keccak256 of the anchor's id as text.
    pub anchor_id_hash: B256,
    /// The asset's risk level.
    pub risk_level: RiskLevel,
    /// keccak256 of the canonical payload.
    pub payload_hash: B256,
}

impl Attestation {
    /// What is recorded for a payload.
    ///
    /// # Errors
    /// [`Error::Internal`] only, for a defect of ours.
    pub fn of(payload: &Payload) -> Result<Self, Error> {
        Ok(Self {
            asset_id_hash: id_hash(payload.asset_id()),
            anchor_id_hash: id_hash(payload.anchor_id()),
            risk_level: payload.risk_level(),
            payload_hash: payload.hash()?,
        })
    }
}

/// What a transaction of ours does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Deploys a registry.
    Deploy,
    /// Records an attestation.
    Record {
        /// The registry.
        registry: Address,
        /// What is recorded.
        attestation: Attestation,
    },
}

impl Call {
    pub(crate) fn target(&self) -> TxKind {
        match self {
            Self::Deploy => TxKind::Create,
            Self::Record { registry, .. } => TxKind::Call(*registry),
        }
    }

    pub(crate) fn input(&self) -> Bytes {
        match self {
            Self::Deploy => contract::BYTECODE.clone(),
            Self::Record { attestation, .. } => contract::recordAttestationCall {
                assetIdHash: attestation.asset_id_hash,
                anchorIdHash: attestation.anchor_id_hash,
                riskLevel: risk_number(attestation.risk_level),
                payloadHash: attestation.payload_hash,
            }
            .abi_encode()
            .into(),
        }
    }
}

/// Why the registry refused a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revert {
    /// The sender has recorded this payload before: the goal is reached, by an earlier transaction.
    AlreadyRecorded {
        /// When, in seconds since 1970.
        recorded_at: u64,
    },
    /// Another refusal of the registry, by its name.
    Named(&'static str),
    /// No reason was given, or one that is not the registry's.
    Unexplained,
}

impl Revert {
    /// Reads the data of a revert.
    #[must_use]
    pub fn decode(data: &[u8]) -> Self {
        use contract::QuantumVaultAttestationRegistryErrors as Errors;
        match Errors::abi_decode(data) {
            Ok(Errors::AlreadyRecorded(refusal)) => Self::AlreadyRecorded {
                recorded_at: refusal.recordedAt,
            },
            Ok(Errors::InvalidRiskLevel(_)) => Self::Named("InvalidRiskLevel"),
            Ok(Errors::ZeroAnchorIdHash(_)) => Self::Named("ZeroAnchorIdHash"),
            Ok(Errors::ZeroAssetIdHash(_)) => Self::Named("ZeroAssetIdHash"),
            Ok(Errors::ZeroPayloadHash(_)) => Self::Named("ZeroPayloadHash"),
            Err(_) => Self::Unexplained,
        }
    }
}

impl fmt::Display for Revert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyRecorded { .. } => {
                f.write_str("this payload is already recorded by this signer")
            }
            Self::Named(name) => f.write_str(name),
            Self::Unexplained => f.write_str(
                "no reason given; check that the address is the registry's and the gas enough",
            ),
        }
    }
}

/// One `Attested` event of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttestedEvent {
    /// What was recorded.
    pub attestation: Attestation,
    /// Block time, in seconds since 1970.
    pub timestamp_s: u64,
    /// Who recorded it.
    pub sender: Address,
}

impl AttestedEvent {
    /// Reads a log; `None` where it is no `Attested` event.
    pub(crate) fn decode(topics: &[B256], data: &Bytes) -> Option<Self> {
        let log = LogData::new(topics.to_vec(), data.clone())?;
        let event = contract::Attested::decode_log_data_validate(&log).ok()?;
        Some(Self {
            attestation: Attestation {
                asset_id_hash: event.assetIdHash,
                anchor_id_hash: event.anchorIdHash,
                risk_level: RiskLevel::ALL.get(usize::from(event.riskLevel)).copied()?,
                payload_hash: event.payloadHash,
            },
            timestamp_s: event.timestamp,
            sender: event.txSender,
        })
    }

    /// The topics that select events: signature, asset, payload, sender; `None` matches any.
    pub(crate) fn topics(
        asset: Option<B256>,
        payload: Option<B256>,
        sender: Option<Address>,
    ) -> [Option<B256>; 4] {
        [
            Some(contract::Attested::SIGNATURE_HASH),
            asset,
            payload,
            sender.map(|address| address.into_word()),
        ]
    }
}

/// What the registry keeps of one payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) block_number_hint: u64,
}

/// The call that asks for one payload's record, and the reading of its answer: `None` where the sender
/// never recorded it.
pub(crate) fn record_of(
    sender: Address,
    payload_hash: B256,
) -> (Bytes, impl Fn(&[u8]) -> Option<Option<Entry>>) {
    let call = contract::recordOfCall {
        sender,
        payloadHash: payload_hash,
    };
    let read = |answer: &[u8]| {
        let record = contract::recordOfCall::abi_decode_returns_validate(answer).ok()?;
        Some((record.recordedAt != 0).then_some(Entry {
            block_number_hint: record.blockNumber,
        }))
    };
    (call.abi_encode().into(), read)
}

/// The call that asks for an asset's latest payload by one sender, and the reading of its answer.
pub(crate) fn latest(
    sender: Address,
    asset_id_hash: B256,
) -> (Bytes, impl Fn(&[u8]) -> Option<B256>) {
    let call = contract::latestCall {
        sender,
        assetIdHash: asset_id_hash,
    };
    let read = |answer: &[u8]| {
        contract::latestCall::abi_decode_returns_validate(answer)
            .ok()
            .map(|latest| latest.payloadHash)
    };
    (call.abi_encode().into(), read)
}

/// The call that asks whether a contract is a registry (ERC-165), and the reading of its answer.
pub(crate) fn is_registry() -> (Bytes, impl Fn(&[u8]) -> Option<bool>) {
    let call = contract::supportsInterfaceCall {
        interfaceId: interface_id().into(),
    };
    (call.abi_encode().into(), |answer: &[u8]| {
        contract::supportsInterfaceCall::abi_decode_returns_validate(answer).ok()
    })
}

/// The code that a registry built from these sources has.
pub(crate) fn deployed_code() -> &'static Bytes {
    &contract::DEPLOYED_BYTECODE
}

/// ERC-165: the selectors of the interface's functions, xored.
fn interface_id() -> [u8; 4] {
    [
        contract::recordAttestationCall::SELECTOR,
        contract::latestCall::SELECTOR,
        contract::recordOfCall::SELECTOR,
        contract::isRecordedCall::SELECTOR,
    ]
    .into_iter()
    .fold([0; 4], |id, selector| {
        std::array::from_fn(|i| id[i] ^ selector[i])
    })
}

/// The contract's number of a risk level: its place in the vocabulary's order, LOW first.
const fn risk_number(level: RiskLevel) -> u8 {
    match level {
        RiskLevel::Low => 0,
        RiskLevel::Medium => 1,
        RiskLevel::High => 2,
        RiskLevel::Critical => 3,
    }
}

#[cfg(test)]
mod tests {
    use alloy::sol_types::SolError;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn risk_numbers_follow_the_vocabulary() {
        for (number, level) in RiskLevel::ALL.iter().enumerate() {
            assert_eq!(usize::from(risk_number(*level)), number);
        }
    }

    #[test]
    fn refusals_are_read_by_name() {
        let already = contract::AlreadyRecorded {
            payloadHash: B256::ZERO,
            recordedAt: 7,
        };
        assert_eq!(
            Revert::decode(&already.abi_encode()),
            Revert::AlreadyRecorded { recorded_at: 7 }
        );
        let zero = contract::ZeroPayloadHash {};
        assert_eq!(
            Revert::decode(&zero.abi_encode()),
            Revert::Named("ZeroPayloadHash")
        );
        assert_eq!(Revert::decode(&[]), Revert::Unexplained);
    }

    proptest! {
        #[test]
        fn logs_and_reverts_from_outside_never_panic(
            topics in proptest::collection::vec(any::<[u8; 32]>(), 0..6), data in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let mut topics: Vec<B256> = topics.into_iter().map(B256::from).collect();
            let _ = AttestedEvent::decode(&topics, &data.clone().into());
            if let (Some(first), [Some(signature), ..]) = (topics.first_mut(), AttestedEvent::topics(None, None, None)) {
                *first = signature;
            }
            let _ = AttestedEvent::decode(&topics, &data.clone().into());
            let _ = Revert::decode(&data);
        }
    }
}
