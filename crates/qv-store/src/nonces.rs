//! Nonces of wallet authorizations (crypto.md section 3), known by their SHA-256 alone.

use qv_audit::Event;
use qv_types::{AuthPurpose, Timestamp};
use sqlx::sqlite::SqliteRow;

use crate::WriteTx;
use crate::error::{Error, Result};
use crate::row::{Columns, ms};

/// How long a nonce is kept after its end: longer than any limit looks back.
const KEPT_AFTER_END_MS: i64 = 7 * 24 * 3_600_000;

/// What is stored of a challenge that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthNonce {
    /// SHA-256 of the raw nonce.
    pub hash: [u8; 32],
    /// The wallet that was asked.
    pub wallet: String,
    /// For what.
    pub purpose: AuthPurpose,
    /// On which chain.
    pub cluster: String,
    /// The agent's wallet that it concerns; none for `unlock_umk`.
    pub subject: Option<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was used, where it was.
    pub used_at: Option<Timestamp>,
}

impl WriteTx {
    /// Stores a nonce. Those that ended long ago are removed.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the nonce is there already; those of any write.
    pub async fn issue_nonce(&mut self, event: Event, nonce: &AuthNonce) -> Result<()> {
        sqlx::query("DELETE FROM auth_nonces WHERE expires_at < ?")
            .bind(nonce.issued_at.unix_ms() - KEPT_AFTER_END_MS)
            .execute(self.change())
            .await?;
        sqlx::query(
            "INSERT INTO auth_nonces (hash, wallet, purpose, cluster, subject, issued_at, expires_at, used_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(nonce.hash.to_vec())
        .bind(nonce.wallet.clone())
        .bind(nonce.purpose.as_str())
        .bind(nonce.cluster.clone())
        .bind(nonce.subject.clone())
        .bind(nonce.issued_at.unix_ms())
        .bind(nonce.expires_at.unix_ms())
        .bind(ms(nonce.used_at))
        .execute(self.change())
        .await?;
        self.record(event);
        Ok(())
    }

    /// The nonce of a hash, read in this transaction: nobody else can use it before the commit.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn auth_nonce(&mut self, hash: &[u8; 32]) -> Result<Option<AuthNonce>> {
        sqlx::query("SELECT * FROM auth_nonces WHERE hash = ?")
            .bind(hash.to_vec())
            .fetch_optional(self.read())
            .await?
            .as_ref()
            .map(read)
            .transpose()
    }

    /// When nonces of a purpose were used for a subject, as far as they are kept.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn authorized_at(
        &mut self,
        purpose: AuthPurpose,
        subject: Option<&str>,
    ) -> Result<Vec<Timestamp>> {
        let used: Vec<i64> = sqlx::query_scalar(
            "SELECT used_at FROM auth_nonces WHERE purpose = ? AND subject IS ? AND used_at IS NOT NULL",
        )
        .bind(purpose.as_str())
        .bind(subject.map(str::to_owned))
        .fetch_all(self.read())
        .await?;
        Ok(used.into_iter().map(Timestamp::from_unix_ms).collect())
    }

    /// Marks a nonce as used; the act that it permits belongs in the same transaction.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it was used before or never issued.
    pub async fn use_nonce(&mut self, event: Event, hash: &[u8; 32], at: Timestamp) -> Result<()> {
        let done =
            sqlx::query("UPDATE auth_nonces SET used_at = ? WHERE hash = ? AND used_at IS NULL")
                .bind(at.unix_ms())
                .bind(hash.to_vec())
                .execute(self.change())
                .await?;
        if done.rows_affected() == 0 {
            return Err(Error::Conflict(
                "this authorization was used before, or not asked for here".into(),
            ));
        }
        self.record(event);
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<AuthNonce> {
    Ok(AuthNonce {
        hash: row.hash("hash")?,
        wallet: row.text("wallet")?,
        purpose: row.parsed("purpose")?,
        cluster: row.text("cluster")?,
        subject: row.raw("subject")?,
        issued_at: row.time("issued_at")?,
        expires_at: row.time("expires_at")?,
        used_at: row.time_opt("used_at")?,
    })
}
