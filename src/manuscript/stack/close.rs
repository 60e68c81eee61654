//! Closing frames: by Markdown, by HTML, by what comes next, and at the end of the file.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::frame::{Frame, Holds, Kind, Origin};
use super::give::is_heading;
use super::{Finished, Skipped, Stack};
use crate::diag::codes;
use crate::document::Attributes;
use crate::document::walk::MAX_DEPTH;
use crate::manuscript::{foreign, settle, suppressions};
use std::ops::Range;

impl Stack<'_> {
    /// The innermost Markdown container ends.
    pub(in crate::manuscript) fn close_markdown(&mut self, end: usize) {
        if self.skipped_markdown > 0 {
            while self.skipped.pop().is_some_and(|skipped| skipped != Skipped::Markdown) {}
            self.skipped_markdown -= 1;
            self.flush_paragraph();
            return;
        }
        self.skipped.clear();
        while self.frames.len() > 1 && self.frames.last().is_some_and(|frame| frame.origin != Origin::Markdown) {
            self.close_unclosed(end);
        }
        if self.frames.len() > 1 {
            self.close_top(end);
        }
    }

    /// Closes an HTML element by its end tag. False if it is not open.
    pub(in crate::manuscript) fn close_html(&mut self, name: &str, at: Range<usize>) -> bool {
        if !self.skipped.is_empty() {
            return self.close_skipped(name);
        }
        let open = self.frames.iter().rev().take_while(|frame| frame.origin != Origin::Markdown);
        let Some(above) = open.map(|frame| &frame.origin).position(|origin| origin.is(name)) else {
            return self.end_spread(name);
        };
        for _ in 0..above {
            self.close_unclosed(at.start);
        }
        // What goes on from before a block ends here for good.
        let resumed = self.frames.last().is_some_and(|frame| frame.resumed);
        self.close_top(at.end);
        if resumed {
            self.end_spread(name);
        }
        true
    }

    /// An end tag where the stack is too deep: the nearest elements without a frame are looked through, not all of them,
    /// so that the cost stays in step with the text.
    fn close_skipped(&mut self, name: &str) -> bool {
        let near = self.skipped.iter().rev().take(MAX_DEPTH);
        let mut within = near.take_while(|skipped| **skipped != Skipped::Markdown);
        let Some(above) = within.position(|skipped| matches!(skipped, Skipped::Html(open) if open == name)) else {
            return true;
        };
        self.skipped.truncate(self.skipped.len().saturating_sub(above + 1));
        self.flush_paragraph();
        true
    }

    fn end_spread(&mut self, name: &str) -> bool {
        let Some(frame) = self
            .frames
            .iter_mut()
            .rev()
            .find(|frame| frame.kind.holds() != Holds::Inlines)
        else {
            return false;
        };
        let Some(at) = frame.spread.iter().rposition(|spread| spread.name == name) else {
            return false;
        };
        frame.spread.remove(at);
        true
    }

    /// Closes the top, whose end tag is missing, and says so where HTML requires one.
    pub(super) fn close_unclosed(&mut self, end: usize) {
        let Some(frame) = self.frames.last_mut() else { return };
        if let Origin::Html(name) = frame.origin.clone()
            && !frame.resumed
            && !crate::manuscript::html::may_stay_open(&name)
        {
            let start = frame.start;
            if matches!(frame.kind, Kind::Group | Kind::Details(_)) && frame.blocks.iter().any(is_heading) {
                // Where an end is missing, the rest of the chapter is not to vanish into a group.
                frame.kind = Kind::Sectioning;
                frame.attributes = Attributes::default();
            }
            let length = self
                .source
                .get(start..)
                .and_then(|rest| rest.find('>'))
                .map_or(1, |at| at + 1);
            let at = start..start + length.min(200);
            if name == crate::manuscript::only::NAME {
                crate::manuscript::only::report_unclosed(self, at);
            } else if self.is_unknown(&name) {
                // That it is not closed shows that it was none, wherever it lies: `Vec<T>`.
                self.note_unclosed(&name, at);
            } else {
                let message = format!("`<{name}>` is not closed where its parent ends");
                if let Some(diagnostic) = self.report(&codes::UNCLOSED_HTML, at, message) {
                    diagnostic.hint(format!("add `</{name}>` where it is to end"));
                }
            }
        }
        self.close_top(end);
    }

    /// Closes what HTML closes by itself when `within` begins: those of `names` that are open above any of `limits`.
    pub(in crate::manuscript) fn close_implied(&mut self, names: &[&str], limits: &[&str], at: usize) {
        if !self.skipped.is_empty() {
            return;
        }
        let open = self.frames.iter().rev().take_while(|frame| frame.origin != Origin::Markdown);
        let open = open.take_while(|frame| !limits.iter().any(|name| frame.origin.is(name)));
        let last = open
            .enumerate()
            .filter(|(_, frame)| names.iter().any(|name| frame.is_called(name)))
            .last();
        let count = last.map_or(0, |(above, _)| above + 1);
        for _ in 0..count {
            self.close_unclosed(at);
        }
    }

    /// Closes everything and gives what the bottom holds.
    pub(in crate::manuscript) fn finish(mut self, end: usize) -> Finished {
        self.skipped.clear();
        while self.frames.len() > 1 {
            self.close_unclosed(end);
        }
        self.flush_text();
        self.flush_paragraph();
        self.report_unknown();
        let seen = std::mem::take(&mut self.foreign);
        foreign::report(&mut self, seen);
        suppressions::end_text(&mut self);
        let (blocks, inlines) = self
            .frames
            .pop()
            .map_or_else(Default::default, |frame| (frame.blocks, frame.inlines));
        let blocks = settle::siblings(&mut self, blocks, false);
        Finished {
            blocks,
            inlines,
            notes: self.notes,
            notations: self.notations,
        }
    }

    /// Closes the top frame, and gives it to the one below.
    pub(super) fn close_top(&mut self, end: usize) {
        self.flush_text();
        self.flush_paragraph();
        let Some(mut frame) = self.frames.pop() else { return };
        self.depth = self.depth.saturating_sub(frame.kind.depth());
        if matches!(frame.kind, Kind::Dropped) {
            self.dropping = self.dropping.saturating_sub(1);
            return;
        }
        self.report_spread(&frame);
        let blocks = std::mem::take(&mut frame.blocks);
        let blocks = if blocks.is_empty() {
            blocks
        } else {
            let in_cell = matches!((&frame.kind, &frame.origin), (Kind::Cell { .. }, Origin::Markdown));
            settle::siblings(self, blocks, in_cell)
        };
        frame.blocks = blocks;
        let first = frame.inlines.first().filter(|_| frame.resumed);
        let start = first.map_or(frame.start, |first| self.place.local(first.span.start));
        let span = self.span(start..end.max(start));
        self.close(frame, span);
    }

    fn report_spread(&mut self, frame: &Frame) {
        for spread in frame.spread.iter().filter(|spread| !spread.inherited) {
            if crate::manuscript::html::may_stay_open(&spread.name) || self.is_unknown(&spread.name) {
                continue;
            }
            let message = format!("`<{}>` is not closed where its parent ends", spread.name);
            self.report(&codes::UNCLOSED_HTML, spread.start..spread.start + 1, message);
        }
    }
}
