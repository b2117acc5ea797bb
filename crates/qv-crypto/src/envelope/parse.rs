//! Parsing: the checks that need neither key nor caller, in the specified order.
//!
//! First JSON of an allowed size and the version, then the suites, then members, encodings and
//! lengths, then the capsule, then the hash. JSON is read into [`Node`]s first, because a later
//! version may have other members and still has to be named for what it is.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use qv_types::UnknownWord;
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::json::{self, Sealed};
use super::{
    Context, ContextId, CreatedAt, Envelope, KeyVersion, MAX_JSON_LEN, MAX_PLAINTEXT_LEN, Suites,
    VERSION,
};
use crate::CryptoError;
use crate::encoding::{base64_decode, hex_decode, hex_decode_array};
use crate::suite::aead::TAG_LEN;
use crate::suite::kem::check_capsule;

const MEMBERS: CryptoError =
    CryptoError::Malformed("an envelope has exactly its 13 members, each of its own type");

impl Envelope {
    /// Parses an envelope and checks everything about it that needs no key.
    ///
    /// # Errors
    /// In this order: [`CryptoError::Malformed`] for what is no JSON object, [`CryptoError::UnknownVersion`],
    /// [`CryptoError::UnknownSuite`], [`CryptoError::Malformed`] for members, encodings and lengths,
    /// [`CryptoError::InvalidCapsule`], [`CryptoError::HashMismatch`].
    pub fn from_json(json: &[u8]) -> Result<Self, CryptoError> {
        if json.len() > MAX_JSON_LEN {
            return Err(CryptoError::Malformed("an envelope has at most 16 MiB"));
        }
        let Ok(Node::Object(mut members)) = serde_json::from_slice(json) else {
            return Err(CryptoError::Malformed(
                "an envelope is one JSON object without duplicate members",
            ));
        };
        check_version(&mut members)?;
        let suites = take_suites(&mut members)?;
        Self::from_members(suites, members)
    }

    fn from_members(suites: Suites, mut members: Members) -> Result<Self, CryptoError> {
        let context = take_context(&mut members)?;
        let capsule_hex = take_string(&mut members, "encapsulated_key")?;
        let capsule = hex_decode(&capsule_hex).ok_or(CryptoError::Malformed(
            "encapsulated_key must be lower-case hex",
        ))?;
        let iv = hex_decode(&take_string(&mut members, "iv")?)
            .filter(|iv| iv.len() == suites.aead.nonce_len())
            .ok_or(CryptoError::Malformed(
                "iv must be lower-case hex of the length of the AEAD's nonce",
            ))?;
        let ciphertext = base64_decode(&take_string(&mut members, "ciphertext")?)
            .filter(|sealed| (TAG_LEN..=MAX_PLAINTEXT_LEN + TAG_LEN).contains(&sealed.len()))
            .ok_or(CryptoError::Malformed(
                "ciphertext must be canonical base64 of 16 bytes to 1 MiB + 16",
            ))?;
        let commitment = take_32_bytes(&mut members, "key_commitment")?;
        let stored_hash = take_32_bytes(&mut members, "hash")?;
        must_be_empty(&members)?;
        check_capsule(suites.kem, &capsule)?;

        let sealed = Sealed {
            capsule_hex: &capsule_hex,
            iv: &iv,
            ciphertext: &ciphertext,
            commitment: &commitment,
        };
        let (json, hash) = json::write(suites, &context, &sealed);
        if hash != stored_hash {
            return Err(CryptoError::HashMismatch);
        }
        Ok(Self {
            suites,
            context,
            capsule: Arc::from(capsule),
            iv,
            ciphertext,
            commitment,
            hash,
            json,
        })
    }
}

fn check_version(members: &mut Members) -> Result<(), CryptoError> {
    let version = take_string(members, "version")?;
    if version == VERSION {
        return Ok(());
    }
    Err(CryptoError::UnknownVersion {
        found: version.chars().take(64).collect(),
    })
}

fn take_suites(members: &mut Members) -> Result<Suites, CryptoError> {
    let (kem, kdf, aead) = (
        take_suite(members, "kem")?,
        take_suite(members, "kdf")?,
        take_suite(members, "aead")?,
    );
    let (Some(kem), Some(kdf), Some(aead)) = (kem, kdf, aead) else {
        return Err(MEMBERS);
    };
    Ok(Suites { kem, kdf, aead })
}

/// `None` where the member is missing or no string: an unknown name elsewhere is reported first.
fn take_suite<S: FromStr<Err = UnknownWord>>(
    members: &mut Members,
    name: &str,
) -> Result<Option<S>, CryptoError> {
    match members.remove(name) {
        Some(Node::String(text)) => Ok(Some(text.parse()?)),
        _ => Ok(None),
    }
}

fn take_context(members: &mut Members) -> Result<Context, CryptoError> {
    let Some(Node::Object(mut aad)) = members.remove("aad") else {
        return Err(MEMBERS);
    };
    let Some(Node::Integer(key_version)) = members.remove("key_version") else {
        return Err(MEMBERS);
    };
    let policy_id = match members.remove("policy_id") {
        Some(Node::Null) => None,
        Some(Node::String(text)) => Some(ContextId::new(text)?),
        _ => return Err(MEMBERS),
    };
    let context = Context {
        anchor_id: ContextId::new(take_string(members, "anchor_id")?)?,
        key_version: KeyVersion::new(key_version)?,
        policy_id,
        asset_id: ContextId::new(take_string(&mut aad, "asset_id")?)?,
        material_id: ContextId::new(take_string(&mut aad, "asset_key_material_id")?)?,
        created_at: CreatedAt::new(take_string(&mut aad, "created_at")?)?,
    };
    must_be_empty(&aad)?;
    Ok(context)
}

fn take_32_bytes(members: &mut Members, name: &str) -> Result<[u8; 32], CryptoError> {
    let text = take_string(members, name)?;
    hex_decode_array(&text).ok_or(CryptoError::Malformed(
        "hash and key_commitment must be 64 lower-case hex digits each",
    ))
}

fn take_string(members: &mut Members, name: &str) -> Result<String, CryptoError> {
    match members.remove(name) {
        Some(Node::String(text)) => Ok(text),
        _ => Err(MEMBERS),
    }
}

fn must_be_empty(members: &Members) -> Result<(), CryptoError> {
    if members.is_empty() {
        Ok(())
    } else {
        Err(MEMBERS)
    }
}

type Members = BTreeMap<String, Node>;

/// A JSON value, as far as envelopes have such values.
enum Node {
    Null,
    /// A number without sign, fraction or exponent, below 2^64.
    Integer(u64),
    String(String),
    /// Without duplicate members.
    Object(Members),
    /// Anything else; no member may be that.
    Other,
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Integer(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Node::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut members = Members::new();
        while let Some((name, value)) = entries.next_entry::<String, Node>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("duplicate member"));
            }
        }
        Ok(Node::Object(members))
    }
}
