//! The enums of the data model (QuantumVault MVP, section 2). Each is stored and shown under the
//! document's own SCREAMING_SNAKE_CASE words.

/// A word that is not one of an enum's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not {what}; use one of {allowed}")]
pub struct UnknownWord {
    /// What was given, at most 64 characters of it.
    pub given: String,
    /// What was asked for, for example "an asset type".
    pub what: &'static str,
    /// The words that exist, joined by commas.
    pub allowed: String,
}

/// Declares enums whose values are stored and shown as fixed words: `ALL`, `as_str`, `Display`,
/// `FromStr` and serde under the word. `FromStr` takes any case, and `-` for `_`; after `exact;` it
/// takes the stored word alone, byte for byte. Needs `serde` in the calling crate.
#[macro_export]
macro_rules! word_enums {
    (exact; $($enums:tt)+) => { $crate::word_enums! { @fold (str::to_owned) $($enums)+ } };
    (@fold ($fold:expr) $($(#[$doc:meta])* $name:ident ($what:literal) { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stored word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownWord;
            fn from_str(text: &str) -> Result<Self, $crate::UnknownWord> {
                let word: String = ($fold)(text);
                Self::ALL.iter().copied().find(|value| value.as_str() == word).ok_or_else(|| $crate::UnknownWord {
                    given: text.chars().take(64).collect(),
                    what: $what,
                    allowed: Self::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    )+};
    ($($enums:tt)+) => {
        $crate::word_enums! {
            @fold (|text: &str| text.to_ascii_uppercase().replace('-', "_")) $($enums)+
        }
    };
}

word_enums! { exact;
    /// What a wallet authorizes with a signature (crypto.md section 3).
    AuthPurpose ("a purpose of an authorization") {
        /// Opening the vault.
        UnlockUmk = "unlock_umk",
        /// Letting a wallet act unattended, within limits.
        EnableExecution = "enable_execution",
        /// Showing a wallet's mnemonic.
        RevealMnemonic = "reveal_mnemonic",
        /// Ending what was enabled.
        RevokeExecution = "revoke_execution",
    }
}

word_enums! {
    /// What kind of thing an asset is.
    AssetType ("an asset type") {
        /// A TLS endpoint and its certificate.
        TlsCert = "TLS_CERT",
        /// A database.
        Database = "DATABASE",
        /// An HTTPS API.
        ApiEndpoint = "API_ENDPOINT",
        /// Files that hold protected or protecting material.
        FileShare = "FILE_SHARE",
        /// A key.
        Key = "KEY",
        /// An application.
        Application = "APPLICATION",
        /// A protocol endpoint other than TLS.
        Protocol = "PROTOCOL",
        /// Anything else.
        Other = "OTHER",
    }
    /// Where an asset, target or anchor lives.
    Environment ("an environment") {
        /// Production.
        Prod = "PROD",
        /// Staging.
        Stage = "STAGE",
        /// Development.
        Dev = "DEV",
        /// Any other.
        Other = "OTHER",
    }
    /// Whether an asset's cryptography withstands a quantum attacker.
    Compliance ("a compliance state") {
        /// Post-quantum or hybrid.
        Compliant = "COMPLIANT",
        /// At least one layer is classical only.
        NonCompliant = "NON_COMPLIANT",
        /// Not known.
        Unknown = "UNKNOWN",
    }
    /// Risk level of a score: 0–24, 25–49, 50–74, 75–100.
    RiskLevel ("a risk level") {
        /// 0–24.
        Low = "LOW",
        /// 25–49.
        Medium = "MEDIUM",
        /// 50–74.
        High = "HIGH",
        /// 75–100.
        Critical = "CRITICAL",
    }
    /// How much the business depends on an asset.
    Criticality ("a business criticality") {
        /// Low.
        Low = "LOW",
        /// Medium, the default.
        Medium = "MEDIUM",
        /// High.
        High = "HIGH",
    }
    /// How sensitive the data behind an asset is.
    Sensitivity ("a data sensitivity") {
        /// Public.
        Public = "PUBLIC",
        /// Internal, the default.
        Internal = "INTERNAL",
        /// Confidential.
        Confidential = "CONFIDENTIAL",
        /// Restricted.
        Restricted = "RESTRICTED",
    }
    /// What a recording of an asset's data is worth to who has a quantum computer one day.
    Recorded ("what a recording is worth") {
        /// It can be read then: a layer that keeps the data secret is classical.
        Vulnerable = "VULNERABLE",
        /// It stays closed: these layers are post-quantum, hybrid or symmetric.
        Protected = "PROTECTED",
        /// Not known.
        NotKnown = "NOT_KNOWN",
    }
    /// Whether data that is recorded today can be read while it must still be secret.
    Harvest ("a standing in the harvest ledger") {
        /// It can.
        Exposed = "EXPOSED",
        /// It would have to be secret for too long, and it is not known whether a recording can be broken.
        NotKnown = "NOT_KNOWN",
        /// It cannot: by its cryptography, or since it need not be secret for so long.
        Safe = "SAFE",
    }
    /// Who can reach an asset.
    Exposure ("an exposure") {
        /// Anyone.
        InternetFacing = "INTERNET_FACING",
        /// The organisation, the default.
        Internal = "INTERNAL",
        /// Partners.
        Partner = "PARTNER",
    }
    /// Where an asset stands between found and proven.
    AssetStatus ("an asset status") {
        /// Nothing done yet.
        AtRisk = "AT_RISK",
        /// Some of its material is wrapped.
        InRemediation = "IN_REMEDIATION",
        /// All of its material is wrapped.
        WrappedPqc = "WRAPPED_PQC",
        /// Wrapped, and the chain says so.
        Attested = "ATTESTED",
    }
    /// What a piece of key material is.
    KeyType ("a key type") {
        /// A private key.
        PrivateKey = "PRIVATE_KEY",
        /// An API secret.
        ApiSecret = "API_SECRET",
        /// A database credential.
        DbCredential = "DB_CREDENTIAL",
        /// A configuration blob.
        ConfigBlob = "CONFIG_BLOB",
        /// Anything else.
        Other = "OTHER",
    }
    /// How a target is scanned.
    TargetType ("a target type") {
        /// `host:port`, TLS from the first byte.
        TlsEndpoint = "TLS_ENDPOINT",
        /// An `https://` URL.
        HttpsUrl = "HTTPS_URL",
        /// PostgreSQL.
        Postgres = "POSTGRES",
        /// MySQL.
        Mysql = "MYSQL",
        /// MongoDB.
        Mongodb = "MONGODB",
        /// Named by a plugin.
        Custom = "CUSTOM",
    }
    /// Why a scan was made.
    ScanType ("a scan type") {
        /// First look.
        Discovery = "DISCOVERY",
        /// Look again at what is known.
        Rescan = "RESCAN",
        /// Look again and evaluate policies.
        PolicyValidation = "POLICY_VALIDATION",
    }
    /// How a scan ended, or that it has not.
    ScanStatus ("a scan status") {
        /// Not ended.
        Running = "RUNNING",
        /// Every target answered.
        Success = "SUCCESS",
        /// No target answered, or the scan was cancelled.
        Failed = "FAILED",
        /// Some targets failed.
        Partial = "PARTIAL",
    }
    /// What a scan did to an asset.
    ScanResult ("a scan result") {
        /// Seen for the first time.
        New = "NEW",
        /// Its facts changed.
        Updated = "UPDATED",
        /// Its facts are as they were.
        Unchanged = "UNCHANGED",
    }
    /// How a policy chooses its assets.
    ScopeType ("a scope type") {
        /// All.
        AllAssets = "ALL_ASSETS",
        /// By asset type.
        ByType = "BY_TYPE",
        /// By environment.
        ByEnvironment = "BY_ENVIRONMENT",
        /// By tag.
        ByTag = "BY_TAG",
        /// By risk level.
        ByRiskLevel = "BY_RISK_LEVEL",
        /// By an expression; off unless the configuration allows it.
        CustomQuery = "CUSTOM_QUERY",
    }
    /// Whether hybrid cryptography satisfies a policy.
    TransitionStrategy ("a transition strategy") {
        /// Hybrid is enough.
        Hybrid = "HYBRID",
        /// Only post-quantum is enough.
        PqcOnly = "PQC_ONLY",
    }
    /// Whether a policy acts.
    EnforcementMode ("an enforcement mode") {
        /// Evaluate and report.
        MonitorOnly = "MONITOR_ONLY",
        /// Eligible assets may be wrapped under it.
        Enforce = "ENFORCE",
    }
    /// What an anchor stands for.
    AnchorType ("an anchor type") {
        /// Root of trust, the default.
        RootOfTrust = "ROOT_OF_TRUST",
        /// Key hierarchy.
        KeyHierarchy = "KEY_HIERARCHY",
        /// Policy bundle.
        PolicyBundle = "POLICY_BUNDLE",
    }
    /// State of one version of an anchor's key pair.
    KeyState ("a key state") {
        /// Made, not yet used.
        PreActive = "PRE_ACTIVE",
        /// Wraps and opens.
        Active = "ACTIVE",
        /// Opens, wraps for a while no more.
        Suspended = "SUSPENDED",
        /// Opens, never wraps again.
        Retired = "RETIRED",
        /// Its private part is gone.
        Destroyed = "DESTROYED",
    }
    /// State of an attestation batch.
    AttestationJobStatus ("an attestation job status") {
        /// Not begun.
        Pending = "PENDING",
        /// Under way.
        Running = "RUNNING",
        /// Every row has its result.
        Completed = "COMPLETED",
        /// No row succeeded.
        Failed = "FAILED",
    }
    /// State of one asset's attestation.
    AttestationStatus ("an attestation status") {
        /// Not confirmed yet.
        Pending = "PENDING",
        /// Confirmed on the chain.
        Success = "SUCCESS",
        /// Failed.
        Failed = "FAILED",
    }
    /// Role of a user.
    Role ("a role") {
        /// Everything.
        Admin = "ADMIN",
        /// Reads.
        Viewer = "VIEWER",
        /// Scans, evaluates, wraps.
        SecurityEngineer = "SECURITY_ENGINEER",
    }
    /// Quantum verdict on an algorithm, a layer or an asset.
    Verdict ("a verdict") {
        /// Quantum-vulnerable.
        NonPqc = "NON_PQC",
        /// Classical and post-quantum together.
        Hybrid = "HYBRID",
        /// Post-quantum.
        Pqc = "PQC",
        /// Not known.
        Unknown = "UNKNOWN",
    }
    /// Kind of a durable job.
    JobKind ("a job kind") {
        /// Scan.
        Scan = "SCAN",
        /// Wrap batch.
        Wrap = "WRAP",
        /// Rewrap to another anchor version.
        Rewrap = "REWRAP",
        /// Attestation batch.
        Attest = "ATTEST",
    }
    /// State of one step of a durable job.
    StepState ("a step state") {
        /// Not done yet.
        Pending = "PENDING",
        /// Done; never runs again.
        Done = "DONE",
        /// Ended by an error that is kept with it; never runs again.
        Failed = "FAILED",
    }
    /// Where a signed chain transaction stands.
    OutboxState ("an outbox state") {
        /// Signed and stored, not known to have been sent.
        Signed = "SIGNED",
        /// Handed to the chain.
        Sent = "SENT",
        /// In a block, confirmations still to come.
        Mined = "MINED",
        /// Confirmed as deep as was asked.
        Confirmed = "CONFIRMED",
        /// Another transaction under the same nonce took its place.
        Replaced = "REPLACED",
        /// Refused by the chain or reverted; it will never count.
        Failed = "FAILED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_forgive_case() {
        for value in AssetType::ALL {
            assert_eq!(value.as_str().parse::<AssetType>().as_ref(), Ok(value));
        }
        assert_eq!("tls-cert".parse::<AssetType>(), Ok(AssetType::TlsCert));
        let error = "nope".parse::<Environment>().unwrap_err();
        assert!(
            error.to_string().contains("PROD, STAGE, DEV, OTHER"),
            "{error}"
        );
    }

    #[test]
    fn json_uses_the_stored_word() {
        assert_eq!(
            serde_json::to_string(&Compliance::NonCompliant).unwrap(),
            "\"NON_COMPLIANT\""
        );
    }
}
