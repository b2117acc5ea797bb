//! Memory for keys that live long: a page of its own, locked against swapping and left out of dumps.
//!
//! This is the one module that may use `unsafe` (`tests/architecture.rs`). Invariants, on which its
//! safety stands: a [`LockedSecret`] is the only owner of a private anonymous mapping of at least `N`
//! bytes, which lives from its making to its drop; the mapping is page-aligned and readable and writable
//! all that time; it is handed out only by reference, under the borrow of its owner.

#![allow(unsafe_code)]

use std::ffi::c_void;
use std::fmt;
use std::ptr::NonNull;

use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mlock, mmap_anonymous, munmap};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::CryptoError;

/// A secret of `N` bytes in a locked page. Each takes a whole page of what a process may lock, so this is
/// for the few keys that a session holds, not for what one computation needs.
pub struct LockedSecret<const N: usize> {
    bytes: NonNull<[u8; N]>,
    locked: bool,
}

// SAFETY: it owns its mapping alone, as a `Box<[u8; N]>` would, and has no interior mutability.
unsafe impl<const N: usize> Send for LockedSecret<N> {}
// SAFETY: as above; a shared reference only reads.
unsafe impl<const N: usize> Sync for LockedSecret<N> {}

impl<const N: usize> LockedSecret<N> {
    /// Lets `fill` write the secret in place, over zeros.
    ///
    /// # Errors
    /// [`CryptoError::OutOfMemory`], and whatever `fill` returns.
    pub fn try_filled<E: Into<CryptoError>>(
        fill: impl FnOnce(&mut [u8; N]) -> Result<(), E>,
    ) -> Result<Self, CryptoError> {
        let mut secret = Self::map()?;
        // SAFETY: the mapping has N bytes at least, is zeroed by the system, and nobody else has it.
        fill(unsafe { secret.bytes.as_mut() }).map_err(Into::into)?;
        Ok(secret)
    }

    /// Copies the secret out of `bytes`, which the caller erases.
    ///
    /// # Errors
    /// [`CryptoError::OutOfMemory`].
    pub fn copied_from(bytes: &[u8; N]) -> Result<Self, CryptoError> {
        Self::try_filled(|to| {
            to.copy_from_slice(bytes);
            Ok::<_, CryptoError>(())
        })
    }

    /// The bytes themselves. Do not copy them into a type that does not erase itself.
    #[must_use]
    pub fn expose(&self) -> &[u8; N] {
        // SAFETY: the mapping lives as long as `self`, and only `&mut self` could write to it.
        unsafe { self.bytes.as_ref() }
    }

    /// Whether the system agreed to keep the page out of swap. A refusal (`RLIMIT_MEMLOCK`) is no reason
    /// not to work; people are told.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.locked
    }

    fn map() -> Result<Self, CryptoError> {
        const { assert!(N > 0, "an empty mapping does not exist") };
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new private mapping at an address of the kernel's choice touches nothing of ours.
        let start = unsafe { mmap_anonymous(std::ptr::null_mut(), N, access, MapFlags::PRIVATE) };
        let start = start.map_err(|_| CryptoError::OutOfMemory)?;
        let Some(bytes) = NonNull::new(start.cast::<[u8; N]>()) else {
            return Err(CryptoError::OutOfMemory);
        };
        // SAFETY: the range is the mapping that was just made; both calls leave its content alone.
        let locked = unsafe {
            // Kernels that know neither leave the page in dumps; the process makes none (RLIMIT_CORE).
            let _ = madvise(start, N, Advice::LinuxDontDump);
            let _ = madvise(start, N, Advice::LinuxWipeOnFork);
            mlock(start, N).is_ok()
        };
        Ok(Self { bytes, locked })
    }
}

impl<const N: usize> Drop for LockedSecret<N> {
    fn drop(&mut self) {
        // SAFETY: the mapping is still there, and `&mut self` is the only access to it.
        unsafe { self.bytes.as_mut() }.zeroize();
        let start: *mut c_void = self.bytes.as_ptr().cast();
        // SAFETY: the mapping is ours alone, and nothing can use it after this.
        let _ = unsafe { munmap(start, N) };
    }
}

impl<const N: usize> ZeroizeOnDrop for LockedSecret<N> {}

impl<const N: usize> fmt::Debug for LockedSecret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<const N: usize> PartialEq for LockedSecret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.expose().as_slice().ct_eq(other.expose()).into()
    }
}

impl<const N: usize> Eq for LockedSecret<N> {}

/// Whether keys can be kept out of swap now, which `RLIMIT_MEMLOCK` may forbid.
#[must_use]
pub fn memory_can_be_locked() -> bool {
    LockedSecret::<32>::map().is_ok_and(|probe| probe.is_locked())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_where_it_was_put_until_it_is_dropped() {
        let secret = LockedSecret::copied_from(&[7; 32]).unwrap();
        assert_eq!(secret.expose(), &[7; 32]);
        assert_eq!(secret, LockedSecret::copied_from(&[7; 32]).unwrap());
        assert_ne!(secret, LockedSecret::copied_from(&[8; 32]).unwrap());
        assert_eq!(format!("{secret:?}"), "[redacted]");
    }

    #[test]
    fn a_failed_filling_gives_nothing() {
        let failed = LockedSecret::<32>::try_filled(|bytes| {
            bytes.fill(1);
            Err(CryptoError::NoRandomness)
        });
        assert_eq!(failed.unwrap_err(), CryptoError::NoRandomness);
    }

    /// The kernel's own word for it: the page is locked (`lo`) and left out of dumps (`dd`).
    #[test]
    fn the_page_is_locked_and_left_out_of_dumps() {
        let secret = LockedSecret::copied_from(&[9; 32]).unwrap();
        let start = format!("{:x}-", secret.expose().as_ptr() as usize);
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mapping = maps.lines().skip_while(|line| !line.starts_with(&start));
        let flags = mapping
            .into_iter()
            .find(|line| line.starts_with("VmFlags:"));
        let flags: Vec<_> = flags.unwrap().split_whitespace().collect();
        assert!(flags.contains(&"dd") && flags.contains(&"wf"), "{flags:?}");
        assert_eq!(flags.contains(&"lo"), secret.is_locked(), "{flags:?}");
        assert!(secret.is_locked(), "this account may lock a page");
    }
}
