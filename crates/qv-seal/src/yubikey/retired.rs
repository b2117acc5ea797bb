//! The retired slots of a YubiKey, 82 to 95: what lies in them, whose it is, and making and
//! destroying keys in them.
//!
//! A slot belongs to us where its certificate says so: its common name is [`NAME`] and a vault, its
//! organizational unit the unlock slot that the key was made for (none where several use it). A
//! YubiKey cannot delete a key before firmware 5.7, so a forgotten key is overwritten by one that
//! nobody uses, and the certificate names it unused.

use std::str::FromStr;

use p256::NistP256;
use qv_crypto::umk::HexBytes;
use qv_types::{SlotId as UnlockSlot, VaultId};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::Validity;
use yubikey::piv::{
    AlgorithmId, RetiredSlotId, SlotAlgorithmId, SlotId, SlotMetadata, generate, metadata,
};
use yubikey::{Certificate, ObjectId, PinPolicy, TouchPolicy};

use super::YubikeyError;
use super::connected::Connected;

/// How the common name of each of our certificates begins.
const NAME: &str = "QuantumVault";
const FIRST: u8 = 0x82;
const LAST: u8 = 0x95;
/// The object of the first slot's certificate; the others follow.
const FIRST_OBJECT: ObjectId = 0x005f_c10d;

/// A retired slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RetiredSlot(RetiredSlotId);

/// What a slot holds.
pub(super) enum Use {
    /// Nothing, or a key of ours that is forgotten.
    Free,
    /// A key that QuantumVault made.
    Own(Box<OwnKey>),
    /// Something else.
    Foreign,
}

/// A P-256 key on a YubiKey.
pub(super) struct OwnKey {
    pub slot: RetiredSlot,
    pub point: HexBytes<65>,
    pub policies: (PinPolicy, TouchPolicy),
    /// The vault that its certificate names.
    pub vault: Option<VaultId>,
    /// The one unlock slot that its certificate names.
    pub unlock_slot: Option<UnlockSlot>,
    public: SubjectPublicKeyInfoOwned,
}

/// What a certificate of ours says.
pub(super) enum Label {
    /// The key opens one slot of a vault.
    Slot(VaultId, UnlockSlot),
    /// The key opens slots of a vault.
    Vault(VaultId),
    /// The key opens nothing.
    Unused,
}

impl RetiredSlot {
    pub fn numbered(number: u8) -> Result<Self, YubikeyError> {
        RetiredSlotId::try_from(number)
            .map(Self)
            .map_err(|_| YubikeyError::NoSuchSlot(number))
    }

    fn all() -> impl Iterator<Item = Self> {
        (FIRST..=LAST).filter_map(|number| Self::numbered(number).ok())
    }

    /// The first slot that is free.
    pub fn first_free(key: &mut Connected) -> Result<(Self, Use), YubikeyError> {
        for slot in Self::all() {
            if let (slot, Use::Free) = slot.with_its_use(key)? {
                return Ok((slot, Use::Free));
            }
        }
        Err(YubikeyError::NoFreeSlot {
            serial: key.serial(),
        })
    }

    /// The slot whose key has this public point.
    pub fn holding(
        key: &mut Connected,
        point: &HexBytes<65>,
    ) -> Result<Option<OwnKey>, YubikeyError> {
        for slot in Self::all() {
            if let Some(own) = slot.key(key)?
                && own.point == *point
            {
                return slot.labelled(key, own).map(Some);
            }
        }
        Ok(None)
    }

    pub const fn id(self) -> SlotId {
        SlotId::Retired(self.0)
    }

    pub fn number(self) -> u8 {
        self.0.into()
    }

    /// The slot and what it holds. Whatever is not surely free or ours is somebody else's.
    pub fn with_its_use(self, key: &mut Connected) -> Result<(Self, Use), YubikeyError> {
        let has_key = !matches!(
            metadata(key.session(), self.id()),
            Err(yubikey::Error::NotFound)
        );
        let has_certificate = self.has_certificate(key)?;
        let own = if has_key { self.key(key)? } else { None };
        let holds = match own {
            None if !has_key && !has_certificate => Use::Free,
            Some(own) if has_certificate => {
                let certificate = self.certificate(key);
                if says(&certificate, &own, &Label::Unused) {
                    Use::Free
                } else {
                    let own = own.with_label(&certificate);
                    match own.vault {
                        Some(_) => Use::Own(Box::new(own)),
                        None => Use::Foreign,
                    }
                }
            }
            _ => Use::Foreign,
        };
        Ok((self, holds))
    }

    /// Its key where that is of P-256.
    fn key(self, key: &mut Connected) -> Result<Option<OwnKey>, YubikeyError> {
        match metadata(key.session(), self.id()) {
            Ok(SlotMetadata {
                algorithm: SlotAlgorithmId::Asymmetric(AlgorithmId::EccP256),
                policy: Some(policies),
                public: Some(public),
                ..
            }) => OwnKey::new(self, policies, public).map(Some),
            Err(error @ yubikey::Error::PcscError { .. }) => Err(key.explain(error)),
            Ok(_) | Err(_) => Ok(None),
        }
    }

    fn labelled(self, key: &mut Connected, own: OwnKey) -> Result<OwnKey, YubikeyError> {
        if !self.has_certificate(key)? {
            return Ok(own);
        }
        let certificate = self.certificate(key);
        Ok(own.with_label(&certificate))
    }

    /// Asked for by itself: reading a certificate tells a slot without one from a card that fails
    /// in no other way.
    fn has_certificate(self, key: &mut Connected) -> Result<bool, YubikeyError> {
        let object = FIRST_OBJECT + ObjectId::from(self.number() - FIRST);
        match key.session().fetch_object(object) {
            Ok(object) => Ok(!object.is_empty()),
            Err(yubikey::Error::NotFound) => Ok(false),
            Err(error) => Err(key.explain(error)),
        }
    }

    fn certificate(self, key: &mut Connected) -> Option<Certificate> {
        Certificate::read(key.session(), self.id()).ok()
    }

    /// Makes a key here, over whatever lies here. The management key is proven.
    pub fn generate(
        self,
        key: &mut Connected,
        policies: (PinPolicy, TouchPolicy),
    ) -> Result<OwnKey, YubikeyError> {
        let (pin, touch) = policies;
        let public = generate(key.session(), self.id(), AlgorithmId::EccP256, pin, touch)
            .map_err(|error| key.explain(error))?;
        OwnKey::new(self, policies, public)
    }

    /// Writes a certificate for the key here, which signs it itself.
    pub fn certify(
        self,
        key: &mut Connected,
        own: &OwnKey,
        label: &Label,
    ) -> Result<(), YubikeyError> {
        let unmakable = |_| YubikeyError::Failed("no certificate can be made".into());
        let written = Certificate::generate_self_signed::<_, NistP256>(
            key.session(),
            self.id(),
            serial_number()?,
            Validity::infinity().map_err(unmakable)?,
            label.subject().map_err(unmakable)?,
            own.public.clone(),
            |_| Ok(()),
        );
        written.map(drop).map_err(|error| match error {
            // The signature failed, and the crate does not say why.
            yubikey::Error::KeyError => self.why_not_signed(key, own.policies.1),
            other => key.explain(other),
        })
    }

    fn why_not_signed(self, key: &mut Connected, touch: TouchPolicy) -> YubikeyError {
        match metadata(key.session(), self.id()) {
            Err(error @ yubikey::Error::PcscError { .. }) => key.explain(error),
            _ => key.explain_use(yubikey::Error::AuthenticationError, touch),
        }
    }

    /// Destroys the key here. The management key is proven.
    pub fn vacate(self, key: &mut Connected) -> Result<(), YubikeyError> {
        // Needs neither PIN nor touch to sign, and protects nothing.
        let nobodys = self.generate(key, (PinPolicy::Never, TouchPolicy::Never))?;
        self.certify(key, &nobodys, &Label::Unused)
    }
}

impl OwnKey {
    fn new(
        slot: RetiredSlot,
        policies: (PinPolicy, TouchPolicy),
        public: SubjectPublicKeyInfoOwned,
    ) -> Result<Self, YubikeyError> {
        let point = public.subject_public_key.raw_bytes().try_into();
        Ok(Self {
            slot,
            point: HexBytes(point.map_err(|_| YubikeyError::Answer("a point of P-256"))?),
            policies,
            vault: None,
            unlock_slot: None,
            public,
        })
    }

    /// With what the certificate says, as long as it is this key's.
    fn with_label(mut self, certificate: &Option<Certificate>) -> Self {
        let subject = certificate
            .as_ref()
            .filter(|certificate| is_of(certificate, &self))
            .map(|certificate| certificate.cert.tbs_certificate().subject());
        let text = |found: Option<x509_cert::ext::pkix::name::DirectoryString>| {
            found.map(|text| text.value().into_owned())
        };
        let name = subject.and_then(|name| text(name.common_name().ok().flatten()));
        self.vault = name
            .as_deref()
            .and_then(|name| name.strip_prefix(NAME)?.trim_start().parse().ok());
        let unit = subject.and_then(|name| text(name.organization_unit().ok().flatten()));
        self.unlock_slot = unit.and_then(|unit| unit.parse().ok());
        self
    }
}

impl Label {
    fn subject(&self) -> Result<Name, x509_cert::der::Error> {
        let text = match self {
            Self::Slot(vault, slot) => format!("OU={slot},CN={NAME} {vault}"),
            Self::Vault(vault) => format!("CN={NAME} {vault}"),
            Self::Unused => format!("CN={NAME} unused"),
        };
        Name::from_str(&text)
    }
}

/// Whether a certificate is for a key.
fn is_of(certificate: &Certificate, own: &OwnKey) -> bool {
    certificate.subject_pki().subject_public_key.raw_bytes() == own.point.0
}

fn says(certificate: &Option<Certificate>, own: &OwnKey, label: &Label) -> bool {
    certificate.as_ref().is_some_and(|certificate| {
        is_of(certificate, own)
            && label
                .subject()
                .is_ok_and(|subject| *certificate.cert.tbs_certificate().subject() == subject)
    })
}

fn serial_number() -> Result<SerialNumber, YubikeyError> {
    let unmade = || YubikeyError::Failed("the system has no randomness".into());
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| unmade())?;
    // Positive and of full length.
    bytes[0] = bytes[0] & 0x3F | 0x40;
    SerialNumber::new(&bytes).map_err(|_| unmade())
}
