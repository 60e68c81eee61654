//! Headings, written and promised, as flat trees that can be compared.

use crate::document::inline::plain_text;
use crate::document::{Block, BlockKind, Chapter};
use crate::manuscript::outline::Entry;
use crate::source::Span;
use crate::titles::fold;

/// The headings of a chapter, or the entries that the outline has for it, in order. The first node is the chapter.
#[derive(Default)]
pub(in crate::check) struct Tree {
    pub(in crate::check) nodes: Vec<Node>,
}

/// A heading or an entry.
pub(in crate::check) struct Node {
    /// The title as readers see it.
    pub(in crate::check) title: String,
    /// The title without differences of spelling.
    pub(in crate::check) folded: String,
    /// Where it stands.
    pub(in crate::check) span: Span,
    /// 0 for the chapter, 1 for a section.
    pub(in crate::check) depth: usize,
    /// What it stands below; the chapter stands below itself.
    pub(in crate::check) parent: usize,
    /// What stands directly below it, in order.
    pub(in crate::check) children: Vec<usize>,
}

impl Tree {
    /// The headings of a chapter.
    pub(in crate::check) fn written(chapter: &Chapter) -> Self {
        let mut tree = Self::default();
        tree.add(plain_text(&chapter.title), chapter.span, None);
        tree.add_sections(&chapter.blocks, 0);
        tree
    }

    fn add_sections(&mut self, blocks: &[Block], parent: usize) {
        for block in blocks {
            if let BlockKind::Section(section) = &block.kind {
                let at = self.add(plain_text(&section.title), section.heading_span, Some(parent));
                self.add_sections(&section.blocks, at);
            }
        }
    }

    /// What the outline promises of a chapter.
    pub(in crate::check) fn promised(chapter: &Entry) -> Self {
        let mut tree = Self::default();
        tree.add(chapter.title.clone(), chapter.span, None);
        tree.add_entries(&chapter.entries, 0);
        tree
    }

    fn add_entries(&mut self, entries: &[Entry], parent: usize) {
        for entry in entries {
            let at = self.add(entry.title.clone(), entry.span, Some(parent));
            self.add_entries(&entry.entries, at);
        }
    }

    fn add(&mut self, title: String, span: Span, parent: Option<usize>) -> usize {
        let at = self.nodes.len();
        let mut depth = 0;
        if let Some(node) = parent.and_then(|parent| self.nodes.get_mut(parent)) {
            node.children.push(at);
            depth = node.depth + 1;
        }
        self.nodes.push(Node {
            folded: fold(&title),
            title,
            span,
            depth,
            parent: parent.unwrap_or(0),
            children: Vec::new(),
        });
        at
    }

    /// What stands directly below a node.
    pub(in crate::check) fn children(&self, of: usize) -> &[usize] {
        self.nodes.get(of).map_or(&[], |node| &node.children)
    }
}
