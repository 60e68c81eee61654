//! What a first setting of the pages shows to be wrong, and a second one can set right.
//!
//! Typst decides on each page as it comes to it. Some faults show only when all are done: a last line that a footnote pushes
//! over the page alone, a paragraph that cannot be divided well at the usual cost of hyphens, a figure that comes to stand
//! between two parts of a listing, because it floats to the head of a page over which the listing is broken. Each is mended
//! where the text is written, and the pages are set once more; where nothing is to be mended, they are set once.

use super::pages::Pages;
use super::pages::rules;
use crate::source::Span;
use std::collections::BTreeSet;

/// How often pages are set again.
pub(super) const MOST_ROUNDS: usize = 3;

/// Which blocks of the manuscript are written otherwise than usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mends {
    /// Paragraphs whose page ends a line early, so that two of their lines go over.
    pub(super) short: BTreeSet<Span>,
    /// Paragraphs in which a hyphen costs more.
    pub(super) calm: BTreeSet<Span>,
    /// Figures that stand behind the listing that follows them.
    pub(super) late: BTreeSet<Span>,
    /// Listings that stay whole, because a figure stands in their middle wherever it is written.
    pub(super) whole: BTreeSet<Span>,
}

impl Mends {
    /// Takes in what is to be mended on these pages; whether anything is that was not before.
    pub(super) fn take(&mut self, pages: &Pages) -> bool {
        let before = self.len();
        self.short
            .extend(rules::widow(pages).into_iter().filter_map(|fault| fault.span));
        self.calm
            .extend(rules::hyphens_in_a_row(pages).into_iter().filter_map(|fault| fault.span));
        for (figure, listing) in rules::figures_in_listings(pages) {
            match figure {
                Some(figure) if self.late.insert(figure) => {}
                _ => {
                    self.whole.insert(listing);
                }
            }
        }
        self.len() > before
    }

    fn len(&self) -> usize {
        self.short.len() + self.calm.len() + self.late.len() + self.whole.len()
    }
}
