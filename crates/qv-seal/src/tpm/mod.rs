//! The TPM backend: a random secret sealed under a storage primary.

/// Which TPM, and how a new factor is sealed to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TpmOptions {
    /// How to reach it (a TCTI such as `device:/dev/tpmrm0`); `None` finds it.
    pub tcti: Option<String>,
    /// PCRs of the SHA-256 bank that a new factor is bound to, 0 to 23; none for no binding.
    pub pcrs: Vec<u8>,
    /// Whether a new factor also needs a PIN.
    pub pin: bool,
}

impl Default for TpmOptions {
    fn default() -> Self {
        Self {
            tcti: None,
            pcrs: vec![7],
            pin: false,
        }
    }
}
