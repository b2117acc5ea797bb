//! Records: small secrets at rest, `Base64(IV(12) ‖ tag(16) ‖ ciphertext)` of AES-256-GCM.
//!
//! Invariant: what a record is (type, owner, version) is in its AAD, so a record opens only where
//! it belongs. The AAD is compact JSON in a fixed member order with strings as JSON.stringify
//! writes them (this is not JCS); a slot's record has the JCS of its descriptor instead.
//!
//! Records under a subkey of the UMK go through [`Umk::seal`](super::Umk::seal), which picks the
//! subkey; [`seal`] and [`open`] here are for the other keys.

use subtle::ConstantTimeEq;

use super::slot::Descriptor;
use super::wallet::WalletAddress;
use super::{InfoId, Purpose, Result};
use crate::CryptoError;
use crate::encoding::{base64_decode, base64_encode, hex_encode, push_json_string};
use crate::secret::{Secret, SecretBytes};
use crate::suite::aead::TAG_LEN;
use crate::suite::hash::sha256;
use crate::suite::{Aead as _, AeadSuite};

const IV: usize = 12;

/// A record under a subkey of the UMK.
#[derive(Debug, Clone, Copy)]
pub enum VaultRecord<'a> {
    /// The recovery phrase of a wallet: lower-case words with one space between.
    Mnemonic(&'a WalletAddress),
    /// The private key of a wallet: 64 bytes, seed ‖ public key.
    PrivKey(&'a WalletAddress),
    /// The private part of one version of an anchor's key pair.
    Anchor {
        /// The anchor.
        id: &'a InfoId,
        /// The version of its key, from 1.
        key_version: u64,
        /// The suite name of the key.
        kem: &'a str,
    },
    /// A signing key of the audit log.
    AuditSigning(AuditKey),
    /// A key that signs attestations.
    ChainSigner(&'a InfoId),
    /// A sync target's token: its UTF-8.
    VaultToken(&'a InfoId),
    /// The key-encryption key of a slot.
    SlotKek(&'a InfoId),
}

/// Which of the audit log's two signing keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditKey {
    /// The classical one.
    Ed25519,
    /// The post-quantum one.
    MlDsa87,
}

impl AuditKey {
    /// The id of the key's record.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::MlDsa87 => "ML-DSA-87",
        }
    }
}

impl VaultRecord<'_> {
    pub(super) fn purpose(&self) -> Purpose {
        match self {
            Self::Mnemonic(_) => Purpose::Mnemonic,
            Self::PrivKey(_) => Purpose::AgentPrivkey,
            Self::Anchor { id, .. } => Purpose::Anchor((*id).clone()),
            Self::AuditSigning(_) => Purpose::AuditSigning,
            Self::ChainSigner(_) => Purpose::ChainSigner,
            Self::VaultToken(_) => Purpose::VaultToken,
            Self::SlotKek(_) => Purpose::SlotKeks,
        }
    }

    fn aad(&self) -> String {
        match self {
            Self::Mnemonic(wallet) => wallet_aad(wallet, "mnemonic"),
            Self::PrivKey(wallet) => wallet_aad(wallet, "privkey"),
            Self::Anchor {
                id,
                key_version,
                kem,
            } => format!(
                r#"{{"id":{},"type":"anchor","version":1,"key_version":{key_version},"kem":{}}}"#,
                json_string(id.as_str()),
                json_string(kem)
            ),
            Self::AuditSigning(key) => id_aad(key.id(), "audit_signing"),
            Self::ChainSigner(id) => id_aad(id.as_str(), "chain_signer"),
            Self::VaultToken(id) => id_aad(id.as_str(), "vault_token"),
            Self::SlotKek(id) => id_aad(id.as_str(), "slot_kek"),
        }
    }
}

/// What a record is tied to.
#[derive(Debug, Clone, Copy)]
pub enum Aad<'a> {
    /// A record under a subkey of the UMK.
    Vault(VaultRecord<'a>),
    /// The UMK in a bare-wallet slot, under the session key of the wallet that unlocks it.
    BareUmk(&'a WalletAddress),
    /// What a described slot seals: the UMK under its KEK, a share under a group's key.
    Slot(&'a Descriptor),
    /// A wallet's private key for unattended signing, under an execution key.
    Execution {
        /// The wallet whose key it is.
        wallet: &'a WalletAddress,
        /// The authorization that allows it.
        authorization: &'a InfoId,
    },
    /// An execution key under the unattended key; the id is the authorization's.
    ExecutionKey(&'a InfoId),
}

impl Aad<'_> {
    pub(super) fn to_text(self) -> String {
        match self {
            Self::Vault(record) => record.aad(),
            Self::BareUmk(wallet) => wallet_aad(wallet, "umk"),
            Self::Slot(descriptor) => descriptor.as_str().to_owned(),
            Self::Execution {
                wallet,
                authorization,
            } => format!(
                r#"{{"wallet":{},"type":"execution","version":1,"authorization_id":{}}}"#,
                json_string(wallet.as_str()),
                json_string(authorization.as_str())
            ),
            Self::ExecutionKey(id) => id_aad(id.as_str(), "execution_key"),
        }
    }
}

/// Seals `plaintext` under `key` with a random IV.
///
/// # Errors
/// [`CryptoError::NoRandomness`].
pub fn seal(key: &Secret<32>, aad: &Aad<'_>, plaintext: &[u8]) -> Result<String> {
    let mut iv = [0; IV];
    getrandom::fill(&mut iv)?;
    seal_with_iv(key, &aad.to_text(), &iv, plaintext)
}

/// Opens a record.
///
/// # Errors
/// [`CryptoError::Malformed`] where the text cannot be a record, [`CryptoError::TagMismatch`]
/// where key, AAD or content are not the ones that were sealed.
pub fn open(key: &Secret<32>, aad: &Aad<'_>, record: &str) -> Result<SecretBytes> {
    open_with_aad(key, &aad.to_text(), record)
}

/// Opens a record that must hold exactly `N` bytes.
///
/// # Errors
/// As [`open`]; [`CryptoError::Malformed`] also for another length.
pub fn open_key<const N: usize>(
    key: &Secret<32>,
    aad: &Aad<'_>,
    record: &str,
) -> Result<Secret<N>> {
    let plaintext = open(key, aad, record)?;
    Secret::copied_from(plaintext.expose())
        .ok_or(CryptoError::Malformed("a key record of another length"))
}

/// SHA-256, in hex, of a record's text: what the row's audit event names.
#[must_use]
pub fn record_sha256(record: &str) -> String {
    hex_encode(&sha256(&[record.as_bytes()]))
}

/// Refuses a record other than the one that the row's latest audit event names, so that an older
/// record of the same row cannot be put back unseen.
///
/// # Errors
/// [`CryptoError::Substituted`].
pub fn check_current(record: &str, named_sha256: &str) -> Result<()> {
    let same = record_sha256(record)
        .as_bytes()
        .ct_eq(named_sha256.as_bytes());
    if same.into() {
        Ok(())
    } else {
        Err(CryptoError::Substituted)
    }
}

pub(super) fn seal_with_iv(
    key: &Secret<32>,
    aad: &str,
    iv: &[u8; IV],
    plaintext: &[u8],
) -> Result<String> {
    let sealed = AeadSuite::Aes256Gcm.seal(key.expose(), iv, aad.as_bytes(), plaintext)?;
    let (ciphertext, tag) = sealed.split_at(plaintext.len());
    Ok(base64_encode(&[iv, tag, ciphertext].concat()))
}

pub(super) fn open_with_aad(key: &Secret<32>, aad: &str, record: &str) -> Result<SecretBytes> {
    let bytes = base64_decode(record).ok_or(CryptoError::Malformed(
        "a record that is no canonical Base64",
    ))?;
    let Some((iv, (tag, ciphertext))) = bytes
        .split_at_checked(IV)
        .and_then(|(iv, rest)| Some((iv, rest.split_at_checked(TAG_LEN)?)))
    else {
        return Err(CryptoError::Malformed("a record of fewer than 28 bytes"));
    };
    AeadSuite::Aes256Gcm.open(
        key.expose(),
        iv,
        aad.as_bytes(),
        &[ciphertext, tag].concat(),
    )
}

fn wallet_aad(wallet: &WalletAddress, kind: &str) -> String {
    format!(
        r#"{{"wallet":{},"type":"{kind}","version":1}}"#,
        json_string(wallet.as_str())
    )
}

fn id_aad(id: &str, kind: &str) -> String {
    format!(
        r#"{{"id":{},"type":"{kind}","version":1}}"#,
        json_string(id)
    )
}

/// As JSON.stringify: escapes quote, backslash and control characters only, with the short forms
/// where JSON has one.
fn json_string(text: &str) -> String {
    let mut written = String::new();
    push_json_string(&mut written, text);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_written_as_json_stringify_writes_them() {
        let text = "a\"\\/\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}\u{2028}ä🐎";
        let written = "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u{7f}\u{2028}ä🐎\"";
        assert_eq!(json_string(text), written);
    }

    #[test]
    fn an_older_record_of_the_same_row_is_refused() {
        let named = record_sha256("new");
        assert!(check_current("new", &named).is_ok());
        assert!(matches!(
            check_current("old", &named),
            Err(CryptoError::Substituted)
        ));
        assert!(matches!(
            check_current("new", ""),
            Err(CryptoError::Substituted)
        ));
    }

    #[test]
    fn every_record_has_its_own_iv() {
        let key = Secret::filled(|bytes| bytes.fill(7));
        let id = InfoId::parse("a").unwrap();
        let seal = || seal(&key, &Aad::ExecutionKey(&id), b"same").unwrap();
        assert_ne!(seal(), seal());
    }
}
