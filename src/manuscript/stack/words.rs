//! Text, inlines and paragraphs as they come in.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::Stack;
use super::frame::{Holds, Origin};
use crate::diag::codes;
use crate::document::{Block, Inline, InlineKind};
use crate::manuscript::settle;
use std::borrow::Cow;
use std::ops::Range;

impl Stack<'_> {
    /// Adds an inline.
    pub(in crate::manuscript) fn push_inline(&mut self, inline: Inline) {
        self.prepare_inline();
        self.flush_text();
        self.push_raw(inline);
    }

    pub(super) fn push_raw(&mut self, inline: Inline) {
        let Some(frame) = self.frames.last_mut() else { return };
        let mut inline = inline;
        if matches!(frame.inlines.last(), Some(last) if matches!(last.kind, InlineKind::IndexMark(_))) {
            without_second_blank(&frame.inlines, &mut inline);
        }
        if let (InlineKind::Text(text), Some(last)) = (&inline.kind, frame.inlines.last_mut())
            && let (InlineKind::Text(before), None) = (&mut last.kind, &last.attributes)
        {
            let blank = before.ends_with(' ') && text.starts_with(' ');
            before.push_str(text.get(usize::from(blank)..).unwrap_or_default());
            last.span.end = last.span.end.max(inline.span.end);
            return;
        }
        frame.inlines.push(inline);
    }

    /// Adds text, which goes on from the text before it.
    pub(in crate::manuscript) fn push_text(&mut self, text: &str, at: Range<usize>) {
        if self.run.is_empty() {
            self.prepare_inline();
        }
        // What goes on from before a block begins without a blank there.
        let begins = self.run.is_empty()
            && self
                .frames
                .last()
                .is_some_and(|frame| frame.resumed && frame.inlines.is_empty());
        let (text, at) = if begins && at.len() == text.len() {
            let kept = text.trim_start_matches([' ', '\t']);
            (kept, at.start + text.len() - kept.len()..at.end)
        } else {
            (text, at)
        };
        let cleaned = self.clean(text, at.clone());
        if cleaned.len() == text.len() || at.len() != text.len() {
            self.run.push(&cleaned, at);
            return;
        }
        // Piece by piece, so that places stay true.
        let mut start = at.start;
        for piece in text.split_inclusive(|character| is_control(character) || character == '\0') {
            let kept = piece.trim_end_matches(|character| is_control(character) || character == '\0');
            self.run.push(kept, start..start + kept.len());
            start += piece.len();
            if piece.ends_with('\0') {
                self.run.push("\u{FFFD}", start - 1..start);
            }
        }
    }

    /// Text without the characters that XML 1.0 (section 2.2) does not allow, which are reported. NUL is U+FFFD, as
    /// CommonMark (section 2.3) wants it.
    pub(in crate::manuscript) fn clean<'t>(&mut self, text: &'t str, at: Range<usize>) -> Cow<'t, str> {
        if !text
            .bytes()
            .any(|byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0xEF)
        {
            return Cow::Borrowed(text);
        }
        let Some((offset, found)) = text.char_indices().find(|(_, character)| is_control(*character)) else {
            return Cow::Owned(text.replace('\0', "\u{FFFD}"));
        };
        let place = if self
            .source
            .get(at.start + offset..)
            .is_some_and(|rest| rest.starts_with(found))
        {
            at.start + offset..at.start + offset + found.len_utf8()
        } else {
            at
        };
        let message = format!("the control character U+{:04X} is left out", u32::from(found));
        self.report(&codes::CONTROL_CHARACTER, place, message);
        let kept = text.chars().filter(|character| !is_control(*character));
        Cow::Owned(
            kept.map(|character| if character == '\0' { '\u{FFFD}' } else { character })
                .collect(),
        )
    }

    /// Adds the text that has been gathered.
    pub(in crate::manuscript) fn flush_text(&mut self) {
        if self.run.is_empty() {
            return;
        }
        match self.run.take_plain() {
            Ok((text, range)) => {
                let span = self.span(range);
                self.push_raw(Inline::text(span, text));
            }
            Err(run) => {
                for inline in crate::manuscript::text::read(self, run) {
                    self.push_raw(inline);
                }
            }
        }
    }

    /// Adds a line break that is a space in the book; not where a line begins anyway. The blank that a comment at the end
    /// of a line leaves before it would be a second space.
    pub(in crate::manuscript) fn push_soft_break(&mut self, at: Range<usize>) {
        if self.run.is_empty() && self.begins() {
            return;
        }
        let rest = self.source.get(at.end..).unwrap_or_default();
        if self.run.push_line_break(rest, at.clone()) {
            return;
        }
        self.flush_text();
        let inlines = self.frames.last_mut().map(|frame| &mut frame.inlines);
        if let Some(inlines) = inlines
            && let Some(last) = inlines.last_mut()
            && let (InlineKind::Text(text), None) = (&mut last.kind, &last.attributes)
        {
            text.truncate(text.trim_end_matches(' ').len());
            if text.is_empty() {
                inlines.pop();
            }
        }
        let span = self.span(at);
        self.push_inline(Inline::new(span, InlineKind::SoftBreak));
    }

    /// Adds a block. Where only inlines may be, it becomes inlines.
    pub(in crate::manuscript) fn push_block(&mut self, block: Block) {
        if self.make_room() {
            if let Some(frame) = self.frames.last_mut() {
                frame.blocks.push(block);
            }
            return;
        }
        self.part_words(self.place.local(block.span.start));
        for inline in settle::inlines_of(vec![block]) {
            self.push_raw(inline);
        }
    }

    /// Keeps words apart where a block begins or ends and only inlines may be.
    pub(super) fn part_words(&mut self, at: usize) {
        self.flush_text();
        let span = self.span(at..at);
        if let Some(frame) = self.frames.last_mut()
            && !frame.inlines.is_empty()
        {
            frame.inlines.push(Inline::new(span, InlineKind::SoftBreak));
        }
    }

    /// Ends the paragraph that has been begun, if the top holds blocks.
    pub(in crate::manuscript) fn flush_paragraph(&mut self) {
        self.flush_text();
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.kind.holds() != Holds::Blocks || frame.inlines.is_empty() {
            return;
        }
        let inlines = std::mem::take(&mut frame.inlines);
        let block = settle::paragraph(self, inlines);
        if let (Some(block), Some(frame)) = (block, self.frames.last_mut()) {
            frame.blocks.push(block);
        }
    }

    /// A Markdown paragraph begins. HTML inlines that are open go on in it.
    pub(in crate::manuscript) fn begin_paragraph(&mut self, start: usize) {
        if !self.make_room() {
            self.part_words(start);
        }
    }

    /// A Markdown paragraph ends: HTML inlines that began in it end with it.
    pub(in crate::manuscript) fn end_paragraph(&mut self, end: usize) {
        self.flush_text();
        while let Some(frame) = self.frames.last()
            && frame.kind.spreads()
            && frame.origin != Origin::Markdown
        {
            self.close_unclosed(end);
        }
        self.flush_paragraph();
    }
}

/// Whether XML 1.0 does not allow this character. NUL is not meant: it is replaced.
pub(crate) fn is_control(character: char) -> bool {
    matches!(character, '\u{1}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Takes the blank off a text behind invisible marks, where one stands before them or nothing does.
fn without_second_blank(before: &[Inline], inline: &mut Inline) {
    let seen = |inline: &&Inline| !matches!(inline.kind, InlineKind::IndexMark(_));
    let blank = match before.iter().rev().find(seen).map(|last| &last.kind) {
        Some(InlineKind::Text(text)) => text.ends_with(' '),
        Some(kind) => matches!(kind, InlineKind::SoftBreak | InlineKind::LineBreak),
        None => true,
    };
    if let (true, InlineKind::Text(text)) = (blank, &mut inline.kind) {
        *text = text.trim_start_matches(' ').to_owned();
    }
}
