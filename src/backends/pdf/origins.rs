//! Where the letters of the printed page come from: what each literal of a virtual file was written for.
//!
//! Kept only where somebody asks for it, which is for the EPUB's page list. Then each text is content with a place of its own
//! (`#c[#"x"]` for `#c("x")`): Typst gives a string that is handed to a function no place, and sets both alike.

use super::leaf::{self, push_inner};
use super::markup::{Place, Writer};
use super::metrics::Metrics;
use crate::document::{Block, Inline, Order};
use crate::typst_string;

/// What a literal, or the call that shows a picture or a formula, was written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    /// Where it begins in the virtual file.
    pub(super) at: usize,
    /// From which byte of the literal's text on: neighbouring texts share a literal.
    pub(super) within: usize,
    /// Of what it is the text.
    pub(super) source: Source,
    /// Which byte of the source's text that is.
    pub(super) offset: usize,
    /// How it stands on the page.
    pub(super) standing: Standing,
}

/// What a text is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A node of the document, by its number.
    Node(usize),
    /// The title of a part, where it opens.
    Part(usize),
    /// The table of contents.
    Contents,
}

/// How a text stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// In the order in which the book is read.
    Text,
    /// In the head of a table, which is repeated.
    Head,
    /// In a figure that floats.
    Float,
    /// In a footnote.
    Note,
}

/// What is kept while a file is written.
#[derive(Debug, Clone)]
pub(super) struct Origins {
    /// In order of their places.
    pub(super) list: Vec<Origin>,
    /// What is being written; `None` for what has no place in the document.
    pub(super) source: Option<Source>,
    /// How it stands.
    pub(super) standing: Standing,
    /// Where the literal that stands open begins, and how much of it is written.
    literal: (usize, usize),
}

impl Origins {
    /// For the text of one source.
    pub(super) fn new(source: Option<Source>) -> Self {
        Self {
            list: Vec::new(),
            source,
            standing: Standing::Text,
            literal: (0, 0),
        }
    }

    /// Notes what begins at a byte of the file.
    pub(super) fn note(&mut self, at: usize, offset: usize) {
        self.push(at, 0, offset);
    }

    /// Notes that a literal begins.
    pub(super) fn open(&mut self, at: usize) {
        self.literal = (at, 0);
    }

    /// Notes a text in the literal that stands open, and from which byte of the source's text on it is that.
    pub(super) fn add(&mut self, text: &str, offset: usize) {
        let (at, within) = self.literal;
        self.push(at, within, offset);
        self.literal.1 += typst_string::length(text);
    }

    fn push(&mut self, at: usize, within: usize, offset: usize) {
        if let Some(source) = self.source {
            self.list.push(Origin {
                at,
                within,
                source,
                offset,
                standing: self.standing,
            });
        }
    }

    /// Moves all that was noted from the `from`th on by some bytes.
    pub(super) fn shift(&mut self, from: usize, by: usize) {
        for origin in self.list.iter_mut().skip(from) {
            origin.at += by;
        }
    }
}

impl Writer<'_, '_> {
    /// What is being written, to be put back by [`Writer::leave`].
    pub(super) fn source(&self) -> Option<Source> {
        self.origins.as_ref().and_then(|origins| origins.source)
    }

    /// Says that a block is written from here.
    pub(super) fn enter_block(&mut self, block: &Block) {
        self.enter(|order| order.block(block));
    }

    /// Says that an inline is written from here.
    pub(super) fn enter_inline(&mut self, inline: &Inline) {
        self.enter(|order| order.inline(inline));
    }

    fn enter(&mut self, number: impl FnOnce(&Order) -> Option<usize>) {
        // A title in the contents or at the head of a page is not where the title stands in the document.
        if self.place != Place::Title
            && let (Some(origins), Some(order)) = (&mut self.origins, &self.book.order)
        {
            origins.source = number(order).map(Source::Node);
        }
    }

    /// Says that something else is written again.
    pub(super) fn leave(&mut self, source: Option<Source>) {
        if let Some(origins) = &mut self.origins {
            origins.source = source;
        }
    }

    /// Writes what stands on the page in another way. A table in a note is a part of the note.
    pub(super) fn standing(&mut self, standing: Standing, write: impl FnOnce(&mut Self)) {
        let before = self.origins.as_ref().map(|origins| origins.standing);
        if let Some(origins) = &mut self.origins
            && origins.standing == Standing::Text
        {
            origins.standing = standing;
        }
        write(self);
        if let (Some(origins), Some(before)) = (&mut self.origins, before) {
            origins.standing = before;
        }
    }

    /// Notes that what begins here, `ahead` bytes on, is the text of what is being written from its byte `offset` on.
    pub(super) fn note_origin(&mut self, ahead: usize, offset: usize) {
        let at = self.out.len() + ahead;
        if let Some(origins) = &mut self.origins {
            origins.note(at, offset);
        }
    }

    /// Appends text as arguments between which a line may end.
    pub(super) fn push_pieces(&mut self, text: &str, room: f32, metrics: &Metrics<'_>) {
        let Some(origins) = &mut self.origins else {
            leaf::push_breakable(&mut self.out, text, room, metrics);
            return;
        };
        let out = &mut self.out;
        leaf::pieces(text, room, metrics, |at, piece| {
            out.push_str(if at > 0 { ", z, [#" } else { "[#" });
            origins.note(out.len(), at);
            leaf::push_string(out, piece);
            out.push(']');
        });
    }

    /// Appends code of running text as arguments, between which a line may end where [`leaf::code_pieces`] says so.
    pub(super) fn push_code(&mut self, code: &str, keep: leaf::Keep, metrics: &Metrics<'_>) {
        let placed = self.origins.is_some();
        let (start, end) = if placed { ("[#\"", "\"]") } else { ("\"", "\"") };
        let (box_start, box_end) = if placed { ("box[#\"", "\"]") } else { ("box(\"", "\")") };
        let mut open = false;
        let mut before: Option<leaf::CodePiece<'_>> = None;
        for piece in leaf::code_pieces(code, keep, metrics) {
            let may_end = before.is_some_and(|before| !before.is_space() && !piece.is_space());
            // What stands beside a space shares its literal: each costs Typst a node.
            if open && (piece.whole || may_end) {
                self.out.push_str(end);
                open = false;
            }
            if !open {
                self.out.push_str(match (before.is_some(), may_end) {
                    (false, _) => "",
                    (true, false) => ", ",
                    (true, true) => ", z, ",
                });
                let start = if piece.whole { box_start } else { start };
                self.note_origin(start.len() - 1, piece.at);
                self.out.push_str(start);
            }
            push_inner(&mut self.out, piece.text);
            open = !piece.whole;
            if piece.whole {
                self.out.push_str(box_end);
            }
            before = Some(piece);
        }
        match (open, before) {
            (true, _) => self.out.push_str(end),
            (false, None) => self.out.push_str("\"\""),
            (false, Some(_)) => {}
        }
    }
}
