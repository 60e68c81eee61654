//! Opening frames, and making room for what is to be opened.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::frame::{Frame, Holds, Kind, Origin, Spread};
use super::{MOST_SPREAD, Skipped, Stack};
use crate::diag::codes;
use crate::document::walk::MAX_DEPTH;
use crate::document::{Attributes, Row};
use std::ops::Range;

impl Stack<'_> {
    pub(super) fn push_frame(&mut self, kind: Kind, origin: Origin, start: usize, attributes: Attributes) {
        self.depth += kind.depth();
        self.dropping += usize::from(matches!(kind, Kind::Dropped));
        // Inlines that spread over blocks go on in the blocks within.
        let spread = match (kind.holds(), self.frames.last()) {
            (Holds::Inlines, _) | (_, None) => Vec::new(),
            (_, Some(parent)) => parent.spread.iter().cloned().map(Spread::inherit).collect(),
        };
        self.frames.push(Frame {
            kind,
            origin,
            start,
            attributes,
            blocks: Vec::new(),
            inlines: Vec::new(),
            spread,
            resumed: false,
            reported: false,
        });
    }

    /// Whether another frame would lie too deep; then it is counted and reported, once for the frame that it is in.
    fn is_too_deep(&mut self, origin: &Origin, at: Range<usize>) -> bool {
        // Below a frame there may be a paragraph, and a text in that.
        if self.skipped.is_empty() && self.depth + 3 <= MAX_DEPTH {
            return false;
        }
        match origin {
            Origin::Markdown => {
                self.skipped.push(Skipped::Markdown);
                self.skipped_markdown += 1;
            }
            Origin::Html(name) => self.skipped.push(Skipped::Html(name.clone())),
            Origin::Implied => {}
        }
        let first = self
            .frames
            .last_mut()
            .is_some_and(|frame| !std::mem::replace(&mut frame.reported, true));
        if first {
            let message = format!("this is nested more than {MAX_DEPTH} levels deep; what lies deeper is kept as flat text");
            self.report(&codes::TOO_DEEP, at, message);
        }
        true
    }

    /// Opens a container of blocks. Where only inlines may be, its text goes through.
    pub(in crate::manuscript) fn open_block(&mut self, kind: Kind, origin: Origin, at: Range<usize>, attributes: Attributes) {
        let room = self.make_room();
        if self.is_too_deep(&origin, at.clone()) {
            return;
        }
        let kind = if room { kind } else { Kind::Through };
        if !room {
            self.part_words(at.start);
        }
        self.push_frame(kind, origin, at.start, attributes);
    }

    /// Opens a part of a list or a table on the frame that holds such parts.
    pub(in crate::manuscript) fn open_part(&mut self, kind: Kind, origin: Origin, at: Range<usize>, attributes: Attributes) {
        if !self.skipped.is_empty() {
            self.is_too_deep(&origin, at);
            self.flush_paragraph();
            return;
        }
        self.flush_text();
        self.push_frame(kind, origin, at.start, attributes);
    }

    /// Opens a container of inlines.
    pub(in crate::manuscript) fn open_inline(&mut self, kind: Kind, origin: Origin, at: Range<usize>, attributes: Attributes) {
        self.prepare_inline();
        if self.is_too_deep(&origin, at.clone()) {
            return;
        }
        self.flush_text();
        self.push_frame(kind, origin, at.start, attributes);
    }

    /// Opens what throws its content away. It parts no paragraph.
    pub(in crate::manuscript) fn open_dropped(&mut self, origin: Origin, at: Range<usize>) {
        if self.skipped.is_empty() {
            self.flush_text();
            self.push_frame(Kind::Dropped, origin, at.start, Attributes::default());
        }
    }

    /// Makes the top of the stack a frame that holds blocks, without a paragraph begun. False where that cannot be.
    pub(super) fn make_room(&mut self) -> bool {
        self.flush_text();
        let is_html = |frame: &&Frame| frame.kind.spreads() && frame.origin != Origin::Markdown;
        let above = self.frames.iter().rev().take_while(is_html).count();
        let Some(at) = self.frames.len().checked_sub(above + 1) else {
            return false;
        };
        if self.frames.get(at).is_none_or(|frame| frame.kind.holds() == Holds::Inlines) {
            return false;
        }
        let started: Vec<Spread> = self
            .frames
            .iter()
            .skip(at + 1)
            .filter(|frame| !frame.resumed)
            .filter_map(Spread::of)
            .collect();
        for _ in 0..above {
            let end = self
                .frames
                .last()
                .and_then(|frame| frame.inlines.last())
                .map(|last| self.place.local(last.span.end));
            self.close_top(end.unwrap_or_default());
        }
        if let Some(frame) = self.frames.last_mut() {
            let room = MOST_SPREAD.saturating_sub(frame.spread.len());
            frame.spread.extend(started.into_iter().take(room));
        }
        self.imply_parts();
        self.flush_paragraph();
        true
    }

    /// Opens what is missing between a list or table and content that stands directly in it.
    fn imply_parts(&mut self) {
        while let Some(frame) = self.frames.last() {
            let start = self.run.end().unwrap_or(frame.start);
            let kind = match &frame.kind {
                Kind::List { .. } => Kind::Item { task: None },
                Kind::Table(_) => Kind::Row(false, Row::default()),
                Kind::RowGroup(head) => Kind::Row(*head, Row::default()),
                Kind::Row(..) => Kind::Cell {
                    columns: 1,
                    rows: 1,
                    header: false,
                },
                Kind::Definitions(_) => Kind::Meaning,
                _ => return,
            };
            self.push_frame(kind, Origin::Implied, start, Attributes::default());
        }
    }

    /// Makes the top of the stack a frame that takes inlines, within those that spread over the blocks here.
    pub(in crate::manuscript) fn prepare_inline(&mut self) {
        self.imply_parts();
        let Some(frame) = self.frames.last() else { return };
        if frame.spread.is_empty() || frame.kind.holds() != Holds::Blocks || !self.skipped.is_empty() {
            return;
        }
        for spread in frame.spread.clone() {
            if self.depth + 3 > MAX_DEPTH {
                return;
            }
            self.push_frame(spread.kind, Origin::Html(spread.name), spread.start, spread.attributes);
            if let Some(frame) = self.frames.last_mut() {
                frame.resumed = true;
            }
        }
    }
}
