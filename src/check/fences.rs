//! `fence-without-language`: every code fence names its language.

use crate::diag::{Diagnostics, codes};
use crate::document::walk::{Node, query};
use crate::document::{BlockKind, Document};

/// Reports each fence without a language.
pub(super) fn without_language(document: &Document, diagnostics: &mut Diagnostics) {
    query(document, |_, node| {
        if let Node::Block(block) = node
            && let BlockKind::Listing(listing) = &block.kind
            && listing.language.is_none()
        {
            diagnostics
                .report(
                    &codes::FENCE_WITHOUT_LANGUAGE,
                    block.span,
                    "this code does not say what language it is in",
                )
                .hint("name it behind the fence, such as ```python, or ```text for what is no code");
        }
    });
}
