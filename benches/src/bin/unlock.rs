//! A whole unlock of a vault whose slot the TPM opens, against bare releases by the same software TPM.

use qv_app::devices::{TpmOptions, Via, WalletOptions, keep_quiet};
use qv_app::session::LockReason;
use qv_app::slots::{Factor, NewSlot};
use qv_app::{Config, Devices, Home, Interaction, Notice, Prompt, SealError, SecretBytes, Vault};
use qv_benches::bare_tpm::{BareSealed, Bus};
use qv_benches::{Promise, Result, Samples, Stopwatch, heading, promise, scratch};
use qv_testkit::tpm::Swtpm;

const ROUNDS: usize = 100;
/// The Ed25519 key of 32 ones, worth nothing to anybody.
const KEYPAIR: &str = "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,138,136,227,221,116,9,241,149,\
    253,82,219,45,60,186,93,114,202,103,9,191,29,148,18,27,243,116,136,1,180,15,111,92]";

fn main() -> Result<()> {
    keep_quiet();
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(run())
}

async fn run() -> Result<()> {
    let (folder, tpm) = (scratch()?, Swtpm::start()?);
    let bare = BareSealed::seal(&tpm.tcti())?;
    let alone = vault(&folder, &tpm, &[Factor::Tpm]).await?;
    let with_wallet = vault(&folder, &tpm, &[Factor::Tpm, Factor::Wallet]).await?;
    let [mut ours, mut ours_alone, mut peer, mut clear] = [(); 4].map(|()| Samples::default());
    for _ in 0..ROUNDS {
        for (bus, samples) in [(Bus::Encrypted, &mut peer), (Bus::Clear, &mut clear)] {
            let clock = Stopwatch::start();
            bare.unseal(&tpm.tcti(), bus)?;
            samples.push(clock.stop());
        }
        for (vault, samples) in [(&alone, &mut ours_alone), (&with_wallet, &mut ours)] {
            vault.lock(LockReason::Asked).await?;
            let clock = Stopwatch::start();
            vault.unlock(None, &mut Nobody).await?;
            samples.push(clock.stop());
        }
    }
    heading("(e) one unlock by the TPM (swtpm), its event made durable");
    ours.print("qv-app, slot of TPM and wallet keypair file", 1);
    ours_alone.print("qv-app, slot of the TPM alone", 1);
    peer.print("tss-esapi, bare release, the bus encrypted", 1);
    clear.print("tss-esapi, bare release, the bus in clear", 1);
    promise("p50 in ms", ours.wall(0.5) * 1e3, Promise::AtMost(150.0));
    promise(
        "p50, times the bare release on an encrypted bus",
        ours.wall(0.5) / peer.wall(0.5),
        Promise::AtMost(1.5),
    );
    alone.close().await;
    with_wallet.close().await;
    Ok(())
}

/// A vault of its own for these factors.
async fn vault(folder: &tempfile::TempDir, tpm: &Swtpm, factors: &[Factor]) -> Result<Vault> {
    let keypair = folder.path().join("id.json");
    std::fs::write(&keypair, KEYPAIR)?;
    let place = folder.path().join(format!("vault-{}", factors.len()));
    let home = Home::resolve(Some(&place), |_| None)?;
    let devices = Devices {
        tpm: TpmOptions {
            tcti: Some(tpm.tcti()),
            ..TpmOptions::default()
        },
        wallet: WalletOptions {
            address: None,
            via: Via::KeypairFile(keypair),
        },
        ..Devices::default()
    };
    let slots = [NewSlot::all(factors)];
    Ok(Vault::create(&home, Config::default(), devices, &slots, &mut Nobody).await?)
}

/// Where nobody is asked.
struct Nobody;

impl Interaction for Nobody {
    fn ask(&mut self, prompt: &Prompt) -> std::result::Result<SecretBytes, SealError> {
        Err(SealError::Declined(prompt.what()))
    }

    fn notify(&mut self, _notice: &Notice) {}
}
