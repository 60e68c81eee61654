//! `repeated-heading`: titles that readers of the contents can tell apart.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::outline::Pairing;
use crate::diag::{Diagnostics, codes};
use std::collections::BTreeSet;

/// Reports each heading that has the title of one beside it, or of the section or chapter it stands in.
///
/// Subsections of one name below different sections, such as `Examples`, are told apart by what they stand below. What
/// the outline promises, or tells to be too much, is not repeated here.
pub(super) fn repeated(pairings: &[Pairing<'_>], diagnostics: &mut Diagnostics) {
    for pairing in pairings {
        let told: BTreeSet<usize> = pairing.repeated.iter().copied().collect();
        let nodes = &pairing.written.nodes;
        let mut seen: BTreeSet<(usize, &str)> = BTreeSet::new();
        for (at, node) in nodes.iter().enumerate().skip(1) {
            let first = seen.insert((node.parent, &node.folded));
            let extra = pairing.is_free(at) && pairing.is_held(at);
            if told.contains(&at) || pairing.promise_of(at).is_some() || extra {
                continue;
            }
            let parent = nodes.get(node.parent);
            let message = if parent.is_some_and(|parent| parent.folded == node.folded) {
                let kind = if node.parent == 0 { "chapter" } else { "section" };
                format!("`{}` is the title of the {kind} itself", node.title)
            } else if first {
                continue;
            } else {
                format!("`{}` is the title of another heading beside it", node.title)
            };
            diagnostics
                .report(&codes::REPEATED_HEADING, node.span, message)
                .hint("give each heading a title that says what is special to it");
        }
    }
}
