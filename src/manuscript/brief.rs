//! `[brief]` of book.toml: what whoever writes a chapter is told of the book, for `publish prompt`.
//!
//! ```toml
//! [brief]
//! role = "You are a baker of thirty years who has taught hundreds of people."
//! task = "Write the book chapter by chapter, each when you are asked for it."
//! audience = "People who bake at home and want to know why it works."
//! purpose = "They can mend a recipe that fails."
//! tone = "Warm and exact."
//! rules = ["Weights are in grams.", "Never name a brand."]
//! code = "markers"
//! ```
//!
//! All of it is optional; what is not said, the briefs say in general words.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::diag::{Diagnostics, codes};
use crate::keys::Table;

/// What whoever writes a chapter is told of the book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brief {
    /// `role`: who is to write, in the second person.
    pub role: Option<String>,
    /// `task`: what is to be done.
    pub task: Option<String>,
    /// `audience`: who reads the book.
    pub audience: Option<String>,
    /// `purpose`: what they can do afterwards.
    pub purpose: Option<String>,
    /// `tone`
    pub tone: Option<String>,
    /// `rules`: the author's own, a sentence each.
    pub rules: Vec<String>,
    /// `code`: how listings are written in a reply.
    pub code: CodeStyle,
}

/// How listings are written in a reply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CodeStyle {
    /// `code = "fences"`: as in a manuscript.
    #[default]
    Fences,
    /// `code = "markers"`: between lines with two ticks, ` ``startpython ` and ` ``endpython `, for chats that close the
    /// reply's own fence at the first fence inside it.
    Markers,
}

/// Reads `[brief]`.
pub(super) fn read(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Brief {
    table.check(&["role", "task", "audience", "purpose", "tone", "rules", "code"], diagnostics);
    Brief {
        role: table.string("role", diagnostics),
        task: table.string("task", diagnostics),
        audience: table.string("audience", diagnostics),
        purpose: table.string("purpose", diagnostics),
        tone: table.string("tone", diagnostics),
        rules: table.strings("rules", diagnostics),
        code: read_code(table, diagnostics),
    }
}

fn read_code(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> CodeStyle {
    match table.string("code", diagnostics).as_deref() {
        None | Some("fences") => CodeStyle::Fences,
        Some("markers") => CodeStyle::Markers,
        Some(other) => {
            diagnostics
                .report(
                    &codes::BAD_VALUE,
                    table.place("code"),
                    format!("listings of a reply cannot be written as `{other}`"),
                )
                .hint("write `fences`, or `markers` for ``startpython and ``endpython");
            CodeStyle::Fences
        }
    }
}
