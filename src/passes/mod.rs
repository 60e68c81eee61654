//! Passes: functions from document to document, in an order that is written down.
//!
//! 1. [`sections`] nests headings and numbers parts, chapters and sections by position.
//! 2. [`references`] gives ids and slugs, numbers figures, listings and tables, and settles every link.
//! 3. [`notes`] orders and numbers footnotes.
//! 4. [`typography`] sets quotes, dashes and spaces; last, because it changes text that the others compare.

pub mod notes;
pub mod references;
pub mod sections;
pub mod typography;

use crate::diag::Diagnostics;
use crate::document::Document;
use crate::manuscript::Settings;

/// Runs all passes.
pub fn run(document: &mut Document, settings: &Settings, diagnostics: &mut Diagnostics) {
    sections::nest_and_number(document, diagnostics);
    references::resolve(document, settings, diagnostics);
    notes::order(document, diagnostics);
    typography::set(document, settings);
}
