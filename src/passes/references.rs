//! Slugs, ids, numbers of figures, listings and tables, and every link settled.

use crate::diag::Diagnostics;
use crate::document::Document;
use crate::manuscript::Settings;

/// GitHub's slugs of every heading, as they are in the source.
#[derive(Debug, Default)]
pub struct Slugs {}

/// Computes the slugs before any pass changes the tree.
pub fn slugs(_document: &Document) -> Slugs {
    Slugs {}
}

/// Settles ids, numbers and links.
pub fn resolve(_document: &mut Document, _slugs: &Slugs, _settings: &Settings, _diagnostics: &mut Diagnostics) {}
