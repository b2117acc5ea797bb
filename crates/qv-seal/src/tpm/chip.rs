//! One conversation with a TPM: its storage primary, sealing and unsealing below it.
//!
//! Invariants: secret and PIN cross the bus only encrypted, in a session salted to the primary,
//! whose name is compared with the one of the enrolment before anything secret is sent; nothing
//! stays loaded, for the context flushes what it loaded on every path when it is dropped.

use qv_crypto::secret::Secret;
use qv_crypto::umk::HexBytes;
use tss_esapi::attributes::{ObjectAttributes, ObjectAttributesBuilder, SessionAttributesBuilder};
use tss_esapi::constants::{CapabilityType, PropertyTag, SessionType};
use tss_esapi::handles::{KeyHandle, ObjectHandle};
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::interface_types::session_handles::{AuthSession, PolicySession};
use tss_esapi::structures::{
    Auth, CapabilityData, Digest, DigestList, EccPoint, KeyedHashScheme, PcrSelectionList,
    PcrSelectionListBuilder, PcrSlot, Private, Public, PublicBuilder, PublicEccParametersBuilder,
    PublicKeyedHashParameters, SensitiveData, SymmetricDefinition, SymmetricDefinitionObject,
};
use tss_esapi::{Context, Error, WrapperErrorKind};

use super::policy::{PcrValue, Policy};

type Result<T> = std::result::Result<T, Error>;

/// A sealed object outside of the TPM.
#[derive(Debug, Clone)]
pub(super) struct Blob {
    pub public: Public,
    pub private: Private,
}

/// How the TPM stands against guessing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Guesses {
    /// Wrong ones that it still takes.
    pub left: u32,
    /// Seconds in which it forgives one.
    pub interval_s: u32,
}

/// A TPM with its storage primary loaded.
pub(super) struct Chip {
    context: Context,
    primary: KeyHandle,
}

impl Chip {
    /// Makes the primary, which is the same each time as long as its TPM is not cleared.
    pub fn new(mut context: Context) -> Result<Self> {
        let template = primary_template()?;
        let made = context.execute_with_session(Some(AuthSession::Password), |context| {
            context.create_primary(Hierarchy::Owner, template, None, None, None, None)
        })?;
        Ok(Self {
            context,
            primary: made.key_handle,
        })
    }

    /// The primary's name.
    pub fn primary_name(&mut self) -> Result<HexBytes<34>> {
        let name = self.context.tr_get_name(self.primary.into())?;
        let bytes = name.value().try_into().map_err(|_| unexpected())?;
        Ok(HexBytes(bytes))
    }

    /// Seals `secret` so that it is released under `policy`, for `auth` where that takes one.
    pub fn seal(
        &mut self,
        secret: &Secret<32>,
        policy: &Policy,
        auth: Option<&Secret<32>>,
    ) -> Result<Blob> {
        let template = sealed_template(policy)?;
        let secret = SensitiveData::try_from(secret.expose().as_slice())?;
        let (auth, primary) = (auth.map(auth_value).transpose()?, self.primary);
        let session = self.salted_session(SessionType::Hmac)?;
        let made = self
            .context
            .execute_with_session(Some(session), |context| {
                context.create(primary, template, auth, Some(secret), None, None)
            })?;
        self.context
            .flush_context(tss_esapi::handles::SessionHandle::from(session).into())?;
        Ok(Blob {
            public: made.out_public,
            private: made.out_private,
        })
    }

    /// Loads a sealed object.
    pub fn load(&mut self, blob: Blob) -> Result<KeyHandle> {
        let primary = self.primary;
        self.context
            .execute_with_session(Some(AuthSession::Password), |context| {
                context.load(primary, blob.private, blob.public)
            })
    }

    /// Has a loaded object's secret released.
    pub fn unseal(
        &mut self,
        object: KeyHandle,
        policy: &Policy,
        auth: Option<&Secret<32>>,
    ) -> Result<Secret<32>> {
        let session = self.salted_session(SessionType::Policy)?;
        self.satisfy(PolicySession::try_from(session)?, policy)?;
        let object = ObjectHandle::from(object);
        if let Some(auth) = auth {
            self.context.tr_set_auth(object, auth_value(auth)?)?;
        }
        let secret = self
            .context
            .execute_with_session(Some(session), |context| context.unseal(object))?;
        Secret::copied_from(secret.value()).ok_or_else(unexpected)
    }

    /// The present values of PCRs; fewer where the TPM does not keep them with SHA-256.
    pub fn pcr_values(&mut self, pcrs: &[u8]) -> Result<Vec<PcrValue>> {
        let mut values = Vec::new();
        // A TPM returns no more than eight at a time.
        for some in pcrs.chunks(8) {
            let (_, _, read) = self.context.pcr_read(selection(some)?)?;
            for digest in read.value() {
                values.push(HexBytes(
                    digest.value().try_into().map_err(|_| unexpected())?,
                ));
            }
        }
        Ok(values)
    }

    /// Asks the TPM itself: the crate would answer with what it was told before.
    pub fn guesses(&mut self) -> Result<Guesses> {
        let first = u32::from(PropertyTag::LockoutCounter);
        let (found, _) = self
            .context
            .get_capability(CapabilityType::TpmProperties, first, 4)?;
        let CapabilityData::TpmProperties(properties) = found else {
            return Err(unexpected());
        };
        let value = |tag| properties.find(tag).map_or(0, |property| property.value());
        let (failed, most) = (
            value(PropertyTag::LockoutCounter),
            value(PropertyTag::MaxAuthFail),
        );
        Ok(Guesses {
            left: most.saturating_sub(failed),
            interval_s: value(PropertyTag::LockoutInterval),
        })
    }

    fn satisfy(&mut self, session: PolicySession, policy: &Policy) -> Result<()> {
        if !policy.pcrs.is_empty() {
            // An empty digest stands for the present values.
            self.context
                .policy_pcr(session, Digest::default(), selection(&policy.pcrs)?)?;
        }
        let branches = policy.branches();
        if branches.len() > 1 {
            let mut list = DigestList::new();
            for branch in branches {
                list.add(Digest::try_from(branch.as_slice())?)?;
            }
            self.context.policy_or(session, list)?;
        }
        if policy.takes_auth_value() {
            self.context.policy_auth_value(session)?;
        }
        Ok(())
    }

    /// A session whose key only this process and the TPM know, and which encrypts both ways.
    fn salted_session(&mut self, kind: SessionType) -> Result<AuthSession> {
        let session = self.context.start_auth_session(
            Some(self.primary),
            None,
            None,
            kind,
            SymmetricDefinition::AES_128_CFB,
            HashingAlgorithm::Sha256,
        )?;
        let session = session.ok_or_else(unexpected)?;
        let (attributes, mask) = SessionAttributesBuilder::new()
            .with_decrypt(true)
            .with_encrypt(true)
            .build();
        self.context
            .tr_sess_set_attributes(session, attributes, mask)?;
        Ok(session)
    }
}

/// The storage key that the TCG's guidance has for P-256.
fn primary_template() -> Result<Public> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_sensitive_data_origin(true)
        .with_user_with_auth(true)
        .with_no_da(true)
        .with_restricted(true)
        .with_decrypt(true)
        .build()?;
    let parameters = PublicEccParametersBuilder::new_restricted_decryption_key(
        SymmetricDefinitionObject::AES_128_CFB,
        EccCurve::NistP256,
    )
    .build()?;
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_ecc_parameters(parameters)
        .with_ecc_unique_identifier(EccPoint::default())
        .build()
}

fn sealed_template(policy: &Policy) -> Result<Public> {
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::KeyedHash)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(sealed_attributes(policy)?)
        .with_auth_policy(Digest::try_from(policy.digest().as_slice())?)
        .with_keyed_hash_parameters(PublicKeyedHashParameters::new(KeyedHashScheme::Null))
        .with_keyed_hash_unique_identifier(Digest::default())
        .build()
}

/// Nothing but the policy releases the secret; a PIN counts against guessing.
pub(super) fn sealed_attributes(policy: &Policy) -> Result<ObjectAttributes> {
    ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_admin_with_policy(true)
        .with_no_da(!policy.pin)
        .build()
}

fn selection(pcrs: &[u8]) -> Result<PcrSelectionList> {
    let slot = |pcr: &u8| PcrSlot::try_from(1_u32.checked_shl((*pcr).into()).unwrap_or(0));
    let slots = pcrs.iter().map(slot).collect::<Result<Vec<_>>>()?;
    PcrSelectionListBuilder::new()
        .with_selection(HashingAlgorithm::Sha256, &slots)
        .build()
}

fn auth_value(secret: &Secret<32>) -> Result<Auth> {
    Auth::try_from(secret.expose().as_slice())
}

const fn unexpected() -> Error {
    Error::WrapperError(WrapperErrorKind::WrongValueFromTpm)
}
