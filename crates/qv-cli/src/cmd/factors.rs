//! The options that say how new factors are made: of `init` and `slots add`.

use clap::{Args, ValueEnum};
use qv_app::Devices;
use qv_app::devices::{PinPolicy, TouchPolicy, WalletAddress};
use qv_app::slots::{Classical, NewSlot, Plan};

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
    /// Makes the slot even where a quantum attacker with the database alone could open it
    #[arg(long)]
    accept_classical: bool,
    /// wallet: its address; else the one that is connected in the browser, or that of --wallet-file
    #[arg(long = "wallet", value_name = "ADDRESS")]
    wallet: Option<WalletAddress>,
    /// yubikey-piv: serial number of the YubiKey, where several are inserted
    #[arg(long, value_name = "SERIAL")]
    yubikey_serial: Option<u32>,
    /// yubikey-piv: the retired slot, 82 to 95; without it the first free one. One that holds a
    /// key of this vault is used as it is
    #[arg(long, value_name = "SLOT", value_parser = hexadecimal)]
    yubikey_slot: Option<u8>,
    /// yubikey-piv: when the key wants the PIN
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = PinWord::Once)]
    yubikey_pin: PinWord,
    /// yubikey-piv: when the key wants to be touched; `cached` is once in 15 seconds
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = TouchWord::Always)]
    yubikey_touch: TouchWord,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PinWord {
    Once,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TouchWord {
    Always,
    Cached,
    Never,
}

impl FactorArgs {
    /// `devices` with what these options say.
    pub fn apply(&self, mut devices: Devices) -> Devices {
        devices.tpm.pcrs = self.tpm_pcrs.clone();
        devices.tpm.pin = self.tpm_pin;
        devices.wallet.address = self.wallet.clone();
        devices.yubikey.serial = self.yubikey_serial;
        devices.yubikey.slot = self.yubikey_slot;
        devices.yubikey.pin = match self.yubikey_pin {
            PinWord::Once => PinPolicy::Once,
            PinWord::Always => PinPolicy::Always,
            PinWord::Never => PinPolicy::Never,
        };
        devices.yubikey.touch = match self.yubikey_touch {
            TouchWord::Always => TouchPolicy::Always,
            TouchWord::Cached => TouchPolicy::Cached,
            TouchWord::Never => TouchPolicy::Never,
        };
        devices
    }

    /// The slot to be made as `plan` says.
    pub fn slot(&self, plan: Plan) -> NewSlot {
        NewSlot {
            classical: if self.accept_classical {
                Classical::Accept
            } else {
                Classical::Refuse
            },
            ..plan.into()
        }
    }
}

/// The number of a slot, as every PIV tool writes it.
fn hexadecimal(text: &str) -> Result<u8, String> {
    u8::from_str_radix(text, 16).map_err(|_| "a slot is 82 to 95, hexadecimal".into())
}
