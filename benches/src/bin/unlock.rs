//! A whole unlock of a vault whose slot the TPM opens, against bare releases by the same software TPM.

use qv_app::devices::{TpmOptions, keep_quiet};
use qv_app::session::LockReason;
use qv_app::slots::{Factor, NewSlot};
use qv_app::{Config, Devices, Home, Interaction, Notice, Prompt, SealError, SecretBytes, Vault};
use qv_benches::bare_tpm::{BareSealed, Bus};
use qv_benches::{Promise, Result, Samples, Stopwatch, heading, promise, scratch};
use qv_testkit::tpm::Swtpm;

const ROUNDS: usize = 100;

fn main() -> Result<()> {
    keep_quiet();
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(run())
}

async fn run() -> Result<()> {
    let (folder, tpm) = (scratch()?, Swtpm::start()?);
    let bare = BareSealed::seal(&tpm.tcti())?;
    let vault = vault(&folder, tpm.tcti()).await?;
    let (mut ours, mut peer, mut clear) =
        (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..ROUNDS {
        for (bus, samples) in [(Bus::Encrypted, &mut peer), (Bus::Clear, &mut clear)] {
            let clock = Stopwatch::start();
            bare.unseal(&tpm.tcti(), bus)?;
            samples.push(clock.stop());
        }
        vault.lock(LockReason::Asked).await?;
        let clock = Stopwatch::start();
        vault.unlock(None, &mut Nobody).await?;
        ours.push(clock.stop());
    }
    heading("(e) one unlock by the TPM (swtpm), its event made durable");
    ours.print("qv-app, slot of a TPM", 1);
    peer.print("tss-esapi, bare release, the bus encrypted", 1);
    clear.print("tss-esapi, bare release, the bus in clear", 1);
    promise("p50 in ms", ours.wall(0.5) * 1e3, Promise::AtMost(150.0));
    promise(
        "p50, times the bare release",
        ours.wall(0.5) / peer.wall(0.5),
        Promise::AtMost(1.5),
    );
    vault.close().await;
    Ok(())
}

async fn vault(folder: &tempfile::TempDir, tcti: String) -> Result<Vault> {
    let home = Home::resolve(Some(&folder.path().join("vault")), |_| None)?;
    let devices = Devices {
        tpm: TpmOptions {
            tcti: Some(tcti),
            ..TpmOptions::default()
        },
        ..Devices::default()
    };
    let factors = [Factor::Tpm];
    Ok(Vault::create(
        &home,
        Config::default(),
        devices,
        &[NewSlot::all(factors)],
        &mut Nobody,
    )
    .await?)
}

/// Where nobody is asked.
struct Nobody;

impl Interaction for Nobody {
    fn ask(&mut self, prompt: &Prompt) -> std::result::Result<SecretBytes, SealError> {
        Err(SealError::Declined(prompt.what()))
    }

    fn notify(&mut self, _notice: &Notice) {}
}
