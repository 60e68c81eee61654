//! What only some outputs show: `<!-- only: print -->` to `<!-- end -->`.
//!
//! There is one tree for all outputs, in which numbers and ids are settled once, so that a figure has the same number in all
//! of them. What an output does not show is taken out of a copy of the tree when that output is made.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::walk::{self, Visitor};
use super::{Attributes, Block, BlockKind, Document, IndexEntry, Inline, InlineKind, Target};
use crate::source::Span;
use std::collections::BTreeSet;

/// An output that a part of the text may be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// The PDF for the press.
    Print,
    /// The PDF for the screen.
    Screen,
    /// The EPUB.
    Epub,
}

/// The outputs that show something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Only {
    /// The PDF for the press.
    pub print: bool,
    /// The PDF for the screen.
    pub screen: bool,
    /// The EPUB.
    pub epub: bool,
}

impl Only {
    /// The names that authors use.
    pub const NAMES: [&'static str; 4] = ["print", "screen", "pdf", "epub"];

    /// Adds what a name stands for; false if it stands for nothing.
    pub fn add(&mut self, name: &str) -> bool {
        match name {
            "print" => self.print = true,
            "screen" => self.screen = true,
            "epub" => self.epub = true,
            "pdf" => {
                self.print = true;
                self.screen = true;
            }
            _ => return false,
        }
        true
    }

    /// Whether an output is one of these.
    pub fn has(self, medium: Medium) -> bool {
        match medium {
            Medium::Print => self.print,
            Medium::Screen => self.screen,
            Medium::Epub => self.epub,
        }
    }

    /// The names of the outputs, with blanks between them.
    pub fn names(self) -> String {
        let named = [(self.print, "print"), (self.screen, "screen"), (self.epub, "epub")];
        let names: Vec<&str> = named.into_iter().filter_map(|(shown, name)| shown.then_some(name)).collect();
        names.join(" ")
    }
}

/// Takes out of a document what an output does not show.
pub fn keep(document: &mut Document, medium: Medium) {
    walk::walk(document, &mut Keeper { medium });
    let mut marks = BTreeSet::new();
    walk::query(document, |chapter, node| {
        if let walk::Node::Inline(inline) = node
            && matches!(inline.kind, InlineKind::IndexMark(_))
            && let Some(id) = inline.attributes.as_ref().and_then(|attributes| attributes.id.clone())
        {
            marks.insert((chapter, id));
        }
    });
    walk::walk(document, &mut IndexKeeper { marks });
}

/// Which nodes of a document an output shows, by their numbers in it (see [`Order`](super::Order)), in order.
pub fn kept(document: &Document, medium: Medium) -> Vec<usize> {
    // Each node is stamped with its number in place of its span, so that what remains says which ones did.
    let mut stamped = document.clone();
    let mut stamper = Stamper { next: 0 };
    for chapter in stamped.chapters_mut() {
        walk::walk_chapter(chapter, &mut stamper);
    }
    keep(&mut stamped, medium);
    let mut kept = Vec::new();
    walk::query(&stamped, |_, node| {
        let span = match node {
            walk::Node::Block(block) => block.span,
            walk::Node::Inline(inline) => inline.span,
        };
        kept.push(span.start as usize);
    });
    kept
}

/// Puts the numbers of nodes in the place of their spans.
struct Stamper {
    next: usize,
}

impl Stamper {
    fn stamp(&mut self, span: &mut Span) {
        *span = Span::new(span.file, self.next..self.next);
        self.next += 1;
    }
}

impl Visitor for Stamper {
    fn block(&mut self, block: &mut Block) {
        self.stamp(&mut block.span);
    }

    fn inline(&mut self, inline: &mut Inline) {
        self.stamp(&mut inline.span);
    }
}

struct Keeper {
    medium: Medium,
}

impl Keeper {
    fn shows(&self, attributes: &Attributes) -> bool {
        attributes.only.is_none_or(|only| only.has(self.medium))
    }
}

/// Whether attributes say nothing but which outputs show the node.
fn says_no_more(attributes: &Attributes) -> bool {
    let rest = Attributes {
        only: None,
        ..attributes.clone()
    };
    attributes.only.is_some() && rest.is_empty()
}

impl Visitor for Keeper {
    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        // Groups within groups come to this list in the next round; the reader's depth bounds the rounds.
        while blocks.iter().any(|block| block.attributes.only.is_some()) {
            for mut block in std::mem::take(blocks) {
                if !self.shows(&block.attributes) {
                    continue;
                }
                match block.kind {
                    BlockKind::Group(inner) if says_no_more(&block.attributes) => blocks.extend(inner),
                    kind => {
                        block.kind = kind;
                        block.attributes.only = None;
                        blocks.push(block);
                    }
                }
            }
        }
    }

    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        let only = |inline: &Inline| inline.attributes.as_ref().and_then(|attributes| attributes.only);
        while inlines.iter().any(|inline| only(inline).is_some()) {
            for mut inline in std::mem::take(inlines) {
                let Some(attributes) = &mut inline.attributes else {
                    inlines.push(inline);
                    continue;
                };
                if !self.shows(attributes) {
                    continue;
                }
                match inline.kind {
                    InlineKind::Span(inner) if says_no_more(attributes) => inlines.extend(inner),
                    kind => {
                        attributes.only = None;
                        inline.kind = kind;
                        inlines.push(inline);
                    }
                }
            }
        }
    }
}

/// Takes places out of the index that are not shown, and entries that have nothing left.
struct IndexKeeper {
    /// The marks that are shown: chapter and id.
    marks: BTreeSet<(usize, String)>,
}

impl IndexKeeper {
    fn entries(&self, entries: &mut Vec<IndexEntry>) {
        entries.retain_mut(|entry| {
            entry.places.retain(|place| self.is_shown(place));
            self.entries(&mut entry.entries);
            !entry.places.is_empty() || !entry.see.is_empty() || !entry.entries.is_empty()
        });
    }

    fn is_shown(&self, place: &Inline) -> bool {
        match &place.kind {
            InlineKind::Reference(reference) => match &reference.target {
                Target::Internal { chapter, id: Some(id) } => self.marks.contains(&(*chapter, id.clone())),
                Target::Internal { id: None, .. } | Target::External(_) | Target::Part { .. } | Target::Unresolved(_) => true,
            },
            _ => true,
        }
    }
}

impl Visitor for IndexKeeper {
    fn block(&mut self, block: &mut Block) {
        if let BlockKind::Index(groups) = &mut block.kind {
            groups.iter_mut().for_each(|group| self.entries(&mut group.entries));
            groups.retain(|group| !group.entries.is_empty());
        }
    }
}
