//! Pages as they were laid out, as a typographer reads them: lines with their edges and baselines, and what each belongs to.
//!
//! Gets the document that Typst made and the tree it was made from, gives a plain model without a type of Typst. [`rules`]
//! judge it, each on its own; some of what they find has the pages set again, and some is told to the author. Nothing here
//! changes a page.

pub(super) mod messages;
mod places;
mod read;
pub mod rules;

pub use places::{Numbers, Placed};
pub(super) use read::read;

use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// All pages of an edition, with what the rules have to know of the text.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// The pages in order; the first is number 1.
    pub pages: Vec<Page>,
    /// From one baseline of running text to the next, in pt.
    pub leading: f64,
    /// The size of running text, in pt.
    pub size: f64,
    /// Whether pages face each other, so that even ones lie on the left.
    pub facing: bool,
    /// Each listing's code.
    pub code: BTreeMap<Span, Code>,
    /// The paragraphs of running text: those that stand in no list, quote or other block.
    pub running: BTreeSet<Span>,
    /// Figures, tables and listings that have a number, in order of the text.
    pub numbered: Vec<Placed>,
    /// The rows that the paragraphs of tables stand in, heads apart.
    pub rows: BTreeMap<Span, Row>,
    /// Columns of tables that hold numbers alone.
    pub columns: Vec<Numbers>,
    /// What the running heads of each chapter have to say.
    pub heads: Vec<Heads>,
}

/// One page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// Its place in the book, from 1.
    pub number: usize,
    /// What stands on it as its number: `iv`, `12`.
    pub label: String,
    /// The rectangle that text is set in.
    pub block: Area,
    /// The chapter that it belongs to; none for title pages, contents, parts and blank pages.
    pub chapter: Option<usize>,
    /// Whether the chapter begins here.
    pub first: bool,
    /// Whether the chapter ends here.
    pub last: bool,
    /// The lines, in the order of their text.
    pub lines: Vec<Line>,
    /// Pictures, drawings, boxes and rules.
    pub shapes: Vec<Shape>,
}

/// A rectangle on a page, in pt from its upper left corner.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Area {
    /// Its left edge.
    pub left: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its right edge.
    pub right: f64,
    /// Its lower edge.
    pub bottom: f64,
}

/// Something that is not text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Whether it is a picture or drawing, and not a box or rule.
    pub picture: bool,
    /// Where it is.
    pub area: Area,
    /// The block of the manuscript that it came from.
    pub span: Option<Span>,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it belongs to.
    pub kind: Kind,
    /// The block of the manuscript that it came from: all lines of a paragraph have the same one.
    pub span: Option<Span>,
    /// The left edge of its first letter.
    pub left: f64,
    /// The right edge of its last letter.
    pub right: f64,
    /// By how much a mark at its right end may hang into the margin.
    pub hang: f64,
    /// The height of its baseline.
    pub baseline: f64,
    /// The size of its first letter.
    pub size: f64,
    /// Whether it begins with code.
    pub code: bool,
    /// Whether it ends with a hyphen.
    pub hyphenated: bool,
    /// What it says.
    pub text: String,
}

/// What a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Paragraphs, whether in lists, quotes or alone.
    Text,
    /// The title of a chapter.
    Title,
    /// The title of a section.
    Heading,
    /// Code, and what it prints.
    Code,
    /// The caption of a figure, table or listing.
    Caption,
    /// A cell of a table.
    Cell,
    /// A footnote.
    Note,
    /// Above the text: the running head with its page number.
    Head,
    /// Below the text: the page number of an opening page.
    Foot,
    /// Words of the template, list marks, formulas, title pages.
    Other,
}

/// The code of a listing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Code {
    /// Its lines.
    pub lines: Vec<String>,
    /// Whether their numbers are printed before them.
    pub numbered: bool,
}

/// A row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// The table's place.
    pub table: Span,
    /// Which row it is, from 0.
    pub at: usize,
}

/// What the running heads of a chapter have to say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Heads {
    /// On left-hand pages: number and title of the chapter.
    pub chapter: String,
    /// On right-hand pages: the sections, each with the place of its heading.
    pub sections: Vec<(Span, String)>,
}

impl Page {
    /// Lines of what an author wrote for the page itself, in the order of their text: no heads, no notes, no marks.
    pub fn body(&self) -> impl Iterator<Item = &Line> {
        let is_body = |line: &&Line| {
            matches!(
                line.kind,
                Kind::Text | Kind::Heading | Kind::Code | Kind::Caption | Kind::Cell
            )
        };
        self.lines.iter().filter(is_body)
    }

    /// Whether it lies on the left of a spread.
    pub fn is_left(&self) -> bool {
        self.number.is_multiple_of(2)
    }

    /// Which share of the height of the text is in use: all but the largest white gap.
    pub fn fullness(&self) -> f64 {
        let height = (self.block.bottom - self.block.top).max(1.0);
        let inside = |line: &&Line| !matches!(line.kind, Kind::Head | Kind::Foot);
        let lines = self.lines.iter().filter(inside);
        let lines = lines.map(|line| (line.baseline - line.size * 0.76, line.baseline + line.size * 0.24));
        let shapes = self.shapes.iter().map(|shape| (shape.area.top, shape.area.bottom));
        1.0 - largest_gap(lines.chain(shapes), self.block.top, self.block.bottom) / height
    }
}

/// The largest gap between `top` and `bottom` that no interval covers.
fn largest_gap(intervals: impl Iterator<Item = (f64, f64)>, top: f64, bottom: f64) -> f64 {
    let mut intervals: Vec<_> = intervals.collect();
    intervals.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut gap, mut at) = (0.0_f64, top);
    for (start, end) in intervals {
        gap = gap.max(start.min(bottom) - at);
        at = at.max(end);
    }
    gap.max(bottom - at)
}
