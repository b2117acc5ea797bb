//! Keeps the memory of this process, which may hold keys, out of files and of other programs.
//!
//! No core file is written when the process dies, and other programs of the same account cannot
//! attach to it or read its memory (crypto.md section 8). Programs that it starts are not affected:
//! they hold no keys.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Hardens this process; to be called first. A system that refuses is no reason not to run: what is
/// at stake then is said in the threat model.
pub fn process() {
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
}

#[cfg(test)]
mod tests {
    use rustix::process::{dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn a_hardened_process_leaves_no_core_and_cannot_be_read() {
        process();
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        // What a script passes by descriptor can still be read.
        assert!(std::fs::File::open("/proc/self/fd/0").is_ok());
    }
}
