//! `[contract]` of book.toml: what the chapters keep beside the headings of the outline.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::diag::{Diagnostics, codes};
use crate::keys::Table;
use crate::titles;
use std::ops::RangeInclusive;

/// What a chapter keeps: `publish check` holds it against this, and the briefs say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// `paragraphs = [2, 4]`: how many paragraphs of narrative stand under each section of the outline.
    pub paragraphs: RangeInclusive<usize>,
    /// `takeaways = [5, 10]`: how many points the list at the end of a chapter has.
    pub takeaways: RangeInclusive<usize>,
    /// `takeaways-title = "Key Takeaways"`: the heading of that list, which carries no number.
    pub takeaways_title: String,
    /// Whether book.toml has the table at all. A book with neither it nor an outline has promised nothing.
    pub given: bool,
}

impl Default for Contract {
    fn default() -> Self {
        Self {
            paragraphs: 2..=4,
            takeaways: 5..=10,
            takeaways_title: "Key Takeaways".to_owned(),
            given: false,
        }
    }
}

impl Contract {
    /// Whether a title is that of the list at the end of a chapter.
    pub fn is_takeaways(&self, title: &str) -> bool {
        titles::fold(title) == titles::fold(&self.takeaways_title)
    }
}

/// Reads `[contract]`.
pub(super) fn read(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Contract {
    table.check(&["paragraphs", "takeaways", "takeaways-title"], diagnostics);
    let mut contract = Contract {
        given: true,
        ..Contract::default()
    };
    if let Some(range) = range(table, "paragraphs", diagnostics) {
        contract.paragraphs = range;
    }
    if let Some(range) = range(table, "takeaways", diagnostics) {
        contract.takeaways = range;
    }
    if let Some(title) = table.string("takeaways-title", diagnostics) {
        contract.takeaways_title = title;
    }
    contract
}

/// The least and the most of something: `[2, 4]`.
fn range(table: &Table<'_, '_>, key: &str, diagnostics: &mut Diagnostics) -> Option<RangeInclusive<usize>> {
    let numbers = table.numbers(key, diagnostics)?;
    match numbers.as_slice() {
        [least, most] if least <= most => Some(*least..=*most),
        _ => {
            diagnostics
                .report(
                    &codes::BAD_VALUE,
                    table.place(key),
                    format!("`{key}` is not the least and the most of a count"),
                )
                .hint(format!("write two whole numbers: `{key} = [2, 4]`"));
            None
        }
    }
}
