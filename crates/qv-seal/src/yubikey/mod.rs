//! The YubiKey backend: ECDH with a key in a retired slot of its PIV application.

/// Which YubiKey, and how a new key is made on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YubikeyOptions {
    /// Its serial number; needed where several are inserted.
    pub serial: Option<u32>,
    /// The retired slot, 0x82 to 0x95; `None` takes the first free one.
    pub slot: Option<u8>,
    /// When the PIN is asked for.
    pub pin: PinPolicy,
    /// When the key must be touched.
    pub touch: TouchPolicy,
}

/// When the PIN is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PinPolicy {
    /// Once after it was inserted.
    #[default]
    Once,
    /// Each time.
    Always,
    /// Never.
    Never,
}

/// When the key must be touched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TouchPolicy {
    /// Each time.
    #[default]
    Always,
    /// Once in 15 seconds.
    Cached,
    /// Never.
    Never,
}
