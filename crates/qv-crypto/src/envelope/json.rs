//! Writes an envelope as canonical JSON and computes its hash on the way.
//!
//! The members stand in JCS order (RFC 8785), so the text of the twelve hashed members is the text
//! before `hash` followed by the text after it, and nothing is written twice. Tests hold the result
//! against the JCS library.

use super::{Context, Suites};
use crate::encoding::{base64_encode, push_hex, push_json_string};
use crate::suite::hash::sha256;

/// The members besides suites and context.
pub(super) struct Sealed<'a> {
    /// The capsule in hex; made once for a batch.
    pub(super) capsule_hex: &'a str,
    pub(super) iv: &'a [u8],
    /// With the tag at its end.
    pub(super) ciphertext: &'a [u8],
    pub(super) commitment: &'a [u8; 32],
}

/// The canonical JSON of all 13 members, and the hash in it.
pub(super) fn write(suites: Suites, context: &Context, sealed: &Sealed<'_>) -> (String, [u8; 32]) {
    let tail = write_tail(suites, context, sealed);
    let head_len = 1024 + sealed.capsule_hex.len() + sealed.ciphertext.len() * 4 / 3;
    let mut out = String::with_capacity(head_len + tail.len());
    write_head(&mut out, suites, context, sealed);
    let hash = sha256(&[out.as_bytes(), tail.as_bytes()]);
    out.push_str("\"hash\":\"");
    push_hex(&mut out, &hash);
    out.push_str("\",");
    out.push_str(&tail);
    (out, hash)
}

fn write_head(out: &mut String, suites: Suites, context: &Context, sealed: &Sealed<'_>) {
    out.push_str("{\"aad\":{\"asset_id\":");
    push_json_string(out, context.asset_id.as_str());
    out.push_str(",\"asset_key_material_id\":");
    push_json_string(out, context.material_id.as_str());
    out.push_str(",\"created_at\":");
    push_json_string(out, context.created_at.as_str());
    out.push_str("},\"aead\":\"");
    out.push_str(suites.aead.as_str());
    out.push_str("\",\"anchor_id\":");
    push_json_string(out, context.anchor_id.as_str());
    out.push_str(",\"ciphertext\":\"");
    out.push_str(&base64_encode(sealed.ciphertext));
    out.push_str("\",\"encapsulated_key\":\"");
    out.push_str(sealed.capsule_hex);
    out.push_str("\",");
}

fn write_tail(suites: Suites, context: &Context, sealed: &Sealed<'_>) -> String {
    let mut out = String::with_capacity(512);
    out.push_str("\"iv\":\"");
    push_hex(&mut out, sealed.iv);
    out.push_str("\",\"kdf\":\"");
    out.push_str(suites.kdf.as_str());
    out.push_str("\",\"kem\":\"");
    out.push_str(suites.kem.as_str());
    out.push_str("\",\"key_commitment\":\"");
    push_hex(&mut out, sealed.commitment);
    out.push_str("\",\"key_version\":");
    context.push_key_version_and_policy(&mut out);
    out
}
