//! The options that say how new factors are made: of `init` and `slots add`.

use clap::Args;
use qv_app::Devices;
use qv_app::devices::WalletAddress;

/// How new factors are made. Each option concerns one kind of factor.
#[derive(Debug, Args, Clone)]
#[command(next_help_heading = "How new factors are made")]
pub struct FactorArgs {
    /// tpm: PCRs of the SHA-256 bank that must not change, by comma; empty for none
    #[arg(
        long,
        value_name = "LIST",
        default_value = "7",
        value_delimiter = ',',
        hide_default_value = false
    )]
    tpm_pcrs: Vec<u8>,
    /// tpm: also needs a PIN, which the TPM protects against guessing
    #[arg(long)]
    tpm_pin: bool,
    /// wallet: its address; else the one that is connected in the browser, or that of --wallet-file
    #[arg(long = "wallet", value_name = "ADDRESS")]
    wallet: Option<WalletAddress>,
}

impl FactorArgs {
    /// `devices` with what these options say.
    pub fn apply(&self, mut devices: Devices) -> Devices {
        devices.tpm.pcrs = self.tpm_pcrs.clone();
        devices.tpm.pin = self.tpm_pin;
        devices.wallet.address = self.wallet.clone();
        devices
    }
}
