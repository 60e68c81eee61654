//! The two verbs: [`walk`] changes every node, [`query`] looks at every node. Both go in document order.
//!
//! Depth is bounded: the reader never nests deeper than [`MAX_DEPTH`], so recursion is safe.

use super::{Block, BlockKind, Chapter, Document, FigureContent, IndexEntry, Inline, Row};

/// How deep blocks and inlines may nest; the reader flattens what lies deeper, with a message.
pub const MAX_DEPTH: usize = 64;

/// What changes nodes. Each function is called for every node, parents before their children; both may be left out.
pub trait Visitor {
    /// Called for the list of blocks in each container, before its members.
    fn blocks(&mut self, _blocks: &mut Vec<Block>) {}
    /// Called for each block.
    fn block(&mut self, _block: &mut Block) {}
    /// Called for the list of inlines in each container, before its members.
    fn inlines(&mut self, _inlines: &mut Vec<Inline>) {}
    /// Called for each inline.
    fn inline(&mut self, _inline: &mut Inline) {}
}

/// Goes over a whole document.
pub fn walk(document: &mut Document, visitor: &mut impl Visitor) {
    for part in &mut document.parts {
        if let Some(title) = &mut part.title {
            walk_inlines(title, visitor);
        }
        for chapter in &mut part.chapters {
            walk_chapter(chapter, visitor);
        }
    }
}

/// Goes over a chapter: its title, its blocks, its notes.
pub fn walk_chapter(chapter: &mut Chapter, visitor: &mut impl Visitor) {
    walk_inlines(&mut chapter.title, visitor);
    walk_blocks(&mut chapter.blocks, visitor);
    for note in &mut chapter.notes {
        walk_blocks(&mut note.blocks, visitor);
    }
}

/// Goes over blocks and all that is in them.
pub fn walk_blocks(blocks: &mut Vec<Block>, visitor: &mut impl Visitor) {
    visitor.blocks(blocks);
    for block in blocks {
        visitor.block(block);
        match &mut block.kind {
            BlockKind::Paragraph(inlines) => walk_inlines(inlines, visitor),
            BlockKind::Heading(heading) => walk_inlines(&mut heading.title, visitor),
            BlockKind::Section(section) => {
                walk_inlines(&mut section.title, visitor);
                walk_blocks(&mut section.blocks, visitor);
            }
            BlockKind::Listing(listing) => walk_inlines(&mut listing.caption, visitor),
            BlockKind::Diagram(diagram) => walk_inlines(&mut diagram.caption, visitor),
            BlockKind::Figure(figure) => {
                if let FigureContent::Blocks(blocks) = &mut figure.content {
                    walk_blocks(blocks, visitor);
                }
                walk_inlines(&mut figure.caption, visitor);
            }
            BlockKind::Table(table) => {
                walk_inlines(&mut table.caption, visitor);
                walk_rows(&mut table.head, visitor);
                walk_rows(&mut table.body, visitor);
            }
            BlockKind::Quote(blocks) | BlockKind::Group(blocks) => walk_blocks(blocks, visitor),
            BlockKind::Admonition(admonition) => walk_blocks(&mut admonition.blocks, visitor),
            BlockKind::List(list) => {
                for item in &mut list.items {
                    walk_blocks(&mut item.blocks, visitor);
                }
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    for term in &mut definition.terms {
                        walk_inlines(term, visitor);
                    }
                    for meaning in &mut definition.meanings {
                        walk_blocks(meaning, visitor);
                    }
                }
            }
            BlockKind::Glossary(entries) => {
                for entry in entries {
                    for term in &mut entry.terms {
                        walk_inlines(&mut term.content, visitor);
                    }
                    for meaning in &mut entry.meanings {
                        walk_blocks(meaning, visitor);
                    }
                }
            }
            BlockKind::Details { summary, blocks } => {
                walk_inlines(summary, visitor);
                walk_blocks(blocks, visitor);
            }
            BlockKind::Bibliography(works) => {
                for work in works {
                    walk_inlines(&mut work.label, visitor);
                    walk_blocks(&mut work.blocks, visitor);
                }
            }
            BlockKind::IndexMarks(marks) => walk_inlines(marks, visitor),
            BlockKind::Index(groups) => {
                for group in groups {
                    walk_entries(&mut group.entries, visitor);
                }
            }
            BlockKind::Output(_) | BlockKind::Math(_) | BlockKind::Rule => {}
        }
    }
}

fn walk_entries(entries: &mut [IndexEntry], visitor: &mut impl Visitor) {
    for entry in entries {
        walk_inlines(&mut entry.term, visitor);
        entry.places.iter_mut().for_each(|ends| walk_inlines(ends, visitor));
        for see in &mut entry.see {
            walk_inlines(&mut see.content, visitor);
        }
        walk_entries(&mut entry.entries, visitor);
    }
}

fn walk_rows(rows: &mut [Row], visitor: &mut impl Visitor) {
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        walk_blocks(&mut cell.blocks, visitor);
    }
}

/// Goes over inlines and all that is in them.
pub fn walk_inlines(inlines: &mut Vec<Inline>, visitor: &mut impl Visitor) {
    visitor.inlines(inlines);
    for inline in inlines {
        visitor.inline(inline);
        if let Some(content) = inline.kind.content_mut() {
            walk_inlines(content, visitor);
        }
    }
}

/// A node seen by [`query`].
#[derive(Debug, Clone, Copy)]
pub enum Node<'a> {
    /// A block.
    Block(&'a Block),
    /// An inline.
    Inline(&'a Inline),
}

/// Shows every node of a document to `see`, with the number of its chapter from 0. Part titles are not shown.
pub fn query<'a>(document: &'a Document, mut see: impl FnMut(usize, Node<'a>)) {
    for (at, chapter) in document.chapters().enumerate() {
        query_chapter(chapter, &mut |node| see(at, node));
    }
}

/// Shows every node of a chapter: its title, its blocks, its notes.
pub fn query_chapter<'a>(chapter: &'a Chapter, see: &mut impl FnMut(Node<'a>)) {
    query_inlines(&chapter.title, see);
    query_blocks(&chapter.blocks, see);
    for note in &chapter.notes {
        query_blocks(&note.blocks, see);
    }
}

/// Shows blocks and all that is in them.
pub fn query_blocks<'a>(blocks: &'a [Block], see: &mut impl FnMut(Node<'a>)) {
    for block in blocks {
        see(Node::Block(block));
        match &block.kind {
            BlockKind::Paragraph(inlines) => query_inlines(inlines, see),
            BlockKind::Heading(heading) => query_inlines(&heading.title, see),
            BlockKind::Section(section) => {
                query_inlines(&section.title, see);
                query_blocks(&section.blocks, see);
            }
            BlockKind::Listing(listing) => query_inlines(&listing.caption, see),
            BlockKind::Diagram(diagram) => query_inlines(&diagram.caption, see),
            BlockKind::Figure(figure) => {
                if let FigureContent::Blocks(blocks) = &figure.content {
                    query_blocks(blocks, see);
                }
                query_inlines(&figure.caption, see);
            }
            BlockKind::Table(table) => {
                query_inlines(&table.caption, see);
                for cell in table.head.iter().chain(&table.body).flat_map(|row| &row.cells) {
                    query_blocks(&cell.blocks, see);
                }
            }
            BlockKind::Quote(blocks) | BlockKind::Group(blocks) => query_blocks(blocks, see),
            BlockKind::Admonition(admonition) => query_blocks(&admonition.blocks, see),
            BlockKind::List(list) => {
                for item in &list.items {
                    query_blocks(&item.blocks, see);
                }
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    for term in &definition.terms {
                        query_inlines(term, see);
                    }
                    for meaning in &definition.meanings {
                        query_blocks(meaning, see);
                    }
                }
            }
            BlockKind::Glossary(entries) => {
                for entry in entries {
                    for term in &entry.terms {
                        query_inlines(&term.content, see);
                    }
                    for meaning in &entry.meanings {
                        query_blocks(meaning, see);
                    }
                }
            }
            BlockKind::Details { summary, blocks } => {
                query_inlines(summary, see);
                query_blocks(blocks, see);
            }
            BlockKind::Bibliography(works) => {
                for work in works {
                    query_inlines(&work.label, see);
                    query_blocks(&work.blocks, see);
                }
            }
            BlockKind::IndexMarks(marks) => query_inlines(marks, see),
            BlockKind::Index(groups) => {
                for group in groups {
                    query_entries(&group.entries, see);
                }
            }
            BlockKind::Output(_) | BlockKind::Math(_) | BlockKind::Rule => {}
        }
    }
}

fn query_entries<'a>(entries: &'a [IndexEntry], show: &mut impl FnMut(Node<'a>)) {
    for entry in entries {
        query_inlines(&entry.term, show);
        entry.places.iter().for_each(|ends| query_inlines(ends, show));
        for see in &entry.see {
            query_inlines(&see.content, show);
        }
        query_entries(&entry.entries, show);
    }
}

/// Shows inlines and all that is in them.
pub fn query_inlines<'a>(inlines: &'a [Inline], see: &mut impl FnMut(Node<'a>)) {
    for inline in inlines {
        see(Node::Inline(inline));
        query_inlines(inline.kind.content().unwrap_or_default(), see);
    }
}
