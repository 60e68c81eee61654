//! Figures: a described diagram becomes a vector drawing.
//!
//! Gets the [`Diagram`](crate::document::Diagram)s of a document, gives [`Drawing`]s in their place. The way is the same
//! for every kind: description → model → layout → scene → SVG.

use crate::diag::Diagnostics;
use crate::document::Document;
use crate::theme::Theme;

/// A figure with nothing left to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// What the figure is, in a few words.
    pub title: String,
    /// What it shows, for those who do not see it.
    pub description: String,
    /// The width at which it was laid out, in pt.
    pub width: f32,
    /// The height, in pt.
    pub height: f32,
}

/// Draws every described diagram of a document.
pub fn draw(
    _document: &mut Document,
    _theme: &Theme,
    _fonts: &[crate::assets::Font],
    _measure: f64,
    _diagnostics: &mut Diagnostics,
) {
}
