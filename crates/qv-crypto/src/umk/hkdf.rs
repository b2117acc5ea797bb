//! HKDF-SHA-256 of a size that cannot fail.

use crate::secret::Secret;
use crate::suite::{Kdf as _, KdfSuite};

/// `HKDF(ikm, salt, info, N)`; `info` is the concatenation of its parts.
pub(super) fn derive<const N: usize>(ikm: &[u8], salt: &[u8], info: &[&[u8]]) -> Secret<N> {
    const {
        assert!(
            N <= 255 * 32,
            "HKDF-SHA-256 gives at most 255 blocks of 32 bytes"
        )
    };
    #[expect(clippy::expect_used, reason = "the length is checked at compile time")]
    KdfSuite::HkdfSha256
        .derive(ikm, salt, info)
        .expect("at most 255 blocks")
}
