//! What a first setting of the pages shows to be wrong, and a second one can set right.
//!
//! Typst decides on each page as it comes to it. Some faults show only when all are done: a last line that a footnote pushes
//! over the page alone, a paragraph that cannot be divided well at the usual cost of hyphens, a figure that comes to stand
//! between two parts of a listing, because it floats to the head of a page over which the listing is broken, a figure before
//! which a page stays half empty. Each is mended where the text is written, and the pages are set once more; where nothing is
//! to be mended, they are set once.

use super::pages::rules;
use super::pages::{Kind, Page, Pages};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// How often pages are set again.
pub(super) const MOST_ROUNDS: usize = 9;

/// Which blocks of the manuscript are written otherwise than usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mends {
    /// Paragraphs whose page ends so many lines early that two of theirs go over, or all.
    pub(super) short: BTreeMap<Span, usize>,
    /// Paragraphs in which a hyphen costs more.
    pub(super) calm: BTreeSet<Span>,
    /// Figures that stand behind the listing that follows them.
    pub(super) late: BTreeSet<Span>,
    /// Figures and tables that float, because they would leave much of the page before them white.
    pub(super) afloat: BTreeSet<Span>,
    /// Figures that float to the foot of a page, because at its head they come to stand in a listing.
    pub(super) at_foot: BTreeSet<Span>,
    /// Figures that do not float, because they come to stand in listings.
    pub(super) still: BTreeSet<Span>,
    /// Listings that stay whole, because a figure stands in their middle wherever it is written, and tables, because they are
    /// badly divided.
    pub(super) whole: BTreeSet<Span>,
}

impl Mends {
    /// Takes in what is to be mended on these pages; whether anything is that was not before.
    pub(super) fn take(&mut self, pages: &Pages) -> bool {
        let before = self.clone();
        for fault in rules::widow(pages) {
            self.part(pages, &fault);
            self.shorten(pages, fault.span, fault.page.saturating_sub(1));
        }
        for fault in rules::orphan(pages) {
            self.shorten(pages, fault.span, fault.page);
        }
        self.calm
            .extend(rules::hyphens_in_a_row(pages).into_iter().filter_map(|fault| fault.span));
        for (figure, listing) in rules::figures_in_listings(pages) {
            let Some(figure) = figure else { continue };
            // Behind the listing if possible, at the foot of the page if not at its head; else at the foot of the page that
            // names it; else where it stands in the text; else the listing waits for it.
            let may_be_late = figure.start < listing.start && !self.afloat.contains(&figure);
            let (late, at_foot) = (self.late.contains(&figure), self.at_foot.contains(&figure));
            match (late, at_foot) {
                _ if self.still.contains(&figure) => {
                    self.whole.insert(listing);
                }
                (false, false) if may_be_late => {
                    self.late.insert(figure);
                }
                (true, true) => {
                    self.late.remove(&figure);
                }
                (_, false) => {
                    self.at_foot.insert(figure);
                }
                (false, true) => self.stay(figure),
            }
        }
        for figure in rules::far_from_reference(pages).into_iter().filter_map(|fault| fault.span) {
            if self.late.remove(&figure) {
                self.at_foot.insert(figure);
            }
        }
        for table in rules::badly_divided(pages) {
            let numbered = pages.numbered.iter().any(|placed| placed.span == table);
            // One that cannot float waits for the next page.
            if !numbered || !self.afloat.insert(table) {
                self.whole.insert(table);
            }
        }
        let waiting = pages.pages.windows(2).filter_map(|pair| match pair {
            [page, next] => waiting(pages, page, next),
            _ => None,
        });
        self.afloat.extend(waiting.filter(|figure| !self.still.contains(figure)));
        *self != before
    }

    /// Ends a page so many lines early that one line less of a paragraph has room on it.
    fn shorten(&mut self, pages: &Pages, paragraph: Option<Span>, number: usize) {
        let page = number.checked_sub(1).and_then(|at| pages.pages.get(at));
        if let (Some(span), Some(page)) = (paragraph, page) {
            let lines = rules::lines_free(pages, page) as usize + 1;
            let known = self.short.entry(span).or_default();
            *known = lines.max(*known + 1).min(MOST_FREE);
        }
    }

    /// Leaves a figure in the text that floats to a page with another and so leaves a line between them.
    fn part(&mut self, pages: &Pages, fault: &rules::Fault) {
        let Some(page) = fault.page.checked_sub(1).and_then(|at| pages.pages.get(at)) else {
            return;
        };
        let pictures = page.shapes.iter().filter(|shape| shape.picture);
        let figures: Vec<Span> = pictures.filter_map(|shape| shape.span).collect();
        let lines = page.lines.iter().filter(|line| line.kind == Kind::Text).count();
        if figures.len() < 2 || lines > FEW_LINES {
            return;
        }
        // One that floats without need, if there is one, else the last.
        let wanting = figures.iter().find(|figure| self.afloat.contains(figure));
        if let Some(figure) = wanting.or(figures.last()).copied() {
            self.stay(figure);
        }
    }

    /// Leaves a figure where it stands in the text.
    fn stay(&mut self, figure: Span) {
        for moved in [&mut self.late, &mut self.at_foot, &mut self.afloat] {
            moved.remove(&figure);
        }
        self.still.insert(figure);
    }

    /// How many faults pages have of those that are mended here. A figure in a listing misleads, so it weighs more.
    pub(super) fn faults(pages: &Pages) -> usize {
        let lesser = [
            rules::widow(pages),
            rules::orphan(pages),
            rules::short_page(pages),
            rules::hyphens_in_a_row(pages),
            rules::lone_row(pages),
            rules::figure_in_table(pages),
            rules::far_from_reference(pages),
        ];
        let white = pages.pages.iter().filter(|page| white(pages, page) > FAR_TOO_WHITE).count();
        lesser.iter().map(Vec::len).sum::<usize>() + 2 * rules::figure_in_listing(pages).len() + white
    }
}

/// How many lines of a page may stay white before a figure or table.
const MOST_WHITE: f64 = 4.0;

/// With more white lines than these a page counts as a fault.
const FAR_TOO_WHITE: f64 = 12.0;

/// How many lines of a page stay white, where its chapter goes on.
fn white(pages: &Pages, page: &Page) -> f64 {
    let goes_on = page.chapter.is_some() && !page.last;
    match goes_on {
        true => (1.0 - page.fullness()) * (page.block.bottom - page.block.top) / pages.leading,
        false => 0.0,
    }
}

/// The figure or table with a number that begins a page because the page before had not enough room for it.
fn waiting(pages: &Pages, page: &Page, next: &Page) -> Option<Span> {
    if white(pages, page) < MOST_WHITE {
        return None;
    }
    let first = next.body().next();
    let picture = next.shapes.iter().find(|shape| shape.picture);
    let picture = picture.filter(|picture| first.is_none_or(|line| line.baseline > picture.area.top));
    let caption = first.filter(|line| line.kind == Kind::Caption).and_then(|line| line.span);
    let span = picture.and_then(|picture| picture.span).or(caption)?;
    // Listings are broken rather than moved.
    let movable = !pages.code.contains_key(&span) && pages.numbered.iter().any(|placed| placed.span == span);
    movable.then_some(span)
}

/// Fewer lines of text than these between figures are lost there.
const FEW_LINES: usize = 3;

/// The most lines that a page may end early.
const MOST_FREE: usize = 12;
