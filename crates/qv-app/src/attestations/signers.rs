//! The accounts that sign. A private key lives only as a record under the subkey `chain_signer`.

use qv_audit::Action;
use qv_crypto::umk::InfoId;
use qv_crypto::umk::record::VaultRecord;
use qv_evm::Signer as Key;
use qv_store::{Signer, WriteTx};
use qv_types::{SignerId, Timestamp};
use serde::Serialize;
use zeroize::Zeroizing;

use super::same_signer;
use crate::query::pick;
use crate::{AppError, SecretBytes, Vault};

/// An account as lists show it.
#[derive(Debug, Clone, Serialize)]
pub struct SignerView {
    /// Its id.
    pub id: SignerId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Whether it is the one that signs.
    pub is_active: bool,
}

/// Every account, by name.
///
/// # Errors
/// From the store.
pub async fn signers(vault: &Vault) -> Result<Vec<SignerView>, AppError> {
    let rows = vault.store().signers().await?;
    let signing = newest(&rows).map(|row| row.id);
    Ok(rows.into_iter().map(|row| view(row, signing)).collect())
}

fn view(row: Signer, signing: Option<SignerId>) -> SignerView {
    SignerView {
        is_active: signing == Some(row.id),
        id: row.id,
        name: row.name,
        address: row.address,
    }
}

/// The newest active account is the one that signs.
fn newest(rows: &[Signer]) -> Option<&Signer> {
    rows.iter()
        .filter(|row| row.is_active)
        .max_by_key(|row| row.created_at)
}

/// Makes a new account, which becomes the one that signs. The vault must be unlocked.
///
/// # Errors
/// [`AppError::Locked`], a name that is taken.
pub async fn create_signer(vault: &Vault, name: &str) -> Result<SignerView, AppError> {
    loop {
        let random =
            qv_crypto::secret::Secret::<32>::make_random().map_err(qv_crypto::CryptoError::from)?;
        let bytes = Zeroizing::new(*random.expose());
        // Almost every 32 bytes are a key; the few that are not are thrown again.
        if let Ok(key) = Key::from_bytes(&bytes) {
            return store(vault, name, &key, &bytes).await;
        }
    }
}

/// Takes over an account from its private key, 64 hex digits with or without `0x`; it becomes the one
/// that signs. The vault must be unlocked.
///
/// # Errors
/// [`AppError::Locked`], text that is no key, a name that is taken.
pub async fn import_signer(
    vault: &Vault,
    name: &str,
    text: &SecretBytes,
) -> Result<SignerView, AppError> {
    let digits = text.expose().trim_ascii();
    let digits = digits.strip_prefix(b"0x").unwrap_or(digits);
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(digits, bytes.as_mut_slice()).map_err(|_| {
        AppError::InvalidInput("that is no private key: it is 64 hex digits".into())
    })?;
    let key = Key::from_bytes(&bytes)?;
    store(vault, name, &key, &bytes).await
}

async fn store(
    vault: &Vault,
    name: &str,
    key: &Key,
    bytes: &Zeroizing<[u8; 32]>,
) -> Result<SignerView, AppError> {
    if name.trim().is_empty() {
        return Err(AppError::InvalidInput("an account needs a name".into()));
    }
    let now = Timestamp::now();
    let row = Signer {
        id: SignerId::make(),
        name: name.to_owned(),
        address: key.address().to_string(),
        is_active: true,
        created_at: now,
        updated_at: now,
    };
    let id = InfoId::parse(&row.id.to_string())?;
    let record =
        vault.with_umk(|umk| Ok(umk.seal(VaultRecord::ChainSigner(&id), bytes.as_slice())?))?;
    let mut tx = vault.store().begin().await?;
    let event = vault
        .event(Action::SignerAdded, row.id)
        .with("address", row.address.as_str());
    tx.put_signer(event, &row, &record).await?;
    set_active(vault, &mut tx, Some(row.id)).await?;
    tx.commit().await?;
    let id = row.id;
    Ok(view(row, Some(id)))
}

/// Has this account, by id or name, sign from now on. What is under way keeps its own.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn use_signer(vault: &Vault, name: &str) -> Result<SignerView, AppError> {
    let rows = vault.store().signers().await?;
    let hint = "see `qv attest signer list`";
    let row = pick(rows, name, "account", hint, |row| row.id, |row| &row.name)?;
    let id = row.id;
    choose_signer(vault, Some(id)).await?;
    Ok(view(row, Some(id)))
}

/// Has this account sign from now on, or none.
///
/// # Errors
/// From the store.
pub async fn choose_signer(vault: &Vault, id: Option<SignerId>) -> Result<(), AppError> {
    let mut tx = vault.store().begin().await?;
    set_active(vault, &mut tx, id).await?;
    Ok(tx.commit().await?)
}

/// Makes the rows say who signs.
async fn set_active(vault: &Vault, tx: &mut WriteTx, id: Option<SignerId>) -> Result<(), AppError> {
    for row in vault.store().signers().await? {
        let signs = id == Some(row.id);
        if row.is_active != signs {
            let record = vault.store().signer_record(row.id).await?;
            let event = vault
                .event(Action::SignerUpdated, row.id)
                .with("signs", signs);
            let row = Signer {
                is_active: signs,
                updated_at: Timestamp::now(),
                ..row
            };
            tx.put_signer(event, &row, &record).await?;
        }
    }
    Ok(())
}

/// The account that signs.
pub(super) async fn active(vault: &Vault) -> Result<Signer, AppError> {
    let rows = vault.store().signers().await?;
    newest(&rows).cloned().ok_or_else(|| {
        AppError::NotAllowed(
            "there is no account to sign with; make one with `qv attest signer create`, or bring one with `qv attest signer import`"
                .into(),
        )
    })
}

/// The private key of an account, compared with its address.
pub(super) async fn key(vault: &Vault, row: &Signer) -> Result<Key, AppError> {
    let record = vault.store().signer_record(row.id).await?;
    let id = InfoId::parse(&row.id.to_string())?;
    let opened = vault.with_umk(|umk| Ok(umk.open(VaultRecord::ChainSigner(&id), &record)?))?;
    let tampered = |why: &str| AppError::Tampered {
        what: format!("the key of account {}", row.name),
        why: why.into(),
    };
    let mut bytes = Zeroizing::new([0; 32]);
    if opened.len() != bytes.len() {
        return Err(tampered("it is not 32 bytes"));
    }
    bytes.copy_from_slice(opened.expose());
    let key = Key::from_bytes(&bytes)?;
    if same_signer(row, key.address()) {
        Ok(key)
    } else {
        Err(tampered("it is of another address"))
    }
}
