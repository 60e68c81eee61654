//! Frames: what is open, what it becomes, and what it can hold.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use crate::document::block::AdmonitionKind;
use crate::document::{Attributes, Block, Definition, Inline, Item, Row, Table};
use std::borrow::Cow;

/// What opened a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manuscript) enum Origin {
    /// Markdown: only Markdown closes it.
    Markdown,
    /// The HTML element of this name, in lower case.
    Html(Cow<'static, str>),
    /// Nothing: it was needed as the parent of something else, as a row's cell is.
    Implied,
}

/// What a frame becomes.
#[derive(Debug, Clone)]
pub(in crate::manuscript) enum Kind {
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
pub(super) enum Holds {
    /// Blocks, and inlines that become paragraphs.
    Blocks,
    /// Only certain frames: a list holds items.
    Parts,
    /// Inlines.
    Inlines,
}

impl Kind {
    pub(super) fn holds(&self) -> Holds {
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
    pub(super) fn spreads(&self) -> bool {
        self.holds() == Holds::Inlines
            && !matches!(
                self,
                Self::Line | Self::Heading(_) | Self::Summary | Self::Caption | Self::Term | Self::Pre { .. } | Self::Image { .. }
            )
    }

    /// How much deeper the tree is below this node. Parts of a list or table lie no deeper than the whole.
    pub(super) fn depth(&self) -> usize {
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
pub(in crate::manuscript) struct Frame {
    pub(in crate::manuscript) kind: Kind,
    pub(in crate::manuscript) origin: Origin,
    /// The byte at which it starts.
    pub(in crate::manuscript) start: usize,
    pub(in crate::manuscript) attributes: Attributes,
    /// The blocks that are complete.
    pub(in crate::manuscript) blocks: Vec<Block>,
    /// The inlines since the last block.
    pub(in crate::manuscript) inlines: Vec<Inline>,
    /// HTML inlines that began before a block in here and go on after it.
    pub(super) spread: Vec<Spread>,
    /// Whether this frame goes on with what began before a block.
    pub(super) resumed: bool,
    /// Whether depth was reported for what is in here.
    pub(super) reported: bool,
}

/// An HTML inline that goes on over several blocks.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    pub(super) kind: Kind,
    pub(super) name: Cow<'static, str>,
    pub(super) attributes: Attributes,
    pub(super) start: usize,
    /// Whether it began in a block further out, where its end is awaited.
    pub(super) inherited: bool,
}

impl Origin {
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Html(open) if open == name)
    }
}

impl Frame {
    /// Whether this is the element of this name, or stands in its place.
    pub(super) fn is_called(&self, name: &str) -> bool {
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
    pub(super) fn of(frame: &Frame) -> Option<Self> {
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

    pub(super) fn inherit(self) -> Self {
        Self { inherited: true, ..self }
    }
}
