//! After a lock no key is left in memory: the whole memory of a process that used every key is searched,
//! and so is a core of it.
//!
//! The process is this test itself, started again as [`used_process`]. It uses the keys and parks; the test
//! works out from the database what those keys were, and looks for them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use qv_app::anchors::{self, NewAnchor};
use qv_app::assets::{self, NewAsset};
use qv_app::devices::Via;
use qv_app::secrets::{self, NewSecret};
use qv_app::session::LockReason;
use qv_app::slots::{Factor, NewSlot};
use qv_app::{Config, Devices, Home, Interaction, Notice, Prompt, SealError, SecretBytes, Vault};
use qv_app::{attestations, audit};
use qv_crypto::secret::Secret;
use qv_crypto::suite::hash::hmac_sha256;
use qv_crypto::suite::{Role, SignatureSuite, SigningKey};
use qv_crypto::umk::factor::Factors;
use qv_crypto::umk::record::{Aad, AuditKey, VaultRecord, open_key};
use qv_crypto::umk::slot::{Descriptor, Opening, Presented, Slot};
use qv_crypto::umk::{InfoId, Purpose, Umk};
use qv_seal::SlotContext;
use qv_store::Store;
use qv_testkit::evm::Anvil;
use qv_testkit::tpm::Swtpm;
use qv_types::{AnchorType, AssetType, Environment, KeyType};

/// The allocator of `qv`, which erases what is freed.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

const CHILD: &str = "QV_MEMORY_TEST_HOME";
const RPC: &str = "QV_MEMORY_TEST_RPC";
const TPM: &str = "QV_MEMORY_TEST_TPM";

/// Made anew for each run from parts, so that neither the program nor its arguments hold it.
fn passphrase() -> Vec<u8> {
    (0..28).map(|at: u8| b'a' + (at * 7 + 3) % 26).collect()
}

/// The TPM's PIN, made as the passphrase is.
fn pin() -> Vec<u8> {
    (0..24).map(|at: u8| b'0' + (at * 7 + 2) % 10).collect()
}

/// The seed of the wallet.
fn seed() -> Vec<u8> {
    (0..32).map(|at: u8| at.wrapping_mul(151) ^ 0x5a).collect()
}

struct Typed;

impl Interaction for Typed {
    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        let typed = zeroize::Zeroizing::new(match prompt {
            Prompt::TpmPin | Prompt::NewTpmPin => pin(),
            _ => passphrase(),
        });
        Ok(SecretBytes::copied_from(&typed))
    }

    fn notify(&mut self, _: &Notice) {}
}

fn home(folder: &Path) -> Home {
    Home::resolve(Some(folder), |_| None).unwrap()
}

/// A TPM with a PIN, and a wallet whose keypair lies beside the vault.
fn devices(folder: &Path, tpm: &str) -> Devices {
    let mut devices = Devices::default();
    devices.tpm.tcti = Some(tpm.to_owned());
    devices.tpm.pin = true;
    devices.wallet.via = Via::KeypairFile(folder.with_extension("keypair"));
    devices
}

/// Writes the wallet's keypair as Solana's tools do.
fn write_keypair(folder: &Path) {
    let secret = Secret::<32>::copied_from(&seed()).unwrap();
    let key = SigningKey::from_seed(SignatureSuite::Ed25519, Role::Checkpoint, secret).unwrap();
    let bytes = [seed(), key.verifying_key().to_bytes()].concat();
    fs::write(folder.with_extension("keypair"), format!("{bytes:?}")).unwrap();
}

/// The account's key comes from a file, as a person would bring it.
fn config(rpc: &str) -> Config {
    let mut config = Config::default();
    config.chain.rpc_url = Some(rpc.to_owned());
    config.chain.chain_id = Some(Anvil::CHAIN_ID);
    config.chain.max_cost_gwei = 1_000_000_000;
    config
}

/// Makes a vault with one of everything that is sealed.
async fn fill(folder: &Path, anvil: &Anvil, tpm: &str) {
    write_keypair(folder);
    let vault = Vault::create(
        &home(folder),
        config(&anvil.url()),
        devices(folder, tpm),
        &[NewSlot::all([
            Factor::Tpm,
            Factor::Passphrase,
            Factor::Wallet,
        ])],
        &mut Typed,
    )
    .await
    .unwrap();
    let anchor = NewAnchor {
        name: "a".into(),
        description: None,
        environment: Environment::Prod,
        anchor_type: AnchorType::RootOfTrust,
        suite: "ML-KEM-1024".into(),
        activate: true,
    };
    anchors::create(&vault, anchor).await.unwrap();
    let asset = NewAsset {
        location: "vpn.key".into(),
        name: None,
        asset_type: AssetType::Key,
        environment: Environment::Prod,
    };
    assets::add(&vault, asset).await.unwrap();
    let key = SecretBytes::copied_from(hex::encode(anvil.key(0)).as_bytes());
    attestations::import_signer(&vault, "tester", &key)
        .await
        .unwrap();
    vault.close().await;
}

/// The process whose memory is searched; in a plain test run it does nothing.
#[test]
fn used_process() {
    let Some(folder) = std::env::var_os(CHILD) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = config(&std::env::var(RPC).unwrap());
    let vault = runtime.block_on(async {
        let folder = Path::new(&folder);
        let vault = Vault::open(&home(folder), config).await.unwrap();
        let vault = vault.with_devices(devices(folder, &std::env::var(TPM).unwrap()));
        vault.unlock(None, &mut Typed).await.unwrap();
        vault
    });
    // On worker threads, as the agent does.
    runtime
        .block_on(runtime.spawn(use_everything(vault)))
        .unwrap();
}

async fn use_everything(vault: Vault) {
    for label in ["one", "two"] {
        let secret = NewSecret {
            label: label.into(),
            key_type: KeyType::Other,
            origin: "test".into(),
            material: SecretBytes::copied_from(b"an unremarkable plaintext"),
        };
        let view = secrets::add(&vault, "vpn.key", secret).await.unwrap();
        secrets::reveal(&vault, &view.id.to_string()).await.unwrap();
    }
    secrets::wrap(&vault, "vpn.key", None, qv_app::progress::Cancel::new())
        .await
        .unwrap();
    anchors::rotate(&vault, "a", None).await.unwrap();
    audit::checkpoint(&vault).await.unwrap();
    assert!(audit::verify(&vault, None).await.unwrap().keys_proved);
    attestations::create_signer(&vault, "spare").await.unwrap();
    attestations::use_signer(&vault, "tester").await.unwrap();
    attestations::deploy(&vault).await.unwrap();
    wait_after("unlocked");
    vault.lock(LockReason::Asked).await.unwrap();
    wait_after("locked");
}

fn wait_after(state: &str) {
    println!("\n{state}");
    std::io::stdout().flush().unwrap();
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

struct Used {
    process: Child,
    said: BufReader<std::process::ChildStdout>,
}

impl Used {
    fn start(folder: &Path, rpc: &str, tpm: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "used_process", "--nocapture"])
            .env(CHILD, folder)
            .env(RPC, rpc)
            .env(TPM, tpm)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        Self { process, said }
    }

    fn wait_for(&mut self, state: &str) {
        let mut line = String::new();
        while line.trim() != state {
            line.clear();
            assert_ne!(self.said.read_line(&mut line).unwrap(), 0, "it ended");
        }
    }

    fn go_on(&mut self) {
        writeln!(self.process.stdin.as_mut().unwrap()).unwrap();
    }

    /// Every byte that the process could have written, by its mapping.
    fn memory(&self) -> Vec<(String, Vec<u8>)> {
        let process = format!("/proc/{}", self.process.id());
        let memory = File::open(format!("{process}/mem")).unwrap();
        let maps = fs::read_to_string(format!("{process}/maps")).unwrap();
        let mut read = Vec::new();
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let range = line.split(' ').next().unwrap();
            let (start, end) = range.split_once('-').unwrap();
            let start = u64::from_str_radix(start, 16).unwrap();
            let end = u64::from_str_radix(end, 16).unwrap();
            let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
            if memory.read_exact_at(&mut bytes, start).is_ok() {
                read.push((line.to_owned(), bytes));
            }
        }
        read
    }

    fn core(&self, folder: &Path) -> Vec<u8> {
        let path = folder.join("core");
        let made = Command::new("gcore")
            .args(["-o", path.to_str().unwrap(), &self.process.id().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("gcore of gdb");
        assert!(made.success());
        fs::read(format!("{}.{}", path.display(), self.process.id())).unwrap()
    }
}

impl Drop for Used {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What must not be found, by name.
type Needles = Vec<(String, Vec<u8>)>;

async fn needles(folder: &Path, tpm: &str) -> Needles {
    let store = Store::open(&home(folder).database()).await.unwrap();
    let vault = store.vault().await.unwrap().unwrap().vault_id;
    let row = store.slots().await.unwrap().remove(0);
    let descriptor = Descriptor::parse(&row.descriptor).unwrap();
    let Opening::All(factors) = descriptor.opening() else {
        panic!("a plain slot");
    };
    let context = SlotContext::from(&descriptor);
    let mut found: Needles = vec![
        ("passphrase".into(), passphrase()),
        ("PIN".into(), pin()),
        ("wallet seed".into(), seed()),
    ];
    let mut presented = Factors::new();
    for one in factors {
        let backend = devices(folder, tpm).backend(one.kind()).unwrap();
        let factor = backend.unseal(&context, one, &mut Typed).unwrap();
        found.push((format!("factor {}", one.kind()), factor.expose().to_vec()));
        presented.insert(one.kind(), factor);
    }
    let slot = Slot {
        descriptor,
        record: row.record,
        share_records: Vec::new(),
        kek_record: row.slot_kek,
    };
    let umk = slot.open(&vault, &Presented::Factors(presented)).unwrap();
    master_key(&umk, &slot, &mut found);
    sealed(&store, &umk, &mut found).await;
    store.close().await;
    found
}

fn master_key(umk: &Umk, slot: &Slot, found: &mut Needles) {
    let id = InfoId::parse(&slot.descriptor.slot().to_string()).unwrap();
    let kek = umk
        .open(VaultRecord::SlotKek(&id), &slot.kek_record)
        .unwrap();
    let kek = qv_crypto::secret::Secret::copied_from(kek.expose()).unwrap();
    let aad = Aad::Slot(&slot.descriptor);
    let key = open_key::<32>(&kek, &aad, &slot.record).unwrap();
    found.push(("master key".into(), key.expose().to_vec()));
    found.push(("slot key".into(), kek.expose().to_vec()));
    // HKDF's extract: as good as the master key for every subkey.
    let extracted = hmac_sha256(&[0; 32], &[key.expose()]);
    found.push(("extracted master key".into(), extracted.to_vec()));
    let mut subkey = |name: &str, purpose| {
        found.push((name.into(), umk.subkey(&purpose).expose().to_vec()));
    };
    subkey("envelope_auth", Purpose::EnvelopeAuth);
    subkey("audit_signing", Purpose::AuditSigning);
    subkey("chain_signer", Purpose::ChainSigner);
    subkey("slot_keks", Purpose::SlotKeks);
}

async fn sealed(store: &Store, umk: &Umk, found: &mut Needles) {
    for anchor in store.anchors().await.unwrap() {
        let id = InfoId::parse(&anchor.id.to_string()).unwrap();
        let subkey = umk.subkey(&Purpose::Anchor(id.clone()));
        found.push(("anchor subkey".into(), subkey.expose().to_vec()));
        for version in store.anchor_versions(anchor.id).await.unwrap() {
            let place = VaultRecord::Anchor {
                id: &id,
                key_version: version.version,
                kem: &version.kem,
            };
            let seeds = umk.open(place, &version.record.unwrap()).unwrap();
            let name = format!("anchor seeds, version {}", version.version);
            found.push((name, seeds.expose().to_vec()));
        }
    }
    for key in [AuditKey::Ed25519, AuditKey::MlDsa87] {
        let row = store.record("audit_signing", key.id()).await.unwrap();
        let seed = umk
            .open(VaultRecord::AuditSigning(key), &row.record)
            .unwrap();
        found.push((format!("log key {}", key.id()), seed.expose().to_vec()));
    }
    for signer in store.signers().await.unwrap() {
        let id = InfoId::parse(&signer.id.to_string()).unwrap();
        let record = store.signer_record(signer.id).await.unwrap();
        let key = umk.open(VaultRecord::ChainSigner(&id), &record).unwrap();
        found.push((format!("account {}", signer.name), key.expose().to_vec()));
    }
}

/// Where either half of a needle is: half a key is a find too.
fn search(memory: &[(String, Vec<u8>)], needles: &Needles) -> Vec<String> {
    let halves: Vec<(&str, &[u8])> = needles
        .iter()
        .flat_map(|(name, needle)| {
            let half = 16.min(needle.len());
            let parts = [&needle[..half], &needle[needle.len() - half..]];
            parts.map(|part| (name.as_str(), part))
        })
        .collect();
    // Almost every place is passed over by its first two bytes.
    let mut begins = vec![false; 1 << 16];
    for (_, part) in &halves {
        begins[usize::from(u16::from_le_bytes([part[0], part[1]]))] = true;
    }
    let mut finds = Vec::new();
    for (place, bytes) in memory {
        for (at, pair) in bytes.windows(2).enumerate() {
            if begins[usize::from(u16::from_le_bytes([pair[0], pair[1]]))] {
                for (name, _) in halves
                    .iter()
                    .filter(|(_, part)| bytes[at..].starts_with(part))
                {
                    finds.push(format!("{name} at {at} of {place}"));
                }
            }
        }
    }
    finds
}

#[tokio::test]
async fn a_locked_process_holds_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let vault = folder.path().join("v");
    let anvil = Anvil::start().unwrap();
    let tpm = Swtpm::start().unwrap();
    fill(&vault, &anvil, &tpm.tcti()).await;
    let mut used = Used::start(&vault, &anvil.url(), &tpm.tcti());

    used.wait_for("unlocked");
    let needles = needles(&vault, &tpm.tcti()).await;
    let unlocked = search(&used.memory(), &needles);
    let (master, others): (Vec<_>, Vec<_>) = unlocked
        .iter()
        .partition(|find| find.starts_with("master key "));
    assert_eq!(master.len(), 2, "both halves, once: {unlocked:#?}");
    assert!(
        others.is_empty(),
        "while unlocked, beside the master key: {others:#?}"
    );
    let core = search(&[("core".into(), used.core(folder.path()))], &needles);
    assert!(core.is_empty(), "dumps leave the key's page out: {core:#?}");

    used.go_on();
    used.wait_for("locked");
    let locked = search(&used.memory(), &needles);
    assert!(locked.is_empty(), "after the lock: {locked:#?}");
    let core = search(&[("core".into(), used.core(folder.path()))], &needles);
    assert!(core.is_empty(), "in a core after the lock: {core:#?}");
}
