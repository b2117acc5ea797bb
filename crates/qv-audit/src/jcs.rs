//! RFC 8785 (JCS) written in one pass for the shapes that events have.
//!
//! Every secret of a batch writes an event, so this is on the wrap path: strings and integers are
//! written at once and object members are sorted only where they are not sorted already.
//! Anything rarer (floats, integers beyond 2^53) goes to `serde_json_canonicalizer`, and a
//! property test holds the two equal.

use serde_json::{Map, Value};

/// Largest integer magnitude that a double holds exactly with all its neighbours: 2^53 − 1.
const SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Appends the canonical form of `value`.
pub(crate) fn write_value(out: &mut Vec<u8>, value: &Value) -> Result<(), serde_json::Error> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::String(text) => write_string(out, text),
        Value::Number(number) => write_number(out, number)?,
        Value::Array(items) => {
            out.push(b'[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write_value(out, item)?;
            }
            out.push(b']');
        }
        Value::Object(map) => write_object(out, map)?,
    }
    Ok(())
}

/// Appends the canonical form of an object: members in the order of their names' UTF-16 units.
pub(crate) fn write_object(
    out: &mut Vec<u8>,
    map: &Map<String, Value>,
) -> Result<(), serde_json::Error> {
    let mut members: Vec<(&String, &Value)> = map.iter().collect();
    members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push(b'{');
    for (position, (name, value)) in members.into_iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_string(out, name);
        out.push(b':');
        write_value(out, value)?;
    }
    out.push(b'}');
    Ok(())
}

fn write_number(out: &mut Vec<u8>, number: &serde_json::Number) -> Result<(), serde_json::Error> {
    let exact = number.as_u64().is_some_and(|n| n <= SAFE_INTEGER)
        || number
            .as_i64()
            .is_some_and(|n| n.unsigned_abs() <= SAFE_INTEGER);
    if exact {
        out.extend_from_slice(number.to_string().as_bytes());
        return Ok(());
    }
    serde_json_canonicalizer::to_writer(number, out)
}

/// Appends a quoted string, escaped as RFC 8785 section 3.2.2.2 has it.
pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let mut plain_from = 0;
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(bytes.get(plain_from..at).unwrap_or_default());
        plain_from = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            other => {
                out.extend_from_slice(b"\\u00");
                out.extend([HEX[usize::from(other >> 4)], HEX[usize::from(other & 15)]]);
            }
        }
    }
    out.extend_from_slice(bytes.get(plain_from..).unwrap_or_default());
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1000i32..1000).prop_map(Value::from),
            prop::num::f64::NORMAL.prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[\u{0}-\u{20}\"\\\\/\u{7f}é\u{e000}🔒]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("[a-z\u{e000}\u{fffd}🔒é\"]{0,4}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn agrees_with_the_reference_canonicalizer(value in json()) {
            let mut ours = Vec::new();
            write_value(&mut ours, &value).unwrap();
            let reference = serde_json_canonicalizer::to_vec(&value).unwrap();
            prop_assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(reference).unwrap());
        }
    }

    #[test]
    fn names_sort_by_utf16_units() {
        // U+1F512 is 0xD83D 0xDD12 in UTF-16 and so comes before U+E000, unlike in UTF-8.
        let value: Value = serde_json::from_str("{\"\u{e000}\":1,\"🔒\":2}").unwrap();
        let mut out = Vec::new();
        write_value(&mut out, &value).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "{\"🔒\":2,\"\u{e000}\":1}");
    }
}
