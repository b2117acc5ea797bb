//! Recovery shares on paper: a form to print, the files that a new set is handed over in, and what
//! is said about a set.
//!
//! The form is made in memory alone. What is written of it is erased here; the buffers that the QR and
//! PDF libraries grow are not, and neither is a printer's memory: `docs/threat-model.md` says so.

mod delivery;
mod form;

pub use delivery::Delivery;
pub use form::form;

use qv_crypto::umk::HexBytes;

/// Digits of a set's id by which people tell sets apart.
const SHORT: usize = 8;

/// The beginning of a set's id, as prompts show it.
#[must_use]
pub fn short(set: &HexBytes<16>) -> String {
    set.to_string().chars().take(SHORT).collect()
}
