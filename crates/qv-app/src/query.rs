//! Resolving what a person typed to one row: an id, or a name or location that names just one.

use std::str::FromStr;

use crate::AppError;

/// Finds the one row whose id is `name` or whose label equals it.
pub(crate) fn pick<T, Id: FromStr + PartialEq>(
    rows: Vec<T>,
    name: &str,
    what: &'static str,
    hint: &'static str,
    id_of: impl Fn(&T) -> Id,
    label_of: impl Fn(&T) -> &str,
) -> Result<T, AppError> {
    let id = name.parse::<Id>().ok();
    let mut matching = rows.into_iter().filter(|row| {
        id.as_ref()
            .map_or_else(|| label_of(row) == name, |id| id_of(row) == *id)
    });
    match (matching.next(), matching.next()) {
        (Some(row), None) => Ok(row),
        (Some(_), Some(_)) => Err(AppError::Ambiguous {
            what,
            name: name.to_owned(),
        }),
        (None, _) => Err(AppError::NotFound {
            what,
            name: name.to_owned(),
            hint,
        }),
    }
}
