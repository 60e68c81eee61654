//! What is worth a message to the author: what no setting of the pages can mend.

use super::rules::{self, Fault};
use super::{Page, Pages};
use crate::diag::{Diagnostics, codes};
use crate::source::Span;
use std::collections::BTreeSet;

/// Reports lines in the margin, each block once, and pages that are nearly empty.
pub(in crate::backends::pdf) fn report(pages: &Pages, diagnostics: &mut Diagnostics) {
    let mut told: BTreeSet<Span> = BTreeSet::new();
    for fault in rules::line_in_margin(pages) {
        // What comes from nowhere in the manuscript is the template's.
        if let Some(span) = fault.span
            && told.insert(span)
        {
            let Fault { label, message, .. } = fault;
            diagnostics
                .report(&codes::LINE_IN_MARGIN, span, format!("page {label}: {message}"))
                .hint("a formula can be broken with `\\\\`, a long name be put into a line of code of its own, a table have fewer columns");
        }
    }
    for fault in rules::short_page(pages) {
        let next = pages.pages.get(fault.page);
        let span = next.and_then(first_block).or(fault.span);
        diagnostics
            .report(
                &codes::SHORT_PAGE,
                span,
                format!("page {}: {}, because this did not fit below", fault.label, fault.message),
            )
            .hint("put a paragraph or two of what follows before it, or make it smaller");
    }
}

/// The block that a page begins with.
fn first_block(page: &Page) -> Option<Span> {
    let line = page.body().next();
    let picture = page
        .shapes
        .iter()
        .find(|shape| shape.picture && line.is_none_or(|line| shape.area.bottom < line.baseline));
    picture.and_then(|shape| shape.span).or(line.and_then(|line| line.span))
}
