//! Types that hold key material.
//!
//! Invariants: the bytes live on the heap in one place (moving the value copies a pointer, never
//! the secret), are erased on drop, print as `[redacted]`, compare in constant time, and can be
//! neither cloned nor serialised. Fill them in place: a secret that was built elsewhere leaves a
//! copy behind.
//!
//! [`Secret`] has its size in its type (keys, seeds), [`SecretBytes`] has not (passphrases,
//! plaintexts).

use std::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A secret of exactly `N` bytes.
pub struct Secret<const N: usize>(Box<[u8; N]>);

impl<const N: usize> Secret<N> {
    /// Lets `fill` write the secret in place, over zeros.
    pub fn filled(fill: impl FnOnce(&mut [u8; N])) -> Self {
        let mut secret = Self(Box::new([0; N]));
        fill(&mut secret.0);
        secret
    }

    /// As [`Secret::filled`], for a `fill` that may fail.
    ///
    /// # Errors
    /// Whatever `fill` returns; what it had written by then is erased.
    pub fn try_filled<E>(fill: impl FnOnce(&mut [u8; N]) -> Result<(), E>) -> Result<Self, E> {
        let mut secret = Self(Box::new([0; N]));
        fill(&mut secret.0)?;
        Ok(secret)
    }

    /// `N` bytes from the operating system's random source.
    ///
    /// # Errors
    /// The operating system has no randomness to give.
    pub fn make_random() -> Result<Self, getrandom::Error> {
        Self::try_filled(|bytes| getrandom::fill(bytes))
    }

    /// Copies the secret out of `bytes`, which the caller erases; `None` unless they are `N`.
    #[must_use]
    pub fn copied_from(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == N).then(|| Self::filled(|to| to.copy_from_slice(bytes)))
    }

    /// The bytes themselves. Do not copy them into a type that does not erase itself.
    #[must_use]
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> ZeroizeOnDrop for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<const N: usize> ConstantTimeEq for Secret<N> {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.as_slice().ct_eq(other.0.as_slice())
    }
}

impl<const N: usize> PartialEq for Secret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl<const N: usize> Eq for Secret<N> {}

/// A secret whose length is not fixed. Its length is not kept secret.
pub struct SecretBytes(Zeroizing<Box<[u8]>>);

impl SecretBytes {
    /// Lets `fill` write a secret of `len` bytes in place, over zeros.
    pub fn filled(len: usize, fill: impl FnOnce(&mut [u8])) -> Self {
        let mut bytes = vec![0; len].into_boxed_slice();
        fill(&mut bytes);
        Self(Zeroizing::new(bytes))
    }

    /// As [`SecretBytes::filled`], for a `fill` that may fail.
    ///
    /// # Errors
    /// Whatever `fill` returns; what it had written by then is erased.
    pub fn try_filled<E>(
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut bytes = Zeroizing::new(vec![0; len].into_boxed_slice());
        fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The parts one after another, in one allocation.
    #[must_use]
    pub fn concat(parts: &[&[u8]]) -> Self {
        Self::filled(parts.iter().map(|part| part.len()).sum(), |bytes| {
            let mut rest = bytes;
            for part in parts {
                let (head, tail) = rest.split_at_mut(part.len());
                head.copy_from_slice(part);
                rest = tail;
            }
        })
    }

    /// Copies the secret out of `bytes`, which the caller erases.
    #[must_use]
    pub fn copied_from(bytes: &[u8]) -> Self {
        Self::concat(&[bytes])
    }

    /// The bytes themselves. Do not copy them into a type that does not erase itself.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes for writing in place, for example to decrypt into them.
    pub fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<u8>> for SecretBytes {
    /// Takes over the bytes; where the vector has spare capacity, it is copied and erased.
    fn from(bytes: Vec<u8>) -> Self {
        if bytes.len() == bytes.capacity() {
            return Self(Zeroizing::new(bytes.into_boxed_slice()));
        }
        let bytes = Zeroizing::new(bytes);
        Self::copied_from(&bytes)
    }
}

impl From<String> for SecretBytes {
    /// Takes over the text's UTF-8.
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl ZeroizeOnDrop for SecretBytes {}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl ConstantTimeEq for SecretBytes {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.expose().ct_eq(other.expose())
    }
}

impl PartialEq for SecretBytes {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for SecretBytes {}

/// Bytes of stack that one computation with keys may reach into.
const STACK: usize = 256 << 10;

/// Overwrites what finished calls left on the stack of this thread: intermediate values of libraries, and
/// what the compiler put there. To be called where the computation was called from.
#[inline(never)]
pub fn scrub_stack() {
    let mut below = [0u8; STACK];
    std::hint::black_box(&mut below);
}

/// The largest block that [`scrub_heap`] takes, and the step from one size to the next.
const LARGEST: usize = 8 << 10;
const STEP: usize = 16;

/// Overwrites what libraries in C freed on the heap of this thread without erasing it, as far as the
/// allocator hands the same memory out again: takes blocks of every size at once, so that those of the lists
/// of freed ones go first and the rest comes from the end of the heap, and fills them. Takes less than
/// a millisecond. To be called once the library has freed all that it will.
pub fn scrub_heap() {
    let sizes = (STEP..=LARGEST).step_by(STEP);
    let taken: Vec<Vec<u8>> = sizes.map(|size| vec![0xff; size]).collect();
    std::hint::black_box(&taken);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        assert_eq!(
            format!("{:?}", Secret::<4>::filled(|bytes| bytes.fill(65))),
            "[redacted]"
        );
        assert_eq!(
            format!("{:?}", SecretBytes::from(String::from("AAAA"))),
            "[redacted]"
        );
    }

    #[test]
    fn only_the_right_length_fits() {
        assert!(Secret::<32>::copied_from(&[1; 31]).is_none());
        assert!(Secret::<32>::copied_from(&[1; 33]).is_none());
        assert_eq!(
            Secret::<32>::copied_from(&[1; 32]).unwrap().expose(),
            &[1; 32]
        );
    }

    #[test]
    fn equality_is_of_content() {
        assert_eq!(
            SecretBytes::concat(&[b"ab", b"", b"c"]),
            SecretBytes::from(b"abc".to_vec())
        );
        assert_ne!(
            SecretBytes::copied_from(b"abc"),
            SecretBytes::copied_from(b"abcd")
        );
        assert_ne!(
            Secret::<32>::make_random().unwrap(),
            Secret::<32>::make_random().unwrap()
        );
    }

    #[test]
    fn spare_capacity_is_not_kept() {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend_from_slice(b"abc");
        assert_eq!(SecretBytes::from(bytes).expose(), b"abc");
    }
}
