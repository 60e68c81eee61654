//! `unused-term`: links lead to the terms of the glossary.

use crate::diag::{Diagnostics, codes};
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query};
use crate::document::{BlockKind, Document, GlossaryTerm, InlineKind, Target};
use std::collections::BTreeSet;

/// Reports each term that no link leads to, in a book in which links lead to others. Who marks no term at all has decided to.
pub(super) fn unused(document: &Document, diagnostics: &mut Diagnostics) {
    let mut terms: Vec<(usize, &GlossaryTerm, bool)> = Vec::new();
    let mut used = BTreeSet::new();
    query(document, |chapter, node| match node {
        Node::Block(block) => {
            if let BlockKind::Glossary(entries) = &block.kind {
                // A link to one name of several uses the entry.
                for entry in entries {
                    let main = entry.terms.iter().enumerate();
                    terms.extend(main.map(|(at, term)| (chapter, term, at == 0)));
                }
            }
        }
        Node::Inline(inline) => {
            let target = match &inline.kind {
                InlineKind::Link(link) => &link.target,
                InlineKind::Reference(reference) => &reference.target,
                _ => return,
            };
            if let Target::Internal { chapter, id: Some(id) } = target {
                used.insert((*chapter, id.as_str()));
            }
        }
    });
    let is_used = |(chapter, term, _): &(usize, &GlossaryTerm, bool)| used.contains(&(*chapter, term.id.as_str()));
    if !terms.iter().any(is_used) {
        return;
    }
    let entries = terms.chunk_by(|_, (_, _, is_first)| !is_first);
    for entry in entries.filter(|entry| !entry.iter().any(is_used)) {
        let Some((_, term, _)) = entry.first() else { continue };
        let name = plain_text(&term.content);
        diagnostics
            .report(&codes::UNUSED_TERM, term.span, format!("no link leads to the term `{name}`"))
            .hint(format!("write `[{name}](#{})` where the text first uses it", term.id));
    }
}
