//! Markdown to blocks.
//!
//! One pass over the events of pulldown-cmark, with their places in the source. Containers become frames on a stack
//! which raw HTML shares; what pulldown-cmark does not know of the dialect is read here: front matter, what stands after
//! a fence and after a picture, captions, references, and the title that a file's first heading is.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::Notations;
use super::foreign::Foreign;
use super::html::Html;
use super::includes::{Context, Includes};
use super::ledger::Ledger;
use super::stack::{Kind, Origin, Stack, with};
use super::text::{note_label, with_variables};
use super::{attributes, colons, comments, fences, foreign, frontmatter, html, includes, settle, suppressions};
use crate::diag::{Diagnostics, codes, nearest};
use crate::document::block::AdmonitionKind;
use crate::document::inline::plain_text;
use crate::document::{
    Alignment, Attributes, Block, BlockKind, Chapter, ChapterKind, Diagram, Heading, Inline, InlineKind, Listing, Row, Table,
};
use crate::manuscript::Settings;
use crate::math::Formula;
use crate::passes::sections::is_unnumbered;
use crate::source::{FileId, Sources, Span};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;

/// A chapter as read from its file, with what its front matter says about its place in the book.
#[derive(Debug)]
pub struct ChapterFile {
    /// The chapter. Its title is the file's first heading, and that heading is not among its blocks; a front matter with a
    /// `title` comes before a heading below the first level. Without either it is the file's name in words.
    pub chapter: Chapter,
    /// `part: ...` of the front matter.
    pub part: Option<String>,
    /// `numbered: false` of the front matter.
    pub numbered: Option<bool>,
    /// Where the text came from, as the front matter says.
    pub ledger: Ledger,
    /// Which of the costlier notations it has.
    pub notations: Notations,
}

impl ChapterFile {
    /// A chapter that no file holds.
    pub(super) fn made(chapter: Chapter) -> Self {
        Self {
            chapter,
            part: None,
            numbered: Some(false),
            ledger: Ledger::default(),
            notations: Notations::default(),
        }
    }
}

/// Reads one file by itself, without those that it includes. Always gives a chapter; what could not be followed becomes a
/// diagnostic.
pub fn read(sources: &Sources, file: FileId, path: &str, settings: &Settings, diagnostics: &mut Diagnostics) -> ChapterFile {
    read_with(sources, &Includes::default(), file, path, settings, diagnostics)
}

/// Reads one file with those that it includes.
pub(super) fn read_with(
    sources: &Sources,
    includes: &Includes,
    file: FileId,
    path: &str,
    settings: &Settings,
    diagnostics: &mut Diagnostics,
) -> ChapterFile {
    let text = sources.get(file).text();
    let front = frontmatter::read(text, Place::new(file, 0), diagnostics);
    let start = front.end;
    let body = text.get(start..).unwrap_or_default();
    let mut reader = Reader::new(Stack::new(
        body,
        Place::new(file, start),
        Kind::Root,
        0,
        settings,
        diagnostics,
    ));
    let left = Context::budget();
    reader.stack.context = Some(Context {
        sources,
        includes,
        path,
        outer: None,
        left: &left,
    });
    reader.read();
    let finished = reader.stack.finish(body.len());
    let mut blocks = finished.blocks;
    // Sites that keep the title in front matter begin their text with a second-level heading, which is a section's.
    let deepest = if front.title.is_some() { 1 } else { 6 };
    let heading = take_title(&mut blocks, deepest);
    let (title, slug, span, attributes) = match heading {
        Some((heading, span, attributes)) => (heading.title, heading.slug, span, attributes),
        None => {
            let (title, span) = title_without_heading(path, file, front.title);
            (title, String::new(), span, Attributes::default())
        }
    };
    let numbered = front.numbered.or(is_unnumbered(&attributes).then_some(false));
    let chapter = Chapter {
        file,
        path: path.to_owned(),
        kind: front.kind.unwrap_or_else(|| ChapterKind::of(path)),
        span,
        title,
        slug,
        numbered: numbered.unwrap_or(true),
        planned: None,
        number: None,
        id: attributes.id.unwrap_or_default(),
        blocks,
        notes: finished.notes,
        language: front.language.or(attributes.language),
    };
    ChapterFile {
        chapter,
        part: front.part,
        numbered,
        ledger: front.ledger,
        notations: finished.notations,
    }
}

/// Takes the first heading that has a text out of the blocks, unless it is deeper than a title may be. Headings in quotes,
/// lists and tables are no titles.
fn take_title(blocks: &mut Vec<Block>, deepest: u8) -> Option<(Heading, Span, Attributes)> {
    for at in 0..blocks.len() {
        let block = blocks.get_mut(at)?;
        match &mut block.kind {
            BlockKind::Heading(heading) if !plain_text(&heading.title).trim().is_empty() => {
                if heading.level > deepest {
                    return None;
                }
                let block = blocks.remove(at);
                let BlockKind::Heading(heading) = block.kind else {
                    return None;
                };
                return Some((heading, block.span, block.attributes));
            }
            BlockKind::Group(inner) => {
                if let Some(found) = take_title(inner, deepest) {
                    if inner.is_empty() && block.attributes.id.is_none() {
                        blocks.remove(at);
                    }
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

fn title_without_heading(path: &str, file: FileId, title: Option<(String, Range<usize>)>) -> (Vec<Inline>, Span) {
    let (text, span) = match title {
        Some((text, at)) => (text, Span::new(file, at)),
        None => (title_of_path(path), Span::new(file, 0..0)),
    };
    (vec![Inline::text(span, text)], span)
}

/// A file's name in words: `02-the-parser.md` is "The parser".
fn title_of_path(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let blank = |c: char| matches!(c, '-' | '_' | ' ' | '.');
    let words = stem.trim_start_matches(|c: char| c.is_ascii_digit() || blank(c));
    let words = if words.is_empty() { stem } else { words };
    let words = words
        .split(blank)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let mut characters = words.chars();
    characters
        .next()
        .map_or_else(|| stem.to_owned(), |first| first.to_uppercase().chain(characters).collect())
}

/// From places in the text that is being parsed to places in its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    file: FileId,
    /// The byte of the file at which the text starts.
    base: usize,
    /// How many bytes stand before the text that are not in the file.
    added: usize,
    /// The end of the place that stands for the whole text, where that is not in the file as it is.
    whole: Option<usize>,
}

impl Place {
    pub(super) fn new(file: FileId, base: usize) -> Self {
        Self {
            file,
            base,
            added: 0,
            whole: None,
        }
    }

    /// The place of a range of the text.
    pub(super) fn span(self, range: Range<usize>) -> Span {
        match self.whole {
            Some(end) => Span::new(self.file, self.base..end),
            None => {
                let at = |offset: usize| self.base + offset.saturating_sub(self.added);
                Span::new(self.file, at(range.start)..at(range.end))
            }
        }
    }

    /// The byte of the text that stands at a byte of the file.
    pub(super) fn local(self, at: u32) -> usize {
        match self.whole {
            Some(_) => 0,
            None => (at as usize).saturating_sub(self.base) + self.added,
        }
    }
}

/// What stands before a caption so that it is a paragraph whatever it begins with.
const BEFORE_LINE: &str = "! ";

/// Reads a caption or another line as inline Markdown. It stands at a byte of the source, or within a range of it where
/// it is not typed as it is.
pub(super) fn read_line(stack: &mut Stack, text: &str, at: Result<usize, Range<usize>>) -> Vec<Inline> {
    let depth = stack.depth() + 1;
    let outer = stack.place;
    let range = match &at {
        Ok(start) => *start..*start,
        Err(range) => range.clone(),
    };
    let span = outer.span(range);
    let place = Place {
        file: span.file,
        base: span.start as usize,
        added: BEFORE_LINE.len(),
        whole: at.is_err().then_some(span.end as usize).or(outer.whole),
    };
    // Line breaks would let a line begin a block.
    let text = format!("{BEFORE_LINE}{}", text.replace(['\n', '\r'], " "));
    let mut reader = Reader::new(Stack::new(&text, place, Kind::Line, depth, stack.settings, stack.diagnostics));
    reader.read();
    let finished = reader.stack.finish(text.len());
    stack.notations.join(finished.notations);
    let mut inlines = finished.inlines;
    if let Some(Inline {
        kind: InlineKind::Text(first),
        ..
    }) = inlines.first_mut()
    {
        let rest = first
            .strip_prefix(BEFORE_LINE.trim_end())
            .unwrap_or(first)
            .trim_start()
            .to_owned();
        *first = rest;
    }
    inlines.retain(|inline| !matches!(&inline.kind, InlineKind::Text(text) if text.is_empty()));
    settle::trimmed(inlines)
}

/// Reads a file that is included, and puts its blocks where the comment stands. Its front matter is not looked at.
pub(super) fn read_included(stack: &mut Stack, context: Context<'_>, file: FileId) {
    let text = context.sources.get(file).text();
    let start = frontmatter::read(text, Place::new(file, 0), &mut Diagnostics::default()).end;
    let body = text.get(start..).unwrap_or_default();
    let depth = stack.depth();
    let slugs = std::mem::take(&mut stack.slugs);
    let place = Place::new(file, start);
    let mut reader = Reader::new(Stack::new(body, place, Kind::Root, depth, stack.settings, stack.diagnostics));
    reader.stack.context = Some(context);
    reader.stack.slugs = slugs;
    reader.read();
    let slugs = std::mem::take(&mut reader.stack.slugs);
    let finished = reader.stack.finish(body.len());
    stack.slugs = slugs;
    stack.notations.join(finished.notations);
    stack.notes.extend(finished.notes);
    finished.blocks.into_iter().for_each(|block| stack.push_block(block));
}

/// A link's target and title as typed.
pub(super) struct Link {
    pub(super) target: String,
    pub(super) title: String,
}

/// Opens a link, or keeps only its text where it may not be one.
pub(super) fn open_link(stack: &mut Stack, link: Option<Link>, origin: Origin, at: Range<usize>, attributes: Attributes) {
    let is_nested = stack.frames.iter().any(|frame| matches!(frame.kind, Kind::Link { .. }));
    let kind = match link {
        Some(link) if is_active_link(&link.target) => {
            let message = "a link that runs a script does not belong in a book; its text is kept";
            stack.report(&codes::ACTIVE_HTML, at.clone(), message);
            Kind::Through
        }
        Some(link) if !is_nested => Kind::Link {
            target: link.target,
            title: link.title,
        },
        _ => Kind::Through,
    };
    stack.open_inline(kind, origin, at, attributes);
}

/// Whether following a link would run something. Browsers skip blanks and control characters in a scheme.
pub(super) fn is_active_link(target: &str) -> bool {
    let mut scheme = String::new();
    for character in target.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(12) {
        if character == ':' {
            return matches!(scheme.as_str(), "javascript" | "vbscript" | "data" | "livescript");
        }
        scheme.push(character.to_ascii_lowercase());
    }
    false
}

/// The path of a picture: without what an address has behind `?` and `#`, and then without its percent-encoding, since
/// `%23` is a `#` in a file's name. Web addresses are left as they are.
pub(super) fn picture_path(typed: &str) -> String {
    let has_scheme = typed
        .split_once(':')
        .is_some_and(|(scheme, _)| !scheme.contains('/') && scheme.len() > 1);
    if has_scheme || typed.starts_with("//") {
        return typed.to_owned();
    }
    let path = typed.split(['?', '#']).next().unwrap_or_default();
    percent_decoded(path)
}

fn percent_decoded(path: &str) -> String {
    if !path.contains('%') {
        return path.to_owned();
    }
    let digit = |byte: Option<&u8>| {
        byte.and_then(|byte| char::from(*byte).to_digit(16))
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        match (*first, digit(more.first()), digit(more.get(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high * 16 + low);
                rest = more.get(2..).unwrap_or_default();
            }
            (byte, ..) => bytes.push(byte),
        }
    }
    // What is not UTF-8 was not encoded as web addresses are, and stays as typed.
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

/// A block of code that is still open.
struct Code {
    info: Option<String>,
    text: String,
    start: usize,
    /// The places of the text's pieces.
    pieces: Vec<Range<usize>>,
}

struct Reader<'s, 'd> {
    stack: Stack<'d>,
    code: Option<Code>,
    html: Option<Html>,
    /// The braces that have been read with the picture before them.
    done: Range<usize>,
    source: &'s str,
}

impl<'s> Reader<'s, 's> {
    fn new(stack: Stack<'s>) -> Self {
        Self {
            source: stack.source,
            stack,
            code: None,
            html: None,
            done: 0..0,
        }
    }

    fn read(&mut self) {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_MATH
            | Options::ENABLE_GFM
            | Options::ENABLE_DEFINITION_LIST;
        let hidden = comments::hidden(colons::hidden(self.source));
        let is_hidden = matches!(hidden, Cow::Owned(_));
        let (mended, faults) = fences::mended(&hidden, options);
        for fault in faults {
            let message =
                "other readers of Markdown see no code here, since there is a backtick behind those that the line begins with";
            if let Some(diagnostic) = self.stack.report(&codes::BAD_ATTRIBUTES, fault, message) {
                diagnostic.hint("use a fence of tildes, `~~~`, or leave the backticks out of the caption");
            }
        }
        for (event, range) in Parser::new_ext(&mended, options).into_offset_iter() {
            self.event(
                if is_hidden {
                    comments::shown(colons::shown(event))
                } else {
                    event
                },
                range,
            );
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if let Some(code) = &mut self.code {
            match event {
                Event::Text(text) => {
                    code.text.push_str(&text);
                    code.pieces.push(range);
                }
                _ => self.end_code(range),
            }
            return;
        }
        if self.done.contains(&range.start) && self.is_done(&event, &range) {
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => {
                foreign::look_at(&mut self.stack, &text, &range);
                self.stack.push_text(&text, range);
            }
            Event::Code(text) => {
                let text = self.stack.clean(&text, range.clone()).into_owned();
                self.inline(range, InlineKind::Code(text));
            }
            Event::InlineMath(latex) => self.math(&latex, false, range),
            Event::DisplayMath(latex) => self.math(&latex, true, range),
            Event::Html(text) => self.html.get_or_insert_default().push(&text, range.start),
            Event::InlineHtml(text) => {
                let mut tag = Html::default();
                tag.push(&text, range.start);
                html::read(&mut self.stack, &tag);
            }
            Event::FootnoteReference(label) => self.inline(range, InlineKind::NoteLabel(note_label(&label))),
            Event::SoftBreak => self.stack.push_soft_break(range),
            Event::HardBreak => self.inline(range, InlineKind::LineBreak),
            Event::Rule => {
                suppressions::settle_waiting(&mut self.stack, &range);
                self.block(range, BlockKind::Rule);
            }
            Event::TaskListMarker(done) => {
                if let Some(Kind::Item { task }) = self.stack.frames.last_mut().map(|frame| &mut frame.kind) {
                    *task = Some(done);
                }
            }
        }
    }

    /// Whether nothing is left to do for what begins in braces that have been read. Of what goes on behind them the rest
    /// is text: the mark that opened it is gone.
    fn is_done(&mut self, event: &Event<'_>, range: &Range<usize>) -> bool {
        if range.end <= self.done.end {
            return true;
        }
        if matches!(event, Event::Start(_) | Event::End(_)) {
            return false;
        }
        let rest = self.done.end..range.end;
        let text = self.source.get(rest.clone()).unwrap_or_default();
        self.stack.push_text(text, rest);
        true
    }

    fn inline(&mut self, range: Range<usize>, kind: InlineKind) {
        let span = self.stack.span(range);
        self.stack.push_inline(Inline::new(span, kind));
    }

    fn block(&mut self, range: Range<usize>, kind: BlockKind) {
        let span = self.stack.span(range);
        self.stack.push_block(Block::new(span, kind));
    }

    fn math(&mut self, latex: &str, display: bool, range: Range<usize>) {
        // pandoc's rule, which keeps prices from being formulas: no digit after the closing dollar.
        let after = self.source.as_bytes().get(range.end);
        if !display && after.is_some_and(u8::is_ascii_digit) {
            let raw = self.source.get(range.clone()).unwrap_or_default();
            self.stack.push_text(raw, range);
            return;
        }
        let latex = self.stack.clean(latex, range.clone());
        // GitHub also writes $`x`$.
        let inner = latex.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
        let latex = inner.unwrap_or(&latex).trim().to_owned();
        let formula = Formula {
            latex,
            display,
            tree: None,
        };
        self.inline(range, InlineKind::Math(formula));
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match &tag {
            Tag::CodeBlock(_) => suppressions::settle_waiting(&mut self.stack, &range),
            tag if is_block(&tag.to_end()) => suppressions::begin_block(&mut self.stack, range.clone()),
            _ => {}
        }
        let origin = Origin::Markdown;
        let none = Attributes::default();
        match tag {
            Tag::Paragraph => {
                self.start_paragraph(range.start);
            }
            Tag::Heading {
                level,
                id,
                classes,
                attrs,
            } => {
                let attributes = heading_attributes(id, classes, attrs);
                self.stack.open_block(Kind::Heading(level as u8), origin, range, attributes);
            }
            Tag::BlockQuote(kind) => self.stack.open_block(Kind::Quote(kind.map(admonition)), origin, range, none),
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Indented => None,
                    CodeBlockKind::Fenced(info) => Some(info.into_string()),
                };
                self.code = Some(Code {
                    info,
                    text: String::new(),
                    start: range.start,
                    pieces: Vec::new(),
                });
            }
            Tag::HtmlBlock => {
                self.html = None;
                suppressions::begin_html(&mut self.stack);
            }
            Tag::List(start) => {
                let kind = Kind::List {
                    start,
                    loose: false,
                    items: Vec::new(),
                };
                self.stack.open_block(kind, origin, range, none);
            }
            Tag::Item => self.stack.open_part(Kind::Item { task: None }, origin, range, none),
            Tag::FootnoteDefinition(label) => self.stack.open_block(Kind::Note(note_label(&label)), origin, range, none),
            Tag::DefinitionList => self.stack.open_block(Kind::Definitions(Vec::new()), origin, range, none),
            Tag::DefinitionListTitle => self.stack.open_part(Kind::Term, origin, range, none),
            Tag::DefinitionListDefinition => self.stack.open_part(Kind::Meaning, origin, range, none),
            Tag::Table(columns) => {
                let table = Table {
                    columns: columns.into_iter().map(alignment).collect(),
                    ..Table::default()
                };
                self.stack.open_block(Kind::Table(table), origin, range, none);
            }
            Tag::TableHead => self.stack.open_part(Kind::Row(true, Row::default()), origin, range, none),
            Tag::TableRow => self.stack.open_part(Kind::Row(false, Row::default()), origin, range, none),
            Tag::TableCell => self.start_cell(range),
            Tag::Emphasis => self.stack.open_inline(Kind::Emphasis, origin, range, none),
            Tag::Strong => self.stack.open_inline(Kind::Strong, origin, range, none),
            Tag::Strikethrough => self.stack.open_inline(Kind::Strikethrough, origin, range, none),
            Tag::Superscript => self.stack.open_inline(Kind::Superscript, origin, range, none),
            Tag::Subscript => self.stack.open_inline(Kind::Subscript, origin, range, none),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => self.start_link(link_type, &dest_url, &title, range),
            Tag::Image { dest_url, title, .. } => self.start_image(&dest_url, &title, range),
            // Metadata is read before pulldown-cmark sees the text.
            Tag::MetadataBlock(_) => {}
        }
    }

    fn start_paragraph(&mut self, start: usize) {
        self.stack.begin_paragraph(start);
        let mut frames = self.stack.frames.iter_mut().rev();
        let is_item = frames.next().is_some_and(|frame| matches!(frame.kind, Kind::Item { .. }));
        if let (true, Some(Kind::List { loose, .. })) = (is_item, frames.next().map(|frame| &mut frame.kind)) {
            *loose = true;
        }
    }

    fn start_cell(&mut self, range: Range<usize>) {
        let header = matches!(self.stack.top().map(|frame| &frame.kind), Some(Kind::Row(true, _)));
        let kind = Kind::Cell {
            columns: 1,
            rows: 1,
            header,
        };
        self.stack.open_part(kind, Origin::Markdown, range, Attributes::default());
    }

    fn start_link(&mut self, link_type: LinkType, target: &str, title: &str, range: Range<usize>) {
        let target = self.stack.clean(target, range.clone());
        let target = with_variables(&mut self.stack, &target, range.clone()).into_owned();
        let link = Link {
            target: if link_type == LinkType::Email {
                format!("mailto:{target}")
            } else {
                target
            },
            title: self.stack.clean(title, range.clone()).into_owned(),
        };
        open_link(&mut self.stack, Some(link), Origin::Markdown, range, Attributes::default());
    }

    fn start_image(&mut self, source: &str, title: &str, range: Range<usize>) {
        let source = self.stack.clean(source, range.clone()).into_owned();
        let kind = Kind::Image {
            source: picture_path(&with_variables(&mut self.stack, &source, range.clone())),
            title: self.stack.clean(title, range.clone()).into_owned(),
        };
        self.stack.open_inline(kind, Origin::Markdown, range, Attributes::default());
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        if is_block(&tag) {
            suppressions::end_block(&mut self.stack);
        }
        match tag {
            TagEnd::Paragraph => self.stack.end_paragraph(range.end),
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                let only_comments = html::read(&mut self.stack, &html);
                suppressions::end_html(&mut self.stack, &range, only_comments);
            }
            TagEnd::Image => {
                self.stack.close_markdown(range.end);
                self.image_attributes(range);
            }
            TagEnd::CodeBlock | TagEnd::MetadataBlock(_) => {}
            TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link => self.stack.close_markdown(range.end),
        }
    }

    /// Braces directly after a picture are its attributes. To pulldown-cmark they are text.
    fn image_attributes(&mut self, range: Range<usize>) {
        let rest = self.source.get(range.end..).unwrap_or_default();
        let Some(length) = Some(rest)
            .filter(|rest| rest.starts_with('{'))
            .and_then(attributes::closing_brace)
        else {
            return;
        };
        let text = rest.get(..length).unwrap_or_default();
        let mut braces = attributes::parse(text);
        if let Some(bad) = braces.bad.first() {
            report_bad_attributes(&mut self.stack, text, bad.clone(), range.end);
            return;
        }
        let end = self.stack.span(range.end + length..range.end + length).end;
        let width = braces.take_value("width");
        let Some(inline) = self.stack.frames.last_mut().and_then(|frame| frame.inlines.last_mut()) else {
            return;
        };
        if let InlineKind::Image(image) = &mut inline.kind {
            image.width = width;
            inline.span.end = end;
            *inline = with(inline.clone(), braces.attributes);
            self.done = range.end..range.end + length;
        }
    }

    fn end_code(&mut self, range: Range<usize>) {
        let Some(code) = self.code.take() else { return };
        let range = code.start.min(range.start)..range.end;
        let Some(info) = &code.info else {
            let listing = Listing {
                code_start: self.code_start(&code, &range),
                code: self.code_text(&code.text, &range),
                ..Listing::default()
            };
            self.block(range, BlockKind::Listing(listing));
            return;
        };
        let line = self.opening_line(&range);
        self.check_closing(&code, &range, line.end);
        let typed = self.source.get(line.clone()).unwrap_or_default();
        let mut fence = fences::parse(typed);
        if let Some(format) = fence.raw.take() {
            self.raw_block(&code, &format, line);
            return;
        }
        if fence.has_options {
            self.stack.note_foreign(Foreign::Options, line.clone());
        }
        for bad in fence.braces.bad.iter().take(1) {
            report_bad_attributes(&mut self.stack, typed, bad.clone(), line.start);
        }
        // pulldown-cmark has resolved entities and escapes in the language.
        if let (Some(language), true) = (&mut fence.language, info.starts_with(|c: char| c != '{')) {
            let end = info
                .find(|c: char| c.is_whitespace() || matches!(c, ',' | '{'))
                .unwrap_or(info.len());
            *language = self
                .stack
                .clean(info.get(..end).unwrap_or_default(), line.clone())
                .into_owned();
        }
        let span = self.stack.span(range.clone());
        let kind = self.fenced(&code, &mut fence, &range, line.clone());
        self.check_words(&fence.braces.attributes.pairs, line);
        self.stack.push_block(Block {
            span,
            attributes: fence.braces.attributes,
            kind,
        });
    }

    /// pandoc's block for one output. HTML is read as it is elsewhere; what is meant for others is left out.
    fn raw_block(&mut self, code: &Code, format: &str, line: Range<usize>) {
        if matches!(format, "html" | "html4" | "html5" | "epub" | "epub2" | "epub3") {
            let mut html = Html::default();
            for piece in &code.pieces {
                html.push(self.source.get(piece.clone()).unwrap_or_default(), piece.start);
            }
            html::read(&mut self.stack, &html);
            self.stack.flush_paragraph();
            return;
        }
        let message = format!("this block is meant for `{format}` alone, and is left out");
        if let Some(diagnostic) = self.stack.report(&codes::NOT_SUPPORTED, line, message) {
            diagnostic.hint("write it in Markdown; `<!-- only: print -->` and `<!-- end -->` keep it in one output");
        }
    }

    /// Words that other tools know, such as `ignore`, are nobody's mistake; one that is nearly a word of ours is.
    fn check_words(&mut self, words: &[(String, String)], line: Range<usize>) {
        const KNOWN: [&str; 10] = [
            "caption", "lines", "hl", "run", "setup", "raises", "versions", "skip", "alt", "title",
        ];
        for (word, _) in words.iter().filter(|(word, _)| !KNOWN.contains(&word.as_str())) {
            if let Some(near) = nearest(word, KNOWN).filter(|near| near.len() > 2 && word.len() > 2) {
                let message = format!("`{word}` means nothing in the line of a fence");
                if let Some(diagnostic) = self.stack.report(&codes::BAD_ATTRIBUTES, line.clone(), message) {
                    diagnostic.hint(format!("did you mean `{near}`?"));
                }
            }
        }
    }

    /// What a fenced block is by its first word.
    fn fenced(&mut self, code: &Code, fence: &mut fences::Fence, range: &Range<usize>, line: Range<usize>) -> BlockKind {
        let text = self.code_text(&code.text, range);
        match fence.language.as_deref() {
            Some("output") => return BlockKind::Output(text),
            Some("math") => {
                return BlockKind::Math(Formula {
                    latex: text.trim().to_owned(),
                    display: true,
                    tree: None,
                });
            }
            _ => {}
        }
        let caption = fence.caption.take().map(|(caption, place)| {
            let at = place.map(|place| line.start + place.start).ok_or(line.clone());
            read_line(&mut self.stack, &caption, at)
        });
        let caption = caption.unwrap_or_default();
        if let Some(language @ ("diagram" | "mermaid")) = fence.language.as_deref() {
            return BlockKind::Diagram(Diagram {
                kind: if language == "mermaid" {
                    language.to_owned()
                } else {
                    std::mem::take(&mut fence.kind)
                },
                lines: self.line_spans(code, &text),
                body: text,
                caption,
            });
        }
        let text = includes::expand(&mut self.stack, text, range);
        let is_rust = matches!(fence.language.as_deref(), Some("rust" | "rs"));
        let (text, whole) = match Some(&text)
            .filter(|_| is_rust)
            .and_then(|text| fences::without_hidden_lines(text))
        {
            Some((shown, whole)) => (shown, Some(whole)),
            None => (text, None),
        };
        let highlighted = self.highlighted(fence, &text, line);
        BlockKind::Listing(Listing {
            language: fence.language.take(),
            code_start: self.code_start(code, range),
            code: text,
            whole,
            caption,
            number: None,
            line_numbers: fence.line_numbers,
            highlighted,
            run: fence.run.take(),
            tokens: Vec::new(),
        })
    }

    fn highlighted(&mut self, fence: &fences::Fence, code: &str, line: Range<usize>) -> Vec<u32> {
        let Some(typed) = &fence.highlighted else { return Vec::new() };
        let count = code.split('\n').count();
        if let Some(lines) = fences::lines(typed, count) {
            return lines;
        }
        let message = format!("`{typed}` does not name lines of this listing, which has {count}");
        if let Some(diagnostic) = self.stack.report(&codes::BAD_ATTRIBUTES, line, message) {
            diagnostic.hint("lines are counted from 1 and written as in `hl=\"2-3,7\"`");
        }
        Vec::new()
    }

    /// What stands after the fence in the line that opens a block of code.
    fn opening_line(&self, range: &Range<usize>) -> Range<usize> {
        let text = self.source.get(range.clone()).unwrap_or_default();
        let line = text.split(['\n', '\r']).next().unwrap_or_default();
        let info = line.trim_start_matches(['`', '~']);
        let blank = info.len() - info.trim_start().len();
        let start = range.start + line.len() - info.len() + blank;
        start..start + info.trim().len()
    }

    /// pulldown-cmark does not tell whether a fence is closed: the source below the code does.
    fn check_closing(&mut self, code: &Code, range: &Range<usize>, line_end: usize) {
        let text = self.source.get(range.clone()).unwrap_or_default();
        let fence = text.chars().next().unwrap_or('`');
        let length = text.len() - text.trim_start_matches(fence).len();
        let below = code.pieces.last().map_or(line_end, |last| last.end).max(line_end);
        let below = self.source.get(below..range.end).unwrap_or_default();
        let closing = below.find(fence).and_then(|at| below.get(at..)).unwrap_or_default();
        let closed = closing.chars().take_while(|c| *c == fence).count() >= length;
        if !closed {
            let at = settle::first_line(self.source, range.clone());
            let message = "no line closes this fence, so all below it in its container is code";
            if let Some(diagnostic) = self.stack.report(&codes::UNCLOSED_FENCE, at, message) {
                let fence = fence.to_string().repeat(length.min(20));
                diagnostic.hint(format!("close it with a line {fence} below the code"));
            }
        }
    }

    /// The code without its last line break, and without what no book may hold.
    fn code_text(&mut self, text: &str, range: &Range<usize>) -> String {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let at = settle::first_line(self.source, range.clone());
        let text = self.stack.clean(text, at);
        if text.contains('\r') {
            return text.replace("\r\n", "\n").replace('\r', "\n");
        }
        text.into_owned()
    }

    fn code_start(&self, code: &Code, range: &Range<usize>) -> u32 {
        let first = code.pieces.first().map_or(range.end, |first| first.start);
        self.stack.span(first..first).start
    }

    /// The place of every line of the code.
    fn line_spans(&self, code: &Code, text: &str) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut current: Option<Range<usize>> = None;
        for piece in &code.pieces {
            let raw = self.source.get(piece.clone()).unwrap_or_default();
            let mut start = piece.start;
            for part in raw.split_inclusive('\n') {
                let end = start + part.trim_end_matches(['\n', '\r']).len();
                let line = current.get_or_insert(start..end);
                line.end = line.end.max(end);
                start += part.len();
                if part.ends_with('\n') {
                    spans.extend(current.take().map(|line| self.stack.span(line)));
                }
            }
        }
        spans.extend(current.map(|line| self.stack.span(line)));
        // Every line has a place, whatever pulldown-cmark says.
        let count = if text.is_empty() { 0 } else { text.split('\n').count() };
        let last = spans
            .last()
            .copied()
            .unwrap_or_else(|| self.stack.span(code.start..code.start));
        spans.resize(count, last);
        spans
    }
}

/// Whether this is a block in which a line of text, and so a comment behind one, may stand. Cells and rows are too small to
/// be spoken of.
fn is_block(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
    )
}

fn report_bad_attributes(stack: &mut Stack, text: &str, bad: Range<usize>, start: usize) {
    let found = text.get(bad.clone()).unwrap_or_default();
    let message = format!("`{found}` is neither `#id`, `.class`, `key=\"value\"` nor a word");
    let at = start + bad.start..start + bad.end;
    if let Some(diagnostic) = stack.report(&codes::BAD_ATTRIBUTES, at, message) {
        diagnostic.hint("attributes look like `{#fig-x .wide width=\"60%\"}`");
    }
}

fn heading_attributes(id: Option<CowStr>, classes: Vec<CowStr>, attrs: Vec<(CowStr, Option<CowStr>)>) -> Attributes {
    let mut attributes = Attributes {
        id: id.map(|id| id.to_string()).filter(|id| attributes::is_name(id)),
        classes: classes.iter().map(ToString::to_string).collect(),
        ..Attributes::default()
    };
    for (key, value) in attrs {
        let value = value.as_deref().unwrap_or_default().trim_matches(['"', '\'']).to_owned();
        match &*key {
            "-" => attributes.classes.push("unnumbered".to_owned()),
            "lang" | "language" => attributes.language = Some(value),
            _ => attributes.pairs.push((key.to_string(), value)),
        }
    }
    attributes
}

fn admonition(kind: BlockQuoteKind) -> AdmonitionKind {
    match kind {
        BlockQuoteKind::Note => AdmonitionKind::Note,
        BlockQuoteKind::Tip => AdmonitionKind::Tip,
        BlockQuoteKind::Important => AdmonitionKind::Important,
        BlockQuoteKind::Warning => AdmonitionKind::Warning,
        BlockQuoteKind::Caution => AdmonitionKind::Caution,
    }
}

fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None => Alignment::Natural,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}
