//! The commands and events of the window, and the TypeScript that is generated from them.

use tauri::Wry;
use tauri_specta::{Builder, collect_commands, collect_events};

use crate::{commands, events};

/// Every command and event. `src/api/bindings.ts` is generated from this, and the capability files
/// must name every command.
pub fn builder() -> Builder<Wry> {
    Builder::new()
        .commands(collect_commands![
            commands::vault::vault_status,
            commands::vault::vault_init,
            commands::vault::vault_unlock,
            commands::vault::vault_lock,
            commands::vault::vault_doctor,
            commands::vault::vault_rotate,
            commands::ask::ask_open,
            commands::ask::ask_answer,
            commands::ask::ask_answer_file,
            commands::ask::ask_place_shares,
            commands::ask::ask_decline,
            commands::files::files_pick,
            commands::config::config_show,
            commands::config::config_settings,
            commands::config::config_set,
            commands::config::config_unset,
            commands::targets::targets_add,
            commands::targets::targets_list,
            commands::targets::targets_edit,
            commands::targets::targets_import,
            commands::targets::targets_read,
            commands::scans::scans_start,
            commands::scans::scans_list,
            commands::scans::scans_show,
            commands::scans::scans_overview,
            commands::scans::scans_failures,
            commands::scans::scans_retry,
            commands::scans::scans_resume,
            commands::assets::assets_list,
            commands::assets::assets_count,
            commands::assets::assets_show,
            commands::assets::assets_add,
            commands::assets::assets_edit,
            commands::policies::policies_add,
            commands::policies::policies_preview,
            commands::policies::policies_list,
            commands::policies::policies_show,
            commands::policies::policies_edit,
            commands::policies::policies_evaluate,
            commands::policies::policies_apply,
            commands::policies::policies_eligible,
            commands::policies::policies_remove,
            commands::anchors::anchors_create,
            commands::anchors::anchors_list,
            commands::anchors::anchors_show,
            commands::anchors::anchors_activate,
            commands::anchors::anchors_rotate,
            commands::anchors::anchors_rewrap,
            commands::secrets::secrets_add,
            commands::secrets::secrets_add_file,
            commands::secrets::secrets_list,
            commands::secrets::secrets_wrap,
            commands::secrets::secrets_reveal,
            commands::secrets::secrets_write,
            commands::secrets::secrets_export,
            commands::secrets::secrets_remove,
            commands::secrets::secrets_unwrap,
            commands::attest::attest_run,
            commands::attest::attest_list,
            commands::attest::attest_show,
            commands::attest::attest_verify,
            commands::attest::attest_deploy,
            commands::attest::attest_signer,
            commands::attest::attest_signer_make,
            commands::attest::attest_signer_import,
            commands::attest::attest_signer_use,
            commands::slots::slots_list,
            commands::slots::slots_advice,
            commands::slots::slots_add,
            commands::slots::slots_loss,
            commands::slots::slots_remove,
            commands::slots::slots_test,
            commands::slots::slots_drill,
            commands::slots::slots_reseal,
            commands::audit::audit_list,
            commands::audit::audit_export,
            commands::audit::audit_verify,
            commands::audit::audit_checkpoint,
            commands::jobs::jobs_list,
            commands::jobs::jobs_resume,
            commands::jobs::jobs_cancel,
            commands::risk::risk_show,
            commands::risk::report_make,
            commands::reveal::reveal_about,
            commands::reveal::reveal_done,
        ])
        .events(collect_events![
            events::JobMoved,
            events::SessionChanged,
            events::Asked,
            events::Told,
            events::WorkFailed,
            events::FilesDropped,
            events::GoTo,
        ])
        // Every number that is sent is a count or a size far below 2^53.
        .dangerously_cast_bigints_to_number()
        .disable_serde_phases()
}

#[cfg(test)]
mod tests;
