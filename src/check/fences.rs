//! `fence-without-language`: every block of code names its language.

use crate::diag::{Diagnostics, codes};
use crate::document::walk::{Node, query};
use crate::document::{BlockKind, Document};
use crate::source::{Sources, Span};
use std::collections::BTreeMap;

/// Reports each fence without a language. Indented code, which cannot name one, is reported once for each file.
pub(super) fn without_language(document: &Document, sources: &Sources, diagnostics: &mut Diagnostics) {
    let mut indented: BTreeMap<_, (Span, usize)> = BTreeMap::new();
    query(document, |_, node| {
        if let Node::Block(block) = node
            && let BlockKind::Listing(listing) = &block.kind
            && listing.language.is_none()
        {
            let text = sources.text(block.span).trim_start();
            let hint = match text {
                _ if text.starts_with("```") || text.starts_with("~~~") => {
                    "name it behind the fence, such as ```python, or ```text for what is no code"
                }
                _ if text.starts_with('<') && text.to_lowercase().starts_with("<pre") => {
                    "name it in the tag, such as `<pre><code class=\"language-python\">`"
                }
                _ => {
                    indented.entry(block.span.file).or_insert((block.span, 0)).1 += 1;
                    return;
                }
            };
            let message = "this code does not say what language it is in";
            diagnostics
                .report(&codes::FENCE_WITHOUT_LANGUAGE, block.span, message)
                .hint(hint);
        }
    });
    for (first, count) in indented.into_values() {
        let more = match count - 1 {
            0 => String::new(),
            1 => "; there is another block of this kind in the file".to_owned(),
            more => format!("; there are {more} more blocks of this kind in the file"),
        };
        let message = format!("this code is indented, and so cannot say what language it is in{more}");
        diagnostics
            .report(&codes::FENCE_WITHOUT_LANGUAGE, first, message)
            .hint("put it between fences instead, such as ```python and ```, or ```text for what is no code");
    }
}
