//! What a person typed into the window and did not save: asked about before the window closes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use tauri::{AppHandle, Manager as _};

use crate::{app, files};

/// A form that has something unsaved. The page says which; what a person reads is said here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Draft {
    /// A policy.
    Policy,
    /// A secret.
    Secret,
    /// A list of hosts.
    Hosts,
    /// An asset that no scan finds.
    Asset,
    /// A new anchor.
    Anchor,
    /// An account that signs.
    Account,
    /// A name or tags in a single field.
    Field,
}

impl Draft {
    /// What would be lost.
    const fn what(self) -> &'static str {
        match self {
            Self::Policy => "the policy as it is written there",
            Self::Secret => "the secret that is being added",
            Self::Hosts => "the list of hosts to scan",
            Self::Asset => "the asset that is being added",
            Self::Anchor => "the anchor that is being made",
            Self::Account => "the account that is being added",
            Self::Field => "what is typed into a field",
        }
    }
}

/// What is unsaved now, and whether a person is being asked about it.
#[derive(Default)]
pub struct Drafts {
    unsaved: Mutex<Vec<Draft>>,
    is_asking: AtomicBool,
}

impl Drafts {
    /// Takes note of what is unsaved from now on.
    pub fn hold(&self, drafts: Vec<Draft>) {
        *self.unsaved() = drafts;
    }

    /// What a person is to be asked before the window goes; nothing where nothing would be lost.
    fn question(&self) -> Option<String> {
        let mut lost: Vec<_> = self.unsaved().iter().map(|draft| draft.what()).collect();
        lost.dedup();
        if lost.is_empty() {
            return None;
        }
        let lost = lost.join(", ");
        Some(format!(
            "Not saved, and lost when the window closes: {lost}. Close it?"
        ))
    }

    fn unsaved(&self) -> MutexGuard<'_, Vec<Draft>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the window has to stay for now: where something is unsaved a person is asked, and the program
/// ends if they agree.
pub fn keep_open(app: &AppHandle) -> bool {
    let drafts = app.state::<Drafts>();
    let Some(question) = drafts.question() else {
        return false;
    };
    if !drafts.is_asking.swap(true, Ordering::SeqCst) {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            let agreed = files::confirm(&question).await;
            app.state::<Drafts>()
                .is_asking
                .store(false, Ordering::SeqCst);
            if agreed {
                app::quit(&app);
            }
        });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_unsaved_is_asked_about() {
        let drafts = Drafts::default();
        assert_eq!(drafts.question(), None);
        drafts.hold(vec![Draft::Policy, Draft::Field, Draft::Field]);
        let question = drafts.question().unwrap();
        assert!(
            question.contains("the policy as it is written there, what is typed"),
            "{question}"
        );
        drafts.hold(Vec::new());
        assert_eq!(drafts.question(), None);
    }
}
