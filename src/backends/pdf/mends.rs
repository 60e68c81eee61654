//! What a first setting of the pages shows to be wrong, and a second one can set right.
//!
//! Typst decides on each page as it comes to it. Some faults show only when all are done: a last line that a footnote pushes
//! over the page alone, a paragraph that cannot be divided well at the usual cost of hyphens, a listing that is kept whole
//! for the sake of a figure that has found its place before it. Each is mended where the text is written, and the pages are
//! set once more; where nothing is to be mended, which is most of the time, they are set once.

use super::pages::rules;
use super::pages::{Kind, Page, Pages};
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
    /// Listings that may be broken although a figure floats before them.
    pub(super) loose: BTreeSet<Span>,
    /// Listings that stay whole, because a figure would stand in their middle.
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
        self.loose.extend(pages.pages.windows(2).filter_map(|pair| match pair {
            [page, next] => held(pages, page, next),
            _ => None,
        }));
        let split = rules::figure_in_listing(pages).into_iter().filter_map(|fault| fault.span);
        self.whole.extend(split);
        self.len() > before
    }

    fn len(&self) -> usize {
        self.short.len() + self.calm.len() + self.loose.len() + self.whole.len()
    }
}

/// The listing at the head of a page that might have begun on the page before, which has room for a good part of it.
fn held(pages: &Pages, page: &Page, next: &Page) -> Option<Span> {
    if page.chapter.is_none() || page.last || page.fullness() > MOST_FULL {
        return None;
    }
    let first = next.body().find(|line| line.kind == Kind::Code)?;
    let span = first.span.filter(|span| pages.code.contains_key(span))?;
    let above = |line: &&super::pages::Line| line.baseline < first.baseline && line.kind != Kind::Caption;
    let alone = next.body().filter(above).count() <= 2
        && next
            .shapes
            .iter()
            .all(|shape| !shape.picture || shape.area.top > first.baseline);
    alone.then_some(span)
}

/// A page that is fuller than this is full enough.
const MOST_FULL: f64 = 0.72;
