//! The vocabulary of QuantumVault.
//!
//! Typed ids, the enums of the data model, timestamps, algorithm facts and the states and error
//! codes that faces show. No I/O, no secrets, no rules: every other crate may use this one, and
//! this one uses none of them.
//!
//! Start with [`enums`] for the data model, [`suite`] for the names of the algorithms that protect,
//! [`algorithm`] for what a scan found, [`state`] for what faces observe.

pub mod algorithm;
pub mod code;
pub mod enums;
pub mod id;
pub mod page;
pub mod state;
pub mod suite;
pub mod time;

pub use algorithm::{AlgorithmUse, Layer};
pub use code::Code;
pub use enums::*;
pub use id::*;
pub use page::{Cursor, Page, SortOrder};
pub use state::{JobState, VaultState};
pub use suite::{AeadSuite, KdfSuite, KemSuite, SignatureSuite};
pub use time::Timestamp;
