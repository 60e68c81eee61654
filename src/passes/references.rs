//! Slugs, ids, numbers of figures, listings and tables, and every link settled.

use crate::diag::Diagnostics;
use crate::document::Document;
use crate::manuscript::Settings;

/// Settles ids, numbers and links.
pub fn resolve(_document: &mut Document, _settings: &Settings, _diagnostics: &mut Diagnostics) {}
