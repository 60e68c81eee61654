//! From the tree to Typst source.
//!
//! A chapter becomes one virtual file. It is markup in which everything is a call of the template's functions, and text is
//! a string literal (`#"text"`): nothing an author types is ever read as Typst. While writing, the offset of every node
//! is kept, so that a message of Typst leads back to the manuscript.

mod back;
mod figures;
mod links;
mod lists;
mod room;
mod tables;

use super::fit::Fit;
use super::leaf::{self, Keep, push_inner, push_string};
use super::mends::Mends;
use super::metrics::Metrics;
use super::origins::{Origins, Standing};
use super::table;
use super::trace::Trace;
use super::world::{Content, VirtualFile};
use crate::assets::FontRole;
use crate::document::block::Section;
use crate::document::inline::plain_text;
use crate::document::walk::Node;
use crate::document::{ATTRIBUTION, Attributes, Block, BlockKind, Chapter, Inline, InlineKind, Order, Target, WHOLE_BOOK, query};
use crate::edition::Edition;
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

/// Where the template stands among the virtual files.
pub(super) const TEMPLATE_PATH: &str = "/book.typ";

/// The template. A book's own is put after it, in the same file, so that what it defines again takes effect.
const TEMPLATE: &str = include_str!("../../../../styles/book.typ");

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
    /// Whether lines are as long as their words make them: an address that fits on one is not broken.
    ragged: bool,
    /// The length of what was written when the last mark of a note was.
    noted: usize,
    sections: usize,
    open: bool,
    pub(super) place: Place,
    pub(super) depth: usize,
    /// How many styles of text are nested.
    styles: usize,
    /// The room for text where the writer stands, in pt.
    pub(super) measure: f64,
    /// The address of a link whose note is to follow behind the punctuation.
    waiting: Option<String>,
    /// How many brackets are open in the text of the block that is being written.
    brackets: usize,
    /// Whether what stands above the block that is being written, floats apart, is a paragraph.
    below_paragraph: bool,
    /// Whether the block that was written last floats to another place.
    floated: bool,
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
            ragged: false,
            noted: 0,
            sections: 0,
            open: false,
            place: Place::Text,
            depth: 0,
            styles: 0,
            measure: book.edition.settings.print.measure(),
            waiting: None,
            brackets: 0,
            below_paragraph: false,
            floated: false,
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
        self.text_from(text, 0);
    }

    /// Appends what is left of a text of which so many bytes are written.
    fn text_from(&mut self, text: &str, written: usize) {
        let text = text.get(written..).unwrap_or_default();
        if text.is_empty() {
            return;
        }
        for letter in text.chars() {
            match letter {
                '(' => self.brackets += 1,
                ')' => self.brackets = self.brackets.saturating_sub(1),
                _ => {}
            }
        }
        match self.column {
            Some(room) if self.has_wide_word(text, room) => {
                self.code("#{(");
                self.push_pieces(text, room, &self.book.sans);
                // With the comma one piece is an array too.
                self.out.push_str(",).join()}");
            }
            _ if text.contains("++") => self.push_with_whole_words(text, written),
            _ => self.push_literal(text, written),
        }
    }

    /// Appends text to the literal that stands open, or opens one; it begins at a byte of what is being written.
    fn push_literal(&mut self, text: &str, offset: usize) {
        if text.is_empty() {
            return;
        }
        if !self.open {
            self.out.push('#');
            self.open_literal();
        }
        if let Some(origins) = &mut self.origins {
            origins.add(text, offset);
        }
        push_inner(&mut self.out, text);
    }

    fn open_literal(&mut self) {
        if let Some(origins) = &mut self.origins {
            origins.open(self.out.len());
        }
        self.out.push('"');
        self.open = true;
    }

    /// Appends text in which a line could end between two plus signs (UAX #14, class PR), as in C++: such words are boxes.
    fn push_with_whole_words(&mut self, text: &str, mut offset: usize) {
        for piece in text.split_inclusive(' ') {
            let word = piece.trim_end_matches(' ');
            if word.contains("++") && word.len() <= LONGEST_WORD {
                self.close();
                self.out.push_str("#box(");
                self.open_literal();
                self.push_literal(word, offset);
                self.close();
                self.out.push(')');
                let rest = piece.get(word.len()..).unwrap_or_default();
                if !rest.is_empty() {
                    self.push_literal(rest, offset + word.len());
                }
            } else {
                self.push_literal(piece, offset);
            }
            offset += piece.len();
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
        let mut above: Option<&BlockKind> = None;
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
            self.brackets = 0;
            self.below_paragraph = matches!(above, Some(BlockKind::Paragraph(_)));
            self.floated = false;
            self.write_set_off(block, previous, next);
            if !std::mem::take(&mut self.floated) {
                above = Some(&block.kind);
            }
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
            self.floated = true;
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

    fn write_paragraph(&mut self, inlines: &[Inline], block: &Block, next: Option<&BlockKind>) {
        if let Some(side) = aligned(&block.attributes) {
            return self.wrap(&format!("#aligned({side})"), |writer| {
                writer.anchor(&block.attributes);
                writer.write_inlines(inlines);
            });
        }
        let head = if self.depth == 0 && leads(inlines) && next.is_some_and(is_led_to) {
            format!("#lead({})", self.below_paragraph)
        } else if block.attributes.classes.iter().any(|class| class == ATTRIBUTION) {
            "#attribution".to_owned()
        } else if self.book.mends.calm.contains(&block.span) {
            "#calm".to_owned()
        } else {
            self.anchor(&block.attributes);
            return self.write_inlines(inlines);
        };
        self.wrap(&head, |writer| {
            writer.anchor(&block.attributes);
            writer.write_inlines(inlines);
        });
    }

    fn write_block(&mut self, block: &Block, previous: Option<&BlockKind>, next: Option<&BlockKind>) {
        match &block.kind {
            BlockKind::Paragraph(inlines) => self.write_paragraph(inlines, block, next),
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
                match aligned(&block.attributes) {
                    Some(side) => self.wrap(&format!("#aligned({side})"), |writer| {
                        writer.inside(0.0, |writer| writer.write_blocks(blocks));
                    }),
                    None => self.inside(0.0, |writer| writer.write_blocks(blocks)),
                }
            }
            BlockKind::IndexMarks(marks) => self.write_inlines(marks),
            BlockKind::Index(groups) => self.write_index(groups, &block.attributes),
            BlockKind::Bibliography(works) => self.write_bibliography(works, &block.attributes),
        }
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
        let begins = self.begins(inlines);
        for (inline, begin) in inlines.iter().zip(begins) {
            let Some(begin) = begin else { continue };
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
            if !matches!(inline.kind, InlineKind::Anchor | InlineKind::IndexMark(_)) {
                let written = self.write_waiting(&inline.kind).max(begin);
                if let (InlineKind::Text(text), 1..) = (&inline.kind, written) {
                    self.text_from(text, written);
                    continue;
                }
            }
            self.write_inline(inline);
        }
        self.write_last_waiting();
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
        let size = table::INLINE_CODE as f32;
        let keep = match self.column {
            Some(room) => Keep::Within(room / size),
            None => Keep::Short(LONGEST_NAME / size),
        };
        self.push_code(code, keep, &self.book.mono);
        self.out.push(')');
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
}

/// Where `<p align="center">` or `<center>` wants its text, in Typst's words.
fn aligned(attributes: &Attributes) -> Option<&'static str> {
    attributes.classes.iter().find_map(|class| match class.as_str() {
        "center" => Some("center"),
        "right" => Some("right"),
        _ => None,
    })
}

/// Whether a paragraph is a line or two that end in a colon.
fn leads(inlines: &[Inline]) -> bool {
    let text = plain_text(inlines);
    text.trim_end().ends_with(':') && text.len() < 260
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
