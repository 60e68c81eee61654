//! How much there is of what in a chapter.

use crate::contents::section;
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query_chapter};
use crate::document::{Block, BlockKind, Chapter, Inline};
use crate::manuscript::contract::Contract;
use serde::Serialize;

/// How much there is of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counted {
    /// Words of prose: titles, paragraphs, lists, tables, captions and notes, not code and not what is in figures.
    pub words: usize,
    /// Lines of code, without what listings print.
    pub code_lines: usize,
    /// Listings, those that are not run as well.
    pub listings: usize,
    /// Figures.
    pub figures: usize,
    /// Tables.
    pub tables: usize,
}

impl Counted {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            words: self.words + other.words,
            code_lines: self.code_lines + other.code_lines,
            listings: self.listings + other.listings,
            figures: self.figures + other.figures,
            tables: self.tables + other.tables,
        }
    }
}

/// Counts what is in a chapter.
pub(super) fn count(chapter: &Chapter) -> Counted {
    let mut counted = Counted {
        words: words(&chapter.title),
        ..Counted::default()
    };
    query_chapter(chapter, &mut |node| {
        if let Node::Block(block) = node {
            add(block, &mut counted);
        }
    });
    counted
}

/// Adds a block without the blocks in it, which come by themselves.
fn add(block: &Block, counted: &mut Counted) {
    match &block.kind {
        BlockKind::Paragraph(text) => counted.words += words(text),
        BlockKind::Heading(heading) => counted.words += words(&heading.title),
        BlockKind::Section(section) => counted.words += words(&section.title),
        BlockKind::Listing(listing) => {
            counted.words += words(&listing.caption);
            counted.listings += 1;
            counted.code_lines += listing.code.lines().filter(|line| !line.trim().is_empty()).count();
        }
        BlockKind::Diagram(diagram) => {
            counted.words += words(&diagram.caption);
            counted.figures += 1;
        }
        BlockKind::Figure(figure) => {
            counted.words += words(&figure.caption);
            counted.figures += 1;
        }
        BlockKind::Table(table) => {
            counted.words += words(&table.caption);
            counted.tables += 1;
        }
        BlockKind::Definitions(definitions) => {
            let terms = definitions.iter().flat_map(|definition| &definition.terms);
            counted.words += terms.map(|term| words(term)).sum::<usize>();
        }
        BlockKind::Glossary(entries) => {
            let terms = entries.iter().flat_map(|entry| &entry.terms);
            counted.words += terms.map(|term| words(&term.content)).sum::<usize>();
        }
        BlockKind::Details { summary, .. } => counted.words += words(summary),
        BlockKind::Output(_)
        | BlockKind::Quote(_)
        | BlockKind::Admonition(_)
        | BlockKind::List(_)
        | BlockKind::Math(_)
        | BlockKind::Rule
        | BlockKind::Group(_)
        | BlockKind::Bibliography(_)
        | BlockKind::IndexMarks(_)
        | BlockKind::Index(_) => {}
    }
}

/// How many words a text has; what holds neither a letter nor a digit is none.
fn words(text: &[Inline]) -> usize {
    let text = plain_text(text);
    text.split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .count()
}

/// Whether a chapter has the list of its takeaways.
pub(super) fn has_takeaways(chapter: &Chapter, contract: &Contract) -> bool {
    let mut sections = chapter.blocks.iter().filter_map(section);
    sections.any(|section| contract.is_takeaways(&plain_text(&section.title)) && !section.blocks.is_empty())
}
