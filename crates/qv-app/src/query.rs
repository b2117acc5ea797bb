//! What a person typed: the one row that it names, by an id or by a name or location that only one
//! has; the rows of a page.

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

/// The rows that a page may have.
pub(crate) fn page_size(limit: u32) -> Result<u32, AppError> {
    if (1..=500).contains(&limit) {
        return Ok(limit);
    }
    Err(AppError::InvalidInput(format!(
        "a page of {limit} rows; ask for 1 to 500"
    )))
}
