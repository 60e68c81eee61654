//! Checks: what can be said of a book beyond what building it finds. One rule, one function, one code.
//!
//! Two of them belong to every build: [`outline`], because the outline is the contract of the book, and [`glyphs`], because
//! what has no glyph cannot be printed. The others are [`rules`] about how a book is written, which `publish check` applies.

mod citations;
mod fences;
mod glyphs;
mod index;
mod outline;

pub use glyphs::glyphs;
pub use outline::outline;

use crate::diag::Diagnostics;
use crate::edition::Edition;

/// Applies the rules that `publish check` alone applies: those whose codes are [`OF_CHECK`](crate::diag::codes::OF_CHECK).
pub fn rules(edition: &Edition, diagnostics: &mut Diagnostics) {
    fences::without_language(&edition.document, diagnostics);
    index::dead_see(&edition.document, diagnostics);
    citations::unused(&edition.bibliography, diagnostics);
}
