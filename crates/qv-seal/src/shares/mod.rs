//! The shares backend: a random secret, shared on paper.

/// How many shares a new set has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharesOptions {
    /// How many recover the secret (M), 2 to `total`.
    pub needed: u8,
    /// How many there are (N), 2 to 16.
    pub total: u8,
}

impl Default for SharesOptions {
    fn default() -> Self {
        Self {
            needed: 2,
            total: 3,
        }
    }
}
