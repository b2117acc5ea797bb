//! Wallet addresses, their signatures, and the session key (SK) that a derivation signature gives.
//!
//! Invariants: an address has one spelling (Solana base58, EVM with its EIP-55 checksum); a
//! signature is verified against its address before anything is derived from it; one that more
//! than one byte string could stand for (high s, S not reduced, EIP-2098) is refused.
//!
//! A classical signature is no protection against a quantum attacker: see
//! [`slot`](super::slot) on classical slots.

mod keypair;
mod written;

use std::fmt;
use std::str::FromStr;

use ed25519_dalek as ed25519;
use k256::ecdsa;
use serde::{Deserialize, Serialize};
use sha3::{Digest, Keccak256};

use super::{HexBytes, Result, hkdf};
use crate::CryptoError;
use crate::encoding::hex_encode;
use crate::secret::{Secret, SecretBytes};

pub use keypair::SolanaKeypair;

/// The address of a wallet, in its one accepted spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WalletAddress {
    text: String,
    key: Key,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    /// The Ed25519 public key itself.
    Solana([u8; 32]),
    /// The last 20 bytes of Keccak-256 of the secp256k1 public key.
    Evm([u8; 20]),
}

impl WalletAddress {
    /// The address as it is written everywhere.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the address is an EVM one (otherwise it is a Solana one).
    #[must_use]
    pub const fn is_evm(&self) -> bool {
        matches!(self.key, Key::Evm(_))
    }

    /// Verifies this wallet's signature over `text`: Ed25519 with the strict rules (cofactorless,
    /// S < L, canonical A and R, no small order), or EIP-191 `personal_sign` with low s. Returns
    /// the signature in its one form: R ‖ S (64 bytes), or r ‖ s ‖ v (65) with v 27 or 28.
    ///
    /// # Errors
    /// [`CryptoError::BadSignature`].
    pub fn verify(&self, text: &str, signature: &SecretBytes) -> Result<SecretBytes> {
        match &self.key {
            Key::Solana(key) => verify_ed25519(key, text, signature.expose()),
            Key::Evm(address) => verify_eip191(address, text, signature.expose()),
        }
    }
}

impl FromStr for WalletAddress {
    type Err = CryptoError;
    fn from_str(text: &str) -> Result<Self> {
        let key = match text.strip_prefix("0x") {
            Some(digits) => Key::Evm(parse_evm(digits)?),
            None => Key::Solana(parse_solana(text)?),
        };
        Ok(Self {
            text: text.to_owned(),
            key,
        })
    }
}

impl TryFrom<String> for WalletAddress {
    type Error = CryptoError;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<WalletAddress> for String {
    fn from(address: WalletAddress) -> Self {
        address.text
    }
}

impl fmt::Display for WalletAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text that a wallet signs to give a session key. The signature over it is key material: it
/// never leaves the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivationMessage {
    wallet: WalletAddress,
    text: String,
}

impl DerivationMessage {
    /// The message of a slot, bound to its salt: a signature phished elsewhere opens nothing, and
    /// a slot can be renewed.
    #[must_use]
    pub fn for_slot(wallet: &WalletAddress, slot_salt: &HexBytes<32>) -> Self {
        Self {
            wallet: wallet.clone(),
            text: format!("QuantumVault:Unlock:{wallet}:{slot_salt}"),
        }
    }

    /// The message of a bare-wallet slot (security plan v2), which is bound to nothing.
    #[must_use]
    pub fn bare(wallet: &WalletAddress) -> Self {
        Self {
            wallet: wallet.clone(),
            text: format!("QuantumVault:Unlock:{wallet}"),
        }
    }

    /// What the wallet is to sign.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The session key (SK): what a wallet's derivation signature is worth as a factor.
#[derive(Debug, PartialEq, Eq)]
pub struct SessionKey(pub(super) Secret<32>);

impl SessionKey {
    /// Verifies the signature over `message`, then derives SK from it.
    ///
    /// # Errors
    /// [`CryptoError::BadSignature`].
    pub fn derive(message: &DerivationMessage, signature: &SecretBytes) -> Result<Self> {
        let signature = message.wallet.verify(&message.text, signature)?;
        let ikm = SecretBytes::concat(&[message.wallet.text.as_bytes(), signature.expose()]);
        Ok(Self(hkdf::derive(
            ikm.expose(),
            b"QuantumVault-v2-2026",
            &[b"session-key-derivation"],
        )))
    }

    /// As [`SessionKey::derive`], for enrolment: from two signatures over the same message. A
    /// wallet that signs one message differently each time could never open its slot again.
    ///
    /// # Errors
    /// [`CryptoError::BadSignature`]; [`CryptoError::UnsteadyWallet`] where the two differ.
    pub fn derive_for_enrolment(
        message: &DerivationMessage,
        signatures: [&SecretBytes; 2],
    ) -> Result<Self> {
        let [first, second] = signatures;
        let key = Self::derive(message, first)?;
        if key == Self::derive(message, second)? {
            Ok(key)
        } else {
            Err(CryptoError::UnsteadyWallet)
        }
    }

    /// The factor `wallet` of a slot.
    #[must_use]
    pub fn into_factor(self) -> Secret<32> {
        self.0
    }

    pub(super) fn secret(&self) -> &Secret<32> {
        &self.0
    }
}

fn parse_solana(text: &str) -> Result<[u8; 32]> {
    let mut key = [0; 32];
    match bs58::decode(text).onto(&mut key) {
        Ok(32) => Ok(key),
        _ => Err(CryptoError::InvalidWallet(
            "a Solana address is the base58 of 32 bytes",
        )),
    }
}

fn parse_evm(digits: &str) -> Result<[u8; 20]> {
    let mut address = [0; 20];
    hex::decode_to_slice(digits, &mut address)
        .map_err(|_| CryptoError::InvalidWallet("an EVM address is 0x and 40 hex digits"))?;
    if eip55(&address) == digits {
        Ok(address)
    } else {
        Err(CryptoError::InvalidWallet(
            "its EIP-55 checksum, the case of its letters, is wrong",
        ))
    }
}

/// The 40 digits of an EVM address in the mixed case of EIP-55.
fn eip55(address: &[u8; 20]) -> String {
    let digits = hex_encode(address);
    let hash = hex_encode(&Keccak256::digest(&digits));
    let raise = |(digit, nibble): (char, char)| {
        if nibble >= '8' {
            digit.to_ascii_uppercase()
        } else {
            digit
        }
    };
    digits.chars().zip(hash.chars()).map(raise).collect()
}

const ED25519: CryptoError = CryptoError::BadSignature { suite: "Ed25519" };
const EIP191: CryptoError = CryptoError::BadSignature { suite: "EIP-191" };

fn verify_ed25519(key: &[u8; 32], text: &str, signature: &[u8]) -> Result<SecretBytes> {
    let parsed = ed25519::Signature::from_slice(signature).map_err(|_| ED25519)?;
    canonical_key(key)?
        .verify_strict(text.as_bytes(), &parsed)
        .map_err(|_| ED25519)?;
    Ok(SecretBytes::copied_from(signature))
}

/// `verify_strict` compares R as bytes, so R is canonical; A it takes in any encoding.
fn canonical_key(bytes: &[u8; 32]) -> Result<ed25519::VerifyingKey> {
    let key = ed25519::VerifyingKey::from_bytes(bytes).map_err(|_| ED25519)?;
    if key.to_edwards().compress().as_bytes() == bytes {
        Ok(key)
    } else {
        Err(ED25519)
    }
}

fn verify_eip191(address: &[u8; 20], text: &str, signature: &[u8]) -> Result<SecretBytes> {
    let Some((v, r_s)) = signature.split_last().filter(|(_, r_s)| r_s.len() == 64) else {
        return Err(EIP191);
    };
    let parity = match v {
        0 | 27 => 0,
        1 | 28 => 1,
        _ => return Err(EIP191),
    };
    let parsed = ecdsa::Signature::from_slice(r_s).map_err(|_| EIP191)?;
    if parsed.normalize_s() != parsed || recover_eip191(text, &parsed, parity == 1)? != *address {
        return Err(EIP191);
    }
    Ok(SecretBytes::concat(&[r_s, &[27 + parity]]))
}

/// The address whose key made this signature over `text` (EIP-191 version 0x45).
fn recover_eip191(text: &str, signature: &ecdsa::Signature, y_is_odd: bool) -> Result<[u8; 20]> {
    let prehash = Keccak256::new()
        .chain_update("\x19Ethereum Signed Message:\n")
        .chain_update(text.len().to_string())
        .chain_update(text)
        .finalize();
    let id = ecdsa::RecoveryId::new(y_is_odd, false);
    let key =
        ecdsa::VerifyingKey::recover_from_prehash(&prehash, signature, id).map_err(|_| EIP191)?;
    let point = key.to_sec1_point(false);
    let hash = Keccak256::digest(point.as_bytes().get(1..).ok_or(EIP191)?);
    hash.last_chunk().copied().ok_or(EIP191)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519::Signer;

    #[test]
    fn an_address_has_one_spelling() {
        let evm = "0x08597B8D8C40236D5688FBb946A1D0250CA62730";
        assert!(evm.parse::<WalletAddress>().unwrap().is_evm());
        let solana = "3e31aENMTaZxGZ2A95TUNYHXfAMcxbCsbN53xddYZiN5";
        assert!(!solana.parse::<WalletAddress>().unwrap().is_evm());
        let others = [
            evm.to_lowercase(),
            format!("0x{}", evm[2..].to_uppercase()),
            evm.replacen("0x", "0X", 1),
            evm[2..].to_owned(),
            format!("{evm}0"),
            format!("1{solana}"),
            format!(" {solana}"),
            solana[4..].to_owned(),
            solana.replacen('3', "0", 1),
            String::new(),
        ];
        for other in others {
            assert!(other.parse::<WalletAddress>().is_err(), "{other}");
        }
    }

    #[test]
    fn only_canonical_points_are_keys() {
        // y = p + 3: on the curve after reduction, but not canonical; y = 2: not on the curve.
        let mut not_canonical = [0xff; 32];
        not_canonical[0] = 0xf0;
        not_canonical[31] = 0x7f;
        let mut off_curve = [0; 32];
        off_curve[0] = 2;
        assert!(ed25519::VerifyingKey::from_bytes(&not_canonical).is_ok());
        assert_eq!(canonical_key(&not_canonical), Err(ED25519));
        assert_eq!(canonical_key(&off_curve), Err(ED25519));
        let key = ed25519::SigningKey::from_bytes(&[1; 32]).verifying_key();
        assert_eq!(canonical_key(key.as_bytes()), Ok(key));
    }

    #[test]
    fn a_wallet_that_signs_differently_each_time_is_refused() {
        let key = ed25519::SigningKey::from_bytes(&[1; 32]);
        let address = bs58::encode(key.verifying_key().as_bytes()).into_string();
        let wallet: WalletAddress = address.parse().unwrap();
        let message = DerivationMessage::bare(&wallet);
        let deterministic =
            SecretBytes::copied_from(&key.sign(message.as_str().as_bytes()).to_bytes());
        let randomised =
            SecretBytes::copied_from(&sign_with_other_nonce(&key, message.as_str().as_bytes()));
        assert!(SessionKey::derive(&message, &randomised).is_ok());
        assert!(
            SessionKey::derive_for_enrolment(&message, [&deterministic, &deterministic]).is_ok()
        );
        assert!(matches!(
            SessionKey::derive_for_enrolment(&message, [&deterministic, &randomised]),
            Err(CryptoError::UnsteadyWallet)
        ));
    }

    /// A valid signature whose nonce is not the one of RFC 8032: the secret prefix is another's.
    fn sign_with_other_nonce(key: &ed25519::SigningKey, message: &[u8]) -> [u8; 64] {
        let mut expanded = ed25519::hazmat::ExpandedSecretKey::from(&key.to_bytes());
        expanded.hash_prefix = [9; 32];
        ed25519::hazmat::raw_sign::<sha2::Sha512>(&expanded, message, &key.verifying_key())
            .to_bytes()
    }
}
