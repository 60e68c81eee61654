//! Lines of prose: what rules about words read.
//!
//! A line is what stands in one paragraph, caption or cell. Of what is no prose in it, only that something is there is
//! kept, so that a rule sees what stands before and behind a word.

use crate::document::walk::{Node, query_blocks};
use crate::document::{Block, BlockKind, Chapter, FigureContent, Inline, InlineKind, Target};
use crate::source::{Sources, Span};
use std::ops::Range;

/// Code, a formula, a picture, a link out of the book, a reference, a note: something that is no word.
pub(super) const OBJECT: char = '\u{FFFC}';
/// The end of emphasis, as titles of other books have it.
pub(super) const EMPHASIS_END: char = '\u{E001}';
/// The beginning of emphasis.
pub(super) const EMPHASIS: char = '\u{E000}';

/// A line of prose.
#[derive(Debug, Default)]
pub(super) struct Line<'a> {
    /// The characters, with [`OBJECT`] for what is no prose.
    pub(super) text: Vec<char>,
    /// Where each text begins among them, and its place in the source.
    pieces: Vec<(usize, Span)>,
    /// The links within the book, in order.
    links: Vec<LinkText<'a>>,
}

/// The text of a link within the book.
#[derive(Debug)]
pub(super) struct LinkText<'a> {
    /// Which characters of the line.
    pub(super) range: Range<usize>,
    /// The link's place.
    pub(super) span: Span,
    /// Where it leads.
    pub(super) target: &'a Target,
}

impl<'a> Line<'a> {
    fn of(inlines: &'a [Inline]) -> Self {
        let mut line = Self::default();
        line.add(inlines);
        line
    }

    /// A line of plain text that stands nowhere.
    #[cfg(test)]
    pub(super) fn of_text(text: &str) -> Self {
        Self {
            text: text.chars().collect(),
            ..Self::default()
        }
    }

    fn add(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            match &inline.kind {
                InlineKind::Text(text) => {
                    self.pieces.push((self.text.len(), inline.span));
                    self.text.extend(text.chars());
                }
                InlineKind::SoftBreak | InlineKind::LineBreak => self.text.push(' '),
                InlineKind::Emphasis(content) => {
                    self.text.push(EMPHASIS);
                    self.add(content);
                    self.text.push(EMPHASIS_END);
                }
                InlineKind::Strong(content)
                | InlineKind::Superscript(content)
                | InlineKind::Subscript(content)
                | InlineKind::Abbreviation { content, .. }
                | InlineKind::Span(content) => self.add(content),
                InlineKind::Link(link) => match &link.target {
                    target @ (Target::Internal { .. } | Target::Part { .. }) => {
                        let start = self.text.len();
                        self.add(&link.content);
                        let range = start..self.text.len();
                        let span = inline.span;
                        self.links.push(LinkText { range, span, target });
                    }
                    Target::External(_) | Target::Unresolved(_) => self.text.push(OBJECT),
                },
                // What is struck out is not said, and keys are named as they are.
                InlineKind::Strikethrough(_) | InlineKind::Keyboard(_) => self.text.push(OBJECT),
                InlineKind::Code(_)
                | InlineKind::Math(_)
                | InlineKind::Reference(_)
                | InlineKind::Citation(_)
                | InlineKind::Image(_)
                | InlineKind::NoteLabel(_)
                | InlineKind::Note { .. } => self.text.push(OBJECT),
                InlineKind::Anchor | InlineKind::IndexMark(_) => {}
            }
        }
    }

    /// The link that a character belongs to.
    pub(super) fn link_at(&self, at: usize) -> Option<&LinkText<'a>> {
        let behind = self.links.partition_point(|link| link.range.start <= at);
        let link = self.links.get(behind.checked_sub(1)?)?;
        link.range.contains(&at).then_some(link)
    }

    /// Where characters of the line stand in the source: exactly where they are typed there as they are, and otherwise the
    /// place of the text that the first of them belongs to.
    pub(super) fn place(&self, range: Range<usize>, sources: &Sources) -> Option<Span> {
        let piece = self
            .pieces
            .partition_point(|(start, _)| *start <= range.start)
            .checked_sub(1)?;
        let (start, span) = *self.pieces.get(piece)?;
        let end = self.pieces.get(piece + 1).map_or(self.text.len(), |(start, _)| *start);
        let words = |range: Range<usize>| -> String { self.text.get(range).unwrap_or_default().iter().collect() };
        let wanted = words(range.start..range.end.min(end));
        let wanted: Vec<&str> = wanted
            .split([' ', '\u{a0}', OBJECT])
            .filter(|word| !word.is_empty())
            .collect();
        let before = words(start..range.start);
        let before = before
            .match_indices(wanted.first()?)
            .filter(|(at, _)| phrase_at(&before, *at, &wanted).is_some());
        let source = sources.text(span);
        let mut found = source
            .match_indices(wanted.first()?)
            .filter_map(|(at, _)| phrase_at(source, at, &wanted));
        let found = found.nth(before.count());
        Some(found.map_or(span, |found| span.slice(found)))
    }
}

/// Where words that begin at a byte of a text end, with anything that parts words between them.
fn phrase_at(text: &str, start: usize, words: &[&str]) -> Option<Range<usize>> {
    let mut at = start;
    for (number, word) in words.iter().enumerate() {
        let rest = text.get(at..)?;
        let parted = if number == 0 {
            rest
        } else {
            rest.trim_start_matches([' ', '\u{a0}', '\n', '\r', '\t', '>', '~'])
        };
        at += rest.len() - parted.strip_prefix(word)?.len();
    }
    Some(start..at)
}

/// Shows the title of a chapter and those of its sections.
pub(super) fn titles<'a>(chapter: &'a Chapter, see: &mut impl FnMut(&Line<'a>)) {
    see(&Line::of(&chapter.title));
    query_blocks(&chapter.blocks, &mut |node| {
        if let Node::Block(block) = node {
            match &block.kind {
                BlockKind::Section(section) => see(&Line::of(&section.title)),
                BlockKind::Heading(heading) => see(&Line::of(&heading.title)),
                _ => {}
            }
        }
    });
}

/// Shows every line of prose of a chapter: paragraphs, captions, cells and notes; no titles, no terms and no quotations,
/// which have the words of others.
pub(super) fn prose<'a>(chapter: &'a Chapter, see: &mut impl FnMut(&Line<'a>)) {
    in_blocks(&chapter.blocks, see);
    for note in &chapter.notes {
        in_blocks(&note.blocks, see);
    }
}

fn in_blocks<'a>(blocks: &'a [Block], see: &mut impl FnMut(&Line<'a>)) {
    for block in blocks {
        match &block.kind {
            BlockKind::Paragraph(inlines) => see(&Line::of(inlines)),
            BlockKind::Section(section) => in_blocks(&section.blocks, see),
            BlockKind::Listing(listing) => see(&Line::of(&listing.caption)),
            BlockKind::Diagram(diagram) => see(&Line::of(&diagram.caption)),
            BlockKind::Figure(figure) => {
                if let FigureContent::Blocks(blocks) = &figure.content {
                    in_blocks(blocks, see);
                }
                see(&Line::of(&figure.caption));
            }
            BlockKind::Table(table) => {
                see(&Line::of(&table.caption));
                for cell in table.head.iter().chain(&table.body).flat_map(|row| &row.cells) {
                    in_blocks(&cell.blocks, see);
                }
            }
            BlockKind::Admonition(admonition) => in_blocks(&admonition.blocks, see),
            BlockKind::List(list) => list.items.iter().for_each(|item| in_blocks(&item.blocks, see)),
            BlockKind::Definitions(definitions) => {
                let meanings = definitions.iter().flat_map(|definition| &definition.meanings);
                meanings.for_each(|meaning| in_blocks(meaning, see));
            }
            BlockKind::Glossary(entries) => {
                let meanings = entries.iter().flat_map(|entry| &entry.meanings);
                meanings.for_each(|meaning| in_blocks(meaning, see));
            }
            BlockKind::Details { blocks, .. } | BlockKind::Group(blocks) => in_blocks(blocks, see),
            BlockKind::IndexMarks(_)
            | BlockKind::Index(_)
            | BlockKind::Bibliography(_)
            | BlockKind::Quote(_)
            | BlockKind::Heading(_)
            | BlockKind::Output(_)
            | BlockKind::Math(_)
            | BlockKind::Rule => {}
        }
    }
}
