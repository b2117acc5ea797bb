//! The peer of unlocking: a secret sealed to PCR 7, released with as few commands as a TPM needs.

use std::str::FromStr;

use tss_esapi::Context;
use tss_esapi::attributes::{ObjectAttributesBuilder, SessionAttributesBuilder};
use tss_esapi::constants::SessionType;
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::interface_types::session_handles::{AuthSession, PolicySession};
use tss_esapi::structures::{
    Digest, EccPoint, KeyedHashScheme, PcrSelectionListBuilder, PcrSlot, Private, Public,
    PublicBuilder, PublicEccParametersBuilder, PublicKeyedHashParameters, SensitiveData,
    SymmetricDefinition, SymmetricDefinitionObject,
};
use tss_esapi::tcti_ldr::TctiNameConf;

use crate::Result;

/// How the bare release guards what crosses the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bus {
    /// Not at all: the fewest and cheapest commands.
    Clear,
    /// As we do: a session salted to the storage key, which encrypts.
    Encrypted,
}

/// A sealed secret, outside of the TPM.
pub struct BareSealed {
    public: Public,
    private: Private,
}

impl BareSealed {
    /// Seals 32 bytes to the present value of PCR 7.
    ///
    /// # Errors
    /// Those of the TPM.
    pub fn seal(tcti: &str) -> Result<Self> {
        let mut context = Context::new(TctiNameConf::from_str(tcti)?)?;
        let primary = primary(&mut context)?;
        let trial = session(&mut context, SessionType::Trial, None)?;
        require_pcr(&mut context, trial)?;
        let policy = context.policy_get_digest(PolicySession::try_from(trial)?)?;
        let attributes = ObjectAttributesBuilder::new()
            .with_fixed_tpm(true)
            .with_fixed_parent(true)
            .build()?;
        let template = PublicBuilder::new()
            .with_public_algorithm(PublicAlgorithm::KeyedHash)
            .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
            .with_object_attributes(attributes)
            .with_auth_policy(policy)
            .with_keyed_hash_parameters(PublicKeyedHashParameters::new(KeyedHashScheme::Null))
            .with_keyed_hash_unique_identifier(Digest::default())
            .build()?;
        let secret = SensitiveData::try_from(vec![7; 32])?;
        let made = context.execute_with_session(Some(AuthSession::Password), |context| {
            context.create(primary, template, None, Some(secret), None, None)
        })?;
        Ok(Self {
            public: made.out_public,
            private: made.out_private,
        })
    }

    /// Connects, makes the storage key, loads, and has the secret released.
    ///
    /// # Errors
    /// Those of the TPM.
    pub fn unseal(&self, tcti: &str, bus: Bus) -> Result<SensitiveData> {
        let mut context = Context::new(TctiNameConf::from_str(tcti)?)?;
        let primary = primary(&mut context)?;
        let salt = (bus == Bus::Encrypted).then_some(primary);
        let session = session(&mut context, SessionType::Policy, salt)?;
        require_pcr(&mut context, session)?;
        let (public, private) = (self.public.clone(), self.private.clone());
        let object = context.execute_with_session(Some(AuthSession::Password), |context| {
            context.load(primary, private, public)
        })?;
        Ok(context.execute_with_session(Some(session), |context| context.unseal(object.into()))?)
    }
}

fn primary(context: &mut Context) -> Result<KeyHandle> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_sensitive_data_origin(true)
        .with_user_with_auth(true)
        .with_restricted(true)
        .with_decrypt(true)
        .build()?;
    let parameters = PublicEccParametersBuilder::new_restricted_decryption_key(
        SymmetricDefinitionObject::AES_128_CFB,
        EccCurve::NistP256,
    );
    let template = PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_ecc_parameters(parameters.build()?)
        .with_ecc_unique_identifier(EccPoint::default())
        .build()?;
    let made = context.execute_with_session(Some(AuthSession::Password), |context| {
        context.create_primary(Hierarchy::Owner, template, None, None, None, None)
    })?;
    Ok(made.key_handle)
}

fn session(
    context: &mut Context,
    kind: SessionType,
    salt: Option<KeyHandle>,
) -> Result<AuthSession> {
    let session = context.start_auth_session(
        salt,
        None,
        None,
        kind,
        SymmetricDefinition::AES_128_CFB,
        HashingAlgorithm::Sha256,
    )?;
    let session = session.ok_or("no session")?;
    let encrypts = salt.is_some();
    let (attributes, mask) = SessionAttributesBuilder::new()
        .with_decrypt(encrypts)
        .with_encrypt(encrypts)
        .build();
    context.tr_sess_set_attributes(session, attributes, mask)?;
    Ok(session)
}

fn require_pcr(context: &mut Context, session: AuthSession) -> Result<()> {
    let seven = PcrSelectionListBuilder::new()
        .with_selection(HashingAlgorithm::Sha256, &[PcrSlot::Slot7])
        .build()?;
    Ok(context.policy_pcr(PolicySession::try_from(session)?, Digest::default(), seven)?)
}
