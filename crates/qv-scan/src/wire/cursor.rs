//! Reading big-endian fields from bytes that a peer sent.

/// A field ends before its bytes do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Short;

/// The unread rest of a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], Short> {
        let (head, rest) = self.0.split_at_checked(len).ok_or(Short)?;
        self.0 = rest;
        Ok(head)
    }

    /// A big-endian number of `len` bytes; `len` is at most 3.
    fn number(&mut self, len: usize) -> Result<usize, Short> {
        let bytes = self.take(len)?;
        Ok(bytes
            .iter()
            .fold(0, |value, byte| (value << 8) | usize::from(*byte)))
    }

    pub(super) fn u8(&mut self) -> Result<u8, Short> {
        self.take(1)?.first().copied().ok_or(Short)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Short> {
        let bytes = self.take(2)?;
        <[u8; 2]>::try_from(bytes)
            .map(u16::from_be_bytes)
            .map_err(|_| Short)
    }

    /// The bytes behind a length prefix of `prefix` bytes (1 to 3).
    pub(super) fn vec(&mut self, prefix: usize) -> Result<&'a [u8], Short> {
        let len = self.number(prefix)?;
        self.take(len)
    }
}
