//! `[sample]` of book.toml: which chapters readers may have before they have the book.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use crate::diag::{Diagnostics, Severity, codes};
use crate::edition::Selection;
use crate::keys::Table;
use crate::source::Span;

/// `[sample]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// `chapters`: numbers, ranges and file names, as typed and as read.
    pub chapters: Vec<(String, Selection)>,
    /// Where they stand.
    pub span: Span,
    /// `note`: what the last page says of the book, and of where it is to be had.
    pub note: Option<String>,
}

/// Reads `[sample]`; one that names no chapters is none.
pub(super) fn read(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Option<Sample> {
    table.check(&["chapters", "note"], diagnostics);
    let before = diagnostics.count(Severity::Error);
    let typed = table.strings("chapters", diagnostics);
    // A value of another type has been told.
    if typed.is_empty() && diagnostics.count(Severity::Error) == before {
        diagnostics
            .report(&codes::MISSING_KEY, table.span, "[sample] names no `chapters`")
            .hint("write `chapters = [\"introduction\", \"1\"]`: numbers, ranges, or files without `.md`");
        return None;
    }
    let mut chapters = Vec::new();
    for item in typed {
        match Selection::parse(&item) {
            Ok(selection) => chapters.push((item, selection)),
            Err(fault) => {
                diagnostics
                    .report(
                        &codes::BAD_VALUE,
                        table.place("chapters"),
                        format!("`chapters` of [sample]: {fault}"),
                    )
                    .hint("write numbers, ranges, or files without `.md`: `[\"introduction\", \"1-2\"]`");
            }
        }
    }
    Some(Sample {
        chapters,
        span: table.place("chapters"),
        note: table.string("note", diagnostics),
    })
}
