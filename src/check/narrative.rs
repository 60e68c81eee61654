//! `paragraph-count`: how much narrative stands under each section of the outline.
//!
//! What counts is a paragraph that tells something, in the section or in its subsections. Lists, code, tables, figures,
//! captions, quotes and formulas are shown rather than told, admonitions and details stand beside the narrative, and a
//! lead-in that ends in a colon is the beginning of what follows it. A line that is all in bold or italics and no sentence
//! is a heading or a caption that somebody typed.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::outline::Pairing;
use crate::diag::{Diagnostics, codes};
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query_inlines};
use crate::document::{Block, BlockKind, Inline, InlineKind, Section};
use crate::edition::Edition;
use crate::source::Span;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Reports each section of the outline, in numbered chapters, that has too few or too many paragraphs.
///
/// A section whose subsections the outline names too is held to the most alone, without what those have: each of them is
/// held to the contract itself. Introductions, summaries and appendices are free, as a glossary has no narrative.
pub(super) fn paragraph_count(edition: &Edition, pairings: &[Pairing<'_>], diagnostics: &mut Diagnostics) {
    let asked = &edition.settings.contract.paragraphs;
    for (chapter, pairing) in edition.document.chapters().zip(pairings) {
        if !chapter.numbered {
            continue;
        }
        let promised: Vec<usize> = (1..pairing.promised.nodes.len()).collect();
        let headings = promised.iter().filter_map(|promise| pairing.heading_of(*promise));
        let held: BTreeSet<Span> = headings
            .filter_map(|heading| pairing.written.nodes.get(heading))
            .map(|node| node.span)
            .collect();
        let mut sections = Vec::new();
        collect(&chapter.blocks, &mut sections);
        for promise in promised {
            // The headings count the chapter itself as the first.
            let heading = pairing.heading_of(promise).and_then(|heading| heading.checked_sub(1));
            let Some(section) = heading.and_then(|heading| sections.get(heading)) else {
                continue;
            };
            let found = count(&section.blocks, &held);
            let parted = !pairing.promised.children(promise).is_empty();
            if found > *asked.end() || !parted && found < *asked.start() {
                let what = if parted {
                    "narrative before its subsections"
                } else {
                    "narrative"
                };
                report(section, found, what, asked, diagnostics);
            }
        }
    }
}

/// All sections in order.
fn collect<'a>(blocks: &'a [Block], sections: &mut Vec<&'a Section>) {
    for block in blocks {
        if let BlockKind::Section(section) = &block.kind {
            sections.push(section);
            collect(&section.blocks, sections);
        }
    }
}

fn report(section: &Section, found: usize, what: &str, asked: &RangeInclusive<usize>, diagnostics: &mut Diagnostics) {
    let plural = if found == 1 { "" } else { "s" };
    let hint = if found < *asked.start() {
        "lists, code, tables, figures, asides and lead-ins that end in a colon do not count"
    } else {
        "shorten it, or make two sections of it in the outline"
    };
    diagnostics
        .report(
            &codes::PARAGRAPH_COUNT,
            section.heading_span,
            format!(
                "`{}` has {found} paragraph{plural} of {what}, and the contract asks for {}",
                plain_text(&section.title),
                shown(asked)
            ),
        )
        .hint(hint);
}

/// `2 to 4`
pub(super) fn shown(range: &RangeInclusive<usize>) -> String {
    match (range.start(), range.end()) {
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    }
}

/// The paragraphs of narrative in blocks, without those of subsections that are held to the contract themselves.
fn count(blocks: &[Block], held: &BTreeSet<Span>) -> usize {
    let count = |block: &Block| match &block.kind {
        BlockKind::Paragraph(inlines) => usize::from(is_narrative(inlines)),
        BlockKind::Section(section) if held.contains(&section.heading_span) => 0,
        BlockKind::Section(section) => count(&section.blocks, held),
        BlockKind::Group(blocks) => count(blocks, held),
        BlockKind::Heading(_)
        | BlockKind::Listing(_)
        | BlockKind::Output(_)
        | BlockKind::Diagram(_)
        | BlockKind::Figure(_)
        | BlockKind::Table(_)
        | BlockKind::Quote(_)
        | BlockKind::Admonition(_)
        | BlockKind::List(_)
        | BlockKind::Definitions(_)
        | BlockKind::Glossary(_)
        | BlockKind::Math(_)
        | BlockKind::Rule
        | BlockKind::Details { .. }
        | BlockKind::Bibliography(_)
        | BlockKind::IndexMarks(_)
        | BlockKind::Index(_) => 0,
    };
    blocks.iter().map(count).sum()
}

fn is_narrative(inlines: &[Inline]) -> bool {
    let text = plain_text(inlines);
    let text = text.trim();
    if text.ends_with([':', '：']) {
        return false;
    }
    let mut words = false;
    query_inlines(inlines, &mut |node| {
        if let Node::Inline(inline) = node
            && let InlineKind::Text(run) = &inline.kind
        {
            words |= run.chars().any(char::is_alphabetic);
        }
    });
    let set_apart = matches!(
        inlines,
        [Inline {
            kind: InlineKind::Strong(_) | InlineKind::Emphasis(_),
            ..
        }]
    );
    let sentence = text
        .trim_end_matches(['”', '"', '’', '\'', ')'])
        .ends_with(['.', '!', '?', '…', '。']);
    words && (sentence || !set_apart)
}
