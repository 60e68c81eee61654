//! From the tree to Typst source.
//!
//! A chapter becomes one virtual file. It is markup in which everything is a call of the template's functions, and text is
//! a string literal (`#"text"`): nothing an author types is ever read as Typst. While writing, the offset of every node
//! is kept, so that a message of Typst leads back to the manuscript.

use super::fit::{Fit, Room};
use super::leaf::{self, push_inner, push_string};
use super::mends::Mends;
use super::metrics::Metrics;
use super::origins::{Origins, Standing};
use super::table;
use super::trace::Trace;
use super::world::{Content, VirtualFile};
use crate::assets::{AssetId, FontRole, PictureFormat};
use crate::document::block::{Alignment, Cell, Definition, Figure, FigureContent, List, Section, Table};
use crate::document::grid::{Grid, Placed};
use crate::document::inline::{Width, plain_text};
use crate::document::walk::{Node, query_blocks};
use crate::document::{
    ATTRIBUTION, Attributes, Block, BlockKind, Chapter, GlossaryEntry, Image, IndexEntry, IndexGroup, Inline, InlineKind, Link,
    Order, Reference, Target, WHOLE_BOOK, Work, query,
};
use crate::edition::{Edition, figure_space};
use crate::figures::Drawing;
use crate::manuscript::settings::PdfEdition;
use crate::math::Formula;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How deep containers are indented. Deeper ones keep their text, but no longer move in: a line needs room for words,
/// and Typst refuses layouts deeper than 72.
const DEEPEST: usize = 10;

/// How wide a name in running text may be before it is broken anywhere, in em.
const LONGEST_NAME: f32 = 20.0;

/// Words of letters up to this length are left to hyphenation.
const LONGEST_WORD: usize = 22;

/// Which share of the text's height the head of a table may take.
const TALLEST_HEAD: f64 = 0.4;

/// Which share of the text's height makes a figure a tall one, which floats.
const TALL_FIGURE: f64 = 0.34;

/// The most lines of a list that stays on one page.
const SHORT_LIST: usize = 5;

/// Where the template stands among the virtual files.
pub(super) const TEMPLATE_PATH: &str = "/book.typ";

/// The template. A book's own is put after it, in the same file, so that what it defines again takes effect.
const TEMPLATE: &str = include_str!("../../../styles/book.typ");

/// Writes all virtual files of an edition, and which Markdown each place of them comes from.
pub(super) fn write(edition: &Edition, kind: PdfEdition, mends: &Mends) -> (Vec<VirtualFile>, Trace) {
    let book = Book::new(edition, kind, mends);
    let mut trace = Trace::default();
    let mut template = TEMPLATE.to_owned();
    if let Some(own) = &edition.assets.typst {
        template.push('\n');
        trace.own_template(template.len());
        template.push_str(own);
    }
    let mut files = vec![
        text_file("/theme.typ", super::front::theme(edition, kind)),
        text_file(TEMPLATE_PATH, template),
    ];
    let mut media = BTreeMap::new();
    let mut emitted = BTreeSet::new();
    for (at, chapter) in edition.document.chapters().enumerate() {
        let mut writer = Writer::new(&book, at, chapter, &mut media, &mut emitted);
        writer.out.push_str("#import \"/book.typ\": *\n");
        writer.write_blocks(&chapter.blocks);
        let path = chapter_path(at);
        trace.add(&path, writer.offsets);
        trace.add_origins(&path, writer.origins);
        files.push(text_file(&path, writer.out));
    }
    let (main, offsets, origins) = super::front::main(&book, &mut media, &mut emitted);
    trace.add("/main.typ", offsets);
    trace.add_origins("/main.typ", origins);
    files.push(text_file("/main.typ", main));
    files.extend(media.into_iter().map(|(path, content)| VirtualFile { path, content }));
    (files, trace)
}

/// How the code, the pictures and the tables of an edition fit the pages, in order of chapters.
pub(super) fn fits(edition: &Edition, kind: PdfEdition) -> Vec<Fit> {
    let mends = Mends::default();
    let book = Book::new(edition, kind, &mends);
    let mut media = BTreeMap::new();
    let mut emitted = BTreeSet::new();
    let mut fits = Vec::new();
    for (at, chapter) in edition.document.chapters().enumerate() {
        let mut writer = Writer::new(&book, at, chapter, &mut media, &mut emitted);
        writer.fits = Some(Vec::new());
        writer.write_blocks(&chapter.blocks);
        fits.extend(writer.fits.into_iter().flatten());
    }
    fits
}

/// The path of a chapter's file.
pub(super) fn chapter_path(at: usize) -> String {
    format!("/chapter/{:03}.typ", at + 1)
}

/// The chapter, from 0, whose file has this path.
pub(super) fn chapter_of(path: &str) -> Option<usize> {
    let number = path.strip_prefix("/chapter/")?.strip_suffix(".typ")?;
    number.parse::<usize>().ok()?.checked_sub(1)
}

fn text_file(path: &str, text: String) -> VirtualFile {
    VirtualFile {
        path: path.to_owned(),
        content: Content::Text(text),
    }
}

/// What all chapters of a book share while they are written.
pub(super) struct Book<'a> {
    /// The edition.
    pub(super) edition: &'a Edition,
    /// Print or screen.
    pub(super) kind: PdfEdition,
    /// What is written otherwise than usual.
    pub(super) mends: &'a Mends,
    /// The labels of all places that something leads to.
    pub(super) wanted: BTreeSet<String>,
    /// For each chapter, whether it belongs to a titled part: its headings are then one level lower.
    pub(super) in_part: Vec<bool>,
    /// The numbers of the document's nodes, where it is kept which of them each text was written for.
    pub(super) order: Option<Order>,
    sans: Metrics<'a>,
    pub(super) mono: Metrics<'a>,
}

impl<'a> Book<'a> {
    fn new(edition: &'a Edition, kind: PdfEdition, mends: &'a Mends) -> Self {
        let parts = &edition.document.parts;
        let in_part: Vec<bool> = parts
            .iter()
            .flat_map(|part| part.chapters.iter().map(|_| part.title.is_some()))
            .collect();
        let listed = kind == PdfEdition::Print && edition.settings.page_list.is_some();
        let mut wanted = super::front::wanted(edition);
        query(&edition.document, |_, node| {
            if let Node::Inline(inline) = node {
                let target = match &inline.kind {
                    InlineKind::Link(link) => Some(&link.target),
                    InlineKind::Reference(reference) => Some(&reference.target),
                    _ => None,
                };
                wanted.extend(target.and_then(|target| label(target, in_part.len(), parts.len())));
            }
        });
        Self {
            edition,
            kind,
            mends,
            wanted,
            in_part,
            order: listed.then(|| Order::of(&edition.document)),
            sans: Metrics::new(&edition.assets.fonts, FontRole::Sans),
            mono: Metrics::new(&edition.assets.fonts, FontRole::Mono),
        }
    }

    fn label(&self, target: &Target) -> Option<String> {
        label(target, self.in_part.len(), self.edition.document.parts.len())
    }
}

/// The label of a place in the book; `None` for what lies outside of it or does not exist.
fn label(target: &Target, chapters: usize, parts: usize) -> Option<String> {
    match target {
        Target::Internal { chapter, id } if *chapter < chapters => Some(match id {
            Some(id) => format!("c{chapter}:{id}"),
            None => format!("c{chapter}"),
        }),
        Target::Part { part } if *part < parts => Some(format!("p{part}")),
        Target::Internal { .. } | Target::Part { .. } | Target::External(_) | Target::Unresolved(_) => None,
    }
}

/// What surrounds the inlines that are being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Running text.
    Text,
    /// A footnote, in which no other begins.
    Note,
    /// The head of a table, which is repeated on every page: nothing in it may be labelled.
    Head,
    /// A title in the table of contents or a running head: letters only.
    Title,
}

/// An image at its size on the page.
struct Shown {
    path: String,
    /// Which picture of the manuscript it is; `None` for a drawing.
    picture: Option<AssetId>,
    alt: String,
    /// In pt.
    width: f64,
    /// In pt.
    height: f64,
}

/// Writes one file.
pub(super) struct Writer<'a, 'b> {
    pub(super) book: &'b Book<'a>,
    /// The source so far.
    pub(super) out: String,
    /// Where each node's source begins, and its Markdown.
    pub(super) offsets: Vec<(usize, Span)>,
    /// What was found out about code, pictures and tables on the way, if anybody asks.
    pub(super) fits: Option<Vec<Fit>>,
    /// Where the letters come from, if anybody asks.
    pub(super) origins: Option<Origins>,
    chapter: usize,
    notes: &'b [crate::document::Note],
    /// The printed number of each note that was referred to.
    numbers: Vec<Option<u32>>,
    next_note: u32,
    /// Web addresses that already have a note in this chapter.
    addresses: BTreeMap<String, u32>,
    sections: usize,
    open: bool,
    pub(super) place: Place,
    pub(super) depth: usize,
    /// How many styles of text are nested.
    styles: usize,
    /// The room for text where the writer stands, in pt.
    pub(super) measure: f64,
    /// In a table: the room of the column in em of its type. Wider words are broken.
    column: Option<f32>,
    held: Vec<String>,
    media: &'b mut BTreeMap<String, Content>,
    emitted: &'b mut BTreeSet<String>,
}

impl<'a, 'b> Writer<'a, 'b> {
    /// A writer for the chapter with this place in the book.
    pub(super) fn new(
        book: &'b Book<'a>,
        at: usize,
        chapter: &'b Chapter,
        media: &'b mut BTreeMap<String, Content>,
        emitted: &'b mut BTreeSet<String>,
    ) -> Self {
        Self {
            book,
            out: String::new(),
            offsets: Vec::new(),
            fits: None,
            origins: book.order.as_ref().map(|_| Origins::new(None)),
            chapter: at,
            notes: &chapter.notes,
            numbers: vec![None; chapter.notes.len()],
            next_note: 1,
            addresses: BTreeMap::new(),
            sections: 0,
            open: false,
            place: Place::Text,
            depth: 0,
            styles: 0,
            measure: book.edition.settings.print.measure(),
            column: None,
            held: Vec::new(),
            media,
            emitted,
        }
    }

    fn mark(&mut self, span: Span) {
        self.offsets.push((self.out.len(), span));
    }

    /// Appends code; a string literal that stands open is closed first.
    pub(super) fn code(&mut self, code: &str) {
        self.close();
        self.out.push_str(code);
    }

    fn close(&mut self) {
        if self.open {
            self.out.push('"');
            self.open = false;
        }
    }

    /// Appends text. Neighbouring texts share a literal, since each costs Typst a node.
    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.column {
            Some(room) if self.has_wide_word(text, room) => {
                self.code("#{(");
                self.push_pieces(text, room, &self.book.sans);
                // With the comma one piece is an array too.
                self.out.push_str(",).join()}");
            }
            _ => {
                if !self.open {
                    self.out.push('#');
                    if let Some(origins) = &mut self.origins {
                        origins.open(self.out.len());
                    }
                    self.out.push('"');
                    self.open = true;
                }
                if let Some(origins) = &mut self.origins {
                    origins.add(text);
                }
                push_inner(&mut self.out, text);
            }
        }
    }

    /// Whether a word is wider than a column of `room` em, and not one that hyphenation divides.
    fn has_wide_word(&self, text: &str, room: f32) -> bool {
        // No letter is wider than a little over one em, and most text is far from the limit.
        let wide = |word: &str| {
            let plain = word.len() <= LONGEST_WORD && word.chars().all(char::is_alphabetic);
            !plain && word.len() as f32 * 1.3 > room && self.book.sans.width(word) * 1.06 > room
        };
        text.split(' ').any(wide)
    }

    /// Appends `name[` ... `]` around what `content` writes.
    fn wrap(&mut self, head: &str, content: impl FnOnce(&mut Self)) {
        self.code(head);
        self.out.push('[');
        content(self);
        self.close();
        self.out.push(']');
    }

    /// Writes inside a container that takes `indent` pt of the measure.
    fn inside(&mut self, indent: f64, content: impl FnOnce(&mut Self)) {
        let measure = self.measure;
        self.measure = (measure - indent).max(60.0);
        self.depth += 1;
        content(self);
        self.depth -= 1;
        self.measure = measure;
    }

    /// Whether containers no longer move in.
    fn too_deep(&self) -> bool {
        self.depth >= DEEPEST
    }

    /// Makes the place one that links lead to, if any does.
    fn anchor(&mut self, attributes: &Attributes) {
        if let Some(id) = &attributes.id {
            self.anchor_id(&format!("c{}:{id}", self.chapter));
        }
    }

    fn anchor_id(&mut self, label: &str) {
        if self.place == Place::Title || !self.book.wanted.contains(label) {
            return;
        }
        if self.place == Place::Head {
            self.held.push(label.to_owned());
        } else if self.emitted.insert(label.to_owned()) {
            self.code("#a(");
            push_string(&mut self.out, label);
            self.out.push(')');
        }
    }

    /// Writes blocks below one another. A figure that has to stand later is written behind the next listing.
    pub(super) fn write_blocks(&mut self, blocks: &[Block]) {
        let mut later = Vec::new();
        let source = self.source();
        for (at, block) in blocks.iter().enumerate() {
            let next = blocks.get(at + 1).map(|next| &next.kind);
            let previous = at.checked_sub(1).and_then(|at| blocks.get(at)).map(|previous| &previous.kind);
            self.close();
            if at > 0 || self.depth == 0 {
                self.out.push_str("\n\n");
            }
            let ends = matches!(block.kind, BlockKind::Section(_)) || is_behind_listing(previous, &block.kind);
            if ends {
                self.write_later(&mut later);
            }
            self.write_short(previous, block, blocks.get(at + 1));
            if self.book.mends.late.contains(&block.span) {
                later.push(block);
                continue;
            }
            self.mark(block.span);
            self.enter_block(block);
            self.write_set_off(block, previous, next);
        }
        self.write_later(&mut later);
        self.leave(source);
    }

    /// Writes what makes the page end early on which a paragraph begins: before a figure that stands before it, since floats
    /// keep their order.
    fn write_short(&mut self, previous: Option<&BlockKind>, block: &Block, next: Option<&Block>) {
        let may_float = |kind: &BlockKind| matches!(kind, BlockKind::Figure(_) | BlockKind::Table(_));
        let paragraph = match next {
            Some(next) if may_float(&block.kind) => next.span,
            _ if previous.is_some_and(may_float) => return,
            _ => block.span,
        };
        if self.depth == 0
            && let Some(lines) = self.book.mends.short.get(&paragraph)
        {
            let _ = write!(self.out, "#short-page({lines})\n\n");
        }
    }

    /// Writes the figures that had to wait.
    fn write_later(&mut self, later: &mut Vec<&Block>) {
        for block in later.drain(..) {
            self.close();
            self.mark(block.span);
            self.enter_block(block);
            self.write_set_off(block, None, None);
            self.out.push_str("\n\n");
        }
    }

    /// Writes a block with the room around it. A listing and its output share theirs.
    fn write_set_off(&mut self, block: &Block, previous: Option<&BlockKind>, next: Option<&BlockKind>) {
        let goes_on = matches!((previous, &block.kind), (Some(BlockKind::Listing(_)), BlockKind::Output(_)));
        let is_joined = matches!((&block.kind, next), (BlockKind::Listing(_), Some(BlockKind::Output(_))));
        let room = if self.depth == 0 { room_around(&block.kind) } else { None };
        let led = matches!(previous, Some(BlockKind::Paragraph(inlines)) if leads(inlines));
        let mends = self.book.mends;
        let floats = !led && mends.afloat.contains(&block.span) && !mends.still.contains(&block.span);
        let floats = floats && room.is_some() && matches!(block.kind, BlockKind::Table(_));
        match room {
            Some(_) if floats => self.out.push_str("#floating["),
            Some(room) if !goes_on => {
                let _ = write!(self.out, "#set-off({room}pt)[");
            }
            _ => {}
        }
        if floats {
            self.standing(Standing::Float, |writer| writer.write_in_language(block, previous, next));
        } else {
            self.write_in_language(block, previous, next);
        }
        self.close();
        if room.is_some() && !is_joined {
            self.out.push(']');
        }
    }

    fn write_in_language(&mut self, block: &Block, previous: Option<&BlockKind>, next: Option<&BlockKind>) {
        match block.attributes.language.as_deref().and_then(language) {
            Some((lang, region)) => {
                let head = format!("#text(lang: \"{lang}\", region: {region})");
                self.wrap(&head, |writer| writer.write_block(block, previous, next));
            }
            None => self.write_block(block, previous, next),
        }
    }

    fn write_block(&mut self, block: &Block, previous: Option<&BlockKind>, next: Option<&BlockKind>) {
        match &block.kind {
            BlockKind::Paragraph(inlines) if self.depth == 0 && leads(inlines) && next.is_some_and(is_led_to) => {
                let head = format!("#lead({})", matches!(previous, Some(BlockKind::Paragraph(_))));
                self.wrap(&head, |writer| {
                    writer.anchor(&block.attributes);
                    writer.write_inlines(inlines);
                });
            }
            BlockKind::Paragraph(inlines) if block.attributes.classes.iter().any(|class| class == ATTRIBUTION) => {
                self.wrap("#attribution", |writer| {
                    writer.anchor(&block.attributes);
                    writer.write_inlines(inlines);
                });
            }
            BlockKind::Paragraph(inlines) => {
                let mends = self.book.mends;
                let calm = mends.calm.contains(&block.span);
                self.out.push_str(if calm { "#calm[" } else { "" });
                self.anchor(&block.attributes);
                self.write_inlines(inlines);
                self.code(if calm { "]" } else { "" });
            }
            BlockKind::Heading(heading) => {
                self.wrap("#minor", |writer| {
                    writer.anchor(&block.attributes);
                    writer.write_inlines(&heading.title);
                });
            }
            BlockKind::Section(section) => self.write_section(section, &block.attributes),
            BlockKind::Listing(listing) => {
                let joined = matches!(next, Some(BlockKind::Output(_)));
                self.write_listing(listing, block, joined);
            }
            BlockKind::Output(output) => {
                self.anchor(&block.attributes);
                self.write_output(output, block.span, matches!(previous, Some(BlockKind::Listing(_))));
            }
            // Diagrams are drawn before an edition is bound; one that could not be drawn shows its description.
            BlockKind::Diagram(diagram) => self.write_output(&diagram.body, block.span, false),
            BlockKind::Figure(figure) => {
                let led = matches!(previous, Some(BlockKind::Paragraph(inlines)) if leads(inlines));
                self.write_figure(figure, block, led);
            }
            BlockKind::Table(table) => self.write_table(table, block),
            BlockKind::Quote(blocks) => self.write_container("#quoted", 20.0, &block.attributes, blocks),
            BlockKind::Admonition(admonition) => {
                let name = self.book.edition.terms.admonition(admonition.kind);
                let head = format!("#admonition(\"{}\", {})", admonition.kind.name(), leaf::string(name));
                self.write_container(&head, 14.0, &block.attributes, &admonition.blocks);
            }
            BlockKind::List(list) => self.write_list(list, &block.attributes),
            BlockKind::Definitions(definitions) => self.write_definitions(definitions, &block.attributes),
            BlockKind::Glossary(entries) => self.write_glossary(entries, &block.attributes),
            BlockKind::Math(formula) => {
                self.anchor(&block.attributes);
                self.write_formula(formula);
            }
            BlockKind::Rule => self.code("#ornament"),
            BlockKind::Details { summary, blocks } => self.write_details(summary, blocks, &block.attributes),
            BlockKind::Group(blocks) if block.attributes.classes.iter().any(|class| class == WHOLE_BOOK) => {
                self.wrap("#whole-book", |writer| {
                    writer.inside(0.0, |writer| writer.write_blocks(blocks))
                });
            }
            BlockKind::Group(blocks) => {
                self.anchor(&block.attributes);
                self.inside(0.0, |writer| writer.write_blocks(blocks));
            }
            BlockKind::IndexMarks(marks) => self.write_inlines(marks),
            BlockKind::Index(groups) => self.write_index(groups, &block.attributes),
            BlockKind::Bibliography(works) => self.write_bibliography(works, &block.attributes),
        }
    }

    /// Writes the index in two columns. Entries below another stand behind it, moved in.
    fn write_index(&mut self, groups: &[IndexGroup], attributes: &Attributes) {
        self.anchor(attributes);
        self.code("#index[");
        for group in groups {
            self.code("#index-letter(");
            push_string(&mut self.out, &group.letter);
            self.out.push(')');
            self.write_entries(&group.entries, 0);
        }
        self.code("]");
    }

    fn write_entries(&mut self, entries: &[IndexEntry], level: usize) {
        for entry in entries {
            let _ = write!(self.closed(), "\n#index-entry({level}, (");
            for ends in &entry.places {
                let labels: Vec<String> = ends.iter().filter_map(|end| self.label_of(end)).collect();
                match labels.as_slice() {
                    [place] => push_string(&mut self.out, place),
                    [from, .., to] => {
                        let _ = write!(self.out, "({}, {})", leaf::string(from), leaf::string(to));
                    }
                    [] => continue,
                }
                self.out.push_str(", ");
            }
            self.out.push_str("), ");
            self.wrap("", |writer| writer.write_inlines(&entry.term));
            self.out.push_str(", ");
            self.write_see(entry);
            self.out.push(')');
            self.write_entries(&entry.entries, level + 1);
        }
    }

    /// The label of the place that an entry of the index leads to.
    fn label_of(&self, place: &Inline) -> Option<String> {
        match &place.kind {
            InlineKind::Reference(reference) => self.book.label(&reference.target),
            _ => None,
        }
    }

    fn write_see(&mut self, entry: &IndexEntry) {
        let terms = &self.book.edition.terms;
        self.out.push('(');
        let mut said = None;
        for see in &entry.see {
            let word = if see.also { terms.see_also } else { terms.see };
            self.wrap("", |writer| {
                if said.replace(word) != Some(word) {
                    let _ = write!(writer.closed(), "#emph(");
                    push_string(&mut writer.out, word);
                    writer.out.push(')');
                    writer.text(" ");
                }
                writer.write_inlines(&see.content);
            });
            self.out.push_str(", ");
        }
        self.out.push(')');
    }

    /// Writes the works that are cited: with their labels before them, or each with its first line standing out.
    fn write_bibliography(&mut self, works: &[Work], attributes: &Attributes) {
        self.anchor(attributes);
        let labelled = works.iter().any(|work| !work.label.is_empty());
        self.code("#works(");
        if labelled {
            self.out.push('(');
            for work in works {
                self.wrap("", |writer| writer.write_inlines(&work.label));
                self.out.push_str(", ");
            }
            self.out.push_str("), ");
        } else {
            self.out.push_str("none, ");
        }
        for work in works {
            self.wrap("", |writer| writer.inside(20.0, |writer| writer.write_blocks(&work.blocks)));
            self.out.push_str(", ");
        }
        self.out.push(')');
    }

    fn write_container(&mut self, head: &str, indent: f64, attributes: &Attributes, blocks: &[Block]) {
        if self.too_deep() {
            self.anchor(attributes);
            self.write_blocks(blocks);
            return;
        }
        self.wrap(head, |writer| {
            writer.anchor(attributes);
            writer.inside(indent, |writer| writer.write_blocks(blocks));
        });
    }

    fn write_section(&mut self, section: &Section, attributes: &Attributes) {
        self.mark(section.heading_span);
        // Parts and chapters stand above sections, and PDF/UA-1 (ISO 14289-1, 7.4.2) allows no level to be left out.
        let in_part = self.book.in_part.get(self.chapter).copied().unwrap_or(false);
        let level = section.depth.saturating_add(1 + u8::from(in_part)).min(6);
        let head = if section.depth == 1 {
            self.sections += 1;
            format!(
                "#section({level}, {}, \"s{}.{}\", \"h{}\")",
                leaf::optional(section.number.as_deref()),
                self.chapter,
                self.sections,
                self.chapter
            )
        } else {
            format!(
                "#subsection({level}, {}, {})",
                section.depth,
                leaf::optional(section.number.as_deref())
            )
        };
        self.wrap(&head, |writer| {
            writer.anchor(attributes);
            writer.write_inlines(&section.title);
        });
        self.write_blocks(&section.blocks);
    }

    /// Appends `caption: (number, [text])` as an argument, or nothing.
    pub(super) fn caption(&mut self, term: &str, number: Option<&str>, caption: &[Inline], attributes: &Attributes) {
        let prefix = number.map(|number| format!("{term}\u{a0}{number}"));
        self.code("(");
        self.out.push_str(&leaf::optional(prefix.as_deref()));
        self.out.push_str(", ");
        if caption.is_empty() {
            self.out.push_str("none");
        } else {
            self.wrap("", |writer| writer.write_inlines(caption));
        }
        self.out.push_str(", ");
        let label = attributes.id.as_ref().map(|id| format!("c{}:{id}", self.chapter));
        let label = label.filter(|label| self.place == Place::Text && self.book.wanted.contains(label));
        match label {
            Some(label) if self.emitted.insert(label.clone()) => push_string(&mut self.out, &label),
            _ => self.out.push_str("none"),
        }
        self.out.push(')');
    }

    /// Writes a figure where it stands. A tall one that is numbered may move to the head or foot of a page, unless a line
    /// leads directly to it (`led`).
    fn write_figure(&mut self, figure: &Figure, block: &Block, led: bool) {
        let attributes = &block.attributes;
        let term = self.book.edition.terms.figure;
        let shown = match &figure.content {
            FigureContent::Image(image) => self.picture(image),
            FigureContent::Drawing(drawing) => Some(self.drawing(drawing)),
            FigureContent::Blocks(_) => None,
        };
        let floats = !led && self.depth == 0 && figure.number.is_some();
        let is_tall = |shown: &Shown| shown.height > self.text_height() * TALL_FIGURE;
        let mends = self.book.mends;
        let wants_to = mends.afloat.contains(&block.span) || shown.as_ref().is_some_and(is_tall);
        let floats = floats && wants_to && !mends.still.contains(&block.span);
        let (call, standing) = match &figure.content {
            FigureContent::Blocks(_) => ("#framed(", Standing::Text),
            _ if floats => ("#floated(", Standing::Float),
            _ => ("#figured(", Standing::Text),
        };
        self.code(call);
        self.standing(standing, |writer| {
            writer.caption(term, figure.number.as_deref(), &figure.caption, attributes);
            writer.out.push_str(")[");
            match (&figure.content, shown) {
                (FigureContent::Blocks(blocks), _) => writer.inside(0.0, |writer| writer.write_blocks(blocks)),
                (FigureContent::Image(image), None) => writer.write_absent(image),
                (_, Some(shown)) => writer.push_image(&shown, block.span),
                (FigureContent::Drawing(_), None) => {}
            }
            writer.close();
        });
        self.out.push(']');
    }

    fn text_height(&self) -> f64 {
        let print = &self.book.edition.settings.print;
        print.height - print.top - print.bottom
    }

    fn drawing(&mut self, drawing: &Drawing) -> Shown {
        let svg = crate::figures::svg::print(drawing, &self.book.edition.theme);
        let path = format!("/fig/{:032x}.svg", typst::utils::hash128(&svg));
        self.media.insert(path.clone(), Content::Text(svg));
        self.fit(
            path,
            &drawing.description,
            f64::from(drawing.width),
            f64::from(drawing.height),
        )
    }

    /// A picture at its size on the page; `None` where it could not be read.
    fn picture(&mut self, image: &Image) -> Option<Shown> {
        let id = image.asset?;
        let picture = self.book.edition.assets.pictures.get(id.0)?;
        let path = format!("/picture/{}.{}", id.0, picture.format.extension());
        self.media
            .entry(path.clone())
            .or_insert_with(|| Content::Bytes(picture.bytes.clone()));
        // Raster pictures at 150 px an inch, vector ones as CSS has them, 96.
        let scale = if picture.format == PictureFormat::Svg {
            0.75
        } else {
            72.0 / 150.0
        };
        let (wide, high) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
        let width = match image.width() {
            Some(Width::Percent(percent)) => percent / 100.0 * self.measure,
            // As CSS has them, 96 to an inch.
            Some(Width::Px(px)) => px * 0.75,
            None => wide * scale,
        };
        let shown = self.fit(path, &image.alt, width, width * high / wide);
        Some(Shown {
            picture: Some(id),
            ..shown
        })
    }

    /// Shrinks a picture to the measure, and to most of a page's height.
    fn fit(&self, path: String, alt: &str, width: f64, height: f64) -> Shown {
        let shrink = (self.measure / width.max(1.0))
            .min(figure_space(&self.book.edition.settings.print).height / height.max(1.0))
            .min(1.0);
        Shown {
            path,
            picture: None,
            alt: alt.to_owned(),
            width: width * shrink,
            height: height * shrink,
        }
    }

    fn push_image(&mut self, shown: &Shown, span: Span) {
        if let (Some(fits), Some(asset)) = (&mut self.fits, shown.picture) {
            let (width, measure) = (shown.width, self.measure);
            let room = Room::Picture { asset, width, measure };
            fits.push(Fit { span, room });
        }
        self.code("#");
        self.note_origin(0, 0);
        self.out.push_str("image(");
        push_string(&mut self.out, &shown.path);
        self.out.push_str(", alt: ");
        push_string(&mut self.out, &shown.alt);
        let _ = write!(self.out, ", width: {:.3}pt)", shown.width);
    }

    /// The description of a picture that could not be read.
    fn write_absent(&mut self, image: &Image) {
        self.wrap("#absent", |writer| writer.text(&image.alt));
    }

    fn write_table(&mut self, table: &Table, block: &Block) {
        let attributes = &block.attributes;
        let grid = Grid::of(table);
        if grid.width == 0 || self.too_deep() {
            self.write_flat(table, attributes);
            return;
        }
        let size = f64::from(self.book.edition.theme.sizes.table);
        let columns = table::columns(&grid, self.measure, size, &self.book.sans, &self.book.mono);
        if let (Some(fits), Some(squeezed)) = (&mut self.fits, columns.squeezed) {
            let room = Room::Table {
                columns: grid.width,
                widest: squeezed.column,
                needed: squeezed.needed,
                measure: self.measure,
            };
            fits.push(Fit { span: block.span, room });
        }
        // What the repeated head may not carry stands before the table.
        let Grid { width, head, body } = grid;
        let start = self.out.len();
        let marks = self.offsets.len();
        let noted = self.origins.as_ref().map_or(0, |origins| origins.list.len());
        self.code("#tabular(");
        self.caption(
            self.book.edition.terms.table,
            table.number.as_deref(),
            &table.caption,
            attributes,
        );
        let height = self.estimate(&columns, &body) + self.estimate(&columns, &head);
        let page = self.book.edition.settings.print.height;
        // Ragged lines need hyphens only where a column holds a few words.
        let narrow = columns.widths.iter().any(|width| *width < columns.size * 11.0);
        let _ = write!(
            self.out,
            ", {:.2}pt, {}, {narrow}, table(inset: (x: {:.2}pt, y: 3.5pt), columns: (",
            columns.size,
            height > page * 0.45,
            columns.inset
        );
        for width in &columns.widths {
            let _ = write!(self.out, "{width:.2}pt, ");
        }
        self.out.push_str("), align: (");
        for at in 0..width {
            self.out
                .push_str(alignment(table.columns.get(at).copied().unwrap_or_default()));
            self.out.push_str(", ");
        }
        self.out.push_str("), ");
        // A head may not be broken. One that is no head by its size is set as what it is, bold rows.
        let head_height = self.estimate(&columns, &head);
        if head_height > self.text_height() * TALLEST_HEAD {
            self.write_rows(&head, &columns, true);
        } else if !head.is_empty() {
            let repeat = head_height < page * 0.2;
            let _ = write!(self.out, "table.header(repeat: {repeat}, ");
            let place = std::mem::replace(&mut self.place, Place::Head);
            self.standing(Standing::Head, |writer| writer.write_rows(&head, &columns, true));
            self.place = place;
            self.out.push_str("), table.hline(stroke: head-rule), ");
        }
        self.write_rows(&body, &columns, false);
        self.out.push_str("))");
        self.release(start, marks, noted);
    }

    /// Writes what is in a table one below the other, where there is no room for columns.
    fn write_flat(&mut self, table: &Table, attributes: &Attributes) {
        self.anchor(attributes);
        self.write_inlines(&table.caption);
        for cell in table.head.iter().chain(&table.body).flat_map(|row| &row.cells) {
            self.close();
            self.out.push_str("\n\n");
            self.write_blocks(&cell.blocks);
        }
    }

    /// Puts the labels that a table's head would have carried before the table.
    fn release(&mut self, start: usize, marks: usize, noted: usize) {
        let held = std::mem::take(&mut self.held);
        let mut before = String::new();
        for label in held {
            if self.emitted.insert(label.clone()) {
                before.push_str("#a(");
                push_string(&mut before, &label);
                before.push(')');
            }
        }
        if before.is_empty() {
            return;
        }
        self.out.insert_str(start, &before);
        for (offset, _) in self.offsets.iter_mut().skip(marks) {
            *offset += before.len();
        }
        if let Some(origins) = &mut self.origins {
            origins.shift(noted, before.len());
        }
    }

    fn write_rows(&mut self, rows: &[Vec<Placed<'_>>], columns: &table::Columns, head: bool) {
        for placed in rows.iter().flatten() {
            let spans = placed.columns > 1 || placed.rows > 1;
            if spans {
                let _ = write!(self.out, "table.cell(colspan: {}, rowspan: {})", placed.columns, placed.rows);
            }
            self.out.push('[');
            if let Some(cell) = placed.cell {
                let widths = columns.widths.iter().skip(placed.column).take(placed.columns);
                let width: f64 = widths.sum::<f64>() - 2.0 * columns.inset;
                self.write_cell(cell, width, columns.size, head || cell.header);
            }
            self.close();
            self.out.push_str("], ");
        }
    }

    fn write_cell(&mut self, cell: &Cell, width: f64, size: f64, strong: bool) {
        let measure = std::mem::replace(&mut self.measure, width.max(20.0));
        let column = self.column.replace((width / size) as f32);
        self.depth += 1;
        if strong {
            self.wrap("#th", |writer| writer.write_blocks(&cell.blocks));
        } else {
            self.write_blocks(&cell.blocks);
        }
        self.depth -= 1;
        self.column = column;
        self.measure = measure;
    }

    /// About how high some rows will be, in pt; rather more than less.
    fn estimate(&self, columns: &table::Columns, rows: &[Vec<Placed<'_>>]) -> f64 {
        let height = |placed: &Placed<'_>| {
            let widths = columns.widths.iter().skip(placed.column).take(placed.columns);
            let width = (widths.sum::<f64>() - 2.0 * columns.inset).max(4.0);
            let letters = (width / (columns.size * 0.55)).max(1.0) as usize;
            let blocks = placed.cell.map(|cell| cell.blocks.as_slice()).unwrap_or_default();
            lines_of(blocks, letters).max(1) as f64
        };
        let row = |row: &Vec<Placed<'_>>| row.iter().map(height).fold(1.0, f64::max) * columns.size * 1.35 + 7.0;
        rows.iter().map(row).sum()
    }

    fn write_list(&mut self, list: &List, attributes: &Attributes) {
        if self.too_deep() {
            self.anchor(attributes);
            for item in &list.items {
                self.out.push_str("\n\n");
                self.write_blocks(&item.blocks);
            }
            return;
        }
        self.anchor(attributes);
        let kept = self.depth == 0 && is_short(list, self.measure / f64::from(self.book.edition.theme.sizes.text));
        if kept {
            self.code("#kept[");
        }
        self.write_items(list);
        if kept {
            self.out.push(']');
        }
    }

    fn write_items(&mut self, list: &List) {
        let tasks = list.items.iter().any(|item| item.task.is_some());
        let loose = if list.loose { "-loose" } else { "" };
        let indent = if list.start.is_some() { 26.0 } else { 18.0 };
        match list.start {
            _ if tasks => {
                let _ = write!(self.out, "#tasks{loose}((");
                for item in &list.items {
                    self.out.push_str(match item.task {
                        Some(true) => "done, ",
                        Some(false) => "undone, ",
                        None => "bullet, ",
                    });
                }
                self.out.push_str("), ");
            }
            Some(start) => {
                let _ = write!(self.out, "#ol{loose}(start: {}, ", start.min(1_000_000_000));
            }
            None => {
                let _ = write!(self.out, "#ul{loose}(");
            }
        }
        for item in &list.items {
            self.mark(item.span);
            self.wrap("", |writer| writer.inside(indent, |writer| writer.write_blocks(&item.blocks)));
            self.out.push_str(", ");
        }
        self.out.push(')');
    }

    fn write_definitions(&mut self, definitions: &[Definition], attributes: &Attributes) {
        self.anchor(attributes);
        for definition in definitions {
            for term in &definition.terms {
                self.wrap("#term", |writer| writer.write_inlines(term));
                self.out.push('\n');
            }
            for meaning in &definition.meanings {
                self.write_container("#meaning", 18.0, &Attributes::default(), meaning);
                self.close();
                self.out.push('\n');
            }
        }
    }

    fn write_glossary(&mut self, entries: &[GlossaryEntry], attributes: &Attributes) {
        self.anchor(attributes);
        for entry in entries {
            for term in &entry.terms {
                self.mark(term.span);
                let label = format!("c{}:{}", self.chapter, term.id);
                self.wrap("#term", |writer| {
                    writer.anchor_id(&label);
                    writer.write_inlines(&term.content);
                });
                self.out.push('\n');
            }
            for meaning in &entry.meanings {
                self.write_container("#meaning", 18.0, &Attributes::default(), meaning);
                self.close();
                self.out.push('\n');
            }
        }
    }

    fn write_details(&mut self, summary: &[Inline], blocks: &[Block], attributes: &Attributes) {
        self.wrap("#summary", |writer| {
            writer.anchor(attributes);
            writer.write_inlines(summary);
        });
        self.write_container("#details", 14.0, &Attributes::default(), blocks);
    }

    /// Writes a title for the table of contents or a running head: no notes, no links, nothing labelled.
    pub(super) fn write_title(&mut self, title: &[Inline]) {
        let place = std::mem::replace(&mut self.place, Place::Title);
        self.wrap("", |writer| writer.write_inlines(title));
        self.place = place;
    }

    /// Writes a title where it stands, with its notes and links.
    pub(super) fn write_heading(&mut self, title: &[Inline]) {
        self.wrap("", |writer| writer.write_inlines(title));
    }

    /// Writes inlines beside one another.
    pub(super) fn write_inlines(&mut self, inlines: &[Inline]) {
        let source = self.source();
        for inline in inlines {
            self.enter_inline(inline);
            if !self.open {
                self.mark(inline.span);
            }
            if let Some(attributes) = &inline.attributes {
                self.anchor(attributes);
                if let Some((lang, region)) = attributes.language.as_deref().and_then(language) {
                    let head = format!("#text(lang: \"{lang}\", region: {region})");
                    self.wrap(&head, |writer| writer.write_inline(inline));
                    continue;
                }
            }
            self.write_inline(inline);
        }
        self.leave(source);
    }

    fn write_inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) => self.text(text),
            InlineKind::SoftBreak => self.text(" "),
            InlineKind::LineBreak if self.place == Place::Title => self.text(" "),
            InlineKind::LineBreak => self.code("#linebreak()"),
            InlineKind::Emphasis(content) => self.write_styled("#emph", content),
            InlineKind::Strong(content) => self.write_styled("#strong", content),
            InlineKind::Strikethrough(content) => self.write_styled("#strike", content),
            InlineKind::Superscript(content) => self.write_styled("#super", content),
            InlineKind::Subscript(content) => self.write_styled("#sub", content),
            InlineKind::Keyboard(content) => self.write_styled("#key", content),
            InlineKind::Span(content) if has_small_capitals(inline) => self.write_styled("#smallcaps", content),
            InlineKind::Abbreviation { content, .. } | InlineKind::Span(content) => self.write_inlines(content),
            InlineKind::Code(code) => self.write_code(code),
            InlineKind::Math(formula) => self.write_formula(formula),
            InlineKind::Link(link) => self.write_link(link),
            InlineKind::Reference(reference) => self.write_reference(reference),
            InlineKind::Image(image) => self.write_inline_image(image, inline.span),
            InlineKind::NoteLabel(label) => {
                self.text("[^");
                self.text(label);
                self.text("]");
            }
            InlineKind::Note { index, .. } => self.write_note(*index),
            // Where they stand is an anchor, which is written with the attributes.
            InlineKind::Anchor | InlineKind::IndexMark(_) => {}
            // None is left after the citations pass; as typed, should there be one.
            InlineKind::Citation(citation) => self.text(&citation.typed),
        }
    }

    fn write_styled(&mut self, head: &str, content: &[Inline]) {
        if self.styles >= DEEPEST {
            self.write_inlines(content);
            return;
        }
        self.styles += 1;
        self.wrap(head, |writer| writer.write_inlines(content));
        self.styles -= 1;
    }

    fn write_code(&mut self, code: &str) {
        self.code("#c(");
        let room = self.column.unwrap_or(LONGEST_NAME) / table::INLINE_CODE as f32;
        self.push_pieces(code, room, &self.book.mono);
        self.out.push(')');
    }

    fn write_inline_image(&mut self, image: &Image, span: Span) {
        if self.place == Place::Title {
            self.text(&image.alt);
            return;
        }
        match self.picture(image) {
            Some(mut shown) => {
                // Without a width of the author's, a picture in a line is no taller than the line.
                let line = f64::from(self.book.edition.theme.sizes.text) * 1.2;
                if image.width.is_none() && shown.height > line {
                    shown.width *= line / shown.height;
                    shown.height = line;
                }
                self.wrap("#inline-picture", |writer| writer.push_image(&shown, span));
            }
            None => self.write_absent(image),
        }
    }

    fn write_formula(&mut self, formula: &Formula) {
        match crate::math::typst(formula) {
            Some(code) => {
                self.code("#");
                self.note_origin(0, 0);
                self.out.push_str(&code);
                // A formula may end in a call; what follows must not become its argument.
                self.out.push(';');
            }
            None => {
                self.code(if formula.display { "#formula-text(" } else { "#c(" });
                self.push_pieces(&formula.latex, LONGEST_NAME, &self.book.mono);
                self.out.push(')');
            }
        }
    }

    fn write_link(&mut self, link: &Link) {
        match &link.target {
            _ if self.place == Place::Title => self.write_inlines(&link.content),
            Target::Internal { .. } | Target::Part { .. } => match self.book.label(&link.target) {
                Some(label) => self.write_internal(&label, |writer| writer.write_inlines(&link.content)),
                None => self.write_inlines(&link.content),
            },
            Target::External(address) => self.write_external(address, &link.content),
            Target::Unresolved(_) => self.write_inlines(&link.content),
        }
    }

    /// A link inside the book: live on screen, plain words in print.
    fn write_internal(&mut self, label: &str, content: impl FnOnce(&mut Self)) {
        match self.book.kind {
            PdfEdition::Print => content(self),
            PdfEdition::Screen => {
                let head = format!("#i({})", leaf::string(label));
                self.wrap(&head, content);
            }
        }
    }

    /// A link out of the book: live on screen; in print the address stands in a footnote, unless the text shows it.
    fn write_external(&mut self, address: &str, content: &[Inline]) {
        if self.book.kind == PdfEdition::Screen {
            let head = format!("#w({})", leaf::string(address));
            self.wrap(&head, |writer| writer.write_inlines(content));
            return;
        }
        let shown = address.strip_prefix("mailto:").unwrap_or(address);
        if shows(content, shown) {
            self.code("#address(");
            let room = self.column.unwrap_or(LONGEST_NAME);
            self.push_pieces(&plain_text(content), room, &self.book.sans);
            self.out.push(')');
            return;
        }
        self.write_inlines(content);
        match self.place {
            Place::Text => self.write_address_note(shown),
            Place::Note => {
                self.text(" (");
                self.code("#address(");
                self.push_pieces(shown, self.column.unwrap_or(LONGEST_NAME), &self.book.sans);
                self.out.push(')');
                self.text(")");
            }
            Place::Head | Place::Title => {}
        }
    }

    fn write_address_note(&mut self, address: &str) {
        if let Some(number) = self.addresses.get(address).copied() {
            let _ = write!(self.closed(), "#super(\"{number}\")");
            return;
        }
        let number = self.take_number();
        self.addresses.insert(address.to_owned(), number);
        let _ = write!(self.closed(), "#note(\"{number}\", none)[#address(");
        self.standing(Standing::Note, |writer| {
            writer.push_pieces(address, LONGEST_NAME, &writer.book.sans)
        });
        self.out.push_str(")]");
    }

    fn closed(&mut self) -> &mut String {
        self.close();
        &mut self.out
    }

    fn take_number(&mut self) -> u32 {
        let number = self.next_note;
        self.next_note += 1;
        number
    }

    fn write_reference(&mut self, reference: &Reference) {
        match self.book.label(&reference.target) {
            Some(label) if self.place != Place::Title => match self.book.kind {
                PdfEdition::Screen => {
                    let head = format!("#i({})", leaf::string(&label));
                    self.wrap(&head, |writer| writer.text(&reference.text));
                }
                PdfEdition::Print => {
                    self.text(&reference.text);
                    self.code("#on-page(");
                    push_string(&mut self.out, &label);
                    self.out.push(')');
                }
            },
            _ => self.text(&reference.text),
        }
    }

    /// Writes a footnote where it is first referred to, and its mark wherever it is referred to again.
    fn write_note(&mut self, index: usize) {
        if self.place == Place::Title {
            return;
        }
        let notes = self.notes;
        let Some(note) = notes.get(index) else { return };
        let label = format!("n{}.{index}", self.chapter);
        if let Some(number) = self.numbers.get(index).copied().flatten() {
            let linked = self.book.kind == PdfEdition::Screen && self.emitted.contains(&label);
            let label = linked.then_some(label.as_str());
            let _ = write!(self.closed(), "#again(\"{number}\", {})", leaf::optional(label));
            return;
        }
        // A footnote cannot begin in a footnote or in a head that is repeated; there it is put in brackets.
        if self.place != Place::Text {
            self.text(" (");
            self.write_note_blocks(&note.blocks);
            self.text(")");
            return;
        }
        let number = self.take_number();
        if let Some(slot) = self.numbers.get_mut(index) {
            *slot = Some(number);
        }
        let again = note.references > 1 && self.emitted.insert(label.clone());
        let _ = write!(
            self.closed(),
            "#note(\"{number}\", {})[",
            leaf::optional(again.then_some(label.as_str()))
        );
        let around = self.offsets.last().map(|(_, span)| *span);
        self.mark(note.span);
        self.write_note_blocks(&note.blocks);
        self.close();
        self.out.push(']');
        // What follows belongs to the text around the note again.
        if let Some(span) = around {
            self.mark(span);
        }
    }

    fn write_note_blocks(&mut self, blocks: &[Block]) {
        let place = self.place;
        if place == Place::Text {
            self.place = Place::Note;
        }
        let column = self.column.take();
        let measure = std::mem::replace(&mut self.measure, self.book.edition.settings.print.measure());
        self.standing(Standing::Note, |writer| {
            writer.inside(12.0, |writer| writer.write_blocks(blocks));
        });
        self.measure = measure;
        self.column = column;
        self.place = place;
    }
}

/// About how many lines blocks have below one another, with so many letters on a line.
fn lines_of(blocks: &[Block], letters: usize) -> usize {
    let mut lines = 0;
    query_blocks(blocks, &mut |node| match node {
        Node::Block(block) => {
            lines += match &block.kind {
                BlockKind::Paragraph(inlines) => lines_of_text(inlines, letters),
                BlockKind::Listing(listing) => 3 + lines_of_code(&listing.code, letters),
                BlockKind::Output(text) => 3 + lines_of_code(text, letters),
                BlockKind::Diagram(diagram) => 3 + lines_of_code(&diagram.body, letters),
                BlockKind::Figure(_) | BlockKind::Math(_) => 12,
                BlockKind::Heading(heading) => 2 + lines_of_text(&heading.title, letters),
                BlockKind::Details { summary, .. } => 1 + lines_of_text(summary, letters),
                BlockKind::Section(_)
                | BlockKind::Table(_)
                | BlockKind::Quote(_)
                | BlockKind::Admonition(_)
                | BlockKind::List(_)
                | BlockKind::Definitions(_)
                | BlockKind::Glossary(_)
                | BlockKind::Rule
                | BlockKind::Bibliography(_)
                | BlockKind::Index(_)
                | BlockKind::Group(_) => 2,
                BlockKind::IndexMarks(_) => 0,
            }
        }
        // A picture in a line is as high as the line, unless the author has given it a width.
        Node::Inline(inline) => {
            lines += usize::from(matches!(&inline.kind, InlineKind::Image(image) if image.width.is_some())) * 12
        }
    });
    lines
}

fn lines_of_text(inlines: &[Inline], letters: usize) -> usize {
    1 + plain_text(inlines).chars().count() / letters.max(1) + line_breaks(inlines)
}

/// Code is wider than text, and what goes on below is indented.
fn lines_of_code(code: &str, letters: usize) -> usize {
    code.split('\n')
        .map(|line| 1 + line.chars().count() * 2 / letters.max(1))
        .sum()
}

fn line_breaks(inlines: &[Inline]) -> usize {
    let breaks = |inline: &Inline| match &inline.kind {
        InlineKind::LineBreak => 1,
        kind => line_breaks(kind.content().unwrap_or_default()),
    };
    inlines.iter().map(breaks).sum()
}

/// Whether a list has so few lines, on a measure of so many em, that it is better not broken over pages.
fn is_short(list: &List, measure: f64) -> bool {
    let letters = (measure * 2.0).max(20.0) as usize;
    let lines = list.items.iter().map(|item| match item.blocks.as_slice() {
        [
            Block {
                kind: BlockKind::Paragraph(inlines),
                ..
            },
        ] => lines_of_text(inlines, letters),
        _ => SHORT_LIST,
    });
    lines.take(SHORT_LIST + 1).sum::<usize>() <= SHORT_LIST
}

/// Whether a paragraph is a line or two that end in a colon.
fn leads(inlines: &[Inline]) -> bool {
    let text = plain_text(inlines);
    text.trim_end().ends_with(':') && text.len() < 170
}

/// Whether a block is one that such a line leads to.
fn is_led_to(kind: &BlockKind) -> bool {
    match kind {
        BlockKind::Listing(_)
        | BlockKind::Output(_)
        | BlockKind::Figure(_)
        | BlockKind::Diagram(_)
        | BlockKind::Table(_)
        | BlockKind::Quote(_)
        | BlockKind::List(_)
        | BlockKind::Definitions(_)
        | BlockKind::Glossary(_)
        | BlockKind::Math(_) => true,
        BlockKind::Paragraph(_)
        | BlockKind::Heading(_)
        | BlockKind::Section(_)
        | BlockKind::Admonition(_)
        | BlockKind::Rule
        | BlockKind::Details { .. }
        | BlockKind::Group(_)
        | BlockKind::Bibliography(_)
        | BlockKind::IndexMarks(_)
        | BlockKind::Index(_) => false,
    }
}

/// Whether a block is the first behind a listing and its output.
fn is_behind_listing(previous: Option<&BlockKind>, kind: &BlockKind) -> bool {
    match previous {
        Some(BlockKind::Listing(_)) => !matches!(kind, BlockKind::Output(_)),
        Some(BlockKind::Output(_)) => true,
        _ => false,
    }
}

/// The room around a block that is no running text, above and below together, in pt; `None` where it is, or where the
/// template itself takes care of it.
fn room_around(kind: &BlockKind) -> Option<f32> {
    match kind {
        BlockKind::Listing(_) | BlockKind::Output(_) | BlockKind::Diagram(_) => Some(12.0),
        BlockKind::Table(_) => Some(16.0),
        BlockKind::Quote(_) | BlockKind::List(_) | BlockKind::Math(_) | BlockKind::Definitions(_) => Some(8.0),
        BlockKind::Admonition(_) | BlockKind::Details { .. } => Some(14.0),
        BlockKind::Rule => Some(24.0),
        BlockKind::Paragraph(_)
        | BlockKind::Heading(_)
        | BlockKind::Section(_)
        | BlockKind::Figure(_)
        | BlockKind::Group(_)
        | BlockKind::Glossary(_)
        | BlockKind::Bibliography(_)
        | BlockKind::IndexMarks(_)
        | BlockKind::Index(_) => None,
    }
}

/// Whether an inline asks for small capitals.
fn has_small_capitals(inline: &Inline) -> bool {
    let classes = inline.attributes.as_ref().map(|attributes| attributes.classes.as_slice());
    classes
        .unwrap_or_default()
        .iter()
        .any(|class| class == crate::document::SMALL_CAPITALS)
}

/// Whether a link's text is its address, with or without scheme and closing slash, or the DOI in it.
fn shows(content: &[Inline], address: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim();
        let text = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .unwrap_or(text);
        let text = text.strip_prefix("doi.org/").unwrap_or(text);
        text.trim_end_matches('/').to_lowercase()
    };
    bare(&plain_text(content)) == bare(address)
}

/// The language and region of a BCP 47 tag as Typst has them: two or three letters, and a region of two.
pub(super) fn language(tag: &str) -> Option<(String, String)> {
    let letters = |part: &&str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let mut parts = tag.split('-');
    let lang = parts.next().filter(|part| letters(part, 2, 3))?.to_ascii_lowercase();
    let region = parts.find(|part| letters(part, 2, 2));
    let region = region.map_or_else(|| "none".to_owned(), |region| format!("\"{}\"", region.to_ascii_uppercase()));
    Some((lang, region))
}

fn alignment(alignment: Alignment) -> &'static str {
    match alignment {
        Alignment::Natural => "start + top",
        Alignment::Left => "left + top",
        Alignment::Center => "center + top",
        Alignment::Right => "right + top",
    }
}
