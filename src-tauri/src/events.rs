//! What the core tells the window without being asked.

use qv_app::progress::JobEvent;
use qv_types::VaultState;
use serde::Serialize;
use tauri_specta::Event;

use crate::ask::Question;
use crate::files::Picked;
use crate::problem::Problem;

/// A job went on.
#[derive(Debug, Clone, Serialize, specta::Type, Event)]
pub struct JobMoved(pub JobEvent);

/// The session changed, or what is stored did at another's hand.
#[derive(Debug, Clone, Serialize, specta::Type, Event)]
pub struct SessionChanged(pub VaultState);

/// A person is asked something; `None` once nothing is asked any more.
#[derive(Debug, Clone, Serialize, specta::Type, Event)]
pub struct Asked(pub Option<Question>);

/// A person is told something while the core goes on.
#[derive(Debug, Clone, Serialize, specta::Type, Event)]
pub struct Told(pub String);

/// Work in the background came to grief.
#[derive(Debug, Clone, Serialize, specta::Type, Event)]
pub struct WorkFailed(pub Problem);

/// Files were dropped on the window.
#[derive(Debug, Clone, Serialize, specta::Type, Event)]
pub struct FilesDropped(pub Vec<Picked>);

/// The window is to show another view, for example because the tray was asked.
#[derive(Debug, Clone, Serialize, specta::Type, Event)]
pub struct GoTo(pub String);
