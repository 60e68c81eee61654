//! Footnotes in order.

use crate::diag::Diagnostics;
use crate::document::Document;

/// Orders and numbers the notes of each chapter.
pub fn order(_document: &mut Document, _diagnostics: &mut Diagnostics) {}
