//! What a TPM demands before it releases a sealed secret, as the digest that it computes itself
//! (TPM 2.0 Library, part 3, section 23).

use std::collections::BTreeMap;

use qv_crypto::suite::hash::sha256;
use qv_crypto::umk::HexBytes;
use serde::{Deserialize, Serialize};

/// A PCR of the SHA-256 bank.
pub type PcrValue = HexBytes<32>;

/// Command codes, which stand in the digests.
const POLICY_PCR: [u8; 4] = 0x0000_017f_u32.to_be_bytes();
const POLICY_OR: [u8; 4] = 0x0000_0171_u32.to_be_bytes();
const POLICY_AUTH_VALUE: [u8; 4] = 0x0000_016b_u32.to_be_bytes();

/// One selection, of the SHA-256 bank (algorithm 000b), in three octets of bits.
const ONE_SELECTION: [u8; 7] = [0, 0, 0, 1, 0x00, 0x0b, 3];

/// The highest PCR that a TPM has.
const LAST_PCR: u8 = 23;
/// The most states that one policy may accept: what TPM2_PolicyOR takes.
const MOST_STATES: usize = 8;

/// States of the chosen PCRs, any of which is accepted, and whether a PIN is needed too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    /// The PCRs, ascending.
    pub pcrs: Vec<u8>,
    /// The accepted values of these PCRs; the first are those at sealing.
    pub accepts: Vec<Vec<PcrValue>>,
    /// Whether a PIN is needed.
    pub pin: bool,
}

impl Policy {
    /// A policy for PCRs with these values now, and, beside them, after an announced change.
    pub fn new(
        pcrs: &[u8],
        now: Vec<PcrValue>,
        expected: &BTreeMap<u8, PcrValue>,
        pin: bool,
    ) -> Self {
        let later: Vec<_> = pcrs
            .iter()
            .zip(&now)
            .map(|(pcr, value)| *expected.get(pcr).unwrap_or(value))
            .collect();
        let mut accepts = Vec::new();
        if !pcrs.is_empty() {
            let changes = later != now;
            accepts.push(now);
            accepts.extend(changes.then_some(later));
        }
        Self {
            pcrs: pcrs.to_vec(),
            accepts,
            pin,
        }
    }

    /// Whether this can be a policy at all: what parsing alone does not see.
    pub fn is_sound(&self) -> bool {
        let states = if self.pcrs.is_empty() {
            0..=0
        } else {
            1..=MOST_STATES
        };
        are_pcrs(&self.pcrs)
            && states.contains(&self.accepts.len())
            && self
                .accepts
                .iter()
                .all(|state| state.len() == self.pcrs.len())
    }

    /// Whether the policy ends with the object's authorization value: for a PIN, and where there
    /// would be no policy otherwise.
    pub fn takes_auth_value(&self) -> bool {
        self.pin || self.accepts.is_empty()
    }

    /// The digest of each accepted state.
    pub fn branches(&self) -> Vec<[u8; 32]> {
        self.accepts
            .iter()
            .map(|state| self.branch(state))
            .collect()
    }

    /// The digest that stands in the sealed object.
    pub fn digest(&self) -> [u8; 32] {
        let branches = self.branches();
        let digest = match branches.as_slice() {
            [] => [0; 32],
            [only] => *only,
            several => sha256(&[&[0; 32], &POLICY_OR, several.as_flattened()]),
        };
        if self.takes_auth_value() {
            sha256(&[&digest, &POLICY_AUTH_VALUE])
        } else {
            digest
        }
    }

    /// The PCRs whose values are not those of the accepted state that comes nearest.
    pub fn changed(&self, now: &[PcrValue]) -> Vec<u8> {
        let differing = |state: &Vec<PcrValue>| {
            let pairs = self.pcrs.iter().zip(state.iter().zip(now));
            pairs
                .filter(|(_, (was, is))| was != is)
                .map(|(pcr, _)| *pcr)
                .collect::<Vec<_>>()
        };
        self.accepts
            .iter()
            .map(differing)
            .min_by_key(Vec::len)
            .unwrap_or_default()
    }

    fn branch(&self, state: &[PcrValue]) -> [u8; 32] {
        let values: Vec<&[u8]> = state.iter().map(|value| value.0.as_slice()).collect();
        let mut bits = [0; 3];
        for pcr in &self.pcrs {
            if let Some(octet) = bits.get_mut(usize::from(pcr / 8)) {
                *octet |= 1 << (pcr % 8);
            }
        }
        sha256(&[
            &[0; 32],
            &POLICY_PCR,
            &ONE_SELECTION,
            &bits,
            &sha256(&values),
        ])
    }
}

/// Whether these are PCRs that a TPM has, ascending and each once.
pub(super) fn are_pcrs(pcrs: &[u8]) -> bool {
    pcrs.is_sorted_by(|one, next| one < next) && pcrs.last().is_none_or(|last| *last <= LAST_PCR)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(pcrs: &[u8], states: &[u8], pin: bool) -> Policy {
        let state = |value: &u8| vec![HexBytes([*value; 32]); pcrs.len()];
        Policy {
            pcrs: pcrs.to_vec(),
            accepts: states.iter().map(state).collect(),
            pin,
        }
    }

    #[test]
    fn only_what_a_tpm_can_hold_is_sound() {
        for sound in [
            policy(&[7], &[0], false),
            policy(&[], &[], true),
            policy(&[0, 23], &[1; 8], true),
        ] {
            assert!(sound.is_sound(), "{sound:?}");
        }
        let ragged = Policy {
            accepts: vec![vec![]],
            ..policy(&[7], &[0], false)
        };
        for unsound in [
            policy(&[7], &[], false),
            policy(&[], &[1], false),
            policy(&[7, 7], &[0], false),
            policy(&[11, 7], &[0], false),
            policy(&[24], &[0], false),
            policy(&[7], &[0; 9], false),
            ragged,
        ] {
            assert!(!unsound.is_sound(), "{unsound:?}");
        }
    }

    #[test]
    fn an_announced_value_is_accepted_beside_the_present_one() {
        let now = vec![HexBytes([1; 32]), HexBytes([2; 32])];
        let expected = [(11, HexBytes([3; 32]))].into();
        let made = Policy::new(&[7, 11], now.clone(), &expected, false);
        assert_eq!(
            made.accepts,
            [now.clone(), vec![HexBytes([1; 32]), HexBytes([3; 32])]]
        );
        assert!(
            made.changed(&[HexBytes([1; 32]), HexBytes([3; 32])])
                .is_empty()
        );
        assert_eq!(made.changed(&[HexBytes([9; 32]), HexBytes([3; 32])]), [7]);
        assert_eq!(
            made.changed(&[HexBytes([9; 32]), HexBytes([9; 32])]),
            [7, 11]
        );
        let same = Policy::new(
            &[7, 11],
            now.clone(),
            &[(11, HexBytes([2; 32]))].into(),
            false,
        );
        assert_eq!(same.accepts, [now]);
    }
}
