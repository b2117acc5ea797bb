//! The configuration.

use qv_app::config::{self, Setting};
use qv_app::{AppError, Config, Places};
use tauri::State;

use crate::host::Host;
use crate::problem::Answer;

/// The configuration in force, without what an address may hide.
#[tauri::command]
#[specta::specta]
pub fn config_show(host: State<'_, Host>) -> Answer<Config> {
    Ok(host.config()?.shown())
}

/// Where the configuration file, the vault and its log are.
#[tauri::command]
#[specta::specta]
pub fn config_places(host: State<'_, Host>) -> Places {
    host.home().places()
}

/// What every setting takes and does.
#[tauri::command]
#[specta::specta]
pub fn config_settings() -> Vec<Setting> {
    config::settings()
}

/// Writes one setting and puts it in force. A locked window changes none: one of them says what it
/// shows.
#[tauri::command]
#[specta::specta]
pub async fn config_set(host: State<'_, Host>, key: String, value: String) -> Answer<Config> {
    let changed = host.unlocked(|vault| async move {
        refuse_devices(&key)?;
        config::set(vault.home(), Some(&vault), &key, &value).await
    });
    in_force(&host, changed.await?).await
}

/// Takes one setting out of the file, so that its default is in force.
#[tauri::command]
#[specta::specta]
pub async fn config_unset(host: State<'_, Host>, key: String) -> Answer<Config> {
    let changed = host.unlocked(|vault| async move {
        refuse_devices(&key)?;
        config::unset(vault.home(), Some(&vault), &key).await
    });
    in_force(&host, changed.await?).await
}

async fn in_force(host: &Host, config: Config) -> Answer<Config> {
    let shown = config.shown();
    host.use_config(config).await;
    Ok(shown)
}

/// The page names no files, and this setting names one.
fn refuse_devices(key: &str) -> Result<(), AppError> {
    if key == "tpm.tcti" {
        return Err(AppError::NotAllowed(
            "the window does not change which device is the TPM; set tpm.tcti in the configuration file".into(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_no_file_by_a_setting() {
        for setting in config::settings() {
            let refused = refuse_devices(setting.key).is_err();
            assert_eq!(refused, setting.key == "tpm.tcti", "{}", setting.key);
        }
    }
}
