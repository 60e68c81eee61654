//! `[ingest]` of book.toml: how replies are taken into the manuscript.

use crate::diag::{Diagnostics, codes};
use crate::keys::Table;

/// What becomes of exercises, reflections and the like that follow a chapter and that the outline does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tails {
    /// They are left out, and that is told.
    #[default]
    Strip,
    /// They stay, as sections at the end.
    Keep,
}

/// How replies are taken in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ingest {
    /// `tails = "strip"` or `"keep"`.
    pub tails: Tails,
    /// `by = "..."`: who or what writes the replies, unless the command says.
    pub by: Option<String>,
}

/// Reads `[ingest]`.
pub(super) fn read(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Ingest {
    table.check(&["tails", "by"], diagnostics);
    let tails = match table.string("tails", diagnostics).as_deref() {
        None | Some("strip") => Tails::Strip,
        Some("keep") => Tails::Keep,
        Some(other) => {
            diagnostics
                .report(&codes::BAD_VALUE, table.place("tails"), format!("tails cannot be `{other}`"))
                .hint("write `strip` to leave out what follows a chapter, or `keep`");
            Tails::Strip
        }
    };
    Ingest {
        tails,
        by: table.string("by", diagnostics),
    }
}
