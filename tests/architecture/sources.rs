//! Where the source is, and what of it is read.

use std::fs;
use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

/// Source files below a folder, without what tools put there.
pub fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder)
        .map(|entries| entries.flatten().collect::<Vec<_>>())
        .unwrap_or_default();
    for path in entries.into_iter().map(|entry| entry.path()) {
        if path.is_dir() {
            if !["node_modules", "target", "out", "cache", "artifacts"]
                .iter()
                .any(|name| path.ends_with(name))
            {
                found.extend(files(&path, extensions));
            }
        } else if path
            .extension()
            .is_some_and(|given| extensions.iter().any(|wanted| given == *wanted))
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The source without its comments and its test module, which by our habit is the end of the file.
pub fn production(text: &str) -> String {
    let until_tests = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    until_tests
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect()
}
