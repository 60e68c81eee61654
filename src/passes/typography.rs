//! Quotes, dashes and spaces as they are printed.

use crate::document::Document;
use crate::manuscript::Settings;

/// Sets the typography of a whole document.
pub fn set(_document: &mut Document, _settings: &Settings) {}

/// A title in the quotation marks of a language.
pub(crate) fn quoted(title: &str, _language: &str) -> String {
    format!("“{title}”")
}
