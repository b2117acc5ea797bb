//! Envelopes, records, slots, shares, wallet addresses.

use std::sync::LazyLock;

use qv_crypto::encoding::hex_decode_array;
use qv_crypto::envelope::Envelope;
use qv_crypto::secret::Secret;
use qv_crypto::umk::record::{self, Aad};
use qv_crypto::umk::sharing::Share;
use qv_crypto::umk::slot::{BareWalletSlot, Descriptor, Slot};
use qv_crypto::umk::wallet::WalletAddress;

use super::text;

/// An envelope that was taken is written as it was read, up to white space and the order of members.
pub fn envelope(data: &[u8]) -> bool {
    let Ok(envelope) = Envelope::from_json(data) else {
        return false;
    };
    let again = Envelope::from_json(envelope.as_json().as_bytes()).unwrap();
    assert_eq!(again.as_json(), envelope.as_json());
    assert_eq!(again.hash(), envelope.hash());
    true
}

/// The first record of `tests/vectors/records.json`: its key, and the wallet that it is tied to.
static RECORD_KEY: LazyLock<Secret<32>> = LazyLock::new(|| {
    let key = "7ab931a29d5fb66bb91afd5cfc1e4f143597f723ac9b79208d9d3b938e4d61fa";
    Secret::copied_from(&hex_decode_array::<32>(key).unwrap()).unwrap()
});
static RECORD_WALLET: LazyLock<WalletAddress> = LazyLock::new(|| {
    "GbqThZBhi7xSAgCUxApieuFieyLNv7mPx7s4LAPPhJvr"
        .parse()
        .unwrap()
});
const RECORD_SHA256: &str = "8b2dae50ddd9c854ecf7eef47bdc63b8f0b354966349f1e5273b46745aef8d7b";

/// Only the record that was sealed opens, in its one spelling.
pub fn record(data: &[u8]) -> bool {
    let opened =
        text(data).map(|text| record::open(&RECORD_KEY, &Aad::BareUmk(&RECORD_WALLET), text));
    let Some(Ok(_)) = opened else { return false };
    record::check_current(text(data).unwrap_or_default(), RECORD_SHA256).unwrap();
    true
}

/// A share comes back from its digits and its words.
pub fn share(data: &[u8]) -> bool {
    let texts = text(data).map(|text| {
        [
            Share::read(text),
            Share::from_hex(text),
            Share::from_words(text),
        ]
    });
    let shares = [Share::parse(data)]
        .into_iter()
        .chain(texts.into_iter().flatten());
    let mut taken = false;
    for share in shares.flatten() {
        taken = true;
        let (hex, words) = (share.to_hex(), share.to_words());
        let from_hex = Share::from_hex(text(hex.expose()).unwrap()).unwrap();
        let from_words = Share::from_words(text(words.expose()).unwrap()).unwrap();
        assert!(from_hex.expose() == share.expose() && from_words.expose() == share.expose());
    }
    taken
}

/// A descriptor is taken in its canonical text alone; stored slots come back from their JSON.
pub fn slot(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let slot = serde_json::from_str::<Slot>(text);
    if let Ok(slot) = &slot {
        let json = serde_json::to_string(slot).unwrap();
        assert!(serde_json::from_str::<Slot>(&json).unwrap() == *slot);
    }
    let bare = serde_json::from_str::<BareWalletSlot>(text);
    if let Ok(slot) = &bare {
        let json = serde_json::to_string(slot).unwrap();
        assert!(serde_json::from_str::<BareWalletSlot>(&json).is_ok());
    }
    let descriptor = Descriptor::parse(text);
    if let Ok(descriptor) = &descriptor {
        assert_eq!(descriptor.as_str(), text);
        let _ = descriptor.is_classical();
    }
    slot.is_ok() || bare.is_ok() || descriptor.is_ok()
}

/// An address has one spelling.
pub fn wallet_address(data: &[u8]) -> bool {
    let Some(Ok(address)) = text(data).map(str::parse::<WalletAddress>) else {
        return false;
    };
    assert_eq!(address.to_string().as_bytes(), data);
    assert_eq!(address.is_evm(), data.starts_with(b"0x"));
    true
}
