//! Lists of the figures, tables and listings of a document: what stands behind the contents.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::walk::{self, Node};
use super::{BlockKind, Document, Inline};

/// A list behind the contents: `lists = ["figures", "tables", "listings"]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListOf {
    /// `figures`
    Figures,
    /// `tables`
    Tables,
    /// `listings`
    Listings,
}

/// A line of such a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry<'a> {
    /// The chapter, from 0.
    pub chapter: usize,
    /// The id in the chapter.
    pub id: &'a str,
    /// The number as printed: `2.3`.
    pub number: &'a str,
    /// The caption; empty where there is none.
    pub caption: &'a [Inline],
}

/// The numbered figures, tables or listings of a document, in order.
pub fn entries(document: &Document, list: ListOf) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    walk::query(document, |chapter, node| {
        let Node::Block(block) = node else { return };
        let (number, caption) = match (&block.kind, list) {
            (BlockKind::Figure(figure), ListOf::Figures) => (&figure.number, &figure.caption),
            (BlockKind::Table(table), ListOf::Tables) => (&table.number, &table.caption),
            (BlockKind::Listing(listing), ListOf::Listings) => (&listing.number, &listing.caption),
            _ => return,
        };
        if let (Some(number), Some(id)) = (number, block.attributes.id.as_deref()) {
            entries.push(Entry {
                chapter,
                id,
                number,
                caption,
            });
        }
    });
    entries
}
