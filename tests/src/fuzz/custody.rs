//! What reaches a factor's backend: requests to the wallet's page, keypair files, signatures by hand.

use std::sync::LazyLock;

use qv_crypto::secret::SecretBytes;
use qv_crypto::umk::wallet::{SolanaKeypair, WalletAddress};

/// A request ends where it says; what is taken is neither shorter nor longer.
pub fn page_request(data: &[u8]) -> bool {
    qv_seal::wallet::fuzz_request(data)
}

/// A keypair that was taken signs what its address verifies.
pub fn keypair_file(data: &[u8]) -> bool {
    let Ok(keypair) = SolanaKeypair::parse(data) else {
        return false;
    };
    let signature = keypair.sign("text");
    keypair.address().verify("text", &signature).unwrap();
    true
}

static WALLETS: LazyLock<[WalletAddress; 2]> = LazyLock::new(|| {
    [
        "3e31aENMTaZxGZ2A95TUNYHXfAMcxbCsbN53xddYZiN5",
        "0x08597B8D8C40236D5688FBb946A1D0250CA62730",
    ]
    .map(|address| address.parse().unwrap())
});

/// A signature that was read has its one length, and comes back from its hex.
pub fn wallet_signature(data: &[u8]) -> bool {
    let written = SecretBytes::copied_from(data);
    let mut taken = false;
    for wallet in WALLETS.iter() {
        let Ok(signature) = wallet.read_signature(&written) else {
            continue;
        };
        taken = true;
        assert_eq!(signature.len(), wallet.signature_len());
        let hex = qv_crypto::encoding::hex_encode(signature.expose());
        let again = wallet.read_signature(&SecretBytes::copied_from(hex.as_bytes()));
        assert!(again.unwrap() == signature);
    }
    taken
}
