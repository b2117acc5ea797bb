//! The program as it is started. What its window does is tested in `tests/window/real`, with this very program.

use std::process::Command;

#[test]
fn without_a_display_it_says_so() {
    for display in ["", ":does-not-exist"] {
        let home = tempfile::tempdir().unwrap();
        let ended = Command::new(env!("CARGO_BIN_EXE_quantumvault"))
            .env_remove("WAYLAND_DISPLAY")
            .env("DISPLAY", display)
            .env("QV_HOME", home.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(
            said.contains("there is no display") && said.contains("`qv`"),
            "{said}"
        );
        assert!(!said.contains("panicked"), "{said}");
    }
}
