//! What is worth a message to the author: what no setting of the pages can mend.

use super::rules::{self, Fault};
use super::{Kind, Page, Pages};
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
            let mend = mend(pages, &fault, span);
            let Fault { label, message, .. } = fault;
            diagnostics
                .report(&codes::LINE_IN_MARGIN, span, format!("page {label}: {message}"))
                .hint(mend);
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

/// How a block can be made to fit.
fn mend(pages: &Pages, fault: &Fault, span: Span) -> &'static str {
    let page = fault.page.checked_sub(1).and_then(|at| pages.pages.get(at));
    let line = page.and_then(|page| page.lines.iter().find(|line| line.span == Some(span)));
    match line.map(|line| line.kind) {
        Some(Kind::Other) => "break the formula over lines with `\\\\`, or give its parts names",
        Some(Kind::Cell) => "give the table fewer columns, or its cells shorter words",
        _ => "say it in words that can be broken, or give it a line of its own",
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
