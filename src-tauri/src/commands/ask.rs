//! The person's answers to what the core asks.

use qv_app::recovery::Delivery;
use qv_app::{AppError, SecretBytes};
use tauri::State;

use super::Typed;
use crate::ask::Question;
use crate::files;
use crate::host::Host;
use crate::problem::Answer;

/// The question that is open, for a web view that was loaded anew.
#[tauri::command]
#[specta::specta]
pub fn ask_open(host: State<'_, Host>) -> Option<Question> {
    host.asking().open()
}

/// Answers a question with what the person typed.
#[tauri::command]
#[specta::specta]
pub fn ask_answer(host: State<'_, Host>, id: u32, secret: Typed) -> Answer<()> {
    if host.asking().wants_place(id) {
        return taken(false);
    }
    taken(host.asking().answer(id, secret.into_secret()))
}

/// Answers a question with the content of a file that the person chooses; false where they choose none.
#[tauri::command]
#[specta::specta]
pub async fn ask_answer_file(host: State<'_, Host>, id: u32) -> Answer<bool> {
    let chosen = files::open("Read the answer from a file", false).await;
    let Some(path) = chosen.first() else {
        return Ok(false);
    };
    let secret = files::read_secret(path)?;
    taken(host.asking().answer(id, secret)).map(|()| true)
}

/// Lets the person say where new recovery shares go: a form to print, or a folder of files. False where
/// they say nothing.
#[tauri::command]
#[specta::specta]
pub async fn ask_place_shares(host: State<'_, Host>, id: u32, as_form: bool) -> Answer<bool> {
    let name = if as_form {
        "recovery-shares.pdf"
    } else {
        "recovery-shares"
    };
    let Some(path) = files::save_as("Where the recovery shares go", name).await else {
        return Ok(false);
    };
    if !host.asking().wants_place(id) {
        return taken(false).map(|()| false);
    }
    host.deliver_to(if as_form {
        Delivery::form(path)
    } else {
        Delivery::folder(path)
    });
    taken(host.asking().answer(id, SecretBytes::copied_from(b""))).map(|()| true)
}

/// Declines a question: what asked it comes to nothing.
#[tauri::command]
#[specta::specta]
pub fn ask_decline(host: State<'_, Host>, id: u32) -> Answer<()> {
    taken(host.asking().decline(id))
}

fn taken(taken: bool) -> Answer<()> {
    if taken {
        return Ok(());
    }
    Err(AppError::NotAllowed("that is not asked any more".into()).into())
}
