//! Runs every fuzz body over its seeds, their beginnings, deep nesting and seeded mutations, so that a
//! plain `cargo test` exercises what cargo-fuzz does for hours (docs/fuzzing.md).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use qv_tests::fuzz::mutation::{Mutations, beginnings, nested};
use qv_tests::fuzz::{FuzzTarget, TARGETS};

/// Mutated inputs of each target.
const MUTATIONS: usize = 500;

fn fuzz_crate() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The committed seeds of a target, in the order of their names.
fn seeds(target: &FuzzTarget) -> Vec<Vec<u8>> {
    let folder = fuzz_crate().join("corpus").join(target.name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// Runs a body; whether it took the input. An input that breaks it is kept as a file, for `cargo fuzz run` and for the corpus.
fn check(target: &FuzzTarget, input: &[u8]) -> bool {
    let body = target.body;
    catch_unwind(|| body(input)).unwrap_or_else(|_| {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}", target.name));
        fs::write(&kept, input).unwrap();
        panic!("{} breaks on the input in {}", target.name, kept.display());
    })
}

#[test]
fn every_body_holds() {
    let breaks = |target: &&FuzzTarget| catch_unwind(|| exercise(target)).is_err();
    let broken: Vec<_> = TARGETS
        .iter()
        .filter(breaks)
        .map(|target| target.name)
        .collect();
    assert!(broken.is_empty(), "broken: {broken:?}, each named above");
}

fn exercise(target: &FuzzTarget) {
    let seeds = seeds(target);
    let taken = seeds.iter().filter(|seed| check(target, seed)).count();
    assert!(taken > 0, "{} takes none of its seeds", target.name);
    for input in seeds.iter().flat_map(|seed| beginnings(seed)) {
        check(target, input);
    }
    for input in nested() {
        check(target, &input);
    }
    let mut mutations = Mutations::of(target.name);
    for at in 0..MUTATIONS {
        let (seed, other) = (&seeds[at % seeds.len()], &seeds[(at / 2) % seeds.len()]);
        check(target, &mutations.mutate(seed, other));
    }
}

#[test]
fn the_fuzz_crate_has_every_target_and_no_other() {
    let manifest = fs::read_to_string(fuzz_crate().join("Cargo.toml")).unwrap();
    let bins: BTreeSet<_> = manifest
        .split("[[bin]]\nname = \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let names: BTreeSet<_> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(bins, names);
    let folders: BTreeSet<_> = fs::read_dir(fuzz_crate().join("corpus"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(folders, names.into_iter().map(str::to_owned).collect());
}

#[test]
fn mutations_are_the_same_in_every_run() {
    let run = || Mutations::of("x").mutate(b"some seed", b"another");
    assert_eq!(run(), run());
    let mut stream = Mutations::of("y");
    let made: BTreeSet<_> = (0..50)
        .map(|_| stream.mutate(b"some seed", b"another"))
        .collect();
    assert!(made.len() > 40, "{} different of 50", made.len());
}
