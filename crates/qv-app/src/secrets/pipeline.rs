//! Sealing many secrets while earlier ones are being stored.
//!
//! Keys live in the sealing threads only, never across an await: the async side sees envelopes.
//! Sealing overlaps storing, so a batch runs at the pace of the slower of the two.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use qv_crypto::envelope::{
    Context, ContextId, CreatedAt, Envelope, Expected, KeyVersion, RowBinding, seal,
};
use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::suite::{AeadSuite, DecapsulationKey};
use qv_crypto::umk::Purpose;
use qv_policy::policy::WrapSuite;
use qv_store::{Anchor, NewEnvelope, StoredEnvelope};
use qv_types::{AnchorId, AssetId, MaterialId, PolicyId, Timestamp};
use tokio::sync::mpsc;

use crate::{AppError, Vault, anchors};

/// Secrets that one thread seals before it hands them over.
const CHUNK: usize = 128;
/// Chunks that may wait for the store.
const QUEUE: usize = 4;

/// One secret on its way into an envelope.
pub struct Item {
    /// The asset that it belongs to.
    pub asset: AssetId,
    /// The piece of material that it is.
    pub material: MaterialId,
    /// The policy under which it is wrapped.
    pub policy: Option<PolicyId>,
    /// Where its plaintext comes from.
    pub source: Source,
}

/// Where a plaintext comes from.
pub enum Source {
    /// It is in memory.
    Plain(SecretBytes),
    /// It is in the envelope that the vault stored last.
    Stored(Box<StoredEnvelope>),
}

/// What came of one secret.
pub type Sealed = Result<NewEnvelope, (AssetId, AppError)>;

/// The keys and names of one run.
pub struct Sealer {
    anchor: AnchorId,
    version: u64,
    key: DecapsulationKey,
    aead: AeadSuite,
    suite: WrapSuite,
    envelope_auth: Secret<32>,
    opening: HashMap<(AnchorId, u64), DecapsulationKey>,
    at: Timestamp,
}

impl Sealer {
    /// Seals under the newest version of `anchor`. The vault must be unlocked.
    pub async fn new(vault: &Vault, anchor: &Anchor, aead: AeadSuite) -> Result<Self, AppError> {
        let key = anchors::wrapping_key(vault, anchor).await?;
        let suite = WrapSuite {
            kem: key.suite(),
            aead,
        };
        Ok(Self {
            anchor: anchor.id,
            version: anchor.current_version,
            key,
            aead,
            suite,
            envelope_auth: vault.with_umk(|umk| Ok(umk.subkey(&Purpose::EnvelopeAuth)))?,
            opening: HashMap::new(),
            at: Timestamp::now(),
        })
    }

    /// Takes the private keys that open what `items` come from.
    pub async fn with_keys_of(mut self, vault: &Vault, items: &[Item]) -> Result<Self, AppError> {
        for item in items {
            if let Source::Stored(row) = &item.source
                && !self.opening.contains_key(&(row.anchor_id, row.key_version))
            {
                let key = anchors::opening_key(vault, row.anchor_id, row.key_version).await?;
                self.opening.insert((row.anchor_id, row.key_version), key);
            }
        }
        Ok(self)
    }

    /// The suite, as assets show it.
    pub const fn suite(&self) -> WrapSuite {
        self.suite
    }

    /// The anchor.
    pub const fn anchor(&self) -> AnchorId {
        self.anchor
    }

    /// Starts sealing on all cores; chunks arrive in no particular order.
    pub fn start(self, items: Vec<Item>) -> mpsc::Receiver<Vec<Sealed>> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let queue = Arc::new(Mutex::new(items.into_iter()));
        let sealer = Arc::new(self);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..threads {
            let (queue, sealer, sender) = (Arc::clone(&queue), Arc::clone(&sealer), sender.clone());
            tokio::task::spawn_blocking(move || {
                loop {
                    let chunk: Vec<Item> = queue
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .by_ref()
                        .take(CHUNK)
                        .collect();
                    let sealed: Vec<Sealed> =
                        chunk.into_iter().map(|item| sealer.seal(item)).collect();
                    // A closed channel: the run was given up, nobody wants the rest.
                    if sealed.is_empty() || sender.blocking_send(sealed).is_err() {
                        return;
                    }
                }
            });
        }
        receiver
    }

    fn seal(&self, item: Item) -> Sealed {
        let asset = item.asset;
        self.try_seal(item).map_err(|error| (asset, error))
    }

    fn try_seal(&self, item: Item) -> Result<NewEnvelope, AppError> {
        let opened;
        let plaintext = match &item.source {
            Source::Plain(plaintext) => plaintext,
            Source::Stored(row) => {
                opened = self.open(row)?;
                &opened
            }
        };
        let context = Context {
            anchor_id: ContextId::new(self.anchor.to_string())?,
            key_version: KeyVersion::new(self.version)?,
            policy_id: item
                .policy
                .map(|policy| ContextId::new(policy.to_string()))
                .transpose()?,
            asset_id: ContextId::new(item.asset.to_string())?,
            material_id: ContextId::new(item.material.to_string())?,
            created_at: CreatedAt::try_from(self.at)?,
        };
        let envelope = seal(
            self.key.encapsulation_key(),
            self.aead,
            context,
            plaintext.expose(),
        )?;
        Ok(NewEnvelope {
            material_id: item.material,
            anchor_id: self.anchor,
            key_version: self.version,
            policy_id: item.policy,
            hash: envelope.hash_hex(),
            auth: hex::encode(envelope.authenticate(&self.envelope_auth)),
            algorithm: self.suite.to_string(),
            envelope: envelope.into_json(),
            wrapped_at: self.at,
        })
    }

    fn open(&self, row: &StoredEnvelope) -> Result<SecretBytes, AppError> {
        let key = self
            .opening
            .get(&(row.anchor_id, row.key_version))
            .ok_or_else(|| AppError::Internal("an envelope without its key".into()))?;
        open_row(row, key, &self.envelope_auth)
    }
}

/// Opens an envelope of this vault with all its checks.
pub fn open_row(
    row: &StoredEnvelope,
    key: &DecapsulationKey,
    envelope_auth: &Secret<32>,
) -> Result<SecretBytes, AppError> {
    let (anchor, asset, material) = (
        row.anchor_id.to_string(),
        row.asset_id.to_string(),
        row.material_id.to_string(),
    );
    let expected = Expected {
        anchor_id: &anchor,
        key_version: row.key_version,
        asset_id: &asset,
        material_id: &material,
    };
    let binding = RowBinding {
        hash: digest(&row.hash)?,
        auth: digest(&row.auth)?,
        event_hash: digest(row.logged_hash.as_deref().unwrap_or_default())?,
    };
    let envelope = Envelope::from_json(row.envelope.as_bytes())?;
    Ok(envelope.open_in_vault(key, &expected, envelope_auth, &binding)?)
}

/// A stored digest; one that does not parse cannot be the one that was stored.
fn digest(text: &str) -> Result<[u8; 32], AppError> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| qv_crypto::CryptoError::Substituted)?;
    Ok(bytes)
}
