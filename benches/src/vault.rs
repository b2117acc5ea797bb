//! A vault with one anchor and one asset, opened and filled through the use cases that every face calls.

use std::path::Path;

use qv_app::anchors::{self, NewAnchor};
use qv_app::assets::{self, NewAsset};
use qv_app::secrets::{self, NewSecret};
use qv_app::slots::{Factor, NewSlot};
use qv_app::{Config, Home, Interaction, Notice, Prompt, SealError, SecretBytes, Vault};
use qv_types::{AnchorType, AssetType, Environment, KeyType};

use crate::Result;

/// Secrets of one batch.
pub const BATCH: usize = 10_000;
/// Each of them.
pub const PLAINTEXT: [u8; 256] = [7; 256];
const ASSET: &str = "bench";

/// An open vault.
pub struct BenchVault(Vault);

impl BenchVault {
    /// Makes a vault in this folder.
    ///
    /// # Errors
    /// Those of the use cases.
    pub async fn create(folder: &Path) -> Result<Self> {
        let home = Home::resolve(Some(&folder.join("vault")), |_| None)?;
        let vault = Vault::create(
            &home,
            Config::default(),
            qv_app::Devices::default(),
            &[NewSlot::all([Factor::Passphrase])],
            &mut Passphrase,
        )
        .await?;
        let anchor = NewAnchor {
            name: "bench".into(),
            description: None,
            environment: Environment::Dev,
            anchor_type: AnchorType::RootOfTrust,
            suite: "ML-KEM-1024".into(),
            activate: true,
        };
        anchors::create(&vault, anchor).await?;
        let asset = NewAsset {
            location: ASSET.into(),
            name: None,
            asset_type: AssetType::Application,
            environment: Environment::Dev,
        };
        assets::add(&vault, asset).await?;
        Ok(Self(vault))
    }

    /// Wraps these secrets in one durable batch.
    ///
    /// # Errors
    /// Those of the use case.
    pub async fn wrap(&self, secrets: Vec<NewSecret>) -> Result<()> {
        secrets::add_many(&self.0, ASSET, secrets).await?;
        Ok(())
    }
}

/// [`BATCH`] secrets with labels that no other round has.
#[must_use]
pub fn new_secrets(round: usize) -> Vec<NewSecret> {
    let new = |number| NewSecret {
        label: format!("{round}-{number}"),
        key_type: KeyType::ApiSecret,
        origin: "stdin".into(),
        material: SecretBytes::copied_from(&PLAINTEXT),
    };
    (0..BATCH).map(new).collect()
}

/// Answers with the passphrase of a vault that lives for one benchmark.
struct Passphrase;

impl Interaction for Passphrase {
    fn ask(&mut self, _prompt: &Prompt) -> std::result::Result<SecretBytes, SealError> {
        Ok(SecretBytes::copied_from(b"tundra okapi ladle 47"))
    }

    fn notify(&mut self, _notice: &Notice) {}
}
