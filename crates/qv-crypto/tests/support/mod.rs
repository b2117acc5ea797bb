//! Reads the vectors under `tests/vectors` of the repository. Shared by unit and integration tests.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn vector_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/vectors")
        .join(name)
}

/// A vector file of JSON.
pub fn vectors(name: &str) -> Value {
    let path = vector_path(name);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap()
}

/// One test of an ACVP file, with the group that it stands in.
pub struct AcvpTest {
    pub group: Value,
    pub test: Value,
}

impl AcvpTest {
    pub fn parameter_set(&self) -> &str {
        text(&self.group["parameterSet"])
    }

    /// Bytes of a member, of the test or else of its group.
    pub fn bytes(&self, member: &str) -> Vec<u8> {
        let value = self.test.get(member).unwrap_or_else(|| &self.group[member]);
        hex::decode(text(value)).unwrap()
    }

    pub fn name(&self) -> String {
        format!("{} tcId {}", self.parameter_set(), self.test["tcId"])
    }
}

/// The tests of one compressed ACVP file.
pub fn acvp(name: &str) -> Vec<AcvpTest> {
    let file = std::fs::File::open(vector_path(&format!("acvp/{name}.json.gz"))).unwrap();
    let mut json = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut json)
        .unwrap();
    let root: Value = serde_json::from_str(&json).unwrap();
    let mut tests = Vec::new();
    for group in root["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let mut header = group.clone();
            header.as_object_mut().unwrap().remove("tests");
            tests.push(AcvpTest {
                group: header,
                test: test.clone(),
            });
        }
    }
    assert!(tests.len() >= 30, "{name} holds too few tests");
    tests
}

pub fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

pub fn unhex(value: &Value) -> Vec<u8> {
    hex::decode(text(value)).unwrap()
}
