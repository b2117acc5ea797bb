//! What a chain and its node give back: payloads, transactions, refusals, and the node's address.

use qv_evm::{Address, ChainId, Payload, PlainHttp, Revert, RpcUrl, SignedTx};

use super::text;

/// A payload is taken in its canonical bytes alone.
pub fn payload(data: &[u8]) -> bool {
    let Ok(payload) = Payload::from_canonical(data) else {
        return false;
    };
    assert_eq!(payload.to_canonical().unwrap(), data);
    payload.hash().unwrap();
    true
}

/// Any answer of a node to a refused call is read, and shown in one line.
pub fn revert(data: &[u8]) -> bool {
    let revert = Revert::decode(data);
    let shown = revert.to_string();
    assert!(!shown.is_empty() && !shown.contains(char::is_control));
    revert != Revert::Unexplained
}

/// The first line is an address with its secrets, the rest a text of the node that is to be shown.
pub fn rpc_url(data: &[u8]) -> bool {
    let input = text(data).unwrap_or_default();
    let (address, said) = input.split_once('\n').unwrap_or((input, ""));
    let Ok(url) = RpcUrl::parse(address, PlainHttp::LoopbackOnly) else {
        return false;
    };
    let shown = url.to_string();
    assert!(!shown.contains(['@', '?', '#']), "{shown}");
    assert!(RpcUrl::parse(&shown, PlainHttp::LoopbackOnly).is_ok());
    let clean = url.sanitize(said);
    assert!(clean.chars().count() <= 201);
    assert!(!clean.contains("://") && !clean.contains(char::is_control));
    true
}

/// The first account of the development mnemonic that every local node knows.
const SIGNER: Address = Address::new([
    0xf3, 0x9f, 0xd6, 0xe5, 0x1a, 0xad, 0x88, 0xf6, 0xf4, 0xce, 0x6a, 0xb8, 0x82, 0x72, 0x79, 0xcf,
    0xff, 0xb9, 0x22, 0x66,
]);
const CHAIN: ChainId = ChainId(31_337);

/// A transaction that was taken is the one that was stored, byte for byte.
pub fn stored_transaction(data: &[u8]) -> bool {
    let Ok(signed) = SignedTx::from_stored(data, SIGNER, CHAIN) else {
        return false;
    };
    assert_eq!(signed.raw(), data);
    assert_eq!(signed.from(), SIGNER);
    let _ = (signed.nonce(), signed.fees(), signed.created_address());
    true
}
