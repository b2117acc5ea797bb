//! Text forms of bytes and structures: exactly one spelling each.
//!
//! Hex is lower case without prefix, base64 is RFC 4648 section 4 with padding and canonical last
//! bits, JSON that gets hashed or authenticated is JCS (RFC 8785). Decoders refuse every other
//! spelling, so that equal content has equal bytes.

use base64ct::{Base64, Encoding as _};
use serde::Serialize;

use crate::CryptoError;

/// Lower-case hex.
#[must_use]
pub fn hex_encode(bytes: &[u8]) -> String {
    faster_hex::hex_string(bytes)
}

/// Appends `bytes` as lower-case hex.
pub(crate) fn push_hex(out: &mut String, bytes: &[u8]) {
    let mut digits = [0; 128];
    for chunk in bytes.chunks(digits.len() / 2) {
        // The buffer always suffices, so there is no error to report.
        if let Ok(hex) = faster_hex::hex_encode(chunk, &mut digits) {
            out.push_str(hex);
        }
    }
}

/// Bytes of lower-case hex; `None` for an odd length, another digit or an upper-case one.
#[must_use]
pub fn hex_decode(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let mut bytes = vec![0; text.len() / 2];
    hex_decode_into(text, &mut bytes).then_some(bytes)
}

/// Exactly `N` bytes of lower-case hex; `None` for anything else.
#[must_use]
pub fn hex_decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex_decode_into(text, &mut bytes).then_some(bytes)
}

fn hex_decode_into(text: &str, bytes: &mut [u8]) -> bool {
    text.len() == bytes.len() * 2
        && !text.bytes().any(|digit| digit.is_ascii_uppercase())
        && faster_hex::hex_decode(text.as_bytes(), bytes).is_ok()
}

/// Padded base64.
#[must_use]
pub fn base64_encode(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Bytes of padded, canonical base64 without white space; `None` for anything else.
#[must_use]
pub fn base64_decode(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

/// The canonical JSON of `value` (RFC 8785).
///
/// # Errors
/// [`CryptoError::Malformed`] where the value has no JSON form: maps with keys other than text, numbers
/// that are not finite.
pub fn jcs<T: Serialize>(value: &T) -> Result<String, CryptoError> {
    serde_json_canonicalizer::to_string(value)
        .map_err(|_| CryptoError::Malformed("a value without canonical JSON"))
}

/// Appends `text` as a JCS string: JSON's short escapes, `\u00xx` for other control characters,
/// everything else as it is (RFC 8785 section 3.2.2.2).
pub fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push_str(text);
    } else {
        text.chars()
            .for_each(|character| push_escaped(out, character));
    }
    out.push('"');
}

fn push_escaped(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        '\0'..='\u{1f}' => {
            out.push_str("\\u00");
            push_hex(out, &[character as u8]);
        }
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hex_has_one_spelling() {
        assert_eq!(hex_encode(&[0, 0xab]), "00ab");
        assert_eq!(hex_decode("00ab"), Some(vec![0, 0xab]));
        assert_eq!(hex_decode(""), Some(vec![]));
        for other in ["00AB", "00a", "0x00", "00 ab", "0g", " 00ab", "é"] {
            assert_eq!(hex_decode(other), None, "{other}");
        }
        let mut pushed = String::new();
        push_hex(&mut pushed, &[0xab; 65]);
        assert_eq!(pushed, "ab".repeat(65));
        assert_eq!(hex_decode_array::<2>("00ab"), Some([0, 0xab]));
        assert_eq!(hex_decode_array::<2>("00abcd"), None);
        let upper = "AB".repeat(64);
        assert_eq!(hex_decode(&upper), None);
    }

    #[test]
    fn base64_has_one_spelling() {
        assert_eq!(base64_encode(b"any"), "YW55");
        assert_eq!(base64_decode("YW4="), Some(b"an".to_vec()));
        assert_eq!(base64_decode(""), Some(vec![]));
        for other in [
            "YW4", "YW5=", "YW4=\n", "Y W4=", "YW4_", "YQ=", "YR==", "====", "YW4=YW4=",
        ] {
            assert_eq!(base64_decode(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn strings_are_written_as_the_jcs_library_writes_them(text in "\\PC*|[\\x00-\\x7f]*|.*") {
            let mut ours = String::new();
            push_json_string(&mut ours, &text);
            prop_assert_eq!(ours, jcs(&text).unwrap());
        }

        #[test]
        fn decoders_take_only_what_encoders_write(text in "[0-9a-fA-F+/=]{0,40}") {
            if let Some(bytes) = hex_decode(&text) {
                prop_assert_eq!(hex_encode(&bytes), text.clone());
            }
            if let Some(bytes) = base64_decode(&text) {
                prop_assert_eq!(base64_encode(&bytes), text);
            }
        }
    }
}
