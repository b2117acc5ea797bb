//! The options that say how new factors are made: of `init` and `slots add`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use qv_app::Devices;
use qv_app::devices::{PinPolicy, SharesOptions, TouchPolicy, WalletAddress};
use qv_app::slots::{Classical, NewSlot, Plan};

use crate::ask::Delivery;
use crate::out::Out;

/// How new factors are made. Each option concerns one kind of factor.
#[derive(Debug, Args, Clone)]
#[command(next_help_heading = "How new factors are made")]
pub struct FactorArgs {
    /// tpm: PCRs of the SHA-256 bank that must not change, by comma; `none` for none [default: 7]
    #[arg(long, value_name = "LIST")]
    tpm_pcrs: Option<Pcrs>,
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
    /// shares: how many of how many open the vault
    #[arg(long, value_name = "M-of-N", default_value = "2-of-3", value_parser = scheme)]
    shares: SharesOptions,
    /// shares: writes them as a form to print, a page each, instead of showing them
    #[arg(long, value_name = "FILE", conflicts_with = "shares_dir")]
    shares_pdf: Option<PathBuf>,
    /// shares: for scripts, writes the words into a new folder, a file each; all the same, each
    /// share is read back from --passphrase-fd
    #[arg(long, value_name = "DIR")]
    shares_dir: Option<PathBuf>,
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
        if let Some(Pcrs(pcrs)) = &self.tpm_pcrs {
            devices.tpm.pcrs.clone_from(pcrs);
        }
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
        devices.shares = self.shares.clone();
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

    /// How new recovery shares are handed over.
    pub fn delivery(&self) -> Delivery {
        Delivery::new(self.shares_pdf.as_deref(), self.shares_dir.as_deref())
    }
}

/// What is left of the form that shares were printed from.
pub fn shares_note(out: &Out, gone: Option<bool>) {
    match gone {
        Some(true) => out.note(
            "the form was overwritten and deleted; the printer's memory, backups or flash wear-levelling may keep copies",
        ),
        Some(false) => out.note("the form still holds the shares: delete it once it is on paper"),
        None => {}
    }
}

/// `2-of-3`. Whether that is a way to share a secret is the backend's to say.
pub fn scheme(text: &str) -> Result<SharesOptions, String> {
    let numbers = text.split_once("-of-").and_then(|(needed, total)| {
        Some(SharesOptions {
            needed: needed.parse().ok()?,
            total: total.parse().ok()?,
        })
    });
    numbers.ok_or_else(|| "write it as 2-of-3: how many are needed, of how many".into())
}

/// The number of a slot, as every PIV tool writes it.
fn hexadecimal(text: &str) -> Result<u8, String> {
    u8::from_str_radix(text, 16).map_err(|_| "a slot is 82 to 95, hexadecimal".into())
}

/// A list of PCRs, which may be empty.
#[derive(Debug, Clone)]
pub struct Pcrs(pub Vec<u8>);

impl FromStr for Pcrs {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if matches!(text, "" | "none") {
            return Ok(Self(Vec::new()));
        }
        text.split(',').map(pcr).collect::<Result<_, _>>().map(Self)
    }
}

/// The value that a PCR will have, as `PCR=HEX`.
#[derive(Debug, Clone)]
pub struct ExpectedPcr {
    pub pcr: u8,
    pub value: String,
}

impl FromStr for ExpectedPcr {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (number, value) = text.split_once('=').ok_or("write it as PCR=HEX")?;
        Ok(Self {
            pcr: pcr(number)?,
            value: value.to_owned(),
        })
    }
}

fn pcr(text: &str) -> Result<u8, String> {
    text.parse()
        .ok()
        .filter(|pcr| *pcr <= 23)
        .ok_or_else(|| format!("`{text}` is no PCR; they are numbered 0 to 23"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_pcrs_may_be_empty_and_hold_only_pcrs() {
        let read = |text: &str| text.parse::<Pcrs>().map(|Pcrs(pcrs)| pcrs);
        assert_eq!(read("0,7,23"), Ok(vec![0, 7, 23]));
        assert_eq!((read(""), read("none")), (Ok(vec![]), Ok(vec![])));
        for wrong in ["24", "7,", "-1", "seven"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!("7".parse::<ExpectedPcr>().is_err());
    }
}
