//! Checkpoints: the log's size and root, signed (C2SP tlog-checkpoint over signed-note).
//!
//! Invariants: a checkpoint counts only with exactly one valid signature of each of the log's two
//! keys, Ed25519 and ML-DSA-87; its text has one spelling, so that what is signed can be rebuilt
//! from size and root. Signature lines of other names or keys (witnesses) are passed over.

use qv_crypto::encoding::{base64_decode, base64_encode};
use qv_crypto::suite::{SignatureSuite, SigningKey, VerifyingKey};
use qv_types::VaultId;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::tree::Hash;

/// The most bytes of a note: both signatures, and room for a hundred witnesses.
const MAX_NOTE_LEN: usize = 1 << 20;
/// What a signature line begins with: an em dash and a space.
const SIGNATURE_MARK: &str = "\u{2014} ";
/// Bytes of a key id, before the signature.
const KEY_ID_LEN: usize = 4;

/// Size and root of a log at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, `quantumvault.app/log/{vault id}`.
    pub origin: String,
    /// How many events the log has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// The origin (and key name) of a vault's log.
#[must_use]
pub fn origin(vault: VaultId) -> String {
    format!("quantumvault.app/log/{vault}")
}

impl Checkpoint {
    /// The text that is signed, with the line feed at its end. Its SHA-256 goes into the TPM.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            base64_encode(&self.root)
        )
    }

    /// The signed note: the text, an empty line, and a line for each of the two signatures.
    ///
    /// # Errors
    /// [`Error::Sign`] where the system has no randomness.
    pub fn sign(&self, ed25519: &SigningKey, ml_dsa: &SigningKey) -> Result<String, Error> {
        let text = self.text();
        let mut note = format!("{text}\n");
        for key in [ed25519, ml_dsa] {
            let id = key_id(&self.origin, key.verifying_key());
            let signature = key.sign(text.as_bytes()).map_err(Error::Sign)?;
            let line = base64_encode(&[id.as_slice(), &signature].concat());
            note.push_str(&format!("{SIGNATURE_MARK}{} {line}\n", self.origin));
        }
        Ok(note)
    }

    /// Reads a signed note of the log named `origin` and verifies both signatures.
    ///
    /// # Errors
    /// [`Error::Malformed`] where it breaks the form or is another log's; [`Error::BadSignature`]
    /// where one of the two keys has no signature, a wrong one or more than one.
    pub fn verify(
        note: &str,
        origin: &str,
        ed25519: &VerifyingKey,
        ml_dsa: &VerifyingKey,
    ) -> Result<Self, Error> {
        let (text, signatures) = split(note)?;
        let checkpoint = parse_text(text, origin)?;
        let lines = signatures
            .split_terminator('\n')
            .map(parse_signature)
            .collect::<Result<Vec<_>, _>>()?;
        for key in [ed25519, ml_dsa] {
            check_signature(&lines, origin, key, text)?;
        }
        Ok(checkpoint)
    }
}

/// One signature line.
struct SignatureLine<'a> {
    name: &'a str,
    key_id: [u8; KEY_ID_LEN],
    signature: Vec<u8>,
}

/// The text with its last line feed, and the signature lines.
fn split(note: &str) -> Result<(&str, &str), Error> {
    if note.len() > MAX_NOTE_LEN {
        return Err(Error::Malformed("it has more than 1 MiB"));
    }
    if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        return Err(Error::Malformed("it holds control characters"));
    }
    let split = note
        .rfind("\n\n")
        .and_then(|at| note.split_at_checked(at + 1));
    let (text, rest) = split.ok_or(Error::Malformed("no empty line ends its text"))?;
    match rest.strip_prefix('\n') {
        Some(lines) if lines.ends_with('\n') => Ok((text, lines)),
        _ => Err(Error::Malformed("it has no signature lines")),
    }
}

fn parse_text(text: &str, origin: &str) -> Result<Checkpoint, Error> {
    let mut lines = text.split_terminator('\n');
    let (Some(name), Some(size), Some(root), None) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return Err(Error::Malformed(
            "its text has other lines than name, size and root",
        ));
    };
    if name != origin {
        return Err(Error::Malformed("it is another log's"));
    }
    let parsed: u64 = size
        .parse()
        .map_err(|_| Error::Malformed("its size is no number"))?;
    if parsed.to_string() != size {
        return Err(Error::Malformed("its size has another spelling"));
    }
    let root = base64_decode(root).and_then(|root| root.try_into().ok());
    Ok(Checkpoint {
        origin: name.into(),
        size: parsed,
        root: root.ok_or(Error::Malformed("its root is not 32 bytes in base64"))?,
    })
}

fn parse_signature(line: &str) -> Result<SignatureLine<'_>, Error> {
    let malformed = Error::Malformed("a signature line has another form");
    let parsed = line
        .strip_prefix(SIGNATURE_MARK)
        .and_then(|rest| rest.split_once(' '));
    let Some((name, bytes)) = parsed.filter(|(name, _)| !name.is_empty()) else {
        return Err(malformed);
    };
    let bytes = base64_decode(bytes).ok_or(malformed)?;
    match bytes.split_first_chunk() {
        Some((key_id, signature)) if !signature.is_empty() => Ok(SignatureLine {
            name,
            key_id: *key_id,
            signature: signature.into(),
        }),
        _ => Err(Error::Malformed("a signature line is too short")),
    }
}

fn check_signature(
    lines: &[SignatureLine<'_>],
    origin: &str,
    key: &VerifyingKey,
    text: &str,
) -> Result<(), Error> {
    let suite = key.suite().as_str();
    let id = key_id(origin, key);
    let mut own = lines
        .iter()
        .filter(|line| line.name == origin && line.key_id == id);
    let (Some(line), None) = (own.next(), own.next()) else {
        return Err(Error::BadSignature(suite));
    };
    key.verify(text.as_bytes(), &line.signature)
        .map_err(|_| Error::BadSignature(suite))
}

/// The first four bytes of SHA-256(name ‖ LF ‖ type ‖ public key) (C2SP signed-note).
fn key_id(name: &str, key: &VerifyingKey) -> [u8; KEY_ID_LEN] {
    let kind: &[u8] = match key.suite() {
        SignatureSuite::Ed25519 => b"\x01",
        _ => b"\xffquantumvault.app/ml-dsa-87",
    };
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update(b"\n")
        .chain_update(kind)
        .chain_update(key.to_bytes())
        .finalize();
    let [a, b, c, d, ..] = <[u8; 32]>::from(hash);
    [a, b, c, d]
}

#[cfg(test)]
mod tests;
