//! Points in time, to the millisecond.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const MILLIS_FORM: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const SECONDS_FORM: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// A point in time: milliseconds since 1970-01-01T00:00:00Z. Written as
/// `YYYY-MM-DDTHH:MM:SS.sssZ` in text and JSON, stored as an integer.
#[cfg_attr(feature = "specta", derive(specta::Type), specta(type = String))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// The text is not a timestamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a time of the form 2026-11-23T09:00:00.000Z")]
pub struct InvalidTimestamp {
    /// What was given, at most 64 characters of it.
    pub text: String,
}

impl Timestamp {
    /// The system clock's time.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// From milliseconds since the Unix epoch.
    #[must_use]
    pub const fn from_unix_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// Whole days from this time to `later`; 0 where `later` is earlier.
    #[must_use]
    pub fn days_until(self, later: Self) -> u32 {
        u32::try_from(later.0.saturating_sub(self.0).max(0) / 86_400_000).unwrap_or(u32::MAX)
    }

    /// This time plus `span`, saturating.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// Time from `earlier` to this; zero where `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The year, by UTC; that of the last day which the calendar has where it is later.
    #[must_use]
    pub fn year(self) -> u32 {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000);
        at.map_or(9999, |at| u32::try_from(at.year()).unwrap_or(0))
    }

    /// `YYYY-MM-DDTHH:MM:SSZ`, the form of signed messages and attestations.
    #[must_use]
    pub fn to_seconds_text(self) -> String {
        self.format(SECONDS_FORM)
    }

    fn format(self, form: &[BorrowedFormatItem<'_>]) -> String {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|at| at.format(form).ok())
            .unwrap_or_else(|| "9999-12-31T23:59:59.999Z".into())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format(MILLIS_FORM))
    }
}

impl std::str::FromStr for Timestamp {
    type Err = InvalidTimestamp;
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let parsed = time::PrimitiveDateTime::parse(text, MILLIS_FORM)
            .or_else(|_| time::PrimitiveDateTime::parse(text, SECONDS_FORM))
            .map_err(|_| InvalidTimestamp {
                text: text.chars().take(64).collect(),
            })?;
        let ms = parsed.assume_utc().unix_timestamp_nanos() / 1_000_000;
        i64::try_from(ms)
            .map(Self)
            .map_err(|_| InvalidTimestamp { text: text.into() })
    }
}

impl TryFrom<String> for Timestamp {
    type Error = InvalidTimestamp;
    fn try_from(text: String) -> Result<Self, InvalidTimestamp> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(at: Timestamp) -> Self {
        at.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_integer_agree() {
        let at: Timestamp = "2026-11-22T09:00:01.000Z".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-22T09:00:01.000Z");
        assert_eq!(at.to_seconds_text(), "2026-11-22T09:00:01Z");
        assert_eq!(at.to_seconds_text().parse::<Timestamp>().unwrap(), at);
        assert!("2026-11-22".parse::<Timestamp>().is_err());
    }

    #[test]
    fn days_are_whole_and_never_negative() {
        let start = Timestamp::from_unix_ms(0);
        assert_eq!(
            start.days_until(Timestamp::from_unix_ms(7 * 86_400_000 - 1)),
            6
        );
        assert_eq!(start.days_until(Timestamp::from_unix_ms(-5)), 0);
    }
}
