//! The challenge, and the text that a wallet signs.

use std::fmt;

use qv_crypto::encoding::jcs;
use qv_crypto::suite::hash::sha256;
use qv_crypto::umk::HexBytes;
use qv_crypto::umk::wallet::WalletAddress;
use qv_types::{AuthPurpose, Timestamp, VaultId};
use serde::{Deserialize, Serialize};

use super::{Refusal, Rules};

/// The value of the line `domain`.
pub const DOMAIN: &str = "quantumvault.app";
const HEADER: &str = "QuantumVault authorization v2";
/// Longest line that a person can be expected to read.
const MAX_LINE: usize = 256;
const SECOND_MS: i64 = 1000;

/// One line of printable ASCII without space at its ends, at most 256 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// Takes a value for a line.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] where it could be shown otherwise than it is signed.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if printable && text.trim() == text && (1..=MAX_LINE).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::Malformed(
                "a line is 1 to 256 printable ASCII characters without space at its ends",
            ))
        }
    }
}

/// The chain that a wallet belongs to: `mainnet-beta`, `devnet` … or a CAIP-2 chain id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster(String);

impl Cluster {
    /// The cluster that stands for a wallet where no chain is concerned, as when it opens the
    /// vault: Solana's main one, or Ethereum's.
    #[must_use]
    pub fn usual(wallet: &WalletAddress) -> Self {
        Self(
            if wallet.is_evm() {
                "eip155:1"
            } else {
                "mainnet-beta"
            }
            .to_owned(),
        )
    }

    /// Takes a name, or a CAIP-2 chain id.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let only = |part: &str, most: usize, allowed: &dyn Fn(u8) -> bool| {
            (1..=most).contains(&part.len()) && part.bytes().all(allowed)
        };
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let well_formed = match text.split_once(':') {
            None => only(text, 32, &lower),
            Some(("eip155", id)) => {
                only(id, 32, &|byte| byte.is_ascii_digit()) && !id.starts_with('0')
            }
            Some((namespace, reference)) => {
                let any = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
                namespace.len() >= 3 && only(namespace, 8, &lower) && only(reference, 32, &any)
            }
        };
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::Malformed(
                "a cluster is a name or a CAIP-2 chain id",
            ))
        }
    }

    /// The cluster as it is signed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_evm(&self) -> bool {
        self.0.starts_with("eip155:")
    }
}

/// The act that is authorized, with all that its text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Opening the vault.
    UnlockUmk,
    /// Letting `subject` act unattended.
    EnableExecution {
        /// The agent's wallet.
        subject: WalletAddress,
        /// The limits, readable; made from the request by a fixed template.
        limits: Line,
        /// [`request_hash`] of the request that will be carried out.
        request: HexBytes<32>,
    },
    /// Showing the mnemonic of `subject`.
    RevealMnemonic {
        /// The agent's wallet.
        subject: WalletAddress,
        /// [`request_hash`] of the request that will be carried out.
        request: HexBytes<32>,
    },
    /// Ending what `subject` was allowed.
    RevokeExecution {
        /// The agent's wallet.
        subject: WalletAddress,
        /// [`request_hash`] of the request that will be carried out.
        request: HexBytes<32>,
    },
}

impl Act {
    /// Its purpose.
    #[must_use]
    pub const fn purpose(&self) -> AuthPurpose {
        match self {
            Self::UnlockUmk => AuthPurpose::UnlockUmk,
            Self::EnableExecution { .. } => AuthPurpose::EnableExecution,
            Self::RevealMnemonic { .. } => AuthPurpose::RevealMnemonic,
            Self::RevokeExecution { .. } => AuthPurpose::RevokeExecution,
        }
    }

    /// The agent's wallet, where it concerns one.
    #[must_use]
    pub const fn subject(&self) -> Option<&WalletAddress> {
        match self {
            Self::UnlockUmk => None,
            Self::EnableExecution { subject, .. }
            | Self::RevealMnemonic { subject, .. }
            | Self::RevokeExecution { subject, .. } => Some(subject),
        }
    }

    const fn limits(&self) -> Option<&Line> {
        match self {
            Self::EnableExecution { limits, .. } => Some(limits),
            _ => None,
        }
    }

    const fn request(&self) -> Option<&HexBytes<32>> {
        match self {
            Self::UnlockUmk => None,
            Self::EnableExecution { request, .. }
            | Self::RevealMnemonic { request, .. }
            | Self::RevokeExecution { request, .. } => Some(request),
        }
    }
}

/// SHA-256 of the canonical JSON of a request: the object that will be carried out, exactly.
///
/// # Errors
/// [`Refusal::Malformed`] where it has no JSON form.
pub fn request_hash(request: &impl Serialize) -> Result<HexBytes<32>, Refusal> {
    let json = jcs(request).map_err(|_| Refusal::Malformed("a request without canonical JSON"))?;
    Ok(HexBytes(sha256(&[json.as_bytes()])))
}

/// One request for a wallet's authorization. Its nonce is public, and good for nothing without a
/// signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Challenge {
    pub(super) vault: VaultId,
    pub(super) wallet: WalletAddress,
    pub(super) cluster: Cluster,
    pub(super) act: Act,
    nonce: HexBytes<32>,
    pub(super) issued_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl Challenge {
    /// A challenge for `act` that begins with the second of `now` and lives as long as its purpose
    /// allows. `nonce` is 32 bytes from the system's random source.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] where the cluster is of the other kind of wallet.
    pub fn issue(
        vault: VaultId,
        wallet: WalletAddress,
        cluster: Cluster,
        act: Act,
        nonce: [u8; 32],
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let issued_at = Timestamp::from_unix_ms(now.unix_ms().div_euclid(SECOND_MS) * SECOND_MS);
        let expires_at = issued_at.plus(Rules::of(act.purpose()).ttl);
        Self::checked(Self {
            vault,
            wallet,
            cluster,
            act,
            nonce: HexBytes(nonce),
            issued_at,
            expires_at,
        })
    }

    fn checked(self) -> Result<Self, Refusal> {
        let ttl = Rules::of(self.act.purpose()).ttl;
        if self.cluster.is_evm() != self.wallet.is_evm() {
            return Err(Refusal::Malformed(
                "the cluster is not one of this kind of wallet",
            ));
        }
        if self.expires_at <= self.issued_at {
            return Err(Refusal::Malformed("it expires before it begins"));
        }
        if self.expires_at.since(self.issued_at) > ttl {
            return Err(Refusal::TooLong {
                limit_s: ttl.as_secs(),
            });
        }
        Ok(self)
    }

    /// What the wallet is to sign.
    #[must_use]
    pub fn text(&self) -> String {
        let fields = Fields::from(self.clone());
        let lines = [
            ("domain", Some(DOMAIN.to_owned())),
            ("vault", Some(fields.vault.to_string())),
            ("wallet", Some(fields.wallet.into())),
            ("cluster", Some(fields.cluster)),
            ("purpose", Some(fields.purpose.to_string())),
            ("subject", fields.subject.map(String::from)),
            ("limits", fields.limits),
            ("request", fields.request.map(String::from)),
            ("nonce", Some(fields.nonce.into())),
            ("issuedAt", Some(fields.issued_at)),
            ("expiresAt", Some(fields.expires_at)),
        ];
        lines
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| format!("\n{name}: {value}")))
            .fold(HEADER.to_owned(), |text, line| text + &line)
    }

    /// SHA-256 of the raw nonce: all of it that is ever stored.
    #[must_use]
    pub fn nonce_hash(&self) -> HexBytes<32> {
        HexBytes(sha256(&[&self.nonce.0]))
    }

    /// The wallet that is asked.
    #[must_use]
    pub const fn wallet(&self) -> &WalletAddress {
        &self.wallet
    }

    /// The chain that it is asked for.
    #[must_use]
    pub const fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// What it is asked to authorize.
    #[must_use]
    pub const fn act(&self) -> &Act {
        &self.act
    }

    /// When its time ends.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The values of the lines, as they are written down.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Fields {
    vault: VaultId,
    wallet: WalletAddress,
    cluster: String,
    purpose: AuthPurpose,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<WalletAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limits: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<HexBytes<32>>,
    nonce: HexBytes<32>,
    issued_at: String,
    expires_at: String,
}

impl From<Challenge> for Fields {
    fn from(challenge: Challenge) -> Self {
        let act = challenge.act;
        Self {
            vault: challenge.vault,
            wallet: challenge.wallet,
            cluster: challenge.cluster.0,
            purpose: act.purpose(),
            subject: act.subject().cloned(),
            limits: act.limits().map(|line| line.0.clone()),
            request: act.request().copied(),
            nonce: challenge.nonce,
            issued_at: challenge.issued_at.to_seconds_text(),
            expires_at: challenge.expires_at.to_seconds_text(),
        }
    }
}

impl TryFrom<Fields> for Challenge {
    type Error = Refusal;
    fn try_from(fields: Fields) -> Result<Self, Refusal> {
        let limits = fields.limits.as_deref().map(Line::parse).transpose()?;
        let act = match (fields.purpose, fields.subject, limits, fields.request) {
            (AuthPurpose::UnlockUmk, None, None, None) => Act::UnlockUmk,
            (AuthPurpose::EnableExecution, Some(subject), Some(limits), Some(request)) => {
                Act::EnableExecution {
                    subject,
                    limits,
                    request,
                }
            }
            (AuthPurpose::RevealMnemonic, Some(subject), None, Some(request)) => {
                Act::RevealMnemonic { subject, request }
            }
            (AuthPurpose::RevokeExecution, Some(subject), None, Some(request)) => {
                Act::RevokeExecution { subject, request }
            }
            _ => return Err(Refusal::Malformed("its lines are not those of its purpose")),
        };
        Self::checked(Self {
            vault: fields.vault,
            wallet: fields.wallet,
            cluster: Cluster::parse(&fields.cluster)?,
            act,
            nonce: fields.nonce,
            issued_at: second(&fields.issued_at)?,
            expires_at: second(&fields.expires_at)?,
        })
    }
}

/// A time in its one spelling here, without a fraction.
fn second(text: &str) -> Result<Timestamp, Refusal> {
    let malformed = Refusal::Malformed("a time is YYYY-MM-DDTHH:MM:SSZ");
    match text.parse::<Timestamp>() {
        Ok(at) if at.to_seconds_text() == text => Ok(at),
        _ => Err(malformed),
    }
}
