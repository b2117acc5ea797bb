//! Real servers and peers that tests start and stop by themselves.
pub mod card;
pub mod evm;
pub mod keyring;
pub mod tls;
pub mod tpm;
pub mod wallets;
