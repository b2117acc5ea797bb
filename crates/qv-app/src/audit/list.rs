//! Pages of the log.

use qv_audit::{Action, Event};
use qv_store::{AuditFilter, AuditRecord};
use qv_types::{Cursor, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{AppError, Vault};

/// What to list of the log. Parts that are missing do not narrow.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogQuery {
    /// Only this action, for example `ASSET_WRAPPED`.
    pub action: Option<String>,
    /// Only events about this id.
    pub entity: Option<String>,
    /// Only events that this request caused.
    pub request: Option<String>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Only events whose record contains this; ASCII letters in any case.
    pub text: Option<String>,
    /// How many, 1 to 1000; fewer where they would weigh more than 64 KiB.
    pub limit: u32,
    /// Where the page begins: a cursor of another page of the same query, either way.
    pub from: Option<Cursor>,
}

/// A part of the log, newest first.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct LogPage {
    /// The events.
    pub items: Vec<LogRow>,
    /// Leads to what is older; none at the beginning of the log.
    pub older: Option<Cursor>,
    /// Leads to what is newer by the time that it is asked for; none where nothing was found yet.
    pub newer: Option<Cursor>,
}

/// An event as lists show it.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Serialize)]
pub struct LogRow {
    /// Its place in the log, from 0.
    pub seq: u64,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What was done.
    pub action: String,
    /// What it was done to.
    pub entity_type: String,
    /// The id of that.
    pub entity_id: String,
    /// Who did it.
    pub actor: String,
    /// The request that caused it.
    pub request_id: String,
    /// What else is worth knowing.
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

impl From<AuditRecord> for LogRow {
    fn from(record: AuditRecord) -> Self {
        let Event {
            timestamp,
            action,
            entity,
            actor,
            request_id,
            metadata,
            ..
        } = record.event;
        Self {
            seq: record.seq,
            timestamp,
            action: action.to_string(),
            entity_type: entity.kind.to_string(),
            entity_id: entity.id,
            actor: actor.to_string(),
            request_id: request_id.to_string(),
            metadata,
        }
    }
}

/// A page of events, newest first.
///
/// # Errors
/// An action that does not exist; a cursor of another query.
pub async fn list(vault: &Vault, query: LogQuery) -> Result<LogPage, AppError> {
    let action = query.action.map(|word| word.parse::<Action>());
    let action = action
        .transpose()
        .map_err(|error| AppError::InvalidInput(error.to_string()))?;
    let filter = AuditFilter {
        action,
        entity_id: query.entity,
        request_id: query.request,
        since: query.since,
        until: query.until,
        text: query.text.filter(|text| !text.is_empty()),
    };
    let limit = query.limit.clamp(1, 1000);
    let page = vault
        .store()
        .audit_page(&filter, query.from.as_ref(), limit)
        .await?;
    Ok(LogPage {
        items: page.items.into_iter().map(LogRow::from).collect(),
        older: page.older,
        newer: page.newer,
    })
}
