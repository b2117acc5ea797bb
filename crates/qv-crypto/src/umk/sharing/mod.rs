//! Secret sharing (crypto.md section 6): Shamir's scheme over GF(2^8) modulo 0x11b, byte by byte.
//!
//! Invariants: a [`Share`] is well formed and its checksum holds; the checksum finds accidents
//! only. A forged share is found because a recovered secret counts for nothing until a slot's
//! record opens under it, and is named by [`Share::sha256`] in the ceremony's transcript.
//!
//! The field arithmetic is `vsss-rs`'s, which is constant-time; what is public here are the
//! indices. [`words`] and hex are the two printed forms.

mod words;

use std::fmt;

use subtle::ConstantTimeEq;
use vsss_rs::Gf256;
use zeroize::Zeroizing;

use super::{HexBytes, Result};
use crate::CryptoError;
use crate::encoding::hex_encode;
use crate::secret::{Secret, SecretBytes};
use crate::suite::hash::sha256;

/// Length of a share in bytes.
pub const SHARE_LEN: usize = 72;

const VERSION: u8 = 1;
/// version(1) ‖ set id(16) ‖ ceremony id(16) ‖ M(1) ‖ N(1): what the shares of one set have in common.
const COMMON: usize = 35;
const INDEX: usize = COMMON;
const Y: std::ops::Range<usize> = COMMON + 1..COMMON + 33;
const CHECKSUM: usize = Y.end;

/// How a secret is shared: `needed` of `total`, for one set of one ceremony.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheme {
    needed: u8,
    total: u8,
    set_id: [u8; 16],
    ceremony_id: [u8; 16],
}

impl Scheme {
    /// A scheme with random ids.
    ///
    /// # Errors
    /// [`CryptoError::ThresholdRefused`] unless 2 ≤ `needed` ≤ `total` ≤ 16;
    /// [`CryptoError::NoRandomness`].
    pub fn new(needed: usize, total: usize) -> Result<Self> {
        let mut ids = [[0; 16]; 2];
        getrandom::fill(ids.as_flattened_mut())?;
        let [set_id, ceremony_id] = ids;
        let refused = CryptoError::ThresholdRefused {
            k: needed,
            n: total,
        };
        match (u8::try_from(needed), u8::try_from(total)) {
            (Ok(needed), Ok(total)) if is_sound(needed, total) => Ok(Self {
                needed,
                total,
                set_id,
                ceremony_id,
            }),
            _ => Err(refused),
        }
    }

    /// The same scheme as part of a ceremony that has its id already.
    #[must_use]
    pub const fn in_ceremony(self, ceremony_id: [u8; 16]) -> Self {
        Self {
            ceremony_id,
            ..self
        }
    }
}

/// One share: 72 bytes, of which y is secret. Compared in constant time.
#[derive(PartialEq, Eq)]
pub struct Share(Secret<SHARE_LEN>);

impl Share {
    /// Words of its printed form.
    pub const WORDS: usize = words::WORD_COUNT;
    /// Hex digits of its QR code.
    pub const DIGITS: usize = 2 * SHARE_LEN;

    /// Parses a share and checks its checksum.
    ///
    /// # Errors
    /// [`CryptoError::BadShare`].
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let share = Secret::copied_from(bytes)
            .map(Self)
            .ok_or(CryptoError::BadShare("it is not of 72 bytes"))?;
        let [.., index] = *share.head();
        let (body, checksum) = share.0.expose().split_at(CHECKSUM);
        if !bool::from(checksum_of(body).ct_eq(checksum)) {
            return Err(CryptoError::BadShare(
                "its checksum does not fit, so something was misread",
            ));
        }
        let known = share.head().first() == Some(&VERSION);
        if known && is_sound(share.needed(), share.total()) && (1..=share.total()).contains(&index)
        {
            Ok(share)
        } else {
            Err(CryptoError::BadShare(
                "it is of another version, or of an impossible scheme",
            ))
        }
    }

    /// Reads a share as it is printed: its words, or the hex digits of its QR code.
    ///
    /// # Errors
    /// [`CryptoError::BadShare`], [`CryptoError::UnknownShareWord`].
    pub fn read(text: &str) -> Result<Self> {
        if text.trim().contains(char::is_whitespace) {
            Self::from_words(text)
        } else {
            Self::from_hex(text)
        }
    }

    /// Reads the 144 hex digits of the QR code, in either case; white space around them is passed
    /// over.
    ///
    /// # Errors
    /// [`CryptoError::BadShare`].
    pub fn from_hex(text: &str) -> Result<Self> {
        let bytes =
            SecretBytes::try_filled(SHARE_LEN, |bytes| hex::decode_to_slice(text.trim(), bytes));
        Self::parse(
            bytes
                .map_err(|_| CryptoError::BadShare("it is not of 144 hex digits"))?
                .expose(),
        )
    }

    /// The text of the QR code: 144 upper-case hex digits.
    #[must_use]
    pub fn to_hex(&self) -> SecretBytes {
        let digit = |nibble: u8| {
            if nibble < 10 {
                b'0' + nibble
            } else {
                b'A' + nibble - 10
            }
        };
        SecretBytes::filled(Self::DIGITS, |text| {
            for (pair, byte) in text.chunks_exact_mut(2).zip(self.expose()) {
                pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
            }
        })
    }

    /// The id of its set, public.
    #[must_use]
    pub fn set_id(&self) -> HexBytes<16> {
        let [_, id @ .., _, _, _] = *self.head();
        let mut set = [0; 16];
        set.iter_mut().zip(id).for_each(|(to, from)| *to = from);
        HexBytes(set)
    }

    /// How many shares recover the secret (M).
    #[must_use]
    pub fn needed(&self) -> u8 {
        let [.., needed, _, _] = *self.head();
        needed
    }

    /// How many shares there are (N).
    #[must_use]
    pub fn total(&self) -> u8 {
        let [.., total, _] = *self.head();
        total
    }

    /// Which share it is, from 1.
    #[must_use]
    pub fn index(&self) -> u8 {
        let [.., index] = *self.head();
        index
    }

    /// SHA-256 of the share, in hex: how a transcript names it.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex_encode(&sha256(&[self.expose()]))
    }

    /// The 72 bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8; SHARE_LEN] {
        self.0.expose()
    }

    fn new(scheme: &Scheme, index: u8, y: &[u8; 32]) -> Self {
        let head = [
            &[VERSION],
            scheme.set_id.as_slice(),
            &scheme.ceremony_id,
            &[scheme.needed, scheme.total, index],
        ];
        Self(Secret::filled(|bytes| {
            let (body, checksum) = bytes.split_at_mut(CHECKSUM);
            let (to_head, to_y) = body.split_at_mut(Y.start);
            to_head.copy_from_slice(&head.concat());
            to_y.copy_from_slice(y);
            checksum.copy_from_slice(&checksum_of(body));
        }))
    }

    /// Everything before y.
    fn head(&self) -> &[u8; INDEX + 1] {
        const { assert!(INDEX < SHARE_LEN) };
        #[expect(
            clippy::expect_used,
            reason = "the lengths are checked at compile time"
        )]
        self.expose()
            .first_chunk()
            .expect("a share is longer than its head")
    }

    fn y(&self) -> &[u8] {
        &self.expose()[Y]
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Share({} of {}..{}, [redacted])",
            self.index(),
            self.needed(),
            self.total()
        )
    }
}

/// Splits `secret` with random coefficients; the shares come in the order of their index.
///
/// # Errors
/// [`CryptoError::NoRandomness`].
pub fn split(secret: &Secret<32>, scheme: Scheme) -> Result<Vec<Share>> {
    let coefficients = (1..scheme.needed).map(|_| Ok(Secret::make_random()?));
    Ok(split_with(
        secret,
        &coefficients.collect::<Result<Vec<_>>>()?,
        &scheme,
    ))
}

/// Recovers the secret from at least as many shares as are needed, of one set, each once. More are
/// held against the same polynomial.
///
/// # Errors
/// [`CryptoError::TooFewShares`], [`CryptoError::MixedShares`], [`CryptoError::DuplicateShare`],
/// [`CryptoError::BadShare`].
pub fn combine(shares: &[Share]) -> Result<Secret<32>> {
    let first = shares
        .first()
        .ok_or(CryptoError::TooFewShares { have: 0, need: 2 })?;
    if shares
        .iter()
        .any(|share| share.head()[..COMMON] != first.head()[..COMMON])
    {
        return Err(CryptoError::MixedShares);
    }
    let seen = |at: usize| {
        shares[..at]
            .iter()
            .any(|earlier| earlier.index() == shares[at].index())
    };
    if let Some(twice) = (0..shares.len()).find(|at| seen(*at)) {
        return Err(CryptoError::DuplicateShare {
            index: shares[twice].index(),
        });
    }
    let Some((points, surplus)) = shares.split_at_checked(first.needed().into()) else {
        return Err(CryptoError::TooFewShares {
            have: shares.len(),
            need: first.needed().into(),
        });
    };
    for share in surplus {
        if !bool::from(
            interpolate(points, share.index())
                .expose()
                .as_slice()
                .ct_eq(share.y()),
        ) {
            return Err(CryptoError::BadShare("it does not belong to the others"));
        }
    }
    Ok(interpolate(points, 0))
}

const fn is_sound(needed: u8, total: u8) -> bool {
    2 <= needed && needed <= total && total <= 16
}

fn checksum_of(body: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = sha256(&[body]);
    [a, b, c, d]
}

/// Evaluates the polynomials whose constant terms are the secret's bytes (Horner's rule).
fn split_with(secret: &Secret<32>, coefficients: &[Secret<32>], scheme: &Scheme) -> Vec<Share> {
    let terms: Vec<_> = std::iter::once(secret).chain(coefficients).collect();
    let share = |index| {
        let mut y = Zeroizing::new([0; 32]);
        for term in terms.iter().rev() {
            for (sum, byte) in y.iter_mut().zip(term.expose()) {
                *sum = (Gf256(*sum) * Gf256(index) + Gf256(*byte)).0;
            }
        }
        Share::new(scheme, index, &y)
    };
    (1..=scheme.total).map(share).collect()
}

/// The polynomials through `points`, which have different indices, at `x` (Lagrange).
fn interpolate(points: &[Share], x: u8) -> Secret<32> {
    let weight = |of: &Share| {
        let others = points
            .iter()
            .map(Share::index)
            .filter(|index| *index != of.index());
        others.fold(Gf256(1), |product, other| {
            product * (Gf256(x) - Gf256(other)) / (Gf256(of.index()) - Gf256(other))
        })
    };
    Secret::filled(|sums| {
        for point in points {
            let weight = weight(point);
            for (sum, byte) in sums.iter_mut().zip(point.y()) {
                *sum = (Gf256(*sum) + weight * Gf256(*byte)).0;
            }
        }
    })
}

#[cfg(test)]
mod tests;
