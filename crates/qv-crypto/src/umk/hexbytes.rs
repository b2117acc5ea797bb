//! Public byte strings of fixed size in JSON.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::encoding::{hex_decode_array, hex_encode};

/// `N` public bytes, written as lower-case hex; any other spelling is refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HexBytes<const N: usize>(pub [u8; N]);

impl<const N: usize> fmt::Display for HexBytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex_encode(&self.0))
    }
}

impl<const N: usize> fmt::Debug for HexBytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> TryFrom<String> for HexBytes<N> {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let bytes = hex_decode_array(&text).map(Self);
        bytes.ok_or_else(|| format!("expected {} lower-case hex digits", 2 * N))
    }
}

impl<const N: usize> From<HexBytes<N>> for String {
    fn from(bytes: HexBytes<N>) -> Self {
        bytes.to_string()
    }
}
