//! Checks: what can be said of a book beyond what building it finds. One rule, one function, one code.
//!
//! Two of them belong to every build: [`outline`], because the outline is the contract of the book, and [`glyphs`], because
//! what has no glyph cannot be printed. The others are [`rules`] about how a book is written and whether it
//! fits its page, which `publish check` applies; [`reasons`](crate::diag::reasons) say more of each.
//!
//! Gets an edition in which everything is settled, gives diagnostics, and changes nothing.

mod citations;
mod fences;
mod fit;
mod glossary;
mod glyphs;
mod headings;
mod index;
mod lines;
mod narrative;
mod outline;
mod pictures;
mod references;
mod screens;
mod stale;
mod takeaways;
mod variables;
mod words;

pub use glyphs::glyphs;
pub use outline::outline;

use crate::diag::Diagnostics;
use crate::edition::Edition;

/// Applies the rules that `publish check` alone applies: those whose codes are [`OF_CHECK`](crate::diag::codes::OF_CHECK).
pub fn rules(edition: &Edition, diagnostics: &mut Diagnostics) {
    fences::without_language(&edition.document, &edition.sources, diagnostics);
    let renamed = outline::renamed_titles(&edition.settings);
    let pairings = outline::compare(&edition.document, edition.outline.as_ref(), &edition.settings, &renamed);
    headings::repeated(&pairings, diagnostics);
    narrative::paragraph_count(edition, &pairings, diagnostics);
    takeaways::takeaways(edition, &pairings, diagnostics);
    stale::chapters(edition, diagnostics);
    index::dead_see(&edition.document, diagnostics);
    glossary::unused(&edition.document, diagnostics);
    citations::unused(&edition.bibliography, diagnostics);
    references::typed(edition, diagnostics);
    fit::fit(edition, diagnostics);
    screens::scrolling(&edition.document, diagnostics);
    pictures::empty_alt(&edition.document, diagnostics);
    words::left_over(&edition.document, &edition.sources, diagnostics);
    variables::unused(edition, diagnostics);
}
