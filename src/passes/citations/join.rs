//! What stands between citations, and before them.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::document::walk::{self, Visitor};
use crate::document::{Citation, Document, Inline, InlineKind};
use std::collections::BTreeSet;

/// Makes one citation of those that follow each other with nothing but a blank between them. What names a work that is not
/// there stays alone, since it is kept as typed.
pub(super) fn walk(document: &mut Document, keys: &BTreeSet<String>) {
    walk::walk(document, &mut Joiner { keys });
}

struct Joiner<'a> {
    keys: &'a BTreeSet<String>,
}

impl Visitor for Joiner<'_> {
    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        let mut joined: Vec<Inline> = Vec::with_capacity(inlines.len());
        for inline in inlines.drain(..) {
            let Some(next) = in_brackets(&inline, self.keys) else {
                joined.push(inline);
                continue;
            };
            let blanks = joined.iter().rev().take_while(|inline| is_blank(inline)).count();
            let at = joined.len().checked_sub(blanks + 1);
            let before = at.and_then(|at| joined.get_mut(at));
            match before {
                Some(before) if blanks <= 1 && in_brackets(before, self.keys).is_some() => {
                    if let InlineKind::Citation(citation) = &mut before.kind {
                        citation.typed = format!("{} {}", citation.typed, next.typed);
                        citation.items.extend(next.items.iter().cloned());
                    }
                    joined.truncate(joined.len() - blanks);
                }
                _ => joined.push(inline),
            }
        }
        *inlines = joined;
    }
}

/// A citation in brackets, all of whose works are there.
fn in_brackets<'a>(inline: &'a Inline, keys: &BTreeSet<String>) -> Option<&'a Citation> {
    match &inline.kind {
        InlineKind::Citation(citation) if !citation.in_text => {
            let known = citation.items.iter().all(|item| keys.contains(&item.key));
            known.then_some(citation)
        }
        _ => None,
    }
}

fn is_blank(inline: &Inline) -> bool {
    match &inline.kind {
        InlineKind::SoftBreak => true,
        InlineKind::Text(text) => !text.is_empty() && text.chars().all(|sign| sign == ' '),
        _ => false,
    }
}

/// Makes the blank before each citation in brackets such that no line ends there.
pub(super) fn keep_to_words(inlines: &mut [Inline], keys: &BTreeSet<String>) {
    for at in 1..inlines.len() {
        let (before, rest) = inlines.split_at_mut(at);
        if rest.first().and_then(|inline| in_brackets(inline, keys)).is_none() {
            continue;
        }
        // Marks take no room.
        let is_mark = |inline: &&mut Inline| matches!(inline.kind, InlineKind::IndexMark(_) | InlineKind::Anchor);
        let Some(blank) = before.iter_mut().rev().find(|inline| !is_mark(inline)) else {
            continue;
        };
        match &mut blank.kind {
            InlineKind::SoftBreak => blank.kind = InlineKind::Text('\u{a0}'.into()),
            InlineKind::Text(text) if text.ends_with(' ') => {
                text.pop();
                text.push('\u{a0}');
            }
            _ => {}
        }
    }
}
