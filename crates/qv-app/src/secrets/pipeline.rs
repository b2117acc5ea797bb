//! Sealing many secrets while earlier ones are being stored.
//!
//! A sealing thread holds a public key; what needs the vault's own keys it asks for once in each chunk.
//! Sealing overlaps storing, so a batch runs at the pace of the slower of the two.

use std::sync::{Arc, Mutex, PoisonError};

use qv_crypto::envelope::{Context, ContextId, CreatedAt, Envelope, KeyVersion, seal};
use qv_crypto::secret::SecretBytes;
use qv_crypto::suite::{AeadSuite, EncapsulationKey};
use qv_policy::policy::WrapSuite;
use qv_store::{Anchor, NewEnvelope, StoredEnvelope};
use qv_types::{AnchorId, AssetId, MaterialId, PolicyId, Timestamp};
use tokio::sync::mpsc;

use crate::keys::{AnchorKey, EnvelopeMark, Keys};
use crate::{AppError, Vault, anchors};

/// Secrets that one thread seals before it hands them over.
const CHUNK: usize = 256;
/// Chunks that may wait for the store: enough to go on sealing while the rows of the material are stored.
const QUEUE: usize = 16;

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

/// A secret after one step, or why its asset fails.
type Step<T> = Result<T, (AssetId, AppError)>;
/// What came of one secret.
pub type Sealed = Step<NewEnvelope>;
/// What came of a chunk; an error concerns the whole run, as when the vault was locked meanwhile.
pub type Chunk = Result<Vec<Sealed>, AppError>;

/// The public key and the names of one run.
pub struct Sealer {
    anchor: AnchorId,
    version: u64,
    key: EncapsulationKey,
    aead: AeadSuite,
    suite: WrapSuite,
    keys: Keys,
    opening: Vec<AnchorKey>,
    at: Timestamp,
}

/// A secret whose plaintext is at hand.
struct Ready {
    asset: AssetId,
    material: MaterialId,
    policy: Option<PolicyId>,
    plaintext: SecretBytes,
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
            keys: vault.keys(),
            opening: Vec::new(),
            at: Timestamp::now(),
        })
    }

    /// Takes the sealed keys that open what `items` come from.
    pub async fn with_keys_of(mut self, vault: &Vault, items: &[Item]) -> Result<Self, AppError> {
        for item in items {
            if let Source::Stored(row) = &item.source
                && !self
                    .opening
                    .iter()
                    .any(|key| (key.anchor, key.version) == (row.anchor_id, row.key_version))
            {
                let key = anchors::opening_key(vault, row.anchor_id, row.key_version).await?;
                self.opening.push(key);
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
    pub fn start(self, items: Vec<Item>) -> mpsc::Receiver<Chunk> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let queue = Arc::new(Mutex::new(items.into_iter()));
        let sealer = Arc::new(self);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..threads {
            let (queue, sealer, sender) = (Arc::clone(&queue), Arc::clone(&sealer), sender.clone());
            tokio::task::spawn_blocking(move || {
                loop {
                    let items: Vec<Item> = queue
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .by_ref()
                        .take(CHUNK)
                        .collect();
                    // A closed channel: the run was given up, nobody wants the rest.
                    if items.is_empty() || sender.blocking_send(sealer.seal_all(items)).is_err() {
                        return;
                    }
                }
            });
        }
        receiver
    }

    fn seal_all(&self, items: Vec<Item>) -> Chunk {
        let sealed: Vec<_> = self
            .plaintexts(items)?
            .into_iter()
            .map(|ready| {
                let ready = ready?;
                let sealed = self.seal(&ready);
                sealed.map_err(|error| (ready.asset, error))
            })
            .collect();
        self.authenticated(sealed)
    }

    /// Opens what is stored, in one request for the chunk.
    fn plaintexts(&self, items: Vec<Item>) -> Result<Vec<Step<Ready>>, AppError> {
        let mut ready = Vec::with_capacity(items.len());
        let (mut owners, mut rows) = (Vec::new(), Vec::new());
        for item in items {
            let (asset, material, policy) = (item.asset, item.material, item.policy);
            match item.source {
                Source::Plain(plaintext) => ready.push(Ok(Ready {
                    asset,
                    material,
                    policy,
                    plaintext,
                })),
                Source::Stored(row) => {
                    owners.push((asset, material, policy));
                    rows.push((*row).into());
                }
            }
        }
        if !rows.is_empty() {
            let opened = self.keys.open_envelopes_blocking(&self.opening, rows)?;
            ready.extend(owners.into_iter().zip(opened).map(
                |((asset, material, policy), opened)| match opened {
                    Ok(plaintext) => Ok(Ready {
                        asset,
                        material,
                        policy,
                        plaintext,
                    }),
                    Err(error) => Err((asset, error)),
                },
            ));
        }
        Ok(ready)
    }

    fn seal(&self, ready: &Ready) -> Result<(Envelope, NewEnvelope), AppError> {
        let context = Context {
            anchor_id: ContextId::new(self.anchor.to_string())?,
            key_version: KeyVersion::new(self.version)?,
            policy_id: ready
                .policy
                .map(|policy| ContextId::new(policy.to_string()))
                .transpose()?,
            asset_id: ContextId::new(ready.asset.to_string())?,
            material_id: ContextId::new(ready.material.to_string())?,
            created_at: CreatedAt::try_from(self.at)?,
        };
        let envelope = seal(&self.key, self.aead, context, ready.plaintext.expose())?;
        let row = NewEnvelope {
            material_id: ready.material,
            anchor_id: self.anchor,
            key_version: self.version,
            policy_id: ready.policy,
            hash: envelope.hash_hex(),
            auth: String::new(),
            algorithm: self.suite.to_string(),
            envelope: String::new(),
            wrapped_at: self.at,
        };
        Ok((envelope, row))
    }

    /// Has the vault authenticate the envelopes, in one request for the chunk.
    fn authenticated(&self, sealed: Vec<Step<(Envelope, NewEnvelope)>>) -> Chunk {
        let marks: Vec<_> = sealed
            .iter()
            .flatten()
            .map(|(envelope, row)| EnvelopeMark {
                material: row.material_id,
                hash: *envelope.hash(),
            })
            .collect();
        let count = marks.len();
        let mut marks = self.keys.authenticate_blocking(marks)?.into_iter();
        if marks.len() != count {
            return Err(AppError::Internal("an envelope without its mark".into()));
        }
        let mut finish = |(envelope, row): (Envelope, NewEnvelope)| NewEnvelope {
            auth: hex::encode(marks.next().unwrap_or_default()),
            envelope: envelope.into_json(),
            ..row
        };
        Ok(sealed.into_iter().map(|one| one.map(&mut finish)).collect())
    }
}
