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

mod close;
mod frame;
mod give;
mod open;
mod words;

pub(super) use frame::{Frame, Kind, Origin};

pub(super) use give::with;
pub(crate) use words::is_control;

use super::Notations;
use super::foreign::{self, Foreign};
use super::includes::Context;
use super::markdown::Place;
use super::slugs::Slugger;
use super::suppressions::Allowances;
use super::text::TextRun;
use crate::diag::{Code, Diagnostic, Diagnostics, codes};
use crate::document::{Attributes, Block, Inline, InlineKind, Note};
use crate::manuscript::Settings;
use crate::source::Span;
use frame::Holds;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// How many messages of one code a file may have; a file that has more is not a text.
const MOST_MESSAGES: usize = 500;

/// How many inlines go on together from block to block. Each of them is repeated in every block, so that with more of
/// them the tree could become many times larger than the text.
const MOST_SPREAD: usize = 8;

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
    /// The notations of other tools.
    foreign: foreign::Seen,
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
            foreign: foreign::Seen::new(),
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

    /// Notes a notation of another tool, to be told when the file has been read.
    pub(super) fn note_foreign(&mut self, foreign: Foreign, at: Range<usize>) {
        if self.dropping == 0 {
            self.foreign.entry(foreign).or_insert((at, 0)).1 += 1;
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

    // Content.

    // Closing.
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
