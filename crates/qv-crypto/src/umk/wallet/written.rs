//! Addresses and signatures in the spellings that wallets give them.

use super::{Key, Result, WalletAddress, eip55, parse_solana};
use crate::CryptoError;
use crate::secret::SecretBytes;

/// Bytes of an Ed25519 signature.
const SOLANA_LEN: usize = 64;
/// Bytes of an EVM signature.
const EVM_LEN: usize = 65;

impl WalletAddress {
    /// An address as a wallet's program names it: an EVM one may come in any case, and gets its
    /// checksum here.
    ///
    /// # Errors
    /// [`CryptoError::InvalidWallet`].
    pub fn from_wallet(text: &str) -> Result<Self> {
        let Some(digits) = text.strip_prefix("0x") else {
            let key = Key::Solana(parse_solana(text)?);
            let text = text.to_owned();
            return Ok(Self { text, key });
        };
        let mut address = [0; 20];
        hex::decode_to_slice(digits, &mut address)
            .map_err(|_| CryptoError::InvalidWallet("an EVM address is 0x and 40 hex digits"))?;
        Ok(Self {
            text: format!("0x{}", eip55(&address)),
            key: Key::Evm(address),
        })
    }

    /// Bytes of this wallet's signatures.
    #[must_use]
    pub const fn signature_len(&self) -> usize {
        if self.is_evm() { EVM_LEN } else { SOLANA_LEN }
    }

    /// This wallet's signature as a person carries it over: hex (with or without `0x`), base64 or
    /// base58, with white space around it.
    ///
    /// # Errors
    /// [`CryptoError::Malformed`].
    pub fn read_signature(&self, written: &SecretBytes) -> Result<SecretBytes> {
        let text = written.expose().trim_ascii();
        let digits = text.strip_prefix(b"0x").unwrap_or(text);
        let len = self.signature_len();
        SecretBytes::try_filled(len, |bytes| {
            let read = if digits.len() == 2 * len {
                hex::decode_to_slice(digits, bytes).is_ok()
            } else if text.ends_with(b"=") {
                base64(text, bytes)
            } else {
                bs58::decode(text).onto(bytes) == Ok(len)
            };
            read.then_some(()).ok_or(CryptoError::Malformed(
                "a signature is hex, base64 or base58 of 64 bytes (Solana) or 65 bytes (EVM)",
            ))
        })
    }
}

fn base64(text: &[u8], bytes: &mut [u8]) -> bool {
    use base64ct::{Base64, Encoding as _};
    let len = bytes.len();
    std::str::from_utf8(text)
        .ok()
        .and_then(|text| Base64::decode(text, bytes).ok())
        .is_some_and(|read| read.len() == len)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVM: &str = "0x08597B8D8C40236D5688FBb946A1D0250CA62730";
    const SOLANA: &str = "3e31aENMTaZxGZ2A95TUNYHXfAMcxbCsbN53xddYZiN5";

    #[test]
    fn an_address_of_a_wallet_gets_its_one_spelling() {
        for given in [EVM.to_lowercase(), EVM.to_owned()] {
            assert_eq!(WalletAddress::from_wallet(&given).unwrap().as_str(), EVM);
        }
        assert_eq!(WalletAddress::from_wallet(SOLANA).unwrap().as_str(), SOLANA);
        for other in [
            "",
            "0x",
            &EVM[..41],
            "0X08597b8d8c40236d5688fbb946a1d0250ca62730",
        ] {
            assert!(WalletAddress::from_wallet(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_signature_is_read_in_each_spelling() {
        use base64ct::{Base64, Encoding as _};
        for (address, len) in [(SOLANA, 64), (EVM, 65)] {
            let wallet: WalletAddress = address.parse().unwrap();
            for fill in [0_u8, 1, 0xab, 0xff] {
                let mut bytes = vec![fill; len];
                bytes[len - 1] = 27;
                let spellings = [
                    hex::encode(&bytes),
                    format!("0x{}\n", hex::encode_upper(&bytes)),
                    Base64::encode_string(&bytes),
                    format!("  {} ", bs58::encode(&bytes).into_string()),
                ];
                for written in spellings {
                    let read = wallet.read_signature(&SecretBytes::copied_from(written.as_bytes()));
                    assert_eq!(read.unwrap().expose(), bytes, "{written}");
                }
                for wrong in [hex::encode(&bytes[1..]), Base64::encode_string(&bytes[1..])] {
                    let read = wallet.read_signature(&SecretBytes::copied_from(wrong.as_bytes()));
                    assert!(read.is_err(), "{wrong}");
                }
            }
        }
    }
}
