//! Blocks: what stands under one another on a page.

use super::{Attributes, Inline};
use crate::figures::Drawing;
use crate::listings::Token;
use crate::source::Span;
use std::sync::Arc;

/// A block: its place, its attributes, and what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The Markdown it was read from.
    pub span: Span,
    /// `{#id .class key="value"}`.
    pub attributes: Attributes,
    /// What it is.
    pub kind: BlockKind,
}

impl Block {
    /// A block without attributes.
    pub fn new(span: Span, kind: BlockKind) -> Self {
        Self {
            span,
            attributes: Attributes::default(),
            kind,
        }
    }
}

/// What a block is.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockKind {
    /// Lines of text up to a blank line.
    Paragraph(Vec<Inline>),
    /// `## Title {#id}`. Once sections are made, only headings inside quotes, lists and other blocks are left as such.
    Heading(Heading),
    /// A heading and all that follows up to the next one of its level or above; made by the sections pass.
    Section(Section),
    /// A fenced or indented block of code.
    Listing(Listing),
    /// ```` ```output ````: what the listing above it prints.
    Output(String),
    /// ```` ```diagram KIND ````, before figures are drawn; afterwards it is a [`Figure`].
    Diagram(Diagram),
    /// A picture, a drawing or blocks with a caption: `![alt](x.svg "caption"){#fig-x}` alone in its paragraph.
    Figure(Figure),
    /// `| a | b |` with a ruler `|---|---|` below the first row, or an HTML `table`.
    Table(Table),
    /// `> text`
    Quote(Vec<Block>),
    /// `> [!NOTE]` or `> **Note:** ...`
    Admonition(Admonition),
    /// `- item` or `1. item`
    List(List),
    /// A term, then a line `: its meaning`.
    Definitions(Vec<Definition>),
    /// `$$ x^2 $$`, as LaTeX.
    Math(crate::math::Formula),
    /// `---`
    Rule,
    /// `<details><summary>More</summary> ... </details>`
    Details {
        /// What is always seen.
        summary: Vec<Inline>,
        /// What opens.
        blocks: Vec<Block>,
    },
    /// `<div class="...">...</div>`: blocks kept together under one set of attributes.
    Group(Vec<Block>),
    /// A definition list of a glossary; made by the glossary pass.
    Glossary(Vec<GlossaryEntry>),
    /// The works that `[@key]` cites, in the order of the style; made by the citations pass.
    Bibliography(Vec<Work>),
    /// `<!-- index: GIL -->` before a block that does not begin with text, such as a picture.
    IndexMarks(Vec<Inline>),
    /// The index, of all index marks; made by the index pass.
    Index(Vec<IndexGroup>),
}

/// `## Title {#id}`
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// 1 to 6 as typed. A chapter's title is not among its blocks.
    pub level: u8,
    /// The title as typed, with the number that foreign manuscripts put before it: `1.2. History`.
    pub title: Vec<Inline>,
    /// GitHub's slug of the heading as it stands in the source, `-1` and all; unique in its file.
    pub slug: String,
}

/// A heading with the blocks below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its depth in the chapter: 1 for a section, 2 for a subsection; never skips.
    pub depth: u8,
    /// The heading's place; the block's span covers the whole section. The block's attributes carry the heading's id.
    pub heading_span: Span,
    /// The title without its number.
    pub title: Vec<Inline>,
    /// GitHub's slug of the heading as it stood in the source; unique in its file.
    pub slug: String,
    /// The number by position, as printed: `2.1`. `None` in unnumbered chapters, for Key Takeaways, and below depth 1.
    pub number: Option<String>,
    /// What follows the heading, subsections last.
    pub blocks: Vec<Block>,
}

/// ```` ```python {#lst-cell caption="A closure cell" lines hl="2-3" run} ````
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// The first word of the fence: `python`.
    pub language: Option<String>,
    /// The text without the fences, without the last line break.
    pub code: String,
    /// The place of each line's text in the source is not contiguous inside lists and quotes, so only the first is kept:
    /// the byte at which the code begins.
    pub code_start: u32,
    /// In Rust, where lines that begin with `# ` are not shown (rustdoc's book, "Hiding portions of the example"), the text
    /// with those lines, without their marks: what a runner gets.
    pub whole: Option<String>,
    /// `caption="..."`, read as inline Markdown. A listing with a caption or an id is numbered.
    pub caption: Vec<Inline>,
    /// The number by position, as printed: `3.1`.
    pub number: Option<String>,
    /// `lines`: whether lines are numbered.
    pub line_numbers: bool,
    /// `hl="2-3,7"`: the lines that stand out, counted from 1, in order.
    pub highlighted: Vec<u32>,
    /// `run` and what belongs to it.
    pub run: Option<Run>,
    /// Which bytes of `code` have which class, in order, without overlap; made by the listings stage.
    pub tokens: Vec<Token>,
}

impl Listing {
    /// The text as a runner gets it, with the lines that no page shows.
    pub fn program(&self) -> &str {
        self.whole.as_deref().unwrap_or(&self.code)
    }
}

/// How a listing is to be run: `run setup="id" raises="TypeError" versions=">=3.12" skip="why"`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// The id of a listing to run first.
    pub setup: Option<String>,
    /// The error that must be raised.
    pub raises: Option<String>,
    /// The versions it is for.
    pub versions: Option<String>,
    /// Why it is not to be run.
    pub skip: Option<String>,
}

/// ```` ```diagram flow {#fig-pipeline caption="From source to result"} ````
#[derive(Debug, Clone, PartialEq)]
pub struct Diagram {
    /// The second word of the fence: `flow`; or `mermaid`, if that is the first.
    pub kind: String,
    /// The description.
    pub body: String,
    /// For each line of the body, its place in the source.
    pub lines: Vec<Span>,
    /// `caption="..."`
    pub caption: Vec<Inline>,
}

/// A numbered figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What is shown.
    pub content: FigureContent,
    /// The text under it. A figure with a caption or an id is numbered.
    pub caption: Vec<Inline>,
    /// The number by position, as printed: `2.3`.
    pub number: Option<String>,
}

/// What a figure shows.
#[derive(Debug, Clone, PartialEq)]
pub enum FigureContent {
    /// A picture from the manuscript.
    Image(super::Image),
    /// A described diagram, drawn.
    Drawing(Arc<Drawing>),
    /// `<figure>` around something that is neither: a table, a listing, several pictures.
    Blocks(Vec<Block>),
}

/// A table with columns, head rows and body rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// How each column is aligned; its length is the number of columns.
    pub columns: Vec<Alignment>,
    /// The rows that are repeated at the top of a page.
    pub head: Vec<Row>,
    /// The other rows.
    pub body: Vec<Row>,
    /// The line `Table: caption {#tbl-x}`. A table with a caption or an id is numbered.
    pub caption: Vec<Inline>,
    /// The number by position, as printed: `1.2`.
    pub number: Option<String>,
}

/// A table's row. Shorter rows are filled with empty cells by the backends.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// The cells, from left to right.
    pub cells: Vec<Cell>,
}

/// A table's cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// A Markdown cell is one paragraph; an HTML cell may hold more.
    pub blocks: Vec<Block>,
    /// How many columns it covers, at least 1.
    pub columns: u16,
    /// How many rows it covers, at least 1.
    pub rows: u16,
    /// Whether it names its column or row (`th`).
    pub header: bool,
}

/// How a column's cells are aligned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Alignment {
    /// `---`: as text runs.
    #[default]
    Natural,
    /// `:--`
    Left,
    /// `:-:`
    Center,
    /// `--:`
    Right,
}

/// `> [!NOTE]` and the lines below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Admonition {
    /// Which of the five it is.
    pub kind: AdmonitionKind,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// GitHub's five kinds of alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdmonitionKind {
    /// `> [!NOTE]`
    Note,
    /// `> [!TIP]`
    Tip,
    /// `> [!IMPORTANT]`
    Important,
    /// `> [!WARNING]`
    Warning,
    /// `> [!CAUTION]`
    Caution,
}

impl AdmonitionKind {
    /// The kind's name in lower case, as classes have it: `note`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Caution => "caution",
        }
    }
}

/// `- item` or `1. item`
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The first number of an ordered list; `None` for bullets.
    pub start: Option<u64>,
    /// Whether blank lines part the items (or blocks inside one); a tight list is set without space between items.
    pub loose: bool,
    /// The items.
    pub items: Vec<Item>,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The whole item.
    pub span: Span,
    /// `- [x] done`: whether the box is ticked; `None` without a box.
    pub task: Option<bool>,
    /// What the item holds. In a tight list its text is a paragraph too.
    pub blocks: Vec<Block>,
}

/// Terms and what they mean.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definition {
    /// The terms, one a line.
    pub terms: Vec<Vec<Inline>>,
    /// The meanings, each of them blocks.
    pub meanings: Vec<Vec<Block>>,
}

/// What a glossary says of a term.
#[derive(Debug, Clone, PartialEq)]
pub struct GlossaryEntry {
    /// The terms, most often one.
    pub terms: Vec<GlossaryTerm>,
    /// The meanings, each of them blocks.
    pub meanings: Vec<Vec<Block>>,
}

/// A term of a glossary.
#[derive(Debug, Clone, PartialEq)]
pub struct GlossaryTerm {
    /// Where it stands.
    pub span: Span,
    /// Where `[mapping proxy](#term-mapping-proxy)` leads: `term-mapping-proxy`.
    pub id: String,
    /// The term.
    pub content: Vec<Inline>,
}

/// A work in the bibliography.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Its key in the bibliography's file.
    pub key: String,
    /// What citations call it, where the style puts that before the entry: `[1]`.
    pub label: Vec<Inline>,
    /// The entry: a paragraph, whose id is where citations lead.
    pub blocks: Vec<Block>,
}

/// The entries of an index that begin with the same letter.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexGroup {
    /// The letter, or the word for those that begin with none.
    pub letter: String,
    /// The entries in order.
    pub entries: Vec<IndexEntry>,
}

/// An entry of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexEntry {
    /// What it is called; it begins with an anchor where another entry leads here.
    pub term: Vec<Inline>,
    /// The places in the book, in order: each a reference, whose text is the number or title of the section, or for a range
    /// two, where it begins and where it ends.
    pub places: Vec<Vec<Inline>>,
    /// Other entries.
    pub see: Vec<See>,
    /// The entries below it.
    pub entries: Vec<IndexEntry>,
}

/// What an entry of an index says of another: `see GIL`.
#[derive(Debug, Clone, PartialEq)]
pub struct See {
    /// Where the mark stands that says so.
    pub span: Span,
    /// Whether it is `see also`.
    pub also: bool,
    /// Whether the other entry is there.
    pub known: bool,
    /// The other entry, linked if it is there.
    pub content: Vec<Inline>,
}
