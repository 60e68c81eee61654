//! The tree as JSON, for `publish tree` and for tests that compare it.
//!
//! Every node is an object that begins with its `kind` and the place it was read from, `at`: line and column, with the file
//! before them where it is not the chapter's own. What is absent or empty is left out. Text without attributes is a plain
//! string. An object or list that fits on a line stands on one. Spaces that look like others are shown by their
//! code: `\u00a0`.

use super::{
    Attributes, Block, BlockKind, Cell, Chapter, ChapterKind, Document, Figure, FigureContent, Image, IndexEntry, IndexMark,
    IndexTerm, Inline, InlineKind, Listing, Part, RangeEnd, Row, Table, Target,
};
use crate::source::{FileId, Sources, Span};

/// The document as JSON, ending in a line break.
pub fn json(document: &Document, sources: &Sources) -> String {
    let parts = document.parts.iter().map(|part| show_part(part, sources)).collect();
    let mut text = String::new();
    Json::Object(vec![("parts", Json::List(parts))]).write(0, &mut text);
    text.push('\n');
    text
}

fn show_part(part: &Part, sources: &Sources) -> Json {
    // A part's title can come from the outline or from book.toml, so its file is always shown.
    let shown = Shown { sources, file: None };
    let mut fields = Fields::default();
    if let Some(title) = &part.title {
        fields.0.push(("title", shown.inlines(title)));
    }
    fields.optional("at", part.span.map(|span| shown.place(span)));
    fields.optional("number", part.number.as_deref());
    fields.text("id", &part.id);
    let chapters = part.chapters.iter().map(|chapter| show_chapter(chapter, sources));
    fields.list("chapters", chapters.collect());
    fields.object()
}

fn show_chapter(chapter: &Chapter, sources: &Sources) -> Json {
    let file = Some(chapter.file);
    let shown = Shown { sources, file };
    let mut fields = Fields::default();
    fields.text("path", &chapter.path);
    // Most often the path tells the kind.
    let told = (chapter.kind != ChapterKind::of(&chapter.path)).then(|| format!("{:?}", chapter.kind).to_lowercase());
    fields.optional("kind", told.as_deref());
    fields.text("at", &shown.place(chapter.span));
    fields.0.push(("title", shown.inlines(&chapter.title)));
    fields.text("slug", &chapter.slug);
    fields.0.push(("numbered", Json::Bool(chapter.numbered)));
    fields.optional("number", chapter.number.as_deref());
    fields.text("id", &chapter.id);
    fields.optional("language", chapter.language.as_deref());
    fields.blocks("blocks", &chapter.blocks, &shown);
    let notes = chapter.notes.iter().map(|note| {
        let mut fields = Fields::default();
        fields.text("label", &note.label);
        fields.text("at", &shown.place(note.span));
        fields.number("number", note.number);
        fields.number("references", note.references);
        fields.blocks("blocks", &note.blocks, &shown);
        fields.object()
    });
    fields.list("notes", notes.collect());
    fields.object()
}

/// What a node needs to show its place.
struct Shown<'a> {
    sources: &'a Sources,
    /// The file that needs no name.
    file: Option<FileId>,
}

impl Shown<'_> {
    fn place(&self, span: Span) -> String {
        let position = self.sources.position(span);
        let place = format!("{}:{}", position.line, position.column);
        match self.file {
            Some(file) if file == span.file => place,
            Some(_) | None => format!("{}:{place}", self.sources.get(span.file).path()),
        }
    }

    fn inlines(&self, inlines: &[Inline]) -> Json {
        Json::List(inlines.iter().map(|inline| self.inline(inline)).collect())
    }

    fn block(&self, block: &Block) -> Json {
        let kind = match &block.kind {
            BlockKind::Paragraph(_) => "paragraph",
            BlockKind::Heading(_) => "heading",
            BlockKind::Section(_) => "section",
            BlockKind::Listing(_) => "listing",
            BlockKind::Output(_) => "output",
            BlockKind::Diagram(_) => "diagram",
            BlockKind::Figure(_) => "figure",
            BlockKind::Table(_) => "table",
            BlockKind::Quote(_) => "quote",
            BlockKind::Admonition(admonition) => admonition.kind.name(),
            BlockKind::List(_) => "list",
            BlockKind::Definitions(_) => "definitions",
            BlockKind::Glossary(_) => "glossary",
            BlockKind::Math(_) => "math",
            BlockKind::Rule => "rule",
            BlockKind::Details { .. } => "details",
            BlockKind::Group(_) => "group",
            BlockKind::Bibliography(_) => "bibliography",
            BlockKind::IndexMarks(_) => "index-marks",
            BlockKind::Index(_) => "index",
        };
        let mut fields = Fields::default();
        fields.text("kind", kind);
        fields.text("at", &self.place(block.span));
        fields.attributes(&block.attributes);
        match &block.kind {
            BlockKind::Paragraph(inlines) => fields.inlines("text", inlines, self),
            BlockKind::Heading(heading) => {
                fields.number("level", u32::from(heading.level));
                fields.inlines("title", &heading.title, self);
                fields.text("slug", &heading.slug);
            }
            BlockKind::Section(section) => {
                fields.number("depth", u32::from(section.depth));
                fields.optional("number", section.number.as_deref());
                fields.inlines("title", &section.title, self);
                fields.text("heading", &self.place(section.heading_span));
                fields.text("slug", &section.slug);
                fields.blocks("blocks", &section.blocks, self);
            }
            BlockKind::Listing(listing) => self.listing(listing, block.span, &mut fields),
            BlockKind::Output(text) => fields.text("text", text),
            BlockKind::Diagram(diagram) => {
                fields.text("diagram", &diagram.kind);
                fields.inlines("caption", &diagram.caption, self);
                fields.text("body", &diagram.body);
                let lines = diagram.lines.iter().map(|span| Json::Text(self.place(*span)));
                fields.list("lines", lines.collect());
            }
            BlockKind::Figure(figure) => self.figure(figure, &mut fields),
            BlockKind::Table(table) => self.table(table, &mut fields),
            BlockKind::Quote(blocks) | BlockKind::Group(blocks) => fields.blocks("blocks", blocks, self),
            BlockKind::Admonition(admonition) => fields.blocks("blocks", &admonition.blocks, self),
            BlockKind::List(list) => {
                if let Some(start) = list.start {
                    fields.0.push(("start", Json::Number(start.to_string())));
                }
                fields.flag("loose", list.loose);
                let items = list.items.iter().map(|item| {
                    let mut fields = Fields::default();
                    fields.text("at", &self.place(item.span));
                    if let Some(done) = item.task {
                        fields.0.push(("task", Json::Bool(done)));
                    }
                    fields.blocks("blocks", &item.blocks, self);
                    fields.object()
                });
                fields.list("items", items.collect());
            }
            BlockKind::Definitions(definitions) => {
                let items = definitions.iter().map(|definition| {
                    let mut fields = Fields::default();
                    let terms = definition.terms.iter().map(|term| self.inlines(term));
                    fields.list("terms", terms.collect());
                    let meanings = definition.meanings.iter().map(|blocks| self.blocks(blocks));
                    fields.list("meanings", meanings.collect());
                    fields.object()
                });
                fields.list("items", items.collect());
            }
            BlockKind::Glossary(entries) => {
                let items = entries.iter().map(|entry| {
                    let mut fields = Fields::default();
                    let terms = entry.terms.iter().map(|term| {
                        let mut fields = Fields::default();
                        fields.text("id", &term.id);
                        fields.inlines("text", &term.content, self);
                        fields.object()
                    });
                    fields.list("terms", terms.collect());
                    let meanings = entry.meanings.iter().map(|blocks| self.blocks(blocks));
                    fields.list("meanings", meanings.collect());
                    fields.object()
                });
                fields.list("items", items.collect());
            }
            BlockKind::Math(formula) => fields.formula(formula),
            BlockKind::Rule => {}
            BlockKind::IndexMarks(marks) => fields.inlines("marks", marks, self),
            BlockKind::Index(groups) => {
                let groups = groups.iter().map(|group| {
                    let mut fields = Fields::default();
                    fields.text("letter", &group.letter);
                    fields.list("entries", self.entries(&group.entries));
                    fields.object()
                });
                fields.list("groups", groups.collect());
            }
            BlockKind::Bibliography(works) => {
                let works = works.iter().map(|work| {
                    let mut fields = Fields::default();
                    fields.text("key", &work.key);
                    fields.inlines("label", &work.label, self);
                    fields.blocks("blocks", &work.blocks, self);
                    fields.object()
                });
                fields.list("works", works.collect());
            }
            BlockKind::Details { summary, blocks } => {
                fields.inlines("summary", summary, self);
                fields.blocks("blocks", blocks, self);
            }
        }
        fields.object()
    }

    fn entries(&self, entries: &[IndexEntry]) -> Vec<Json> {
        let shown = entries.iter().map(|entry| {
            let mut fields = Fields::default();
            fields.inlines("term", &entry.term, self);
            let places = entry.places.iter().map(|ends| match ends.as_slice() {
                [place] => self.inline(place),
                ends => self.inlines(ends),
            });
            fields.list("places", places.collect());
            let see = entry.see.iter().map(|see| {
                let mut fields = Fields::default();
                fields.text("at", &self.place(see.span));
                fields.flag("also", see.also);
                fields.inlines("entry", &see.content, self);
                fields.object()
            });
            fields.list("see", see.collect());
            fields.list("entries", self.entries(&entry.entries));
            fields.object()
        });
        shown.collect()
    }

    fn index_mark(&self, mark: &IndexMark, fields: &mut Fields) {
        let path = |path: &[IndexTerm]| path.iter().map(|term| self.inlines(&term.shown)).collect();
        fields.list("path", path(&mark.path));
        match mark.range {
            Some(RangeEnd::Begin) => fields.text("range", "begin"),
            Some(RangeEnd::End) => fields.text("range", "end"),
            None => {}
        }
        if let Some(see) = &mark.see {
            fields.list(if see.also { "see_also" } else { "see" }, path(&see.path));
        }
    }

    fn blocks(&self, blocks: &[Block]) -> Json {
        Json::List(blocks.iter().map(|block| self.block(block)).collect())
    }

    fn listing(&self, listing: &Listing, span: Span, fields: &mut Fields) {
        fields.optional("language", listing.language.as_deref());
        fields.optional("number", listing.number.as_deref());
        fields.inlines("caption", &listing.caption, self);
        fields.flag("lines", listing.line_numbers);
        let highlighted = listing.highlighted.iter().map(|line| Json::Number(line.to_string()));
        fields.list("highlighted", highlighted.collect());
        if let Some(run) = &listing.run {
            let mut inner = Fields::default();
            inner.optional("setup", run.setup.as_deref());
            inner.optional("raises", run.raises.as_deref());
            inner.optional("versions", run.versions.as_deref());
            inner.optional("skip", run.skip.as_deref());
            fields.0.push(("run", inner.object()));
        }
        let start = listing.code_start as usize;
        fields.text("code_at", &self.place(Span::new(span.file, start..start)));
        fields.text("code", &listing.code);
        if let Some(whole) = &listing.whole {
            fields.text("whole", whole);
        }
        let tokens = listing.tokens.iter().map(|token| {
            let code = listing.code.get(token.start as usize..token.end as usize).unwrap_or_default();
            Json::Text(format!("{} {code}", token.class.name()))
        });
        fields.list("tokens", tokens.collect());
    }

    fn figure(&self, figure: &Figure, fields: &mut Fields) {
        fields.optional("number", figure.number.as_deref());
        fields.inlines("caption", &figure.caption, self);
        let mut inner = Fields::default();
        match &figure.content {
            FigureContent::Image(image) => {
                show_image(image, &mut inner);
                fields.0.push(("image", inner.object()));
            }
            FigureContent::Drawing(drawing) => {
                inner.text("title", &drawing.title);
                inner.text("description", &drawing.description);
                inner.0.push(("width", Json::Number(format!("{:.1}", drawing.width))));
                inner.0.push(("height", Json::Number(format!("{:.1}", drawing.height))));
                fields.0.push(("drawing", inner.object()));
            }
            FigureContent::Blocks(blocks) => fields.blocks("blocks", blocks, self),
        }
    }

    fn table(&self, table: &Table, fields: &mut Fields) {
        fields.optional("number", table.number.as_deref());
        fields.inlines("caption", &table.caption, self);
        let columns = table.columns.iter().map(|alignment| {
            let name = match alignment {
                super::Alignment::Natural => "natural",
                super::Alignment::Left => "left",
                super::Alignment::Center => "center",
                super::Alignment::Right => "right",
            };
            Json::Text(name.to_owned())
        });
        fields.list("columns", columns.collect());
        fields.list("head", table.head.iter().map(|row| self.row(row)).collect());
        fields.list("body", table.body.iter().map(|row| self.row(row)).collect());
    }

    fn row(&self, row: &Row) -> Json {
        Json::List(row.cells.iter().map(|cell| self.cell(cell)).collect())
    }

    /// A cell; a plain one, which is a paragraph and nothing else, is shown by its text alone.
    fn cell(&self, cell: &Cell) -> Json {
        let plain = cell.columns <= 1 && cell.rows <= 1 && !cell.header;
        match cell.blocks.as_slice() {
            [] if plain => Json::List(Vec::new()),
            [block] if plain && block.attributes.is_empty() => match &block.kind {
                BlockKind::Paragraph(inlines) => self.inlines(inlines),
                _ => self.blocks(&cell.blocks),
            },
            blocks => {
                let mut fields = Fields::default();
                fields.flag("header", cell.header);
                if cell.columns > 1 {
                    fields.number("columns", u32::from(cell.columns));
                }
                if cell.rows > 1 {
                    fields.number("rows", u32::from(cell.rows));
                }
                fields.blocks("blocks", blocks, self);
                fields.object()
            }
        }
    }

    fn inline(&self, inline: &Inline) -> Json {
        let kind = match &inline.kind {
            InlineKind::Text(text) if inline.attributes.is_none() => return Json::Text(text.clone()),
            InlineKind::Text(_) => "text",
            InlineKind::SoftBreak => "soft-break",
            InlineKind::LineBreak => "line-break",
            InlineKind::Emphasis(_) => "emphasis",
            InlineKind::Strong(_) => "strong",
            InlineKind::Strikethrough(_) => "strikethrough",
            InlineKind::Superscript(_) => "superscript",
            InlineKind::Subscript(_) => "subscript",
            InlineKind::Keyboard(_) => "keyboard",
            InlineKind::Abbreviation { .. } => "abbreviation",
            InlineKind::Span(_) => "span",
            InlineKind::Code(_) => "code",
            InlineKind::Math(_) => "math",
            InlineKind::Link(_) => "link",
            InlineKind::Reference(_) => "reference",
            InlineKind::Image(_) => "image",
            InlineKind::NoteLabel(_) => "note-label",
            InlineKind::Note { .. } => "note",
            InlineKind::Anchor => "anchor",
            InlineKind::Citation(_) => "citation",
            InlineKind::IndexMark(_) => "index-mark",
        };
        let mut fields = Fields::default();
        fields.text("kind", kind);
        fields.text("at", &self.place(inline.span));
        if let Some(attributes) = &inline.attributes {
            fields.attributes(attributes);
        }
        match &inline.kind {
            InlineKind::Text(text) | InlineKind::Code(text) | InlineKind::NoteLabel(text) => fields.text("text", text),
            InlineKind::SoftBreak | InlineKind::LineBreak | InlineKind::Anchor => {}
            InlineKind::Emphasis(content)
            | InlineKind::Strong(content)
            | InlineKind::Strikethrough(content)
            | InlineKind::Superscript(content)
            | InlineKind::Subscript(content)
            | InlineKind::Keyboard(content)
            | InlineKind::Span(content) => fields.inlines("content", content, self),
            InlineKind::Abbreviation { content, title } => {
                fields.text("title", title);
                fields.inlines("content", content, self);
            }
            InlineKind::Math(formula) => fields.formula(formula),
            InlineKind::Link(link) => {
                fields.target(&link.target);
                fields.text("title", &link.title);
                fields.inlines("content", &link.content, self);
            }
            InlineKind::Reference(reference) => {
                fields.target(&reference.target);
                fields.text("text", &reference.text);
            }
            InlineKind::Image(image) => show_image(image, &mut fields),
            InlineKind::IndexMark(mark) => self.index_mark(mark, &mut fields),
            InlineKind::Citation(citation) => fields.text("text", &citation.typed),
            InlineKind::Note { index, occurrence } => {
                fields.0.push(("index", Json::Number(index.to_string())));
                fields.number("occurrence", *occurrence);
            }
        }
        fields.object()
    }
}

fn show_image(image: &Image, fields: &mut Fields) {
    fields.text("source", &image.source);
    fields.text("alt", &image.alt);
    fields.text("title", &image.title);
    fields.optional("width", image.width.as_deref());
    if let Some(asset) = image.asset {
        fields.0.push(("asset", Json::Number(asset.0.to_string())));
    }
}

/// The fields of an object in order.
#[derive(Default)]
struct Fields(Vec<(&'static str, Json)>);

impl Fields {
    fn object(self) -> Json {
        Json::Object(self.0)
    }

    /// A field with text; left out if there is none.
    fn text(&mut self, name: &'static str, text: &str) {
        if !text.is_empty() {
            self.0.push((name, Json::Text(text.to_owned())));
        }
    }

    /// A field with text that may be absent; shown if it is there, even if it is empty.
    fn optional(&mut self, name: &'static str, text: Option<impl Into<String>>) {
        if let Some(text) = text {
            self.0.push((name, Json::Text(text.into())));
        }
    }

    fn number(&mut self, name: &'static str, number: u32) {
        self.0.push((name, Json::Number(number.to_string())));
    }

    /// A field that is shown only when it is true.
    fn flag(&mut self, name: &'static str, flag: bool) {
        if flag {
            self.0.push((name, Json::Bool(true)));
        }
    }

    fn list(&mut self, name: &'static str, list: Vec<Json>) {
        if !list.is_empty() {
            self.0.push((name, Json::List(list)));
        }
    }

    fn inlines(&mut self, name: &'static str, inlines: &[Inline], shown: &Shown<'_>) {
        if !inlines.is_empty() {
            self.0.push((name, shown.inlines(inlines)));
        }
    }

    fn blocks(&mut self, name: &'static str, blocks: &[Block], shown: &Shown<'_>) {
        if !blocks.is_empty() {
            self.0.push((name, shown.blocks(blocks)));
        }
    }

    fn attributes(&mut self, attributes: &Attributes) {
        self.optional("id", attributes.id.as_deref());
        let classes = attributes.classes.iter().map(|class| Json::Text(class.clone()));
        self.list("classes", classes.collect());
        let pairs = attributes.pairs.iter().map(|(key, value)| {
            let pair = [key, value].map(|text| Json::Text(text.clone()));
            Json::List(pair.into())
        });
        self.list("pairs", pairs.collect());
        self.optional("language", attributes.language.as_deref());
        self.optional("only", attributes.only.map(super::Only::names));
    }

    fn formula(&mut self, formula: &crate::math::Formula) {
        self.text("latex", &formula.latex);
        self.flag("display", formula.display);
        self.flag("parsed", formula.tree.is_some());
    }

    fn target(&mut self, target: &Target) {
        match target {
            Target::Unresolved(text) => self.optional("unresolved", Some(text.as_str())),
            Target::External(address) => self.optional("to", Some(address.as_str())),
            Target::Internal { chapter, id } => {
                self.0.push(("chapter", Json::Number(chapter.to_string())));
                self.optional("to", id.as_ref().map(|id| format!("#{id}")));
            }
            Target::Part { part } => self.0.push(("part", Json::Number(part.to_string()))),
        }
    }
}

/// A JSON value with its keys in the order in which they were given.
enum Json {
    Text(String),
    Number(String),
    Bool(bool),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

/// How long a line may be for an object or list to stand on one line.
const WIDTH: usize = 120;

impl Json {
    /// Writes the value, its first line following what is there, its other lines indented by `indent` spaces.
    fn write(&self, indent: usize, out: &mut String) {
        let start = out.len();
        if self.write_flat(out, start + WIDTH.saturating_sub(indent)) {
            return;
        }
        out.truncate(start);
        let inner = indent + 2;
        match self {
            Self::Text(_) | Self::Number(_) | Self::Bool(_) => {
                self.write_flat(out, usize::MAX);
            }
            Self::List(list) => {
                out.push('[');
                for (at, value) in list.iter().enumerate() {
                    break_line(at, inner, out);
                    value.write(inner, out);
                }
                break_line(0, indent, out);
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (at, (name, value)) in fields.iter().enumerate() {
                    break_line(at, inner, out);
                    write_text(name, out);
                    out.push_str(": ");
                    value.write(inner, out);
                }
                break_line(0, indent, out);
                out.push('}');
            }
        }
    }

    /// Writes the value on one line; gives false, and stops, once the text is longer than `limit`.
    fn write_flat(&self, out: &mut String, limit: usize) -> bool {
        match self {
            Self::Text(text) if text.len() > limit.saturating_sub(out.len()) => return false,
            Self::Text(text) => write_text(text, out),
            Self::Number(number) => out.push_str(number),
            Self::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Self::List(list) => {
                out.push('[');
                for (at, value) in list.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    if !value.write_flat(out, limit) {
                        return false;
                    }
                }
                out.push(']');
            }
            Self::Object(fields) if fields.is_empty() => out.push_str("{}"),
            Self::Object(fields) => {
                out.push_str("{ ");
                for (at, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    write_text(name, out);
                    out.push_str(": ");
                    if !value.write_flat(out, limit) {
                        return false;
                    }
                }
                out.push_str(" }");
            }
        }
        out.len() <= limit
    }
}

fn break_line(at: usize, indent: usize, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Writes a string (RFC 8259, section 7), with the code of what cannot be seen.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{a0}'
            | '\u{ad}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2011}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{feff}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::block::{Admonition, AdmonitionKind};
    use crate::document::{Link, Reference};

    #[test]
    fn the_tree_is_json_that_people_can_read() {
        let mut sources = Sources::default();
        let file = sources.add("a.md", "# A\n\nSee *that*: [b](c)\n\n> [!TIP]\n> A\u{a0}long text\n");
        let span = |range| Span::new(file, range);
        let link = Link {
            content: vec![Inline::text(span(20..21), "b")],
            target: Target::External("https://a.org".into()),
            title: String::new(),
        };
        let reference = Reference {
            target: Target::Internal {
                chapter: 1,
                id: Some("fig-x".into()),
            },
            text: "Figure\u{a0}2.1".into(),
        };
        let paragraph = vec![
            Inline::text(span(5..9), "See \"it\" "),
            Inline::new(span(9..15), InlineKind::Emphasis(vec![Inline::text(span(10..14), "that")])),
            Inline::new(span(17..23), InlineKind::Link(link)),
            Inline::new(span(17..23), InlineKind::Reference(reference)),
        ];
        let tip = Admonition {
            kind: AdmonitionKind::Tip,
            blocks: vec![Block::new(span(36..50), BlockKind::Rule)],
        };
        let mut tip = Block::new(span(25..50), BlockKind::Admonition(tip));
        tip.attributes = Attributes::with_id("t");
        let chapter = Chapter {
            file,
            path: "a.md".into(),
            kind: ChapterKind::Chapter,
            span: span(0..3),
            title: vec![Inline::text(span(2..3), "A")],
            slug: "a".into(),
            numbered: false,
            planned: None,
            number: None,
            id: String::new(),
            blocks: vec![Block::new(span(5..23), BlockKind::Paragraph(paragraph)), tip],
            notes: Vec::new(),
            language: None,
        };
        let part = Part {
            planned: None,
            span: None,
            title: None,
            number: None,
            id: String::new(),
            chapters: vec![chapter],
        };
        let text = json(&Document { parts: vec![part] }, &sources);
        let expected = r##"{
  "parts": [
    {
      "chapters": [
        {
          "path": "a.md",
          "at": "1:1",
          "title": ["A"],
          "slug": "a",
          "numbered": false,
          "blocks": [
            {
              "kind": "paragraph",
              "at": "3:1",
              "text": [
                "See \"it\" ",
                { "kind": "emphasis", "at": "3:5", "content": ["that"] },
                { "kind": "link", "at": "3:13", "to": "https://a.org", "content": ["b"] },
                { "kind": "reference", "at": "3:13", "chapter": 1, "to": "#fig-x", "text": "Figure\u00a02.1" }
              ]
            },
            { "kind": "tip", "at": "5:1", "id": "t", "blocks": [{ "kind": "rule", "at": "6:3" }] }
          ]
        }
      ]
    }
  ]
}
"##;
        assert_eq!(text, expected);
        let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert!(value.is_object());
    }
}
