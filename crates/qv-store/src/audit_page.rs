//! Pages of the audit log: filters, and both ways from any place.
//!
//! A page is newest first whichever way it was reached, and has a cursor for each way. The log only
//! grows, so a page that was older stays the same, and what is newer can be asked for again.

use qv_audit::Action;
use qv_types::{Cursor, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

use crate::Store;
use crate::audit::{AuditRecord, read_record};
use crate::bulk::Binding;
use crate::cursor::{PAGE_BYTES, decode, encode, list_name};
use crate::error::{Error, Result};
use crate::row::ms;

/// What to list of the log; every member narrows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditFilter {
    /// Only this action.
    pub action: Option<Action>,
    /// Only events about the thing with this id.
    pub entity_id: Option<String>,
    /// Only events that this request caused.
    pub request_id: Option<String>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// The stored text of the event contains this; ASCII letters in any case.
    pub text: Option<String>,
}

/// A part of the log, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditPage {
    /// The events.
    pub items: Vec<AuditRecord>,
    /// Leads to what is older; `None` at the beginning of the log.
    pub older: Option<Cursor>,
    /// Leads to what is newer by the time that it is asked for; `None` where nothing was found yet.
    pub newer: Option<Cursor>,
}

/// From where a page goes which way.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum From {
    OlderThan(i64),
    NewerThan(i64),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    log: String,
    from: From,
}

impl Store {
    /// A page of the log; without a cursor the newest.
    ///
    /// # Errors
    /// [`Error::BadCursor`] where the cursor is not of this filter.
    pub async fn audit_page(
        &self,
        filter: &AuditFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<AuditPage> {
        let log = list_name(filter)?;
        let from = match cursor.map(decode::<Position>).transpose()? {
            None => From::OlderThan(i64::MAX),
            Some(position) if position.log == log => position.from,
            Some(_) => return Err(Error::BadCursor),
        };
        let sql = AssertSqlSafe(page_sql(filter, from));
        let rows = bind(sqlx::query(sql), filter, from)
            .bind(i64::from(limit) + 1)
            .fetch_all(&self.reads)
            .await?;
        let mut items = rows
            .iter()
            .take(limit as usize)
            .map(read_record)
            .collect::<Result<Vec<_>>>()?;
        cut_to_weight(&mut items);
        let more = rows.len() > items.len();
        if matches!(from, From::NewerThan(_)) {
            items.reverse();
        }
        let cursor = |from| {
            let log = log.clone();
            encode(&Position { log, from })
        };
        let (newest, oldest) = ends(&items, from);
        let is_first = matches!(from, From::OlderThan(_)) && !more;
        Ok(AuditPage {
            older: oldest
                .filter(|_| !is_first)
                .map(|seq| cursor(From::OlderThan(seq)))
                .transpose()?,
            newer: newest.map(|seq| cursor(From::NewerThan(seq))).transpose()?,
            items,
        })
    }
}

/// The places from which it goes on to newer and to older events; an empty page stays where it is.
fn ends(items: &[AuditRecord], from: From) -> (Option<i64>, Option<i64>) {
    let seq = |record: &AuditRecord| record.seq.cast_signed();
    match (items.first(), items.last(), from) {
        (Some(newest), Some(oldest), _) => (Some(seq(newest)), Some(seq(oldest))),
        (_, _, From::NewerThan(place)) => (Some(place), Some(place.saturating_add(1))),
        (_, _, From::OlderThan(i64::MAX)) => (None, None),
        (_, _, From::OlderThan(place)) => (Some(place.saturating_sub(1)), None),
    }
}

/// Takes away the events at the end that make a page too heavy; the first one always stays.
fn cut_to_weight(items: &mut Vec<AuditRecord>) {
    let mut weight = 0;
    let too_heavy = items.iter().position(|record| {
        weight += record.text.len();
        weight > PAGE_BYTES
    });
    items.truncate(too_heavy.unwrap_or(items.len()).max(1));
}

/// Constant pieces, put together so that each kind of filter walks its own index.
fn page_sql(filter: &AuditFilter, from: From) -> String {
    let (beyond, way) = match from {
        From::OlderThan(_) => ("seq < ?1", "DESC"),
        From::NewerThan(_) => ("seq > ?1", "ASC"),
    };
    let conditions = [
        (filter.action.is_some(), "action = ?2"),
        (filter.entity_id.is_some(), "entity_id = ?3"),
        (filter.since.is_some(), "timestamp >= ?4"),
        (filter.until.is_some(), "timestamp < ?5"),
        // A text is found faster than a member of a document is.
        (
            filter.request_id.is_some(),
            "instr(event, ?6) > 0 AND event ->> 'request_id' = ?6",
        ),
        (filter.text.is_some(), "event LIKE ?7 ESCAPE '\\'"),
    ];
    let conditions = conditions.iter().filter(|(there, _)| *there);
    let conditions: String = conditions
        .map(|(_, condition)| format!(" AND {condition}"))
        .collect();
    format!(
        "SELECT seq, event, leaf_hash FROM audit_log_events WHERE {beyond}{conditions} ORDER BY seq {way} LIMIT ?8"
    )
}

fn bind<'q>(query: Binding<'q>, filter: &AuditFilter, from: From) -> Binding<'q> {
    let (From::OlderThan(place) | From::NewerThan(place)) = from;
    query
        .bind(place)
        .bind(filter.action.map(Action::as_str))
        .bind(filter.entity_id.clone())
        .bind(ms(filter.since))
        .bind(ms(filter.until))
        .bind(filter.request_id.clone())
        .bind(filter.text.as_deref().map(like_pattern))
}

/// The pattern that finds a text anywhere.
pub(crate) fn like_pattern(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{escaped}%")
}
