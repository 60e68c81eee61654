//! Raw HTML in Markdown to tree nodes.
//!
//! HTML is read, never passed through. A piece of it is split into tags and text as the HTML standard (section 13.2.5)
//! says; start tags open frames on the stack on which Markdown's containers lie too, end tags close them. What a book
//! has no counterpart for is reported: of an unknown element the text is kept, of an active one nothing is.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::attributes::is_name;
use super::includes;
use super::markdown::{Link, is_active_link};
use super::only;
use super::stack::{Kind, Origin, Stack, with};
use super::suppressions;
use super::text::with_variables;
use crate::diag::codes;
use crate::document::{Alignment, Attributes, Block, BlockKind, Inline, InlineKind, Row, Table};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use std::borrow::Cow;
use std::ops::Range;

/// A piece of HTML: the lines of a block without the markers of the quotes and lists they stand in, or one tag.
#[derive(Debug, Default)]
pub(super) struct Html {
    text: String,
    /// Where the text's bytes come from: from each of these (a byte of the text, a byte of the source) on, one by one.
    pieces: Vec<(usize, usize)>,
}

impl Html {
    /// Adds text that came from a place in the source.
    pub(super) fn push(&mut self, text: &str, start: usize) {
        let continues = self
            .pieces
            .last()
            .is_some_and(|(at, source)| start.checked_sub(*source) == self.text.len().checked_sub(*at));
        if !continues {
            self.pieces.push((self.text.len(), start));
        }
        self.text.push_str(text);
    }

    /// Where a range of the text stands in the source.
    fn source(&self, range: Range<usize>) -> Range<usize> {
        let at = |offset: usize| {
            let piece = self.pieces.partition_point(|(start, _)| *start <= offset);
            let (start, source) = piece
                .checked_sub(1)
                .and_then(|piece| self.pieces.get(piece))
                .copied()
                .unwrap_or_default();
            source + offset.saturating_sub(start)
        };
        let start = at(range.start);
        let end = if range.is_empty() { start } else { at(range.end - 1) + 1 };
        start..end.max(start)
    }
}

/// A start tag.
struct Tag {
    name: String,
    at: Range<usize>,
    /// `<br/>`: what authors mean by the slash, though HTML gives it a meaning only in elements that have no content.
    closed: bool,
    /// What the tree keeps of its attributes.
    attributes: Attributes,
    /// All of them.
    all: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.all.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn origin(&self) -> Origin {
        Origin::Html(Cow::Owned(self.name.clone()))
    }
}

/// Whether HTML allows an element to lack its end tag, or what it closes of itself.
pub(super) fn may_stay_open(name: &str) -> bool {
    matches!(
        name,
        "li" | "p"
            | "dt"
            | "dd"
            | "tr"
            | "td"
            | "th"
            | "thead"
            | "tbody"
            | "tfoot"
            | "html"
            | "body"
            | "head"
            | "rb"
            | "rp"
            | "rt"
            | "option"
    )
}

/// Elements that never have content.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "param" | "source" | "track" | "wbr"
    )
}

/// Elements that do something, and so do not belong in a book.
fn is_active(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "iframe"
            | "object"
            | "embed"
            | "noscript"
            | "template"
            | "applet"
            | "frame"
            | "frameset"
            | "noembed"
            | "noframes"
    )
}

/// Elements that only describe others, or the page, and show nothing.
fn is_silent(name: &str) -> bool {
    matches!(name, "source" | "track" | "col" | "colgroup" | "param" | "area")
}

/// Reads a piece of HTML, and tells whether there is nothing but comments in it.
pub(super) fn read(stack: &mut Stack, html: &Html) -> bool {
    let start = read_passive(stack, html);
    let text = html.text.get(start..).unwrap_or_default();
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut seen = 0;
    let mut only_comments = start == 0;
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        let local = |span: html5gum::Span| start + span.start..start + span.end;
        only_comments &= match &token {
            Token::String(text) => text.value.trim_ascii().is_empty(),
            Token::Comment(_) | Token::Error(_) => true,
            Token::StartTag(_) | Token::EndTag(_) | Token::Doctype(_) => false,
        };
        match token {
            Token::StartTag(tag) => {
                seen = seen.max(tag.span.end);
                let at = html.source(local(tag.span));
                start_tag(stack, &tag, at);
            }
            Token::EndTag(tag) => {
                seen = seen.max(tag.span.end);
                end_tag(stack, &String::from_utf8_lossy(&tag.name), html.source(local(tag.span)));
            }
            Token::String(text) => {
                seen = seen.max(text.span.end);
                push_text(stack, &String::from_utf8_lossy(&text.value), html, local(text.span));
            }
            Token::Comment(comment) => {
                seen = seen.max(comment.span.end);
                let text = String::from_utf8_lossy(&comment.value);
                read_silent(stack, &text, html, local(comment.span));
            }
            Token::Doctype(doctype) => {
                seen = seen.max(doctype.span.end);
                read_silent(stack, "", html, local(doctype.span));
            }
            Token::Error(_) => {}
        }
    }
    only_comments & !read_rest(stack, html, start + seen)
}

/// Reads a processing instruction or a CDATA section at the beginning, and gives the byte after it. The one shows
/// nothing, the other its text.
fn read_passive(stack: &mut Stack, html: &Html) -> usize {
    let text = html.text.as_str();
    let blank = text.len() - text.trim_start().len();
    let rest = text.get(blank..).unwrap_or_default();
    let (opening, end) = match rest {
        _ if rest.starts_with("<?") => ("<?", "?>"),
        _ if rest.starts_with(CDATA) => (CDATA, "]]>"),
        _ => return 0,
    };
    let Some(length) = rest.find(end) else {
        keep_unclosed(stack, html, blank..text.len(), end);
        return text.len();
    };
    if opening == CDATA {
        let inner = blank + CDATA.len()..blank + length;
        push_text(stack, text.get(inner.clone()).unwrap_or_default(), html, inner);
    }
    blank + length + end.len()
}

/// What opens a CDATA section.
const CDATA: &str = "<![CDATA[";

/// Reads what HTML shows nothing of: a comment, a declaration or an instruction.
fn read_silent(stack: &mut Stack, text: &str, html: &Html, range: Range<usize>) {
    let typed = html.text.get(range.clone()).unwrap_or_default();
    if typed.starts_with("<!--") {
        let closed = typed.ends_with("-->") || typed.ends_with("--!>");
        read_comment(stack, text, closed, html.source(range));
    } else if let Some(inner) = typed.strip_prefix(CDATA).and_then(|rest| rest.strip_suffix("]]>")) {
        let start = range.start + CDATA.len();
        push_text(stack, inner, html, start..start + inner.len());
    } else if !typed.ends_with('>') {
        keep_unclosed(stack, html, range, ">");
    }
}

/// Keeps as text what has no end, since it would take all that stands below it along.
fn keep_unclosed(stack: &mut Stack, html: &Html, range: Range<usize>, end: &str) {
    let line = super::settle::first_line(stack.source, html.source(range.clone()));
    let message = format!("no `{end}` closes this; it is kept as text, as is all below that becomes a part of it");
    if let Some(diagnostic) = stack.report(&codes::UNCLOSED_HTML, line, message) {
        diagnostic.hint(format!(
            "add `{end}` where it is to end; write `&lt;` for the character itself"
        ));
    }
    let mut start = range.start;
    for paragraph in html.text.get(range).unwrap_or_default().split_inclusive("\n\n") {
        push_text(stack, paragraph, html, start..start + paragraph.len());
        stack.flush_paragraph();
        start += paragraph.len();
    }
}

/// A tag that is not complete where the HTML ends is kept as text. Tells whether there is one.
fn read_rest(stack: &mut Stack, html: &Html, seen: usize) -> bool {
    let rest = html.text.get(seen..).unwrap_or_default();
    if rest.trim().is_empty() || stack.is_dropping() {
        return false;
    }
    let at = html.source(seen..html.text.len());
    let line = super::settle::first_line(stack.source, at);
    if let Some(diagnostic) = stack.report(
        &codes::UNCLOSED_HTML,
        line,
        "this tag is not closed by `>`; it is kept as text",
    ) {
        diagnostic.hint("a tag stands between two blank lines as a whole; write `&lt;` for the character itself");
    }
    push_text(stack, rest, html, seen..html.text.len());
    true
}

/// Comments vanish, but for those that mean something in the dialect.
fn read_comment(stack: &mut Stack, text: &str, closed: bool, at: Range<usize>) {
    if !closed {
        let line = super::settle::first_line(stack.source, at.clone());
        if let Some(diagnostic) = stack.report(
            &codes::UNCLOSED_HTML,
            line,
            "this comment is not closed, so all below it is left out",
        ) {
            diagnostic.hint("add `-->` where it is to end");
        }
        return;
    }
    let text = text.trim();
    if let Some(allowed) = text.strip_prefix("allow:").filter(|_| !stack.is_dropping()) {
        suppressions::read(stack, allowed, at);
        return;
    }
    if stack.is_dropping() {
        return;
    }
    let Some((word, rest)) = text.split_once(':') else {
        if text.eq_ignore_ascii_case("end") {
            only::end(stack, at);
        }
        return;
    };
    match word.trim_end().to_ascii_lowercase().as_str() {
        "index" => super::index::read(stack, rest, at),
        "only" => only::begin(stack, rest, at),
        "include" => includes::read(stack, rest, at),
        word => report_slip(stack, word, at),
    }
}

/// Reports a comment that begins with nearly one of the words that are read.
fn report_slip(stack: &mut Stack, word: &str, at: Range<usize>) {
    if word.len() < 4 || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return;
    }
    if let Some(near) = crate::diag::nearest(word, ["index", "only", "include", "allow"]) {
        let message = format!("a comment that begins with `{word}:` is left out");
        if let Some(diagnostic) = stack.report(&codes::NOT_SUPPORTED, at, message) {
            diagnostic.hint(format!("did you mean `{near}:`?"));
        }
    }
}

// Text.

/// Adds text, with runs of blanks as one space and lines as one, as HTML shows them; in `pre` as it stands.
fn push_text(stack: &mut Stack, text: &str, html: &Html, range: Range<usize>) {
    if stack.is_dropping() {
        return;
    }
    let exact = html.text.get(range.clone()) == Some(text);
    let at = |start: usize, end: usize| {
        if exact {
            html.source(range.start + start..range.start + end)
        } else {
            html.source(range.clone())
        }
    };
    if stack.frames.iter().any(|frame| matches!(frame.kind, Kind::Pre { .. })) {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            stack.push_text(line, at(start, start + line.len()));
            start += line.len();
        }
        return;
    }
    let is_blank = |character: char| matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{C}');
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let blank = rest.find(|character: char| !is_blank(character)).unwrap_or(rest.len());
        if blank > 0 {
            let place = at(start, start + blank);
            push_blank(stack, rest.get(..blank).unwrap_or_default().contains('\n'), place);
            start += blank;
            continue;
        }
        // A run of text ends at a blank that would not be kept as it is.
        let end = rest.char_indices().find(|(at, character)| {
            is_blank(*character)
                && (*character != ' '
                    || rest
                        .get(at + 1..)
                        .is_none_or(|next| next.is_empty() || next.starts_with(is_blank)))
        });
        let length = end.map_or(rest.len(), |(at, _)| at);
        stack.push_text(rest.get(..length).unwrap_or_default(), at(start, start + length));
        start += length;
    }
}

fn push_blank(stack: &mut Stack, is_line: bool, at: Range<usize>) {
    if is_line {
        stack.push_soft_break(at);
        return;
    }
    let begins = stack.run.is_empty() && stack.begins();
    if !begins && !stack.run.ends_with_space() {
        stack.push_text(" ", at.start..at.start + 1);
    }
}

// Tags.

fn start_tag(stack: &mut Stack, tag: &StartTag<usize>, at: Range<usize>) {
    let name = String::from_utf8_lossy(&tag.name).into_owned();
    if is_active(&name) {
        let message = format!("`<{name}>` and what is in it do not belong in a book and are left out");
        stack.report(&codes::ACTIVE_HTML, at.clone(), message);
        if !tag.self_closing && !is_void(&name) {
            stack.open_dropped(Origin::Html(Cow::Owned(name)), at);
        }
        return;
    }
    if stack.is_dropping() || is_silent(&name) {
        return;
    }
    let all = attributes(stack, tag, &at);
    let tag = Tag {
        attributes: kept(&all),
        closed: tag.self_closing,
        name,
        at,
        all,
    };
    open(stack, &tag);
    if tag.closed && !is_void(&tag.name) {
        stack.close_html(&tag.name, tag.at.end..tag.at.end);
    }
}

fn open(stack: &mut Stack, tag: &Tag) {
    let opened = open_inline(stack, tag) || open_block(stack, tag) || open_part(stack, tag);
    if opened {
        return;
    }
    let is_nested = stack
        .frames
        .iter()
        .rev()
        .take_while(|frame| frame.origin != Origin::Markdown)
        .any(|frame| matches!((&frame.kind, &frame.origin), (Kind::Through, Origin::Html(name)) if !is_known(name)));
    stack.note_unknown(&tag.name, tag.at.clone(), is_nested);
    if !is_void(&tag.name) {
        stack.open_inline(Kind::Through, tag.origin(), tag.at.clone(), tag.attributes.clone());
    }
}

/// Elements that are read but leave no node of their own.
fn is_known(name: &str) -> bool {
    matches!(
        name,
        "a" | "code" | "picture" | "html" | "body" | "head" | "td" | "th" | "caption"
    ) || KNOWN_BLOCKS.contains(&name)
}

/// Block elements; each of them ends an open `p` (HTML standard, section 13.2.6.4.7).
const KNOWN_BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
    "li",
    "dt",
    "dd",
];

/// Opens an inline element; false if it is none.
fn open_inline(stack: &mut Stack, tag: &Tag) -> bool {
    let mut attributes = tag.attributes.clone();
    let kind = match tag.name.as_str() {
        "em" | "i" | "cite" | "dfn" | "var" => Kind::Emphasis,
        "strong" | "b" => Kind::Strong,
        "s" | "del" | "strike" => Kind::Strikethrough,
        "sub" => Kind::Subscript,
        "sup" => Kind::Superscript,
        "kbd" => Kind::Keyboard,
        "abbr" | "acronym" => match tag.get("title") {
            Some(title) => Kind::Abbreviation(title.to_owned()),
            None => Kind::Span,
        },
        "u" | "ins" => {
            attributes.classes.push("underline".to_owned());
            Kind::Span
        }
        "mark" | "small" | "big" => {
            attributes.classes.push(tag.name.clone());
            Kind::Span
        }
        "span" | "time" | "bdi" | "bdo" | "data" | "font" => Kind::Span,
        "code" | "samp" | "tt" => return open_code(stack, tag),
        "q" => Kind::Quotation,
        "a" => return open_link(stack, tag),
        "picture" => Kind::Picture(false),
        "html" | "body" | "head" => Kind::Through,
        "br" => {
            let span = stack.span(tag.at.clone());
            stack.push_inline(Inline::new(span, InlineKind::LineBreak));
            return true;
        }
        "wbr" => {
            stack.push_text("\u{200B}", tag.at.clone());
            return true;
        }
        "img" => {
            push_image(stack, tag);
            return true;
        }
        _ => return false,
    };
    stack.open_inline(kind, tag.origin(), tag.at.clone(), attributes);
    true
}

/// `code`; directly in a `pre` it only names the language.
fn open_code(stack: &mut Stack, tag: &Tag) -> bool {
    let named = tag.attributes.classes.iter().find_map(|class| {
        let language = class.strip_prefix("language-").or_else(|| class.strip_prefix("lang-"))?;
        Some(language.to_owned())
    });
    let within = stack.frames.iter_mut().rev().find_map(|frame| match &mut frame.kind {
        Kind::Pre { language } => Some(language),
        _ => None,
    });
    let (kind, attributes) = match within {
        Some(language) => {
            *language = language.take().or(named);
            (Kind::Through, Attributes::default())
        }
        None => (Kind::Code, tag.attributes.clone()),
    };
    stack.open_inline(kind, tag.origin(), tag.at.clone(), attributes);
    true
}

fn open_link(stack: &mut Stack, tag: &Tag) -> bool {
    let mut attributes = tag.attributes.clone();
    attributes.id = attributes
        .id
        .or_else(|| tag.get("name").filter(|name| is_name(name)).map(str::to_owned));
    let link = tag.get("href").map(|target| Link {
        target: target.trim().to_owned(),
        title: tag.get("title").unwrap_or_default().to_owned(),
    });
    super::markdown::open_link(stack, link, tag.origin(), tag.at.clone(), attributes);
    true
}

fn push_image(stack: &mut Stack, tag: &Tag) {
    let picture = stack.frames.iter_mut().rev().find_map(|frame| match &mut frame.kind {
        Kind::Picture(seen) => Some(seen),
        _ => None,
    });
    if picture.is_some_and(|seen| std::mem::replace(seen, true)) {
        return;
    }
    let source = tag.get("src").unwrap_or_default().trim();
    if source.is_empty() || is_active_link(source) && !source.starts_with("data:image/") {
        let message = "this `img` names no picture, and is left out";
        stack.report(&codes::ACTIVE_HTML, tag.at.clone(), message);
        return;
    }
    let width = tag.get("width").map(str::to_owned).or_else(|| style(tag, "width"));
    let span = stack.span(tag.at.clone());
    let image = crate::document::Image {
        source: super::markdown::picture_path(source),
        alt: tag.get("alt").unwrap_or_default().trim().to_owned(),
        title: tag.get("title").unwrap_or_default().to_owned(),
        width: width.map(|width| width.trim().to_owned()).filter(|width| !width.is_empty()),
        asset: None,
    };
    stack.push_inline(with(Inline::new(span, InlineKind::Image(image)), tag.attributes.clone()));
}

/// Opens a block element; false if it is none.
fn open_block(stack: &mut Stack, tag: &Tag) -> bool {
    let mut attributes = tag.attributes.clone();
    let kind = match tag.name.as_str() {
        "p" => Kind::Paragraph,
        "div" | "aside" | "footer" | "nav" | "address" => Kind::Group,
        "section" | "article" | "main" | "header" | "hgroup" => Kind::Sectioning,
        "center" => {
            attributes.classes.push("center".to_owned());
            Kind::Group
        }
        "blockquote" => Kind::Quote(None),
        "ul" | "menu" | "dir" => list(None),
        "ol" => list(Some(
            tag.get("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1),
        )),
        "dl" => Kind::Definitions(Vec::new()),
        "table" => Kind::Table(Table::default()),
        "pre" => Kind::Pre { language: language(tag) },
        "figure" => Kind::Figure(Vec::new()),
        "details" => Kind::Details(Vec::new()),
        "summary" => Kind::Summary,
        "h1" => Kind::Heading(1),
        "h2" => Kind::Heading(2),
        "h3" => Kind::Heading(3),
        "h4" => Kind::Heading(4),
        "h5" => Kind::Heading(5),
        "h6" => Kind::Heading(6),
        "hr" => {
            end_paragraph(stack, tag);
            let span = stack.span(tag.at.clone());
            stack.push_block(Block {
                span,
                attributes,
                kind: BlockKind::Rule,
            });
            return true;
        }
        _ => return false,
    };
    end_paragraph(stack, tag);
    stack.open_block(kind, tag.origin(), tag.at.clone(), attributes);
    true
}

fn list(start: Option<u64>) -> Kind {
    Kind::List {
        start,
        loose: false,
        items: Vec::new(),
    }
}

/// The language that the class of a `pre` names: `language-python`, or as Sphinx and GitHub write it.
fn language(tag: &Tag) -> Option<String> {
    let classes = &tag.attributes.classes;
    let named = classes.iter().find_map(|class| {
        let language = class
            .strip_prefix("language-")
            .or_else(|| class.strip_prefix("highlight-source-"))?;
        Some(language.to_owned())
    });
    named.or_else(|| tag.get("lang").filter(|lang| lang.len() > 3).map(str::to_owned))
}

fn end_paragraph(stack: &mut Stack, tag: &Tag) {
    stack.close_implied(&["p"], &["td", "th", "caption", "table"], tag.at.start);
}

/// Opens a part of a list or a table; false if it is none.
fn open_part(stack: &mut Stack, tag: &Tag) -> bool {
    let (at, start) = (tag.at.clone(), tag.at.start);
    match tag.name.as_str() {
        "li" => {
            stack.close_implied(&["li", "p"], &["ul", "ol", "menu", "dir"], start);
            if !matches!(stack.top().map(|frame| &frame.kind), Some(Kind::List { .. })) {
                stack.open_block(list(None), Origin::Implied, at.clone(), Attributes::default());
            }
            stack.open_part(Kind::Item { task: None }, tag.origin(), at, Attributes::default());
        }
        "dt" | "dd" => {
            stack.close_implied(&["dt", "dd", "p"], &["dl"], start);
            if !matches!(stack.top().map(|frame| &frame.kind), Some(Kind::Definitions(_))) {
                stack.open_block(
                    Kind::Definitions(Vec::new()),
                    Origin::Implied,
                    at.clone(),
                    Attributes::default(),
                );
            }
            let kind = if tag.name == "dt" { Kind::Term } else { Kind::Meaning };
            stack.open_part(kind, tag.origin(), at, Attributes::default());
        }
        "figcaption" | "caption" => {
            if matches!(stack.top().map(|frame| &frame.kind), Some(Kind::Table(_))) {
                stack.open_part(Kind::Caption, tag.origin(), at, Attributes::default());
            } else {
                end_paragraph(stack, tag);
                stack.open_block(Kind::Caption, tag.origin(), at, Attributes::default());
            }
        }
        "thead" | "tbody" | "tfoot" => {
            stack.close_implied(&["thead", "tbody", "tfoot", "tr", "td", "th"], &["table"], start);
            open_in_table(stack, tag, Kind::RowGroup(tag.name == "thead"));
        }
        "tr" => {
            stack.close_implied(&["tr", "td", "th"], &["table", "thead", "tbody", "tfoot"], start);
            let head = matches!(stack.top().map(|frame| &frame.kind), Some(Kind::RowGroup(true)));
            open_in_table(stack, tag, Kind::Row(head, Row::default()));
        }
        "td" | "th" => open_cell(stack, tag),
        _ => return false,
    }
    if tag.attributes.id.is_some() && matches!(tag.name.as_str(), "li" | "dt" | "dd" | "td" | "th" | "figcaption" | "caption") {
        let span = stack.span(tag.at.clone());
        stack.give_anchor(tag.attributes.clone(), span);
    }
    true
}

/// Opens a part of a table; outside of one only its content is kept.
fn open_in_table(stack: &mut Stack, tag: &Tag, kind: Kind) {
    let holder = stack.top().map(|frame| &frame.kind);
    if matches!(holder, Some(Kind::Table(_) | Kind::RowGroup(_))) || stack.is_skipping() {
        stack.open_part(kind, tag.origin(), tag.at.clone(), Attributes::default());
    } else {
        stack.open_inline(Kind::Through, tag.origin(), tag.at.clone(), Attributes::default());
    }
}

fn open_cell(stack: &mut Stack, tag: &Tag) {
    stack.close_implied(&["td", "th"], &["table", "thead", "tbody", "tfoot", "tr"], tag.at.start);
    if let Some(Kind::Table(_) | Kind::RowGroup(_)) = stack.top().map(|frame| &frame.kind) {
        let head = matches!(stack.top().map(|frame| &frame.kind), Some(Kind::RowGroup(true)));
        stack.open_part(
            Kind::Row(head, Row::default()),
            Origin::Implied,
            tag.at.clone(),
            Attributes::default(),
        );
    }
    if !matches!(stack.top().map(|frame| &frame.kind), Some(Kind::Row(..))) && !stack.is_skipping() {
        stack.open_inline(Kind::Through, tag.origin(), tag.at.clone(), Attributes::default());
        return;
    }
    let number = |name: &str, most: u16| {
        let typed = tag.get(name).and_then(|value| value.trim().parse::<u16>().ok());
        typed.unwrap_or(1).clamp(1, most)
    };
    let kind = Kind::Cell {
        // The HTML standard (section 4.9.11) allows no more columns than 1000.
        columns: number("colspan", 1000),
        rows: number("rowspan", u16::MAX - 1),
        header: tag.name == "th",
    };
    align_column(stack, tag);
    stack.open_part(kind, tag.origin(), tag.at.clone(), Attributes::default());
}

/// The first cell of a column that says how it is aligned says it for the column.
fn align_column(stack: &mut Stack, tag: &Tag) {
    let typed = tag.get("align").map(str::to_owned).or_else(|| style(tag, "text-align"));
    let alignment = match typed.as_deref().map(str::trim) {
        Some("left") => Alignment::Left,
        Some("center") => Alignment::Center,
        Some("right") => Alignment::Right,
        _ => return,
    };
    let mut column = None;
    for frame in stack.frames.iter_mut().rev().take(3) {
        match (&mut frame.kind, column) {
            (Kind::Row(_, row), None) if row.cells.len() < 1000 => {
                column = Some(row.cells.iter().map(|cell| usize::from(cell.columns)).sum::<usize>())
            }
            (Kind::Table(table), Some(column)) if column < 1000 => {
                if table.columns.len() <= column {
                    table.columns.resize(column + 1, Alignment::Natural);
                }
                if let Some(own @ Alignment::Natural) = table.columns.get_mut(column) {
                    *own = alignment;
                }
                return;
            }
            _ => {}
        }
    }
}

fn end_tag(stack: &mut Stack, name: &str, at: Range<usize>) {
    if is_active(name) {
        stack.close_html(name, at);
        return;
    }
    if stack.is_dropping() || is_silent(name) {
        return;
    }
    if name == "br" {
        let span = stack.span(at);
        stack.push_inline(Inline::new(span, InlineKind::LineBreak));
        return;
    }
    let closed = is_void(name) || stack.close_html(name, at.clone());
    if !closed && !may_stay_open(name) && !stack.is_unknown(name) {
        let message = format!("`</{name}>` closes nothing that is open here; it is left out");
        stack.report(&codes::UNCLOSED_HTML, at, message);
    }
}

// Attributes.

/// The attributes of a tag as text, without those that do something, which are reported.
fn attributes(stack: &mut Stack, tag: &StartTag<usize>, at: &Range<usize>) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (key, value) in &tag.attributes {
        let key = String::from_utf8_lossy(key).into_owned();
        if key.len() > 2 && key.starts_with("on") {
            let message = format!("the event attribute `{key}` does not belong in a book and is left out");
            stack.report(&codes::ACTIVE_HTML, at.clone(), message);
            continue;
        }
        let value = String::from_utf8_lossy(value);
        let value = stack.clean(&value, at.clone()).into_owned();
        let value = with_variables(stack, &value, at.clone()).into_owned();
        all.push((key, value));
    }
    all
}

/// What the tree keeps of a tag's attributes: id, classes, language, and the alignment as a class.
fn kept(all: &[(String, String)]) -> Attributes {
    let mut attributes = Attributes::default();
    for (key, value) in all {
        match key.as_str() {
            "id" if is_name(value) => attributes.id = Some(value.clone()),
            "class" => attributes.classes.extend(value.split_whitespace().map(str::to_owned)),
            "lang" | "xml:lang" if !value.is_empty() => attributes.language = Some(value.clone()),
            "dir" => attributes.pairs.push((key.clone(), value.clone())),
            "align" if matches!(value.as_str(), "left" | "center" | "right") => attributes.classes.push(value.clone()),
            _ => {}
        }
    }
    attributes
}

/// The value of a property in the attribute `style`.
fn style(tag: &Tag, property: &str) -> Option<String> {
    let mut declarations = tag.get("style")?.split(';');
    declarations.find_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        (name.trim() == property).then(|| value.trim().to_owned())
    })
}
