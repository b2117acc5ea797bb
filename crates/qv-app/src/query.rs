//! What a person typed: the one row that it names, by an id or by a name or location that only one
//! has; the rows of a page.

use std::str::FromStr;

use serde::Serialize;

use crate::AppError;

/// Bytes of JSON that the rows of an answer may take: one goes over a bridge whole in at most 64 KiB.
pub(crate) const PAGE_BYTES: usize = 48 * 1024;

/// Takes away the rows at the end that make an answer heavier than so many bytes of JSON.
pub(crate) fn cut_to_weight(rows: &mut Vec<impl Serialize>, bytes: usize) {
    let mut weight = 0;
    let light = rows.iter().take_while(|row| {
        // What cannot be written weighs too much.
        weight += serde_json::to_vec(row).map_or(bytes, |text| text.len()) + 1;
        weight <= bytes
    });
    let kept = light.count();
    rows.truncate(kept);
}

/// The same of a page of a list that goes on after it: its first row stays whatever it weighs, since a page
/// without rows would be taken for the end of the list.
pub(crate) fn cut_page(rows: &mut Vec<impl Serialize>) {
    let first = rows.len().min(1);
    let mut rest = rows.split_off(first);
    let taken = serde_json::to_vec(&rows).map_or(PAGE_BYTES, |text| text.len());
    cut_to_weight(&mut rest, PAGE_BYTES.saturating_sub(taken));
    rows.append(&mut rest);
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_cut_where_it_would_weigh_too_much() {
        let weight = |rows: &[String]| serde_json::to_vec(rows).unwrap().len();
        for (count, length) in [(10, 10), (1_000, 300), (100, 6_000), (3, 60_000)] {
            let mut rows = vec!["\u{202e}".repeat(length / 3); count];
            cut_to_weight(&mut rows, PAGE_BYTES);
            assert!(weight(&rows) <= PAGE_BYTES + 2, "{count} of {length}");
            let one_more = vec![rows.first().cloned().unwrap_or_default(); rows.len() + 1];
            assert!(rows.len() == count || weight(&one_more) > PAGE_BYTES || rows.is_empty());
        }
    }

    #[test]
    fn a_page_goes_on_after_a_row_that_weighs_too_much() {
        let mut heavy = vec!["x".repeat(2 * PAGE_BYTES); 3];
        cut_page(&mut heavy);
        assert_eq!(heavy.len(), 1);
        let mut light = vec!["x".repeat(PAGE_BYTES / 4); 9];
        cut_page(&mut light);
        assert_eq!(light.len(), 3);
        cut_page(&mut Vec::<String>::new());
    }
}
