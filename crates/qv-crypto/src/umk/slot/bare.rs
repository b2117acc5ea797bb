//! The security plan's own slot: the UMK under the session key itself.

use qv_types::SlotId;
use serde::{Deserialize, Serialize};

use super::{Classical, open_kek, seal_kek};
use crate::CryptoError;
use crate::umk::record::{self, Aad};
use crate::umk::wallet::{SessionKey, WalletAddress};
use crate::umk::{Result, Umk};

/// A bare-wallet slot, exactly as the security plan v2 has it, for compatibility. Its KEK is the
/// session key of the message without salt. Always classical.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BareWalletSlot {
    /// The slot's id.
    pub slot: SlotId,
    /// The wallet that opens it.
    pub wallet: WalletAddress,
    /// The UMK under the session key. It names no vault.
    pub record: String,
    /// The session key under the UMK's subkey `slot_keks`, which ties the slot to its vault.
    pub kek_record: String,
}

impl BareWalletSlot {
    /// Makes a slot for the wallet that signed for `key`
    /// ([`DerivationMessage::bare`](crate::umk::wallet::DerivationMessage::bare)).
    ///
    /// # Errors
    /// [`CryptoError::ClassicalSlot`] unless asked for by name; [`CryptoError::NoRandomness`].
    pub fn enrol(
        umk: &Umk,
        wallet: WalletAddress,
        key: &SessionKey,
        classical: Classical,
    ) -> Result<Self> {
        if classical == Classical::Refuse {
            return Err(CryptoError::ClassicalSlot {
                kinds: "wallet".into(),
            });
        }
        Self::seal(umk, SlotId::make_random(), wallet, key.secret())
    }

    /// Opens the slot. The UMK is accepted only if it opens this vault's record of the KEK.
    ///
    /// # Errors
    /// [`CryptoError::TagMismatch`] where the key is wrong or the record was edited;
    /// [`CryptoError::WrongVault`] where the UMK is not this vault's.
    pub fn open(&self, key: &SessionKey) -> Result<Umk> {
        let umk = record::open_key(key.secret(), &Aad::BareUmk(&self.wallet), &self.record)?;
        let umk = Umk::from_secret(&umk)?;
        match open_kek(&umk, self.slot, &self.kek_record) {
            Ok(kek) if kek == *key.secret() => Ok(umk),
            _ => Err(CryptoError::WrongVault),
        }
    }

    /// The same slot around a new UMK (routine rotation).
    ///
    /// # Errors
    /// [`CryptoError::TagMismatch`] where the slot is not one of `old`'s; [`CryptoError::NoRandomness`].
    pub fn rewrap(&self, old: &Umk, new: &Umk) -> Result<Self> {
        let kek = open_kek(old, self.slot, &self.kek_record)?;
        Self::seal(new, self.slot, self.wallet.clone(), &kek)
    }

    fn seal(
        umk: &Umk,
        slot: SlotId,
        wallet: WalletAddress,
        kek: &crate::secret::Secret<32>,
    ) -> Result<Self> {
        let record = record::seal(kek, &Aad::BareUmk(&wallet), umk.secret().expose())?;
        Ok(Self {
            slot,
            wallet,
            record,
            kek_record: seal_kek(umk, slot, kek)?,
        })
    }
}
