//! The TPM's library writes to standard error by itself.

/// What it reads when it is about to write for the first time; there is no other way to tell it.
const SETTING: &[u8] = b"TSS2_LOG=all+none";

/// Has tss2 write nothing to standard error, unless the variable `TSS2_LOG` says otherwise: what
/// matters of it is in our errors. Call this before the program starts a second thread, because it
/// changes the environment, which another thread might be reading.
pub fn keep_quiet() {
    // dotenvy changes nothing that is set. It cannot fail on this text; if it did, tss2 would talk.
    let _ = dotenvy::from_read(SETTING);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_is_made_and_that_of_a_person_is_kept() {
        let own = std::env::var("TSS2_LOG");
        keep_quiet();
        assert_eq!(
            std::env::var("TSS2_LOG").unwrap(),
            own.unwrap_or("all+none".into())
        );
    }
}
