//! Page breaks: the marks in the text at which the pages of the print edition begin.
//!
//! A [page list](crate::backends::page_list) says where; here it is decided in which element the mark can stand:
//!
//! - in running text, list items, cells, terms and lines of code right before the word;
//! - before a heading, within its section, as DAISY asks, so that the number is no part of the title;
//! - before the whole of a table, listing or figure that begins with its caption, and of a formula or picture.
//!
//! Marks are empty, and named for those who listen (EPUB Accessibility Techniques 1.1, "Provide page break markers").
//! [`Found`](super::xhtml::Found) keeps where each was written, so that the list names no place that is not there.

use super::escape;
use super::xhtml::Writer;
use crate::backends::page_list::{PageList, Place};
use crate::document::walk::{Node, query_blocks, query_inlines};
use crate::document::{Block, BlockKind, Document, Inline, Medium, Order, only};
use crate::edition::Edition;
use crate::xml::push_value;
use std::collections::{BTreeMap, BTreeSet};

/// Where the marks of a book stand.
#[derive(Debug)]
pub(super) struct Breaks {
    /// The pages with their ids, in order.
    pub(super) pages: Vec<Mark>,
    order: Order,
    /// The pages that begin with the title page.
    pub(super) title: Vec<usize>,
    /// With the copyright page.
    pub(super) copyright: Vec<usize>,
    /// With the contents or in them: what a navigation document lists can hold no marks.
    pub(super) contents: Vec<usize>,
    /// With the opening of a part, counted from 0.
    pub(super) parts: BTreeMap<usize, Vec<usize>>,
    /// With the opening of a chapter, counted from 0.
    pub(super) chapters: BTreeMap<usize, Vec<usize>>,
    /// By the number of a node: the byte of its text, and the page.
    nodes: BTreeMap<usize, Vec<Break>>,
}

/// A page.
#[derive(Debug)]
pub(super) struct Mark {
    /// The number as it is printed.
    pub(super) label: String,
    /// The id of its mark.
    pub(super) id: String,
}

/// A place in the text of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Break {
    /// The byte.
    pub(super) offset: usize,
    /// The page that begins there.
    pub(super) page: usize,
}

impl Breaks {
    /// Finds out where the pages of `list` begin in `shown`, which is the whole edition or what an EPUB shows of it. `taken`
    /// are the ids that marks may not have.
    pub(super) fn of(list: &PageList, whole: &Edition, shown: &Edition, taken: &BTreeSet<&str>) -> Self {
        let divided = !std::ptr::eq(whole, shown);
        let kept = divided.then(|| only::kept(&whole.document, Medium::Epub));
        let spots = spots(&shown.document);
        let mut breaks = Self {
            pages: marks(list, taken),
            order: Order::of(&shown.document),
            title: Vec::new(),
            copyright: Vec::new(),
            contents: Vec::new(),
            parts: BTreeMap::new(),
            chapters: BTreeMap::new(),
            nodes: BTreeMap::new(),
        };
        for (page, start) in list.pages.iter().enumerate() {
            match start.place {
                Place::Title => breaks.title.push(page),
                Place::Copyright => breaks.copyright.push(page),
                Place::Contents => breaks.contents.push(page),
                Place::Part(part) => breaks.parts.entry(part).or_default().push(page),
                Place::Text { node, offset } => {
                    let (node, offset) = shown_place(kept.as_deref(), node, offset);
                    breaks.put(&spots, node, Break { offset, page });
                }
            }
        }
        breaks
    }

    /// The marks of the pages of the contents.
    pub(super) fn contents_marks(&self) -> impl Iterator<Item = &Mark> {
        self.contents.iter().filter_map(|page| self.pages.get(*page))
    }

    fn put(&mut self, spots: &[Spot], node: usize, at: Break) {
        match spots.get(node) {
            Some(Spot::Itself) => self.nodes.entry(node).or_default().push(at),
            Some(Spot::Node(other)) => {
                let at = Break {
                    offset: 0,
                    page: at.page,
                };
                self.nodes.entry(*other).or_default().push(at);
            }
            Some(Spot::Chapter(chapter)) => self.chapters.entry(*chapter).or_default().push(at.page),
            // Nothing follows that the EPUB shows.
            None => {}
        }
    }
}

/// The number of a node, or of what follows it where it is not shown, among those that are.
fn shown_place(kept: Option<&[usize]>, node: usize, offset: usize) -> (usize, usize) {
    match kept.map(|kept| kept.binary_search(&node)) {
        None => (node, offset),
        Some(Ok(at)) => (at, offset),
        Some(Err(at)) => (at, 0),
    }
}

/// Gives every page an id.
fn marks(list: &PageList, taken: &BTreeSet<&str>) -> Vec<Mark> {
    let mut given = BTreeSet::new();
    let mark = |start: &crate::backends::page_list::PageStart| {
        let mut id = escape::id(&format!("page-{}", start.label));
        while taken.contains(id.as_str()) || !given.insert(id.clone()) {
            id.push('_');
        }
        Mark {
            label: start.label.clone(),
            id,
        }
    };
    list.pages.iter().map(mark).collect()
}

/// Where the mark of a node stands.
#[derive(Debug, Clone, Copy)]
enum Spot {
    /// In it, or before it.
    Itself,
    /// At another node.
    Node(usize),
    /// At the beginning of a chapter.
    Chapter(usize),
}

/// Where the marks of all nodes stand, by their numbers.
fn spots(document: &Document) -> Vec<Spot> {
    let mut spots = Vec::new();
    for (at, chapter) in document.chapters().enumerate() {
        let title = count(&chapter.title);
        spots.extend(std::iter::repeat_n(Spot::Chapter(at), title));
        // The block whose title is being gone over, and the number behind that.
        let mut titled = None;
        query_blocks(&chapter.blocks, &mut |node| {
            let number = spots.len();
            spots.push(match (node, titled) {
                (Node::Inline(_), Some((block, end))) if number < end => Spot::Node(block),
                (Node::Inline(_), _) => Spot::Itself,
                (Node::Block(block), _) => {
                    titled = head(block).map(|inlines| (number, number + 1 + count(inlines)));
                    match &block.kind {
                        // Not every paragraph has an element.
                        BlockKind::Paragraph(inlines) if !inlines.is_empty() => Spot::Node(number + 1),
                        _ => Spot::Itself,
                    }
                }
            });
        });
        // Notes stand at a chapter's end, and many readers hide them.
        for note in &chapter.notes {
            query_blocks(&note.blocks, &mut |_| spots.push(Spot::Chapter(at + 1)));
        }
    }
    spots
}

/// How many nodes inlines are.
fn count(inlines: &[Inline]) -> usize {
    let mut count = 0;
    query_inlines(inlines, &mut |_| count += 1);
    count
}

/// The inlines that stand at the head of a block as its title or caption, where no mark may be.
fn head(block: &Block) -> Option<&[Inline]> {
    match &block.kind {
        BlockKind::Section(section) => Some(&section.title),
        BlockKind::Heading(heading) => Some(&heading.title),
        BlockKind::Listing(listing) => Some(&listing.caption),
        BlockKind::Diagram(diagram) => Some(&diagram.caption),
        BlockKind::Table(table) => Some(&table.caption),
        BlockKind::Details { summary, .. } => Some(summary),
        BlockKind::Paragraph(_)
        | BlockKind::Output(_)
        | BlockKind::Figure(_)
        | BlockKind::Quote(_)
        | BlockKind::Admonition(_)
        | BlockKind::List(_)
        | BlockKind::Definitions(_)
        | BlockKind::Math(_)
        | BlockKind::Rule
        | BlockKind::Group(_)
        | BlockKind::Bibliography(_)
        | BlockKind::IndexMarks(_)
        | BlockKind::Index(_) => None,
    }
}

/// Appends a page's mark.
pub(super) fn push_mark(out: &mut String, mark: &Mark) {
    out.push_str("<span epub:type=\"pagebreak\" role=\"doc-pagebreak\" id=\"");
    push_value(out, &mark.id);
    out.push_str("\" aria-label=\"");
    push_value(out, &mark.label);
    out.push_str("\"></span>");
}

impl<'a> Writer<'a> {
    /// Writes the marks of some pages, unless they are written already.
    fn write_marks(&mut self, pages: &[usize]) {
        let breaks = self.book.breaks.as_ref();
        for page in pages {
            if let Some(mark) = breaks.and_then(|breaks| breaks.pages.get(*page))
                && !self.found.pages.contains_key(page)
            {
                push_mark(&mut self.out, mark);
                self.ids.insert(mark.id.clone());
                self.found.pages.insert(*page, self.file.to_owned());
            }
        }
    }

    /// The marks that a page outside of the text begins with, on a line of their own.
    pub(super) fn write_first_marks(&mut self, of: impl FnOnce(&Breaks) -> Option<&Vec<usize>>) {
        let book = self.book;
        if let Some(pages) = book.breaks.as_ref().and_then(of).filter(|pages| !pages.is_empty()) {
            self.write_marks(pages);
            self.raw("\n");
        }
    }

    /// Writes the marks that stand before the first word of blocks: what the compiler puts before them, such as the name of
    /// an admonition or the box of a task, belongs to the same page.
    pub(super) fn write_breaks_ahead(&mut self, blocks: &[Block]) {
        match blocks.first() {
            Some(Block {
                kind: BlockKind::Paragraph(inlines),
                ..
            }) => self.write_breaks_ahead_of(inlines),
            Some(block) => {
                let breaks = self.breaks_of_block(block);
                self.write_breaks_upto(breaks, 0);
            }
            None => {}
        }
    }

    /// The same of inlines.
    pub(super) fn write_breaks_ahead_of(&mut self, inlines: &[Inline]) {
        let mut first = inlines.first();
        while let Some(inline) = first {
            let breaks = self.breaks_of_inline(inline);
            self.write_breaks_upto(breaks, 0);
            first = inline.kind.content().unwrap_or_default().first();
        }
    }

    /// The marks within an inline, in order.
    pub(super) fn breaks_of_inline(&self, inline: &Inline) -> &'a [Break] {
        let book: &'a _ = self.book;
        let breaks = book.breaks.as_ref();
        breaks
            .and_then(|breaks| breaks.nodes.get(&breaks.order.inline(inline)?))
            .map_or(&[], Vec::as_slice)
    }

    /// The marks before or within a block, in order.
    pub(super) fn breaks_of_block(&self, block: &Block) -> &'a [Break] {
        let book: &'a _ = self.book;
        let breaks = book.breaks.as_ref();
        breaks
            .and_then(|breaks| breaks.nodes.get(&breaks.order.block(block)?))
            .map_or(&[], Vec::as_slice)
    }

    /// Writes all marks of a node.
    pub(super) fn write_breaks(&mut self, breaks: &[Break]) {
        for one in breaks {
            self.write_marks(&[one.page]);
        }
    }

    /// Writes the marks at or before a byte, and gives those behind it.
    pub(super) fn write_breaks_upto<'b>(&mut self, breaks: &'b [Break], upto: usize) -> &'b [Break] {
        let (before, after) = breaks.split_at(breaks.partition_point(|one| one.offset <= upto));
        self.write_breaks(before);
        after
    }

    /// Appends a range of a text with the marks that stand in it, and gives those that stand behind it.
    pub(super) fn text_with_breaks<'b>(
        &mut self,
        text: &str,
        range: std::ops::Range<usize>,
        mut breaks: &'b [Break],
    ) -> &'b [Break] {
        let mut at = range.start;
        while let Some(next) = breaks.first().filter(|next| next.offset < range.end) {
            let cut = next.offset.max(at);
            self.text(text.get(at..cut).unwrap_or_default());
            breaks = self.write_breaks_upto(breaks, cut);
            at = cut;
        }
        self.text(text.get(at..range.end).unwrap_or_default());
        breaks
    }
}
