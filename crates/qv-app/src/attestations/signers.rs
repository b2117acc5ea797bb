//! The accounts that sign. A private key lives only as a record under the subkey `chain_signer`.

use qv_audit::Action;
use qv_evm::{ChainId, SignedTx, Unsigned};
use qv_store::{Signer, WriteTx};
use qv_types::{SignerId, Timestamp};
use serde::Serialize;

use super::address_of;
use crate::keys::SealedSigner;
use crate::query::pick;
use crate::{AppError, SecretBytes, Vault};

/// An account as lists show it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
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
    check_name(name)?;
    let id = SignerId::make();
    let (address, record) = vault.keys().make_signer(id).await?;
    store(vault, id, name, address, &record).await
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
    check_name(name)?;
    let digits = text.expose().trim_ascii();
    let digits = digits.strip_prefix(b"0x").unwrap_or(digits);
    let key = SecretBytes::try_filled(32, |bytes| hex::decode_to_slice(digits, bytes));
    let key = key.map_err(|_| {
        AppError::InvalidInput("that is no private key: it is 64 hex digits".into())
    })?;
    let id = SignerId::make();
    let (address, record) = vault.keys().seal_signer(id, key).await?;
    store(vault, id, name, address, &record).await
}

fn check_name(name: &str) -> Result<(), AppError> {
    if name.trim().is_empty() {
        return Err(AppError::InvalidInput("an account needs a name".into()));
    }
    Ok(())
}

async fn store(
    vault: &Vault,
    id: SignerId,
    name: &str,
    address: String,
    record: &str,
) -> Result<SignerView, AppError> {
    let now = Timestamp::now();
    let row = Signer {
        id,
        name: name.to_owned(),
        address,
        is_active: true,
        created_at: now,
        updated_at: now,
    };
    let mut tx = vault.begin().await?;
    let event = vault
        .event(Action::SignerAdded, row.id)
        .with("address", row.address.as_str());
    tx.put_signer(event, &row, record).await?;
    set_active(vault, &mut tx, Some(row.id)).await?;
    tx.commit().await?;
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
    let mut tx = vault.begin().await?;
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

/// Has an account sign what was drafted.
pub(super) async fn sign(
    vault: &Vault,
    row: &Signer,
    draft: &Unsigned,
    chain: ChainId,
) -> Result<SignedTx, AppError> {
    let record = vault.store().signer_record(row.id).await?;
    let signer = SealedSigner::new(row, record);
    let raw = vault.keys().sign_transaction(signer, draft).await?;
    Ok(SignedTx::from_stored(
        &raw,
        address_of(&row.address)?,
        chain,
    )?)
}
