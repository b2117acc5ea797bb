//! What is generated and what is written by hand about the commands agree.

use std::collections::BTreeSet;
use std::path::Path;

use specta_typescript::Typescript;

use super::*;

const BINDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src/api/bindings.ts");
/// Set to any value, the tests write the file instead of comparing it.
const UPDATE: &str = "QV_UPDATE_BINDINGS";

/// Operations that the window offers under other commands, each with the reason.
const ELSEWHERE: &[(&str, &str)] = &[(
    "config.check",
    "the window shows what is wrong with the file wherever it is read",
)];

#[test]
fn bindings_are_current() {
    let file = tempfile::NamedTempFile::with_suffix(".ts").unwrap();
    builder()
        .export(Typescript::default(), file.path())
        .unwrap();
    let made = std::fs::read_to_string(file.path()).unwrap();
    if std::env::var_os(UPDATE).is_some() {
        std::fs::create_dir_all(Path::new(BINDINGS).parent().unwrap()).unwrap();
        std::fs::write(BINDINGS, made).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(BINDINGS).unwrap();
    assert!(
        kept == made,
        "src/api/bindings.ts is old: run this test with {UPDATE}=1"
    );
}

/// Commands, from what is generated.
fn commands() -> BTreeSet<String> {
    let text = std::fs::read_to_string(BINDINGS).unwrap();
    let calls = text.split("__TAURI_INVOKE").skip(1);
    let names = calls.filter_map(|rest| rest.split_once("(\"")?.1.split_once('"'));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_operation_has_its_command() {
    let commands = commands();
    for operation in qv_app::OPERATIONS {
        let elsewhere = ELSEWHERE.iter().any(|(name, _)| name == operation);
        assert!(
            elsewhere || commands.contains(&operation.replace('.', "_")),
            "{operation}"
        );
    }
}

#[test]
fn each_window_may_call_what_it_needs_and_nothing_else() {
    let allowed = |text: &str| -> BTreeSet<String> {
        let capability: serde_json::Value = serde_json::from_str(text).unwrap();
        let permissions = capability["permissions"].as_array().unwrap();
        permissions
            .iter()
            .map(|one| one.as_str().unwrap().to_owned())
            .collect()
    };
    let main = allowed(include_str!("../../capabilities/main.json"));
    let reveal = allowed(include_str!("../../capabilities/reveal.json"));
    let permission = |name: &String| format!("allow-{}", name.replace('_', "-"));
    let (own, others): (BTreeSet<_>, BTreeSet<_>) = commands()
        .iter()
        .map(permission)
        .partition(|name| name.starts_with("allow-reveal-"));
    let mut expected = others;
    expected.extend(["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned));
    assert_eq!(main, expected);
    assert_eq!(reveal, own);
}

/// Words of commands that change the vault, or that leave a trace in its log.
const WRITES: &[&str] = &[
    "activate",
    "add",
    "apply",
    "cancel",
    "checkpoint",
    "create",
    "deploy",
    "edit",
    "evaluate",
    "export",
    "import",
    "make",
    "remove",
    "resume",
    "retry",
    "reveal",
    "rewrap",
    "rotate",
    "run",
    "save",
    "set",
    "start",
    "unset",
    "unwrap",
    "use",
    "wrap",
    "write",
];

/// Commands of such a name that are no such thing, each with the reason.
const OTHERS: &[(&str, &str)] = &[(
    "slots_add",
    "asks the person; the use case wants this window's own key",
)];

/// The source of each command, by its name.
fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
    let mut sources = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for source in text.split("#[tauri::command]").skip(1) {
            let (_, rest) = source.split_once("fn ").unwrap();
            let (name, _) = rest.split_once('(').unwrap();
            // Calls may be broken over lines.
            let source = source.split_whitespace().collect();
            sources.push((name.to_owned(), source));
        }
    }
    sources
}

#[test]
fn a_locked_window_writes_nothing() {
    let mut writers = 0;
    for (name, source) in sources() {
        let writes = name.split('_').any(|word| WRITES.contains(&word));
        if !writes || name.starts_with("reveal_") || OTHERS.iter().any(|(other, _)| *other == name)
        {
            continue;
        }
        writers += 1;
        let guarded = source.contains("host.unlocked(") || source.contains("host.work(");
        let open = source.contains("host.read(") || source.contains("host.any(");
        let locks_after = name == "vault_rotate";
        assert!(guarded && (!open || locks_after), "{name}");
    }
    assert!(writers > 30, "{writers} commands were found");
}
