//! The stack on which the document tree grows.
//!
//! Markdown and HTML open and close containers on one and the same stack, so that Markdown nests in HTML and HTML in
//! Markdown. A [`Frame`] collects what its container holds until it is closed, and then goes to the frame below it.
//!
//! Three things hold at any time. A frame lies only on one that can hold it: where blocks come in a place for inlines,
//! their text is kept and the block is not ([`Kind::Through`]). No frame lies so deep that the tree under it could be
//! deeper than [`MAX_DEPTH`]: what would be deeper is counted in `skipped` instead, and its text goes to the deepest
//! frame. And HTML never closes what Markdown has opened.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::Notations;
use super::includes::Context;
use super::markdown::Place;
use super::settle;
use super::slugs::Slugger;
use super::suppressions::{self, Allowances};
use super::text::TextRun;
use crate::diag::{Code, Diagnostic, Diagnostics, codes};
use crate::document::block::AdmonitionKind;
use crate::document::walk::MAX_DEPTH;
use crate::document::{
    Attributes, Block, BlockKind, Cell, Definition, Heading, Inline, InlineKind, Item, Link, List, Note, Row, Table, Target,
};
use crate::manuscript::Settings;
use crate::source::Span;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// How many messages of one code a file may have; a file that has more is not a text.
const MOST_MESSAGES: usize = 500;

/// How many inlines go on together from block to block. Each of them is repeated in every block, so that with more of
/// them the tree could become many times larger than the text.
const MOST_SPREAD: usize = 8;

/// What opened a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// Markdown: only Markdown closes it.
    Markdown,
    /// The HTML element of this name, in lower case.
    Html(Cow<'static, str>),
    /// Nothing: it was needed as the parent of something else, as a row's cell is.
    Implied,
}

/// What a frame becomes.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// The file.
    Root,
    /// A caption or another text that is read by itself: its inlines are wanted, not blocks.
    Line,
    Quote(Option<AdmonitionKind>),
    List {
        start: Option<u64>,
        loose: bool,
        items: Vec<Item>,
    },
    Item {
        task: Option<bool>,
    },
    Note(String),
    Table(Table),
    /// `thead` if true, else `tbody` or `tfoot`.
    RowGroup(bool),
    /// A row; whether it is in the head.
    Row(bool, Row),
    Cell {
        columns: u16,
        rows: u16,
        header: bool,
    },
    Definitions(Vec<Definition>),
    Term,
    Meaning,
    /// `p`
    Paragraph,
    Group,
    /// `section`, `article` and their like: only their attributes matter.
    Sectioning,
    Details(Vec<Inline>),
    Figure(Vec<Inline>),
    /// `script`, `style` and their like: all in it is thrown away.
    Dropped,
    Heading(u8),
    Summary,
    Caption,
    Pre {
        language: Option<String>,
    },
    Emphasis,
    Strong,
    Strikethrough,
    Superscript,
    Subscript,
    Keyboard,
    Abbreviation(String),
    Span,
    /// `code`, `samp`, `tt`
    Code,
    /// `q`
    Quotation,
    Link {
        target: String,
        title: String,
    },
    Image {
        source: String,
        title: String,
    },
    /// `picture`: whether its picture has been seen.
    Picture(bool),
    /// What has no counterpart here: its content goes to its parent.
    Through,
}

/// What a frame can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Blocks, and inlines that become paragraphs.
    Blocks,
    /// Only certain frames: a list holds items.
    Parts,
    /// Inlines.
    Inlines,
}

impl Kind {
    fn holds(&self) -> Holds {
        match self {
            Self::Root
            | Self::Quote(_)
            | Self::Item { .. }
            | Self::Note(_)
            | Self::Cell { .. }
            | Self::Meaning
            | Self::Paragraph
            | Self::Group
            | Self::Sectioning
            | Self::Details(_)
            | Self::Figure(_)
            | Self::Dropped => Holds::Blocks,
            Self::List { .. } | Self::Table(_) | Self::RowGroup(_) | Self::Row(..) | Self::Definitions(_) => Holds::Parts,
            _ => Holds::Inlines,
        }
    }

    /// Whether this is a frame of inlines that goes on in the next block when a block begins within it, as a `b` around
    /// two paragraphs does.
    fn spreads(&self) -> bool {
        self.holds() == Holds::Inlines
            && !matches!(
                self,
                Self::Line | Self::Heading(_) | Self::Summary | Self::Caption | Self::Term | Self::Pre { .. } | Self::Image { .. }
            )
    }

    /// How much deeper the tree is below this node. Parts of a list or table lie no deeper than the whole.
    fn depth(&self) -> usize {
        match self {
            Self::Root
            | Self::Line
            | Self::Item { .. }
            | Self::RowGroup(_)
            | Self::Row(..)
            | Self::Cell { .. }
            | Self::Term
            | Self::Meaning
            | Self::Caption
            | Self::Summary => 0,
            _ => 1,
        }
    }
}

/// A container that is still open.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: Kind,
    pub(super) origin: Origin,
    /// The byte at which it starts.
    pub(super) start: usize,
    pub(super) attributes: Attributes,
    /// The blocks that are complete.
    pub(super) blocks: Vec<Block>,
    /// The inlines since the last block.
    pub(super) inlines: Vec<Inline>,
    /// HTML inlines that began before a block in here and go on after it.
    spread: Vec<Spread>,
    /// Whether this frame goes on with what began before a block.
    resumed: bool,
    /// Whether depth was reported for what is in here.
    reported: bool,
}

/// An HTML inline that goes on over several blocks.
#[derive(Debug, Clone)]
struct Spread {
    kind: Kind,
    name: Cow<'static, str>,
    attributes: Attributes,
    start: usize,
    /// Whether it began in a block further out, where its end is awaited.
    inherited: bool,
}

/// A container too deep to have a frame.
#[derive(Debug, PartialEq, Eq)]
enum Skipped {
    Markdown,
    Html(Cow<'static, str>),
}

/// The tree as far as it has grown.
#[derive(Debug)]
pub(super) struct Stack<'a> {
    pub(super) source: &'a str,
    pub(super) place: Place,
    pub(super) settings: &'a Settings,
    pub(super) diagnostics: &'a mut Diagnostics,
    pub(super) frames: Vec<Frame>,
    pub(super) run: TextRun,
    pub(super) slugs: Slugger,
    pub(super) notes: Vec<Note>,
    pub(super) allowances: Allowances,
    /// Which of the costlier notations have been read.
    pub(super) notations: Notations,
    /// What may be included here; nothing in captions.
    pub(super) context: Option<Context<'a>>,
    skipped: Vec<Skipped>,
    /// How many of those are Markdown's.
    skipped_markdown: usize,
    depth: usize,
    /// How many open frames throw their content away.
    dropping: usize,
    messages: BTreeMap<&'static str, usize>,
    /// The elements that have no counterpart, by name.
    unknown: BTreeMap<String, Unknown>,
}

/// An element without a counterpart: told once for a file, where it is first.
#[derive(Debug, Default)]
struct Unknown {
    /// Where it is first. `None` while it is only within another one.
    first: Option<Range<usize>>,
    /// How many there are.
    count: usize,
}

impl<'a> Stack<'a> {
    /// A stack with a bottom, over `source`, for a tree that may begin at a depth of `depth`.
    pub(super) fn new(
        source: &'a str,
        place: Place,
        bottom: Kind,
        depth: usize,
        settings: &'a Settings,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        let mut stack = Self {
            source,
            place,
            settings,
            diagnostics,
            frames: Vec::new(),
            run: TextRun::default(),
            slugs: Slugger::default(),
            notes: Vec::new(),
            allowances: Allowances::default(),
            notations: Notations::default(),
            context: None,
            skipped: Vec::new(),
            skipped_markdown: 0,
            depth,
            dropping: 0,
            messages: BTreeMap::new(),
            unknown: BTreeMap::new(),
        };
        stack.push_frame(bottom, Origin::Markdown, 0, Attributes::default());
        stack
    }

    /// Where a range of the source stands.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.place.span(range)
    }

    /// Reports something, unless it is in a place that is thrown away, or one of very many in this file.
    pub(super) fn report(
        &mut self,
        code: &'static Code,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> Option<&mut Diagnostic> {
        let count = self.messages.entry(code.name).or_default();
        *count += 1;
        if self.dropping > 0 || *count > MOST_MESSAGES {
            return None;
        }
        let last = *count == MOST_MESSAGES;
        let span = self.place.span(range);
        let diagnostic = self.diagnostics.report(code, span, message);
        if last {
            diagnostic.hint(format!(
                "this file has {MOST_MESSAGES} such places and more; the others are not listed"
            ));
        }
        Some(diagnostic)
    }

    /// Notes an element without a counterpart, to be told when the file has been read. What lies within another such
    /// element needs no message of its own.
    pub(super) fn note_unknown(&mut self, name: &str, at: Range<usize>, is_nested: bool) {
        let unknown = self.unknown.entry(name.to_owned()).or_default();
        unknown.count += 1;
        if !is_nested {
            unknown.first.get_or_insert(at);
        }
    }

    fn note_unclosed(&mut self, name: &str, at: Range<usize>) {
        if let Some(unknown) = self.unknown.get_mut(name).filter(|_| self.dropping == 0) {
            unknown.first.get_or_insert(at);
        }
    }

    /// Whether an element of this name has been noted as one without a counterpart.
    pub(super) fn is_unknown(&self, name: &str) -> bool {
        self.unknown.contains_key(name)
    }

    fn report_unknown(&mut self) {
        for (name, unknown) in std::mem::take(&mut self.unknown) {
            let Some(at) = unknown.first else { continue };
            let typed = self.source.get(at.clone());
            let typed = typed.filter(|typed| typed.len() < 40 && typed.starts_with('<'));
            let typed = typed.map_or_else(|| format!("<{name}>"), str::to_owned);
            let more = match unknown.count - 1 {
                0 => String::new(),
                more => format!(", as is that of {more} more below"),
            };
            let message = format!("`{typed}` has no counterpart in a book; its text is kept{more}");
            if let Some(diagnostic) = self.report(&codes::UNKNOWN_HTML, at, message) {
                let name = typed.trim_start_matches('<');
                diagnostic.hint(format!(
                    "if it is not meant as HTML, put it in backticks or write `&lt;{name}`"
                ));
            }
        }
    }

    pub(super) fn top(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// The depth of the tree at the place where the next node goes.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Whether everything here is thrown away.
    pub(super) fn is_dropping(&self) -> bool {
        self.dropping > 0
    }

    /// Whether the top is a table's cell.
    pub(super) fn is_in_cell(&self) -> bool {
        self.top().is_some_and(|frame| matches!(frame.kind, Kind::Cell { .. }))
    }

    /// Whether a block may stand here.
    pub(super) fn takes_blocks(&self) -> bool {
        let is_html = |frame: &&Frame| frame.kind.spreads() && frame.origin != Origin::Markdown;
        let below = self.frames.iter().rev().find(|frame| !is_html(frame));
        below.is_some_and(|frame| frame.kind.holds() != Holds::Inlines)
    }

    /// Whether the place is too deep for frames.
    pub(super) fn is_skipping(&self) -> bool {
        !self.skipped.is_empty()
    }

    /// Whether nothing stands yet in the paragraph or line that the next inline goes to.
    pub(super) fn begins(&self) -> bool {
        let seen = |inline: &&Inline| !matches!(inline.kind, InlineKind::IndexMark(_));
        for frame in self.frames.iter().rev() {
            match frame.inlines.iter().rev().find(seen) {
                Some(last) => return matches!(last.kind, InlineKind::LineBreak | InlineKind::SoftBreak),
                None if !frame.kind.spreads() => return true,
                None => {}
            }
        }
        true
    }

    // Opening.

    fn push_frame(&mut self, kind: Kind, origin: Origin, start: usize, attributes: Attributes) {
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
    pub(super) fn open_block(&mut self, kind: Kind, origin: Origin, at: Range<usize>, attributes: Attributes) {
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
    pub(super) fn open_part(&mut self, kind: Kind, origin: Origin, at: Range<usize>, attributes: Attributes) {
        if !self.skipped.is_empty() {
            self.is_too_deep(&origin, at);
            self.flush_paragraph();
            return;
        }
        self.flush_text();
        self.push_frame(kind, origin, at.start, attributes);
    }

    /// Opens a container of inlines.
    pub(super) fn open_inline(&mut self, kind: Kind, origin: Origin, at: Range<usize>, attributes: Attributes) {
        self.prepare_inline();
        if self.is_too_deep(&origin, at.clone()) {
            return;
        }
        self.flush_text();
        self.push_frame(kind, origin, at.start, attributes);
    }

    /// Opens what throws its content away. It parts no paragraph.
    pub(super) fn open_dropped(&mut self, origin: Origin, at: Range<usize>) {
        if self.skipped.is_empty() {
            self.flush_text();
            self.push_frame(Kind::Dropped, origin, at.start, Attributes::default());
        }
    }

    /// Makes the top of the stack a frame that holds blocks, without a paragraph begun. False where that cannot be.
    fn make_room(&mut self) -> bool {
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
    pub(super) fn prepare_inline(&mut self) {
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

    // Content.

    /// Adds an inline.
    pub(super) fn push_inline(&mut self, inline: Inline) {
        self.prepare_inline();
        self.flush_text();
        self.push_raw(inline);
    }

    fn push_raw(&mut self, inline: Inline) {
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
    pub(super) fn push_text(&mut self, text: &str, at: Range<usize>) {
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
    pub(super) fn clean<'t>(&mut self, text: &'t str, at: Range<usize>) -> Cow<'t, str> {
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
    pub(super) fn flush_text(&mut self) {
        if self.run.is_empty() {
            return;
        }
        match self.run.take_plain() {
            Ok((text, range)) => {
                let span = self.span(range);
                self.push_raw(Inline::text(span, text));
            }
            Err(run) => {
                for inline in super::text::read(self, run) {
                    self.push_raw(inline);
                }
            }
        }
    }

    /// Adds a line break that is a space in the book; not where a line begins anyway. The blank that a comment at the end
    /// of a line leaves before it would be a second space.
    pub(super) fn push_soft_break(&mut self, at: Range<usize>) {
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
    pub(super) fn push_block(&mut self, block: Block) {
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
    fn part_words(&mut self, at: usize) {
        self.flush_text();
        let span = self.span(at..at);
        if let Some(frame) = self.frames.last_mut()
            && !frame.inlines.is_empty()
        {
            frame.inlines.push(Inline::new(span, InlineKind::SoftBreak));
        }
    }

    /// Ends the paragraph that has been begun, if the top holds blocks.
    pub(super) fn flush_paragraph(&mut self) {
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

    // Closing.

    /// A Markdown paragraph begins. HTML inlines that are open go on in it.
    pub(super) fn begin_paragraph(&mut self, start: usize) {
        if !self.make_room() {
            self.part_words(start);
        }
    }

    /// A Markdown paragraph ends: HTML inlines that began in it end with it.
    pub(super) fn end_paragraph(&mut self, end: usize) {
        self.flush_text();
        while let Some(frame) = self.frames.last()
            && frame.kind.spreads()
            && frame.origin != Origin::Markdown
        {
            self.close_unclosed(end);
        }
        self.flush_paragraph();
    }

    /// The innermost Markdown container ends.
    pub(super) fn close_markdown(&mut self, end: usize) {
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
    pub(super) fn close_html(&mut self, name: &str, at: Range<usize>) -> bool {
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
    fn close_unclosed(&mut self, end: usize) {
        let Some(frame) = self.frames.last_mut() else { return };
        if let Origin::Html(name) = frame.origin.clone()
            && !frame.resumed
            && !super::html::may_stay_open(&name)
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
            if name == super::only::NAME {
                super::only::report_unclosed(self, at);
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
    pub(super) fn close_implied(&mut self, names: &[&str], limits: &[&str], at: usize) {
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
    pub(super) fn finish(mut self, end: usize) -> Finished {
        self.skipped.clear();
        while self.frames.len() > 1 {
            self.close_unclosed(end);
        }
        self.flush_text();
        self.flush_paragraph();
        self.report_unknown();
        suppressions::end_text(&mut self);
        let (blocks, inlines) = self
            .frames
            .pop()
            .map_or_else(Default::default, |frame| (frame.blocks, frame.inlines));
        let blocks = settle::siblings(&mut self, blocks);
        Finished {
            blocks,
            inlines,
            notes: self.notes,
            notations: self.notations,
        }
    }

    /// Closes the top frame, and gives it to the one below.
    fn close_top(&mut self, end: usize) {
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
            settle::siblings(self, blocks)
        };
        frame.blocks = blocks;
        let first = frame.inlines.first().filter(|_| frame.resumed);
        let start = first.map_or(frame.start, |first| self.place.local(first.span.start));
        let span = self.span(start..end.max(start));
        self.close(frame, span);
    }

    fn report_spread(&mut self, frame: &Frame) {
        for spread in frame.spread.iter().filter(|spread| !spread.inherited) {
            if super::html::may_stay_open(&spread.name) || self.is_unknown(&spread.name) {
                continue;
            }
            let message = format!("`<{}>` is not closed where its parent ends", spread.name);
            self.report(&codes::UNCLOSED_HTML, spread.start..spread.start + 1, message);
        }
    }

    fn close(&mut self, frame: Frame, span: Span) {
        let Frame {
            kind,
            origin,
            start,
            attributes,
            blocks,
            inlines,
            ..
        } = frame;
        let kind = match kind {
            Kind::Root | Kind::Line | Kind::Dropped | Kind::RowGroup(_) => return,
            Kind::Item { task } => return self.give_item(Item { span, task, blocks }),
            Kind::Note(label) => return self.give_note(label, span, blocks),
            Kind::Row(head, row) => return self.give_row(head, row),
            Kind::Cell { columns, rows, header } => {
                return self.give_cell(Cell {
                    blocks,
                    columns,
                    rows,
                    header,
                });
            }
            Kind::Term => return self.give_term(settle::trimmed(inlines)),
            Kind::Meaning => return self.give_meaning(blocks),
            Kind::Summary => return self.give_summary(settle::trimmed(inlines)),
            Kind::Caption => return self.give_caption(settle::trimmed(inlines)),
            Kind::Heading(level) => return self.give_heading(level, inlines, attributes, span),
            Kind::Paragraph => return self.give_blocks(settle::html_paragraph(blocks, attributes, span)),
            Kind::Sectioning if attributes.is_empty() => return self.give_blocks(blocks),
            Kind::Figure(caption) => return self.give_block(settle::figure(caption, blocks, attributes, span)),
            Kind::Quote(kind) => settle::quote(kind, blocks),
            Kind::List { start, loose, items } => BlockKind::List(List { start, loose, items }),
            Kind::Table(table) if origin == Origin::Markdown => BlockKind::Table(settle::table(settle::name_rows(table))),
            Kind::Table(table) => BlockKind::Table(settle::table(table)),
            Kind::Definitions(definitions) => BlockKind::Definitions(definitions),
            Kind::Group | Kind::Sectioning => BlockKind::Group(blocks),
            Kind::Details(summary) => BlockKind::Details { summary, blocks },
            Kind::Pre { language } => BlockKind::Listing(settle::preformatted(self, language, &inlines, start, span)),
            kind => return self.close_inline(kind, origin, attributes, inlines, span),
        };
        self.give_block(Block { span, attributes, kind });
    }

    fn give_blocks(&mut self, mut blocks: Vec<Block>) {
        match self.frames.last_mut() {
            Some(frame) if frame.kind.holds() == Holds::Blocks => frame.blocks.append(&mut blocks),
            _ => blocks.into_iter().for_each(|block| self.push_block(block)),
        }
    }

    fn close_inline(&mut self, kind: Kind, origin: Origin, attributes: Attributes, content: Vec<Inline>, span: Span) {
        let has_id = attributes.id.is_some();
        let kind = match kind {
            // What goes on from before a block and finds nothing more leaves no trace.
            _ if content.is_empty() && !has_id && matches!(origin, Origin::Html(_)) && !matches!(kind, Kind::Link { .. }) => return,
            Kind::Emphasis => InlineKind::Emphasis(content),
            Kind::Strong => InlineKind::Strong(content),
            Kind::Strikethrough => InlineKind::Strikethrough(content),
            Kind::Superscript => InlineKind::Superscript(content),
            Kind::Subscript => InlineKind::Subscript(content),
            Kind::Keyboard => InlineKind::Keyboard(content),
            Kind::Abbreviation(title) => InlineKind::Abbreviation { content, title },
            Kind::Span if !attributes.is_empty() => InlineKind::Span(content),
            Kind::Link { target, title } => return self.give_link(target, title, content, attributes, span),
            Kind::Image { source, title } => settle::image(source, title, &content),
            Kind::Code => return self.give_code(content, attributes, span),
            Kind::Quotation => return self.give_quotation(content, span),
            _ => {
                if has_id {
                    self.give_anchor(attributes, span);
                }
                for inline in content {
                    self.push_raw(inline);
                }
                return;
            }
        };
        self.push_raw(with(Inline::new(span, kind), attributes));
    }

    fn give_block(&mut self, block: Block) {
        // The frame below holds blocks, since only such a frame has a block put on it.
        let holds = self.frames.last().map(|frame| frame.kind.holds());
        match (holds, self.frames.last_mut()) {
            (Some(Holds::Blocks), Some(frame)) => frame.blocks.push(block),
            _ => self.push_block(block),
        }
    }

    fn give_item(&mut self, item: Item) {
        if let Some(Kind::List { items, .. }) = self.frames.last_mut().map(|frame| &mut frame.kind) {
            items.push(item);
        } else {
            for block in item.blocks {
                self.push_block(block);
            }
        }
    }

    fn give_note(&mut self, label: String, span: Span, blocks: Vec<Block>) {
        if self.is_dropping() {
            return;
        }
        self.notes.push(Note {
            span,
            label,
            number: 0,
            blocks,
            references: 0,
        });
    }

    fn give_row(&mut self, head: bool, row: Row) {
        if row.cells.is_empty() {
            return;
        }
        // Only the table that the row lies in: a table further out is another one.
        let mut frames = self.frames.iter_mut().rev();
        let holder = frames.find(|frame| !matches!(frame.kind, Kind::RowGroup(_)));
        let Some(Kind::Table(table)) = holder.map(|frame| &mut frame.kind) else {
            for block in row.cells.into_iter().flat_map(|cell| cell.blocks) {
                self.push_block(block);
            }
            return;
        };
        // An empty corner beside names of columns is written as `<td>` mostly.
        let is_name = |cell: &Cell| cell.header || cell.blocks.is_empty();
        let names = row.cells.iter().all(is_name) && row.cells.iter().any(|cell| cell.header);
        if head || names && table.body.is_empty() && table.head.is_empty() {
            table.head.push(row);
        } else {
            table.body.push(row);
        }
    }

    fn give_cell(&mut self, cell: Cell) {
        match self.frames.last_mut().map(|frame| &mut frame.kind) {
            Some(Kind::Row(_, row)) => row.cells.push(cell),
            _ => {
                for block in cell.blocks {
                    self.push_block(block);
                }
            }
        }
    }

    fn definitions(&mut self) -> Option<&mut Vec<Definition>> {
        match self.frames.last_mut().map(|frame| &mut frame.kind) {
            Some(Kind::Definitions(definitions)) => Some(definitions),
            _ => None,
        }
    }

    fn give_term(&mut self, term: Vec<Inline>) {
        let Some(definitions) = self.definitions() else {
            return self.give_paragraph(term);
        };
        match definitions.last_mut() {
            Some(last) if last.meanings.is_empty() => last.terms.push(term),
            _ => definitions.push(Definition {
                terms: vec![term],
                meanings: Vec::new(),
            }),
        }
    }

    fn give_meaning(&mut self, blocks: Vec<Block>) {
        let Some(definitions) = self.definitions() else {
            for block in blocks {
                self.push_block(block);
            }
            return;
        };
        if definitions.is_empty() {
            definitions.push(Definition::default());
        }
        if let Some(last) = definitions.last_mut() {
            last.meanings.push(blocks);
        }
    }

    fn give_heading(&mut self, level: u8, inlines: Vec<Inline>, mut attributes: Attributes, span: Span) {
        let mut title = settle::trimmed(inlines);
        let text = settle::heading_text(&title);
        let slug = if self.is_dropping() {
            String::new()
        } else {
            self.slugs.next(&text)
        };
        settle::hoist_anchor(&mut title, &mut attributes);
        self.give_block(Block {
            span,
            attributes,
            kind: BlockKind::Heading(Heading { level, title, slug }),
        });
    }

    fn give_summary(&mut self, content: Vec<Inline>) {
        match self.frames.last_mut().map(|frame| &mut frame.kind) {
            Some(Kind::Details(summary)) if summary.is_empty() => *summary = content,
            _ => self.give_paragraph(content),
        }
    }

    fn give_caption(&mut self, content: Vec<Inline>) {
        match self.frames.last_mut().map(|frame| &mut frame.kind) {
            Some(Kind::Figure(caption)) if caption.is_empty() => *caption = content,
            Some(Kind::Table(table)) if table.caption.is_empty() => table.caption = content,
            _ => self.give_paragraph(content),
        }
    }

    fn give_paragraph(&mut self, content: Vec<Inline>) {
        if let (Some(first), Some(last)) = (content.first(), content.last()) {
            let span = Span {
                end: last.span.end,
                ..first.span
            };
            self.push_block(Block::new(span, BlockKind::Paragraph(content)));
        }
    }

    fn give_link(&mut self, target: String, title: String, content: Vec<Inline>, attributes: Attributes, span: Span) {
        let is_empty = content.iter().all(|inline| matches!(inline.kind, InlineKind::SoftBreak));
        let is_inside = is_empty && leads_into_the_book(&target);
        let kind = if is_inside && target.contains('#') {
            InlineKind::Reference(crate::document::Reference {
                target: Target::Unresolved(target),
                text: String::new(),
            })
        } else {
            // The text of an empty link to a chapter is known only once all chapters are.
            let content = match is_empty && !is_inside {
                true => vec![Inline::text(span, target.as_str())],
                false => content,
            };
            InlineKind::Link(Link {
                content,
                target: Target::Unresolved(target),
                title,
            })
        };
        self.push_raw(with(Inline::new(span, kind), attributes));
    }

    fn give_code(&mut self, content: Vec<Inline>, attributes: Attributes, span: Span) {
        let mut content = settle::as_code(content);
        if let [only] = content.as_mut_slice() {
            only.span = span;
            only.attributes = (!attributes.is_empty()).then(|| Box::new(attributes));
        }
        for inline in content {
            self.push_raw(inline);
        }
    }

    fn give_quotation(&mut self, content: Vec<Inline>, span: Span) {
        self.push_raw(Inline::text(span.slice(0..0), "\""));
        for inline in content {
            self.push_raw(inline);
        }
        self.push_raw(Inline::text(Span { start: span.end, ..span }, "\""));
    }

    /// Adds a place that links may name.
    pub(super) fn give_anchor(&mut self, attributes: Attributes, span: Span) {
        let attributes = Attributes::with_id(attributes.id.unwrap_or_default());
        self.push_raw(with(Inline::new(span, InlineKind::Anchor), attributes));
    }
}

/// What a stack has grown into.
pub(super) struct Finished {
    /// The blocks of the file.
    pub(super) blocks: Vec<Block>,
    /// The inlines, where only those were wanted.
    pub(super) inlines: Vec<Inline>,
    /// The footnotes.
    pub(super) notes: Vec<Note>,
    pub(super) notations: Notations,
}

impl Origin {
    fn is(&self, name: &str) -> bool {
        matches!(self, Self::Html(open) if open == name)
    }
}

impl Frame {
    /// Whether this is the element of this name, or stands in its place.
    fn is_called(&self, name: &str) -> bool {
        match (&self.origin, &self.kind) {
            (Origin::Html(open), _) => open == name,
            (Origin::Implied, Kind::Item { .. }) => name == "li",
            (Origin::Implied, Kind::Row(..)) => name == "tr",
            (Origin::Implied, Kind::Cell { .. }) => name == "td",
            (Origin::Implied, Kind::Meaning) => name == "dd",
            _ => false,
        }
    }
}

impl Spread {
    fn of(frame: &Frame) -> Option<Self> {
        let Origin::Html(name) = &frame.origin else { return None };
        Some(Self {
            kind: frame.kind.clone(),
            name: name.clone(),
            // An id names one place only.
            attributes: Attributes {
                id: None,
                ..frame.attributes.clone()
            },
            start: frame.start,
            inherited: false,
        })
    }

    fn inherit(self) -> Self {
        Self { inherited: true, ..self }
    }
}

/// Whether XML 1.0 does not allow this character. NUL is not meant: it is replaced.
pub(crate) fn is_control(character: char) -> bool {
    matches!(character, '\u{1}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Whether a link's target is a place in the book, `#fig:x` or `02-b.md`, and not an address.
fn leads_into_the_book(target: &str) -> bool {
    let before = target.split(['#', '/', '?', '.']).next().unwrap_or_default();
    !target.trim().is_empty() && !target.starts_with("//") && !before.contains(':')
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

fn is_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading(_))
}

/// An inline with attributes, if there are any.
pub(super) fn with(mut inline: Inline, attributes: Attributes) -> Inline {
    inline.attributes = (!attributes.is_empty()).then(|| Box::new(attributes));
    inline
}
