//! Inlines: what stands beside one another in a line.

use super::Attributes;
use crate::source::Span;

/// An inline: its place, its attributes, and what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Inline {
    /// The Markdown it was read from.
    pub span: Span,
    /// `{#id .class key="value"}`, from HTML or after an image. Boxed, since almost every inline has none.
    pub attributes: Option<Box<Attributes>>,
    /// What it is.
    pub kind: InlineKind,
}

impl Inline {
    /// An inline without attributes.
    pub fn new(span: Span, kind: InlineKind) -> Self {
        Self {
            span,
            attributes: None,
            kind,
        }
    }

    /// Text as it stands in the source.
    pub fn text(span: Span, text: impl Into<String>) -> Self {
        Self::new(span, InlineKind::Text(text.into()))
    }
}

/// What an inline is.
#[derive(Debug, Clone, PartialEq)]
pub enum InlineKind {
    /// Characters, entities resolved; after the typography pass with the quotes, dashes and spaces to be printed.
    Text(String),
    /// A line break in the source: a space in the book.
    SoftBreak,
    /// Two spaces or `\` at a line's end, or `<br>`: a new line in the book.
    LineBreak,
    /// `*text*`
    Emphasis(Vec<Inline>),
    /// `**text**`
    Strong(Vec<Inline>),
    /// `~~text~~`
    Strikethrough(Vec<Inline>),
    /// `<sup>text</sup>`
    Superscript(Vec<Inline>),
    /// `<sub>text</sub>`
    Subscript(Vec<Inline>),
    /// `<kbd>Ctrl</kbd>`
    Keyboard(Vec<Inline>),
    /// `<abbr title="Global Interpreter Lock">GIL</abbr>`
    Abbreviation {
        /// What is printed.
        content: Vec<Inline>,
        /// What it is short for.
        title: String,
    },
    /// `<span lang="fr">...</span>`: inlines under one set of attributes.
    Span(Vec<Inline>),
    /// `` `code` ``
    Code(String),
    /// `$x^2$` (or `$$x^2$$` inside a line, then displayed).
    Math(crate::math::Formula),
    /// `[text](target "title")`, `<https://...>`
    Link(Link),
    /// `[](#fig-x)`: the compiler writes the text.
    Reference(Reference),
    /// `![alt](images/x.svg "title")` within a line.
    Image(Image),
    /// `[^label]`, as read.
    NoteLabel(String),
    /// `[^label]`, once the notes pass has found the note.
    Note {
        /// The note's place in the chapter's `notes`.
        index: usize,
        /// Which of the references to this note it is, from 1.
        occurrence: u32,
    },
    /// `<a id="here"></a>`: a place that links may name; its id is in the attributes.
    Anchor,
    /// `[see @pep659, p. 12]` or `@pep659`, as read; the citations pass makes text and links of it.
    Citation(Citation),
    /// `<!-- index: GIL -->`: a place that the index leads to; invisible. Its id is in the attributes after the index pass.
    IndexMark(IndexMark),
}

impl InlineKind {
    /// The inlines inside this one, if it holds any.
    pub fn content(&self) -> Option<&[Inline]> {
        match self {
            Self::Emphasis(content)
            | Self::Strong(content)
            | Self::Strikethrough(content)
            | Self::Superscript(content)
            | Self::Subscript(content)
            | Self::Keyboard(content)
            | Self::Abbreviation { content, .. }
            | Self::Span(content) => Some(content),
            Self::Link(link) => Some(&link.content),
            Self::Text(_)
            | Self::SoftBreak
            | Self::LineBreak
            | Self::Code(_)
            | Self::Math(_)
            | Self::Reference(_)
            | Self::Image(_)
            | Self::NoteLabel(_)
            | Self::Note { .. }
            | Self::Anchor
            | Self::Citation(_)
            | Self::IndexMark(_) => None,
        }
    }

    /// The inlines inside this one, to change them.
    pub fn content_mut(&mut self) -> Option<&mut Vec<Inline>> {
        match self {
            Self::Emphasis(content)
            | Self::Strong(content)
            | Self::Strikethrough(content)
            | Self::Superscript(content)
            | Self::Subscript(content)
            | Self::Keyboard(content)
            | Self::Abbreviation { content, .. }
            | Self::Span(content) => Some(content),
            Self::Link(link) => Some(&mut link.content),
            Self::Text(_)
            | Self::SoftBreak
            | Self::LineBreak
            | Self::Code(_)
            | Self::Math(_)
            | Self::Reference(_)
            | Self::Image(_)
            | Self::NoteLabel(_)
            | Self::Note { .. }
            | Self::Anchor
            | Self::Citation(_)
            | Self::IndexMark(_) => None,
        }
    }
}

/// `[text](target "title")`
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// What is seen.
    pub content: Vec<Inline>,
    /// Where it leads.
    pub target: Target,
    /// `"title"`, empty if there is none.
    pub title: String,
}

/// `[see @pep659, p. 12; @pep703]`, or `@pep659` in running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The whole as typed, with its brackets.
    pub typed: String,
    /// `@pep659` without brackets: the author is a word of the sentence, and what else the style shows stands behind it.
    pub in_text: bool,
    /// What is cited, in order.
    pub items: Vec<CitationItem>,
}

/// One of the works that a citation names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitationItem {
    /// Where the key stands, with its `@`.
    pub span: Span,
    /// The key in the bibliography: `pep659`.
    pub key: String,
    /// `-@pep659`: the sentence names the author already.
    pub without_author: bool,
    /// What stands before the key: `see`.
    pub prefix: String,
    /// The place in the work: `p. 12` is a page and `12`.
    pub locator: Option<Locator>,
    /// What stands behind the place.
    pub suffix: String,
}

/// A place in a work that is cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locator {
    /// What is counted, by the name that the Citation Style Language has for it: `page`, `chapter`.
    pub label: &'static str,
    /// The number or numbers: `12–14`.
    pub value: String,
}

/// One entry of `<!-- index: reference counting!overflow; Global Interpreter Lock | see GIL -->`.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexMark {
    /// The term, and the terms below it.
    pub path: Vec<IndexTerm>,
    /// The entry that readers are sent to; the place itself is then not in the index.
    pub see: Option<IndexSee>,
    /// `| begin` or `| end`: whether a range of pages begins or ends here.
    pub range: Option<RangeEnd>,
}

/// One of the two ends of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeEnd {
    /// `GIL | begin`
    Begin,
    /// `GIL | end`
    End,
}

/// A term of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexTerm {
    /// What it is sorted by: `sort@shown`, else what is shown.
    pub sort: String,
    /// What is shown.
    pub shown: Vec<Inline>,
}

/// `| see GIL`, `| see also GIL`
#[derive(Debug, Clone, PartialEq)]
pub struct IndexSee {
    /// Whether it is `see also`.
    pub also: bool,
    /// The other entry.
    pub path: Vec<IndexTerm>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// As typed: `02-execution-model.md#the-pvm`. None is left after the reference pass.
    Unresolved(String),
    /// A web or mail address, percent-encoded where needed.
    External(String),
    /// A place in the book.
    Internal {
        /// The chapter, counted over all parts from 0.
        chapter: usize,
        /// The id within that chapter; `None` is the chapter's beginning.
        id: Option<String>,
    },
    /// A part's opening.
    Part {
        /// The part, from 0.
        part: usize,
    },
}

/// `[](#fig-x)`
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// Where it leads.
    pub target: Target,
    /// What is printed, without the page: `Figure 2.3`, its space non-breaking. Empty before the reference pass.
    pub text: String,
}

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// The path as typed, percent-decoded: `images/x.svg`.
    pub source: String,
    /// The description, as plain text.
    pub alt: String,
    /// `"title"`, empty if there is none.
    pub title: String,
    /// `width="60%"` (of the measure) or in px as HTML has it; as typed, see [`Image::width`].
    pub width: Option<String>,
    /// The picture among [`crate::assets::Assets`]; `None` when it could not be read (its `alt` stands in its place).
    pub asset: Option<crate::assets::AssetId>,
}

impl Image {
    /// How wide the author wants the picture; `None` also for what is no width.
    pub fn width(&self) -> Option<Width> {
        let typed = self.width.as_deref()?.trim();
        let number = |text: &str| {
            let number: f64 = text.trim().parse().ok()?;
            (number.is_finite() && number > 0.0).then_some(number)
        };
        match typed.strip_suffix('%') {
            Some(percent) => Some(Width::Percent(number(percent)?.min(100.0))),
            None => Some(Width::Px(
                number(typed.strip_suffix("px").unwrap_or(typed))?.min(WIDEST_PICTURE),
            )),
        }
    }
}

/// The most px that a picture may ask for: far more than a page, and few enough to count with.
const WIDEST_PICTURE: f64 = 10_000.0;

/// The width of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Width {
    /// Hundredths of the measure, at most 100.
    Percent(f64),
    /// Px as CSS has them.
    Px(f64),
}

/// The plain text of inlines: what an index, a slug or a window title shows. Notes and anchors are nothing.
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain_text(inlines, &mut text);
    text
}

fn push_plain_text(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Text(run) | InlineKind::Code(run) => text.push_str(run),
            InlineKind::SoftBreak | InlineKind::LineBreak => text.push(' '),
            InlineKind::Math(formula) => text.push_str(&formula.latex),
            InlineKind::Reference(reference) => text.push_str(&reference.text),
            InlineKind::Image(image) => text.push_str(&image.alt),
            InlineKind::Citation(citation) => text.push_str(&citation.typed),
            kind => push_plain_text(kind.content().unwrap_or_default(), text),
        }
    }
}
