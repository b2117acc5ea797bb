//! Keys and certificates of test servers: made anew each time, for `localhost` and 127.0.0.1.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, Issuer, KeyPair, SanType,
};
use tempfile::TempDir;

use super::openssl::REMEDY;
use super::process::run;

/// Kind of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with so many bits.
    Rsa(u32),
    /// RSA for PSS signatures only.
    RsaPss(u32),
    /// ECDSA on a curve named as OpenSSL names it, for example `prime256v1`.
    Ec(&'static str),
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// ML-DSA-65.
    MlDsa65,
}

/// A certificate and its key as PEM files.
#[derive(Debug)]
pub struct Identity {
    directory: TempDir,
}

impl Identity {
    /// A self-signed certificate.
    ///
    /// # Errors
    /// Where OpenSSL is missing or refuses the key.
    pub fn self_signed(kind: KeyKind) -> io::Result<Self> {
        let identity = Self {
            directory: TempDir::new()?,
        };
        if kind == KeyKind::MlDsa65 {
            identity.write_ml_dsa()?;
        } else {
            let mut command = Command::new("openssl");
            command.args([
                "req",
                "-x509",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=localhost",
            ]);
            command.args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]);
            command.args(key_arguments(kind));
            command
                .arg("-keyout")
                .arg(identity.key())
                .arg("-out")
                .arg(identity.certificates());
            run(REMEDY, &mut command)?;
        }
        Ok(identity)
    }

    /// A P-256 leaf below an RSA-2048 intermediate below a P-384 root, which is sent too.
    ///
    /// # Errors
    /// Where keys or files cannot be made.
    pub fn chain() -> io::Result<Self> {
        let identity = Self {
            directory: TempDir::new()?,
        };
        let root_key =
            KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).map_err(io::Error::other)?;
        let root =
            CertifiedIssuer::self_signed(ca("Test Root"), root_key).map_err(io::Error::other)?;
        let middle_key =
            KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048);
        let middle_key = middle_key.map_err(io::Error::other)?;
        let middle = CertifiedIssuer::signed_by(ca("Test Intermediate"), middle_key, &root);
        let middle = middle.map_err(io::Error::other)?;
        let leaf_key =
            KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).map_err(io::Error::other)?;
        let leaf = leaf()?
            .signed_by(&leaf_key, &middle)
            .map_err(io::Error::other)?;
        identity.write(
            &leaf.pem(),
            &(middle.pem() + &root.pem()),
            &leaf_key.serialize_pem(),
        )?;
        Ok(identity)
    }

    /// A leaf with `count` further certificates behind it, none of which is needed.
    ///
    /// # Errors
    /// Where keys or files cannot be made.
    pub fn with_useless_certificates(count: usize) -> io::Result<Self> {
        let identity = Self {
            directory: TempDir::new()?,
        };
        let key =
            KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).map_err(io::Error::other)?;
        let params = leaf()?;
        let certificate = params.self_signed(&key).map_err(io::Error::other)?;
        let issuer = Issuer::from_params(&params, &key);
        let other = ca("Useless")
            .signed_by(&key, &issuer)
            .map_err(io::Error::other)?;
        identity.write(
            &certificate.pem(),
            &other.pem().repeat(count),
            &key.serialize_pem(),
        )?;
        Ok(identity)
    }

    /// File of the certificates, leaf first.
    #[must_use]
    pub fn certificates(&self) -> PathBuf {
        self.directory.path().join("certificates.pem")
    }

    /// File of the certificates behind the leaf, where there are any.
    #[must_use]
    pub fn intermediates(&self) -> Option<PathBuf> {
        Some(self.file("intermediates.pem")).filter(|path| path.is_file())
    }

    /// File of the key.
    #[must_use]
    pub fn key(&self) -> PathBuf {
        self.directory.path().join("key.pem")
    }

    /// A file beside them.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write_ml_dsa(&self) -> io::Result<()> {
        let key = KeyPair::generate_for(&rcgen::PKCS_ML_DSA_65).map_err(io::Error::other)?;
        let certificate = leaf()?.self_signed(&key).map_err(io::Error::other)?;
        self.write(&certificate.pem(), "", &key.serialize_pem())
    }

    fn write(&self, leaf: &str, intermediates: &str, key: &str) -> io::Result<()> {
        fs::write(self.certificates(), [leaf, intermediates].concat())?;
        if !intermediates.is_empty() {
            fs::write(self.file("intermediates.pem"), intermediates)?;
        }
        fs::write(self.key(), key)
    }
}

fn key_arguments(kind: KeyKind) -> Vec<String> {
    let arguments = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect();
    match kind {
        KeyKind::Rsa(bits) => arguments(&["-sha256", "-newkey", &format!("rsa:{bits}")]),
        KeyKind::RsaPss(bits) => {
            let size = format!("rsa_keygen_bits:{bits}");
            arguments(&["-sha256", "-newkey", "rsa-pss", "-pkeyopt", &size])
        }
        KeyKind::Ec(curve) => {
            let curve = format!("ec_paramgen_curve:{curve}");
            arguments(&["-sha256", "-newkey", "ec", "-pkeyopt", &curve])
        }
        KeyKind::Ed25519 => arguments(&["-newkey", "ed25519"]),
        KeyKind::Ed448 => arguments(&["-newkey", "ed448"]),
        KeyKind::MlDsa65 => Vec::new(),
    }
}

fn leaf() -> io::Result<CertificateParams> {
    let mut params =
        CertificateParams::new(vec!["localhost".to_owned()]).map_err(io::Error::other)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    params
        .subject_alt_names
        .push(SanType::IpAddress([127, 0, 0, 1].into()));
    Ok(params)
}

fn ca(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}
