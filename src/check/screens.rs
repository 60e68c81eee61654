//! `scrolling-figure`: figures that a phone cannot show whole.

use crate::diag::{Diagnostics, codes};
use crate::document::walk::{Node, query};
use crate::document::{BlockKind, Document, FigureContent};
use crate::figures::NARROW;

/// Points that a CSS pixel has.
const PIXEL: f64 = 0.75;

/// Reports each figure whose layout for a narrow screen is wider than that.
pub(super) fn scrolling(document: &Document, diagnostics: &mut Diagnostics) {
    query(document, |_, node| {
        let Node::Block(block) = node else { return };
        let BlockKind::Figure(figure) = &block.kind else { return };
        let FigureContent::Drawing(drawing) = &figure.content else {
            return;
        };
        // Rounding is no reason.
        if let Some(narrow) = drawing.narrow.as_ref().filter(|narrow| narrow.width > NARROW + 1.0) {
            let message = format!(
                "this figure needs {:.0} px for readable text; a phone has {:.0}, so it scrolls sideways there",
                narrow.width / PIXEL,
                NARROW / PIXEL
            );
            diagnostics
                .report(&codes::SCROLLING_FIGURE, block.span, message)
                .hint("shorten its labels, or divide it into two figures");
        }
    });
}
