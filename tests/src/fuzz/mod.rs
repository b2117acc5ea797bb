//! What every parser of bytes from outside must hold, as functions from bytes to a panic or none.
//!
//! Two drivers run the same bodies: the crate in `tests/fuzz` under cargo-fuzz, for hours, and
//! `tests/fuzz_smoke.rs` with every test run, for seconds. A body parses; where that gives a value,
//! the value must come back the same from what it writes. It tells whether the input was taken, so that
//! seeds that no longer are can be found. `docs/fuzzing.md` says how to run, and how to
//! add a target: a body, its line in [`TARGETS`], a folder of seeds, a binary in `tests/fuzz`.

mod audit;
mod chain;
mod crypto;
mod custody;
pub mod mutation;
mod policy;
mod scan;

/// A body under its name.
#[derive(Clone, Copy)]
pub struct FuzzTarget {
    /// Name of the cargo-fuzz binary and of the folder of its seeds.
    pub name: &'static str,
    /// Whether the parser took the bytes; panics where a promise is broken.
    pub body: fn(&[u8]) -> bool,
}

macro_rules! targets {
    ($($module:ident :: $body:ident),+ $(,)?) => {
        /// Every target.
        pub const TARGETS: &[FuzzTarget] = &[
            $(FuzzTarget { name: stringify!($body), body: $module::$body }),+
        ];
    };
}

targets! {
    audit::audit_event,
    audit::checkpoint,
    chain::payload,
    chain::revert,
    chain::rpc_url,
    chain::stored_transaction,
    crypto::envelope,
    crypto::record,
    crypto::share,
    crypto::slot,
    crypto::wallet_address,
    custody::keypair_file,
    custody::page_request,
    custody::wallet_signature,
    policy::classification_map,
    policy::config,
    policy::custom_query,
    policy::requirements,
    policy::scope,
    scan::certificate,
    scan::scan_target,
    scan::server_messages,
    scan::tls_flight,
}

/// Runs the body of a target.
///
/// # Panics
/// Where the body finds a broken promise, or there is no such target.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS
        .iter()
        .find(|target| target.name == name)
        .unwrap_or_else(|| panic!("there is no fuzz target {name}"));
    let _ = (target.body)(data);
}

/// The input as text; bodies of text parsers pass over what is none.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}
