//! The options that say how new factors are made: of `init` and `slots add`.

use clap::Args;
use qv_app::Devices;
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
}

impl FactorArgs {
    /// `devices` with what these options say.
    pub fn apply(&self, mut devices: Devices) -> Devices {
        devices.tpm.pcrs = self.tpm_pcrs.clone();
        devices.tpm.pin = self.tpm_pin;
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
