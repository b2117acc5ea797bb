//! What a vault keeps beside an envelope, so that neither a foreign nor an older one passes for it.
//!
//! Whoever has an anchor's public key can make an envelope that opens, and an old one can be put
//! back into the database. The row therefore keeps the envelope's hash and a MAC over it under the
//! vault's own key, and the material's latest wrap event in the audit log names the hash.

use subtle::ConstantTimeEq as _;

use super::Envelope;
use crate::CryptoError;
use crate::encoding::{hex_encode, push_json_string};
use crate::secret::Secret;
use crate::suite::hash::hmac_sha256;

/// What the vault says that the envelope must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowBinding {
    /// The hash in the row.
    pub hash: [u8; 32],
    /// The MAC in the row, as [`Envelope::authenticate`] made it.
    pub auth: [u8; 32],
    /// The hash that the material's latest wrap event names.
    pub event_hash: [u8; 32],
}

impl RowBinding {
    /// Holds all three values against the envelope.
    ///
    /// # Errors
    /// [`CryptoError::Substituted`].
    pub fn check(
        &self,
        envelope_auth: &Secret<32>,
        envelope: &Envelope,
    ) -> Result<(), CryptoError> {
        let same = self.hash.ct_eq(envelope.hash())
            & self.event_hash.ct_eq(envelope.hash())
            & self.auth.ct_eq(&envelope.authenticate(envelope_auth));
        if same.into() {
            Ok(())
        } else {
            Err(CryptoError::Substituted)
        }
    }
}

impl Envelope {
    /// `HMAC-SHA-256(envelope_auth, JCS([asset_key_material_id, hash]))`, for the row of an envelope
    /// that this vault made. The key is the subkey `envelope_auth` of the user master key.
    #[must_use]
    pub fn authenticate(&self, envelope_auth: &Secret<32>) -> [u8; 32] {
        authenticate(envelope_auth, self.context.material_id.as_str(), &self.hash)
    }
}

/// What authenticates an envelope under `new` in place of `old`, when the master key is rotated; `None`
/// where `auth` is not what `old` gives: a foreign envelope must not come to pass for the vault's own.
#[must_use]
pub fn reauthenticate(
    (old, new): (&Secret<32>, &Secret<32>),
    material_id: &str,
    hash: &[u8; 32],
    auth: &[u8; 32],
) -> Option<[u8; 32]> {
    let genuine = authenticate(old, material_id, hash).ct_eq(auth);
    bool::from(genuine).then(|| authenticate(new, material_id, hash))
}

/// As [`Envelope::authenticate`], where the key is elsewhere than the envelope.
#[must_use]
pub fn authenticate(envelope_auth: &Secret<32>, material_id: &str, hash: &[u8; 32]) -> [u8; 32] {
    let mut message = String::with_capacity(160);
    message.push('[');
    push_json_string(&mut message, material_id);
    message.push(',');
    push_json_string(&mut message, &hex_encode(hash));
    message.push(']');
    hmac_sha256(envelope_auth.expose(), &[message.as_bytes()])
}
