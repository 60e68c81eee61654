//! What the tree says of the places that lines came from.

use super::{Code, Heads, Kind, Pages, Row};
use crate::document::block::Alignment;
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query_blocks};
use crate::document::{Block, BlockKind, Chapter, Definition, Inline, InlineKind, Reference, Table, Target};
use crate::edition::Edition;
use crate::passes::tables::is_of_numbers;
use crate::source::{FileId, Span};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A figure, table or listing with a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Its place.
    pub span: Span,
    /// As it is referred to: `Figure 2.1`.
    pub name: String,
    /// The block before it in its chapter.
    pub before: Option<Span>,
    /// The block in which the chapter first refers to it, if that is in the same section and other text stands between:
    /// from elsewhere the text looks ahead, and what follows its reference at once is as near as it can be.
    pub reference: Option<Span>,
}

/// A column of a table that holds numbers alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// The table's place.
    pub table: Span,
    /// Which column, from 1.
    pub column: usize,
    /// The cells' places, from top to bottom.
    pub cells: Vec<Span>,
}

/// What each place is.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// By file, first byte, and last byte from the end, so that what contains something stands before it.
    kinds: BTreeMap<(FileId, u32, Reverse<u32>), Place>,
    /// The chapter that is being read, from 0.
    chapter: usize,
}

/// What a place is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) kind: Kind,
    /// The block that it belongs to.
    pub(super) block: Span,
    /// The chapter that it stands in, from 0. The index shows words of others.
    pub(super) chapter: usize,
}

/// How many places before one are looked at for what contains it.
const REACH: usize = 60;

impl Places {
    /// Reads a tree, and keeps in `pages` what the rules have to know of it.
    pub(super) fn of(edition: &Edition, pages: &mut Pages) -> Self {
        let mut places = Self::default();
        for (at, chapter) in edition.document.chapters().enumerate() {
            places.chapter = at;
            let mut heads = Heads {
                chapter: joined(chapter.number.as_deref(), &chapter.title),
                sections: Vec::new(),
            };
            places.keep(chapter.span, Kind::Title);
            places.blocks(&chapter.blocks, Kind::Text, &mut heads, pages);
            running(&chapter.blocks, &mut pages.running);
            for note in &chapter.notes {
                places.keep(note.span, Kind::Note);
                places.blocks(&note.blocks, Kind::Note, &mut heads, pages);
            }
            pages.heads.push(heads);
            number(edition, chapter, pages);
        }
        places
    }

    /// What a place is: that of the innermost block that contains it.
    pub(super) fn find(&self, span: Span) -> Option<Place> {
        let key = (span.file, span.start, Reverse(span.end));
        let before = self.kinds.range(..=key).rev().take(REACH);
        let mut contains = before.filter(|((file, _, end), _)| *file == span.file && end.0 >= span.end);
        contains.next().map(|(_, place)| *place)
    }

    /// Keeps what a place is, unless that is known: an item and its paragraph may have the same one.
    fn keep(&mut self, span: Span, kind: Kind) {
        self.keep_part(span, kind, span);
    }

    /// Keeps what a place in a block is.
    fn keep_part(&mut self, part: Span, kind: Kind, block: Span) {
        let key = (part.file, part.start, Reverse(part.end));
        let chapter = self.chapter;
        self.kinds.entry(key).or_insert(Place { kind, block, chapter });
    }

    /// Keeps a caption, which need not stand within its block.
    fn caption(&mut self, caption: &[Inline], block: Span) {
        for inline in caption {
            self.keep_part(inline.span, Kind::Caption, block);
        }
    }

    /// Takes in blocks whose paragraphs are of this kind.
    fn blocks(&mut self, blocks: &[Block], text: Kind, heads: &mut Heads, pages: &mut Pages) {
        for block in blocks {
            self.block(block, text, heads, pages);
        }
    }

    fn block(&mut self, block: &Block, text: Kind, heads: &mut Heads, pages: &mut Pages) {
        match &block.kind {
            BlockKind::Paragraph(_) => {
                self.keep(block.span, text);
            }
            BlockKind::Heading(_) => {
                self.keep(block.span, Kind::Heading);
            }
            BlockKind::Section(section) => {
                self.keep(section.heading_span, Kind::Heading);
                if section.depth == 1 {
                    let title = joined(section.number.as_deref(), &section.title);
                    heads.sections.push((section.heading_span, title));
                }
                self.blocks(&section.blocks, text, heads, pages);
            }
            BlockKind::Listing(listing) => {
                self.keep(block.span, Kind::Code);
                let code = Code {
                    lines: listing.code.split('\n').map(str::to_owned).collect(),
                    numbered: listing.line_numbers,
                };
                pages.code.insert(block.span, code);
            }
            BlockKind::Output(_) | BlockKind::Diagram(_) => {
                self.keep(block.span, Kind::Code);
            }
            BlockKind::Figure(figure) => {
                self.caption(&figure.caption, block.span);
                self.keep(block.span, Kind::Caption);
                if let crate::document::block::FigureContent::Blocks(blocks) = &figure.content {
                    self.blocks(blocks, text, heads, pages);
                }
            }
            BlockKind::Table(table) => {
                self.caption(&table.caption, block.span);
                self.keep(block.span, Kind::Caption);
                for cell in table.head.iter().chain(&table.body).flat_map(|row| &row.cells) {
                    self.blocks(&cell.blocks, Kind::Cell, heads, pages);
                }
                pages.columns.extend(numbers(table, block.span));
                keep_rows(table, block.span, pages);
            }
            BlockKind::Quote(_)
            | BlockKind::Group(_)
            | BlockKind::Details { .. }
            | BlockKind::Admonition(_)
            | BlockKind::List(_)
            | BlockKind::Definitions(_)
            | BlockKind::Glossary(_)
            | BlockKind::Bibliography(_) => {
                for blocks in contained(&block.kind) {
                    self.blocks(blocks, text, heads, pages);
                }
            }
            BlockKind::Math(_) | BlockKind::Rule | BlockKind::IndexMarks(_) | BlockKind::Index(_) => {
                self.keep(block.span, Kind::Other);
            }
        }
    }
}

/// Keeps in which row of a table each paragraph stands.
fn keep_rows(table: &Table, span: Span, pages: &mut Pages) {
    for (at, row) in table.body.iter().enumerate() {
        for cell in &row.cells {
            query_blocks(&cell.blocks, &mut |node| {
                if let Node::Block(block) = node {
                    pages.rows.insert(block.span, Row { table: span, at });
                }
            });
        }
    }
}

/// The blocks within a container, piece by piece.
fn contained(kind: &BlockKind) -> Vec<&[Block]> {
    match kind {
        BlockKind::Quote(blocks) | BlockKind::Group(blocks) | BlockKind::Details { blocks, .. } => vec![blocks],
        BlockKind::Admonition(admonition) => vec![&admonition.blocks],
        BlockKind::List(list) => list.items.iter().map(|item| item.blocks.as_slice()).collect(),
        BlockKind::Definitions(definitions) => {
            let meanings = definitions.iter().flat_map(|definition: &Definition| &definition.meanings);
            meanings.map(Vec::as_slice).collect()
        }
        BlockKind::Glossary(entries) => {
            let meanings = entries.iter().flat_map(|entry| &entry.meanings);
            meanings.map(Vec::as_slice).collect()
        }
        BlockKind::Bibliography(works) => works.iter().map(|work| work.blocks.as_slice()).collect(),
        BlockKind::Paragraph(_)
        | BlockKind::Heading(_)
        | BlockKind::Section(_)
        | BlockKind::Listing(_)
        | BlockKind::Output(_)
        | BlockKind::Diagram(_)
        | BlockKind::Figure(_)
        | BlockKind::Table(_)
        | BlockKind::Math(_)
        | BlockKind::Rule
        | BlockKind::IndexMarks(_)
        | BlockKind::Index(_) => Vec::new(),
    }
}

/// Collects the paragraphs that stand in nothing but sections.
fn running(blocks: &[Block], found: &mut BTreeSet<Span>) {
    for block in blocks {
        match &block.kind {
            BlockKind::Paragraph(_) => {
                found.insert(block.span);
            }
            BlockKind::Section(section) => running(&section.blocks, found),
            _ => {}
        }
    }
}

/// A number and a title as one, without white space, as they are compared.
fn joined(number: Option<&str>, title: &[Inline]) -> String {
    let text = format!("{}{}", number.unwrap_or_default(), plain_text(title));
    text.split_whitespace().collect()
}

/// The columns of a table in which every cell below the head is a number, unless the author has aligned them otherwise.
fn numbers(table: &Table, span: Span) -> impl Iterator<Item = Numbers> + '_ {
    let open = |at: &usize| matches!(table.columns.get(*at), Some(Alignment::Natural | Alignment::Right));
    let columns = (0..table.columns.len()).filter(move |at| open(at) && is_of_numbers(table, *at));
    columns.map(move |at| {
        let cells = table.body.iter().filter_map(|row| row.cells.get(at));
        Numbers {
            table: span,
            column: at + 1,
            cells: cells.filter_map(|cell| cell.blocks.first()).map(|block| block.span).collect(),
        }
    })
}

/// Keeps what has a number in a chapter, with the block before it and the one that first refers to it.
fn number(edition: &Edition, chapter: &Chapter, pages: &mut Pages) {
    // Where the reference is: in which section, behind how many paragraphs, in which block.
    let mut references: BTreeMap<&str, (usize, usize, Span)> = BTreeMap::new();
    let mut found: Vec<(Placed, (usize, usize), Option<&str>)> = Vec::new();
    let (mut sections, mut paragraphs) = (0, 0);
    let mut current = None;
    query_blocks(&chapter.blocks, &mut |node| match node {
        Node::Block(block) => {
            if matches!(&block.kind, BlockKind::Section(section) if section.depth == 1) {
                sections += 1;
            }
            if let Some(name) = name_of(edition, block) {
                let placed = Placed {
                    span: block.span,
                    name,
                    before: current,
                    reference: None,
                };
                found.push((placed, (sections, paragraphs), block.attributes.id.as_deref()));
            }
            paragraphs += usize::from(pages.running.contains(&block.span));
            current = Some(block.span);
        }
        Node::Inline(inline) => {
            if let InlineKind::Reference(Reference {
                target: Target::Internal { id: Some(id), .. },
                ..
            }) = &inline.kind
                && let Some(span) = current
            {
                references.entry(id).or_insert((sections, paragraphs, span));
            }
        }
    });
    pages
        .numbered
        .extend(found.into_iter().map(|(placed, (section, paragraph), id)| {
            let first = id.and_then(|id| references.get(id).copied());
            let near = |(there, before, _): &(usize, usize, Span)| *there == section && *before + 1 < paragraph;
            let reference = first.filter(near).map(|(.., span)| span);
            Placed { reference, ..placed }
        }));
}

/// What a block is called where it has a number.
fn name_of(edition: &Edition, block: &Block) -> Option<String> {
    let terms = &edition.terms;
    let (term, number) = match &block.kind {
        BlockKind::Figure(figure) => (terms.figure, &figure.number),
        BlockKind::Table(table) => (terms.table, &table.number),
        BlockKind::Listing(listing) => (terms.listing, &listing.number),
        _ => return None,
    };
    number.as_ref().map(|number| format!("{term}\u{a0}{number}"))
}
