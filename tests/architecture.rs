//! Holds the code against ARCHITECTURE.md: who may depend on whom, and who alone may do what.
//!
//! The tables of `architecture/tables.rs` are the rules; ARCHITECTURE.md shows the first of them to people, and a test keeps the two equal.
//! A rule that stops a change which is right is changed here and on that page together, in the same commit.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, outside of #[test]

#[path = "architecture/sources.rs"]
mod sources;
#[path = "architecture/tables.rs"]
mod tables;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Dependency, DependencyKind, MetadataCommand, Package};
use sources::{files, production, root};
use tables::{OWNED_PACKAGES, OWNED_TEXT, TABLE};

/// The folder of `qv-desktop`, where its tools look for it.
const WINDOW: &str = "src-tauri";

/// Words that say nothing about a file.
const EMPTY_NAMES: &[&str] = &["manager", "service", "helper", "helpers", "util", "utils"];
const MAX_LINES: usize = 500;
const MAX_ARCHITECTURE_LINES: usize = 200;

#[test]
fn dependencies_point_down_the_table() {
    let mut broken = Vec::new();
    for (name, floor, uses) in TABLE {
        for used in *uses {
            let below = TABLE.iter().find(|row| row.0 == *used).map(|row| row.1);
            if below.is_none_or(|below| below >= *floor) {
                broken.push(format!(
                    "the table lets {name} use {used}, which is not on a lower floor"
                ));
            }
        }
    }
    let members = members();
    for (name, ..) in TABLE {
        if !members.contains_key(*name) {
            broken.push(format!("{name} is in the table but not in the workspace"));
        }
    }
    for (name, package) in &members {
        match TABLE.iter().find(|row| row.0 == name) {
            Some((.., uses)) => broken.extend(breaches(name, &package.dependencies, uses)),
            None => broken.push(format!(
                "{name} is not in the table: do not add crates lightly"
            )),
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Crates of the product by name: those under `crates/`, and the window.
fn members() -> BTreeMap<String, Package> {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap();
    let places = [root().join("crates"), root().join(WINDOW)];
    let ours = metadata.packages.into_iter().filter(|package| {
        let manifest = &package.manifest_path;
        places.iter().any(|place| manifest.starts_with(place))
    });
    ours.map(|package| (package.name.to_string(), package))
        .collect()
}

/// What a crate depends on against the tables.
fn breaches(by: &str, dependencies: &[Dependency], uses: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for dependency in dependencies {
        let used = dependency.name.as_str();
        let for_tests = dependency.kind == DependencyKind::Development;
        let ours = used.starts_with("qv-");
        if ours && !uses.contains(&used) && !(for_tests && used == "qv-testkit") {
            found.push(format!(
                "{by} may not use {used}: see the crate table in ARCHITECTURE.md"
            ));
        }
        for (packages, owners, why) in OWNED_PACKAGES {
            if !for_tests && packages.contains(&used) && !owners.contains(&by) {
                found.push(format!("{by} may not use {used}: {why}"));
            }
        }
    }
    found
}

#[test]
fn the_page_shows_the_same_table() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let shown: Vec<(String, u8, Vec<String>)> = page.lines().filter_map(table_row).collect();
    let held: Vec<_> = TABLE
        .iter()
        .map(|(name, floor, uses)| {
            (
                (*name).to_owned(),
                *floor,
                uses.iter().map(|&name| name.to_owned()).collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        shown, held,
        "ARCHITECTURE.md (left) and tests/architecture.rs (right) disagree"
    );
    assert!(
        page.lines().count() <= MAX_ARCHITECTURE_LINES,
        "ARCHITECTURE.md is over {MAX_ARCHITECTURE_LINES} lines"
    );
}

/// `| floor | crate | what it is | may use |`, the crates without their `qv-`; `all above` is every lower floor.
fn table_row(line: &str) -> Option<(String, u8, Vec<String>)> {
    let cells: Vec<_> = line
        .trim()
        .trim_matches('|')
        .split('|')
        .map(str::trim)
        .collect();
    let [floor, name, _, uses] = cells.as_slice() else {
        return None;
    };
    let floor: u8 = floor.parse().ok()?;
    let uses = match *uses {
        "—" => Vec::new(),
        "all above" => TABLE
            .iter()
            .filter(|row| row.1 < floor)
            .map(|row| row.0.to_owned())
            .collect(),
        list => list
            .split(',')
            .map(|word| format!("qv-{}", word.trim()))
            .collect(),
    };
    Some((name.trim_matches('`').to_owned(), floor, uses))
}

#[test]
fn the_page_names_tests_that_exist() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let named: Vec<_> = page
        .split('`')
        .filter_map(|word| {
            word.split_once("::")
                .filter(|(file, _)| file.ends_with(".rs"))
        })
        .collect();
    assert!(
        named.len() >= 12,
        "every invariant names the test that holds it"
    );
    for (file, test) in named {
        let text =
            fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(
            text.contains(&format!("fn {test}(")),
            "{file} has no {test}"
        );
    }
}

#[test]
fn only_the_owners_do_what_is_theirs() {
    let mut broken = Vec::new();
    for (name, ..) in TABLE {
        for file in files(&folder_of(name).join("src"), &["rs"]) {
            broken.extend(trespasses(
                name,
                &file,
                &production(&fs::read_to_string(&file).unwrap()),
            ));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn folder_of(name: &str) -> PathBuf {
    match name {
        "qv-desktop" => root().join(WINDOW),
        name => root().join("crates").join(name),
    }
}

fn trespasses(name: &str, file: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (patterns, owners, why) in OWNED_TEXT {
        for pattern in patterns
            .iter()
            .filter(|pattern| !owners.contains(&name) && text.contains(**pattern))
        {
            found.push(format!("{}: `{}`: {why}", file.display(), pattern.trim()));
        }
    }
    found
}

#[test]
fn unsafe_code_lives_in_one_module_at_most() {
    let holds = |file: &PathBuf| {
        let text = production(&fs::read_to_string(file).unwrap());
        [
            "unsafe {",
            "unsafe fn",
            "unsafe impl",
            "unsafe extern",
            "allow(unsafe_code)",
        ]
        .iter()
        .any(|word| text.contains(word))
    };
    let with: Vec<_> = ["crates", WINDOW]
        .iter()
        .flat_map(|folder| files(&root().join(folder), &["rs"]))
        .filter(holds)
        .collect();
    assert!(with.len() <= 1, "unsafe in more than one module: {with:?}");
}

/// Private keys are opened, and subkeys derived, by `qv-app::keys` alone; slots wrap the master key itself,
/// and rotation seals all that is under it anew.
#[test]
fn the_master_key_is_used_in_one_place() {
    let app = root().join("crates/qv-app/src");
    let mut broken = Vec::new();
    for file in files(&app, &["rs"]) {
        let text = production(&fs::read_to_string(&file).unwrap());
        let place = file.strip_prefix(&app).unwrap();
        let inside = ["keys", "slots", "rotation"]
            .iter()
            .any(|folder| place.starts_with(folder))
            || place.ends_with("tests.rs");
        for word in ["subkey(", "VaultRecord", "DecapsulationKey", "SigningKey::"] {
            if !inside && text.contains(word) {
                broken.push(format!("{}: `{word}`", place.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_crate_takes_the_workspace_lints() {
    for (name, package) in members() {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{name} does not take the lints of the workspace"
        );
    }
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut broken = Vec::new();
    for folder in [
        "crates",
        WINDOW,
        "src",
        "tests",
        "benches",
        "scripts",
        "contracts/src",
        "contracts/test",
    ] {
        for file in files(
            &root().join(folder),
            &["rs", "mjs", "sh", "sol", "sql", "ts", "tsx", "css"],
        ) {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            let generated = file.ends_with("src/api/bindings.ts");
            if lines > MAX_LINES && !generated {
                broken.push(format!(
                    "{} has {lines} lines: split it by meaning ({MAX_LINES} at most)",
                    file.display()
                ));
            }
            if has_empty_name(&file) {
                broken.push(format!("{} has a name that says nothing", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn has_empty_name(file: &Path) -> bool {
    let stem = file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    stem.split(['_', '-', '.'])
        .any(|word| EMPTY_NAMES.contains(&word))
}

/// The web view reaches the core in one folder, so that what it may ask can be read in one place.
#[test]
fn only_the_api_folder_calls_the_core() {
    let source = root().join("src");
    let mut broken = Vec::new();
    for file in files(&source, &["ts", "tsx"]) {
        let place = file.strip_prefix(&source).unwrap();
        // The page of the window that reveals is a program of its own, of one file.
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let may =
            place.starts_with("api") || place.starts_with("reveal") || name.contains(".test.");
        let text = fs::read_to_string(&file).unwrap();
        for word in ["commands.", "invoke(", "@tauri-apps/api"] {
            if !may && text.contains(word) {
                broken.push(format!("{}: `{word}`", place.display()));
            }
        }
        for word in ["dangerouslySetInnerHTML", "innerHTML", "eval("] {
            if text.contains(word) {
                broken.push(format!("{}: `{word}`", place.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// A rule that can no longer fail is no rule.
#[test]
fn the_rules_catch_what_they_are_for() {
    let members = members();
    let app = &members["qv-app"].dependencies;
    assert!(
        !breaches("qv-app", app, &["qv-types"]).is_empty(),
        "a use outside the table"
    );
    let store = &members["qv-store"].dependencies;
    let as_a_face = breaches("qv-cli", store, &["qv-types", "qv-crypto", "qv-audit"]);
    assert!(
        as_a_face.iter().any(|text| text.contains("sqlx")),
        "SQL in a face"
    );

    let file = Path::new("x.rs");
    assert_eq!(
        trespasses("qv-app", file, "sqlx::query(\"DELETE FROM assets\")").len(),
        2
    );
    assert_eq!(
        trespasses("qv-cli", file, "TcpStream::connect(peer)").len(),
        1
    );
    assert_eq!(
        trespasses("qv-policy", file, "let now = Timestamp::now();").len(),
        1
    );
    assert!(trespasses("qv-scan", file, "TcpStream::connect(peer)").is_empty());

    assert_eq!(
        production("//! SELECT\na\n#[cfg(test)]\nmod tests {\nSELECT }"),
        "a\n"
    );
    assert!(
        has_empty_name(Path::new("src/key_manager.rs")) && has_empty_name(Path::new("utils.rs"))
    );
    assert!(!has_empty_name(Path::new("src/utility_tree.rs")));
    assert_eq!(
        table_row("| 1 | `qv-crypto` | x | types |"),
        Some(("qv-crypto".into(), 1, vec!["qv-types".into()]))
    );
    assert_eq!(table_row("| floor | crate | what | uses |"), None);
}
