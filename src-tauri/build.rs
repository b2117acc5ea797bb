//! Tells Tauri which commands exist, so that a window may call only those that its capability names.

use std::error::Error;
use std::fs;

const CAPABILITIES: [&str; 2] = ["capabilities/main.json", "capabilities/reveal.json"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut commands = Vec::new();
    for file in CAPABILITIES {
        println!("cargo:rerun-if-changed={file}");
        commands.extend(commands_of(&fs::read_to_string(file)?)?);
    }
    commands.sort();
    commands.dedup();
    // A build script ends with its process: what Tauri wants for ever may be leaked.
    let commands: Vec<&'static str> = commands.into_iter().map(|name| &*name.leak()).collect();
    let manifest = tauri_build::AppManifest::new().commands(commands.leak());
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}

/// Names of the commands that a capability allows: `allow-assets-list` is `assets_list`.
fn commands_of(text: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let capability: serde_json::Value = serde_json::from_str(text)?;
    let permissions = capability["permissions"]
        .as_array()
        .ok_or("a capability without permissions")?;
    let names = permissions
        .iter()
        .filter_map(|one| one.as_str()?.strip_prefix("allow-"));
    Ok(names.map(|name| name.replace('-', "_")).collect())
}
