//! The document tree that stands between the manuscript and every output.
//!
//! The tree knows no neighbour: not the Markdown it was read from, not the formats it will become. A [`Document`] has
//! [`Part`]s, a part has [`Chapter`]s, a chapter has [`Block`]s, and blocks have [`Inline`]s. A node is its span, its
//! attributes and its kind; each kind shows the Markdown that makes it.
//!
//! Two verbs go over the tree: [`walk`] changes, and [`query`] collects. A pass is a function over the tree.

pub mod block;
pub mod grid;
pub mod inline;
pub mod kind;
pub mod only;
mod order;
pub mod show;
pub mod walk;

pub use block::{
    Admonition, Alignment, Block, BlockKind, Cell, Definition, Diagram, Figure, FigureContent, Heading, IndexEntry, IndexGroup,
    Item, List, Listing, Row, Run, Section, See, Table, Work,
};
pub use inline::{
    Citation, CitationItem, Image, IndexMark, IndexSee, IndexTerm, Inline, InlineKind, Link, Locator, Reference, Target,
};
pub use kind::ChapterKind;
pub use only::{Medium, Only};
pub use order::Order;
pub use walk::{query, walk};

use crate::source::{FileId, Span};

/// The class of a span that is set in small capitals.
pub const SMALL_CAPITALS: &str = "small-capitals";

/// A whole book.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The parts in order. A book without parts has one whose title is `None`; so have the chapters before the first part.
    pub parts: Vec<Part>,
}

impl Document {
    /// All chapters in order, with no regard to parts.
    pub fn chapters(&self) -> impl Iterator<Item = &Chapter> {
        self.parts.iter().flat_map(|part| &part.chapters)
    }

    /// All chapters in order, to change them.
    pub fn chapters_mut(&mut self) -> impl Iterator<Item = &mut Chapter> {
        self.parts.iter_mut().flat_map(|part| &mut part.chapters)
    }
}

/// Chapters under a common title: `### Part I: The Python Landscape` in the outline.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Where the title stands.
    pub span: Option<Span>,
    /// The title without its number; `None` for chapters that belong to no part.
    pub title: Option<Vec<Inline>>,
    /// The number that the outline gives it, where it has one: parts that are not written yet keep theirs.
    pub planned: Option<u32>,
    /// The number by position, as printed: `I`, `II`. `None` for a part such as "Summary and Appendix" and before passes.
    pub number: Option<String>,
    /// The id that outputs carry.
    pub id: String,
    /// The chapters in order.
    pub chapters: Vec<Chapter>,
}

/// One file of the manuscript: `02-execution-model.md`.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter {
    /// The file it was read from.
    pub file: FileId,
    /// The file's path inside the manuscript, with `/`: `02-execution-model.md`. Links between chapters name it.
    pub path: String,
    /// Where the title stands.
    pub span: Span,
    /// The title; without a number once the sections pass has run.
    pub title: Vec<Inline>,
    /// GitHub's slug of the title as it stands in the source; empty for a chapter without a heading.
    pub slug: String,
    /// Whether the chapter takes part in numbering; an introduction or an appendix does not.
    pub numbered: bool,
    /// The number that the outline gives it, where it has one: chapters that are not written yet keep theirs.
    pub planned: Option<u32>,
    /// The number by position, as printed: `2`. `None` for unnumbered chapters and before passes.
    pub number: Option<String>,
    /// The id of the chapter's title: the author's, empty if there is none; after the reference pass unique in the book.
    pub id: String,
    /// What follows the title.
    pub blocks: Vec<Block>,
    /// The footnotes' texts, in order of first reference once the notes pass has run.
    pub notes: Vec<Note>,
    /// The language of the chapter where it differs from the book's, as a BCP 47 tag.
    pub language: Option<String>,
}

/// A footnote's text: `[^gil]: The *global* interpreter lock.`
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// The whole definition.
    pub span: Span,
    /// What the author called it: `gil`.
    pub label: String,
    /// Its number in the chapter, from 1 in order of first reference; 0 before the notes pass.
    pub number: u32,
    /// The text.
    pub blocks: Vec<Block>,
    /// How often it is referred to.
    pub references: u32,
}

/// What braces after a node say: `{#id .class key="value"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// `#id`. After the reference pass every heading, figure, listing and table that may be referred to has one.
    pub id: Option<String>,
    /// `.class`, in order.
    pub classes: Vec<String>,
    /// `key="value"`, in order; a bare word is a key with an empty value.
    pub pairs: Vec<(String, String)>,
    /// The language of the content where it differs, as a BCP 47 tag: `lang="fr"`.
    pub language: Option<String>,
    /// `<!-- only: print -->`: the outputs that show this; `None` for all of them.
    pub only: Option<Only>,
}

impl Attributes {
    /// Attributes with an id only.
    pub fn with_id(id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::default()
        }
    }

    /// The value of a key; empty for a bare word.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// Whether there is nothing in the braces.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
