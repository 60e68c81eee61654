//! The order of nodes: which node of a tree one is, counted from 0 as [`query`](super::query) goes.
//!
//! Two backends that write the same tree can so speak of the same place in it.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::walk::{self, Node};
use super::{Block, Document, Inline};
use std::collections::HashMap;

/// The numbers of all nodes of a document that does not change meanwhile.
///
/// A node is known by where it stands in memory: nothing else tells two nodes apart that read alike, and a number kept in
/// each node would have to be given anew by every pass.
#[derive(Debug, Clone, Default)]
pub struct Order {
    numbers: HashMap<usize, usize>,
}

impl Order {
    /// Numbers the nodes of a document.
    pub fn of(document: &Document) -> Self {
        let mut numbers = HashMap::new();
        walk::query(document, |_, node| {
            let address = match node {
                Node::Block(block) => address(block),
                Node::Inline(inline) => address(inline),
            };
            let number = numbers.len();
            numbers.insert(address, number);
        });
        Self { numbers }
    }

    /// The number of a block; `None` for one of another document.
    pub fn block(&self, block: &Block) -> Option<usize> {
        self.numbers.get(&address(block)).copied()
    }

    /// The number of an inline; `None` for one of another document, and for those of a part's title.
    pub fn inline(&self, inline: &Inline) -> Option<usize> {
        self.numbers.get(&address(inline)).copied()
    }
}

fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}
