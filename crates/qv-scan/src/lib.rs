//! What a host's TLS and HTTPS show about its cryptography, found over real connections.
//!
//! Facts, no verdicts: `qv-policy` classifies what is reported here by the names in [`names`].
//!
//! Invariants: nothing that a peer sends panics, grows without bound, or outlives its limit; no
//! address is dialled that [`Guard`] has not checked; a failure is part of a report and never ends a
//! scan; codecs ([`wire`]) and the choice of questions ([`survey`]) know no sockets and no clock.
//!
//! Start with [`Prober`] and [`scan_many`]; [`Report`] is what comes out.

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod cert;
mod error;
mod failure;
mod gate;
mod guard;
mod limits;
pub mod names;
mod net;
mod oids;
mod probe;
mod report;
pub mod survey;
mod sweep;
mod target;
pub mod wire;

pub use cert::{CertificateFacts, InvalidCertificate, KeyFacts};
pub use error::ScanError;
pub use failure::{Failure, FailureCause, Stage};
pub use guard::Guard;
pub use limits::Limits;
pub use probe::{Depth, Prober};
pub use report::{
    Finding, FindingKind, GroupFact, HopFacts, Hsts, HttpsFacts, LegacyFacts, Negotiated, Outcome,
    Report, SuiteFact, Support, TlsFacts, VersionFact,
};
pub use sweep::scan_many;
pub use target::{DEFAULT_PORT, Target};
