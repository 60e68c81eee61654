//! Sections and numbers by position.

use crate::diag::Diagnostics;
use crate::document::Document;

/// Nests headings into sections and numbers parts, chapters and sections.
pub fn nest_and_number(_document: &mut Document, _diagnostics: &mut Diagnostics) {}

/// A typed number and the title after it.
pub fn split_number(title: &str) -> (Option<&str>, &str) {
    (None, title)
}
