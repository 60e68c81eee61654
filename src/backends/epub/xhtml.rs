//! From the tree to XHTML: one function for each kind of node.
//!
//! Whatever the tree holds, what is written is well-formed XML that follows HTML's content model where readers check it:
//! no link in a link, no empty heading, no id twice, no cell outside its table.

mod bibliography;
mod code;
mod glossary;
mod index;
mod inlines;

use super::breaks::{Break, Breaks};
use super::escape;
use super::fonts::{Faces, Style};
use super::{Files, STYLESHEET};
use crate::assets::{AssetId, FontRole};
use crate::backends::page_list::PageList;
use crate::diag::Diagnostics;
use crate::document::grid::{Grid, Placed};
use crate::document::inline::plain_text;
use crate::document::{
    Admonition, Alignment, Attributes, Block, BlockKind, Chapter, ChapterKind, Definition, Document, Figure, FigureContent,
    Heading, Inline, List, Listing, Section, Table, Target, walk,
};
use crate::edition::Edition;
use crate::figures::Drawing;
use crate::figures::svg::Outlines;
use crate::passes::glossary::CLASS as GLOSSARY;
use crate::xml::{push_text, push_value};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A content document of the book.
#[derive(Debug)]
pub(super) struct Page {
    /// The file's name in the archive's `OEBPS/`.
    pub(super) file: String,
    /// The XHTML.
    pub(super) content: String,
    /// Whether there is SVG inside (manifest property `svg`).
    pub(super) svg: bool,
    /// Whether there is MathML inside (manifest property `mathml`).
    pub(super) mathml: bool,
}

/// What the pages were found to hold, for metadata, fonts and the manifest.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The faces that text is set in.
    pub(super) faces: Faces,
    /// The pictures that are shown.
    pub(super) pictures: BTreeSet<AssetId>,
    /// Whether there are pictures or drawings.
    pub(super) visual: bool,
    /// Whether one of them has no description.
    pub(super) undescribed: bool,
    /// Whether there are formulas.
    pub(super) mathml: bool,
    /// In which file each page of the print edition begins, by its place in the page list.
    pub(super) pages: BTreeMap<usize, String>,
}

/// What all pages share.
#[derive(Debug)]
pub(super) struct Book<'a> {
    /// The edition.
    pub(super) edition: &'a Edition,
    /// The files' names.
    pub(super) files: &'a Files,
    /// For each chapter, the ids that its file will carry.
    ids: Vec<HashSet<&'a str>>,
    /// The entries of the bibliography: chapter and id.
    cited: Cited<'a>,
    /// The terms of glossaries: chapter and id.
    terms: Cited<'a>,
    /// The letters of figures, where they are to be outlines.
    outlines: Option<Outlines<'a>>,
    /// The marks of the print edition's pages, where it has a page list.
    pub(super) breaks: Option<Breaks>,
}

impl<'a> Book<'a> {
    /// Looks the ids up, so that no link is written whose fragment does not exist.
    pub(super) fn new(edition: &'a Edition, files: &'a Files) -> Self {
        let (ids, cited, terms) = ids(&edition.document);
        Self {
            edition,
            files,
            ids,
            cited,
            terms,
            outlines: edition.settings.outlines.then(|| Outlines::new(&edition.assets.fonts)),
            breaks: None,
        }
    }

    /// Marks the pages of a list; `whole` is the edition with what an EPUB does not show.
    pub(super) fn mark_pages(&mut self, list: &PageList, whole: &Edition) {
        let taken = self.ids.iter().flatten().copied().collect();
        self.breaks = Some(Breaks::of(list, whole, self.edition, &taken));
    }

    /// Where a target is, as seen from any file; `None` when it is nowhere.
    fn href(&self, target: &Target) -> Option<String> {
        match target {
            Target::Unresolved(_) => None,
            Target::External(address) => escape::address(address),
            Target::Internal { chapter, id } => {
                let file = self.files.chapters.get(*chapter)?;
                match id {
                    Some(id) if self.ids.get(*chapter)?.contains(id.as_str()) => Some(format!("{file}#{}", escape::id(id))),
                    Some(_) | None => Some(file.clone()),
                }
            }
            Target::Part { part } => self.files.parts.get(*part).cloned().flatten(),
        }
    }
}

/// The entries of a bibliography or a glossary: chapter and id.
type Cited<'a> = HashSet<(usize, &'a str)>;

/// For each chapter, the ids that its nodes carry; and which of them are entries of the bibliography, and which of a glossary.
fn ids(document: &Document) -> (Vec<HashSet<&str>>, Cited<'_>, Cited<'_>) {
    let mut cited = HashSet::new();
    let mut terms = HashSet::new();
    let mut ids: Vec<HashSet<&str>> = document
        .chapters()
        .map(|chapter| HashSet::from([chapter.id.as_str()]))
        .collect();
    walk::query(document, |chapter, node| {
        let id = match node {
            walk::Node::Block(block) => {
                if let BlockKind::Bibliography(works) = &block.kind {
                    let entries = works.iter().flat_map(|work| &work.blocks);
                    cited.extend(entries.filter_map(|entry| Some((chapter, entry.attributes.id.as_deref()?))));
                }
                if let BlockKind::Glossary(entries) = &block.kind {
                    for term in entries.iter().flat_map(|entry| &entry.terms) {
                        terms.insert((chapter, term.id.as_str()));
                        ids.get_mut(chapter).map(|ids| ids.insert(term.id.as_str()));
                    }
                }
                block.attributes.id.as_deref()
            }
            walk::Node::Inline(inline) => inline.attributes.as_ref().and_then(|attributes| attributes.id.as_deref()),
        };
        if let (Some(id), Some(ids)) = (id, ids.get_mut(chapter)) {
            ids.insert(id);
        }
    });
    for ids in &mut ids {
        ids.remove("");
    }
    (ids, cited, terms)
}

/// Writes one page.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    pub(super) book: &'a Book<'a>,
    pub(super) found: &'a mut Found,
    diagnostics: &'a mut Diagnostics,
    pub(super) file: &'a str,
    /// The chapter's place in the book; `None` on other pages, which have no notes.
    chapter: Option<usize>,
    pub(super) out: String,
    pub(super) ids: HashSet<String>,
    /// The level of the heading above, 1 to 6.
    level: u8,
    /// Whether what is written stands in a link, a summary or the like, where no other link may.
    in_link: bool,
    style: Style,
    svg: bool,
    mathml: bool,
    drawings: usize,
    /// How often each note is referred to so far, by index.
    noterefs: BTreeMap<usize, Vec<u32>>,
}

impl<'a> Writer<'a> {
    /// A writer for a page.
    pub(super) fn new(
        book: &'a Book<'a>,
        file: &'a str,
        chapter: Option<usize>,
        found: &'a mut Found,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self {
            book,
            found,
            diagnostics,
            file,
            chapter,
            out: String::new(),
            ids: HashSet::new(),
            level: 1,
            in_link: false,
            style: Style::default(),
            svg: false,
            mathml: false,
            drawings: 0,
            noterefs: BTreeMap::new(),
        }
    }

    /// The page, with a head around what was written.
    pub(super) fn finish(self, title: &str, body: &str, language: Option<&str>) -> Page {
        let language = language.filter(|tag| escape::is_language(tag));
        Page {
            file: self.file.to_owned(),
            content: frame(self.book.edition, title, body, language, &self.out),
            svg: self.svg,
            mathml: self.mathml,
        }
    }

    /// Appends markup that is known to be well-formed.
    pub(super) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// Appends text in the present style.
    pub(super) fn text(&mut self, text: &str) {
        self.found.faces.mark(self.style);
        push_text(&mut self.out, text);
    }

    /// An attribute with its value.
    fn attribute(&mut self, name: &str, value: &str) {
        self.raw(" ");
        self.raw(name);
        self.raw("=\"");
        push_value(&mut self.out, value);
        self.raw("\"");
    }

    /// Writes in another style, then goes back.
    pub(super) fn styled(&mut self, change: impl FnOnce(&mut Style), write: impl FnOnce(&mut Self)) {
        let before = self.style;
        change(&mut self.style);
        write(self);
        self.style = before;
    }

    /// An id, unless the page has it already.
    fn id(&mut self, id: &str) {
        let id = escape::id(id);
        if self.ids.insert(id.clone()) {
            self.attribute("id", &id);
        }
    }

    /// A node's id, classes (after the compiler's own) and language.
    fn attributes(&mut self, class: &str, attributes: &Attributes) {
        if let Some(id) = attributes.id.as_deref().filter(|id| !id.is_empty()) {
            self.id(id);
        }
        let own = std::iter::once(class).filter(|class| !class.is_empty());
        let classes: Vec<&str> = own
            .chain(attributes.classes.iter().flat_map(|class| class.split_whitespace()))
            .collect();
        if !classes.is_empty() {
            self.attribute("class", &classes.join(" "));
        }
        if let Some(language) = attributes.language.as_deref().filter(|tag| escape::is_language(tag)) {
            self.attribute("xml:lang", language);
            self.attribute("lang", language);
        }
    }

    fn open(&mut self, element: &str, class: &str, attributes: &Attributes) {
        self.raw("<");
        self.raw(element);
        self.attributes(class, attributes);
        self.raw(">");
    }

    fn close(&mut self, element: &str) {
        self.raw("</");
        self.raw(element);
        self.raw(">");
    }
}

/// An XHTML document around a body.
pub(super) fn frame(edition: &Edition, title: &str, body: &str, language: Option<&str>, content: &str) -> String {
    let book = super::package::language(&edition.settings);
    let language = language.unwrap_or(book);
    let direction = if escape::is_right_to_left(language) {
        " dir=\"rtl\""
    } else {
        ""
    };
    let mut out = String::with_capacity(content.len() + 512);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n");
    out.push_str("<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\"");
    out.push_str(&format!(
        " xml:lang=\"{language}\" lang=\"{language}\"{direction}>\n<head>\n<meta charset=\"utf-8\"/>\n<title>"
    ));
    push_text(&mut out, title);
    out.push_str("</title>\n");
    out.push_str(&format!(
        "<link rel=\"stylesheet\" type=\"text/css\" href=\"{STYLESHEET}\"/>\n</head>\n<body {body}>\n"
    ));
    out.push_str(content);
    out.push_str("\n</body>\n</html>\n");
    out
}

/// What a chapter is, as the EPUB Structural Semantics Vocabulary and ARIA's publishing roles name it.
pub(super) struct Kind {
    /// `frontmatter`, `bodymatter` or `backmatter`.
    pub(super) matter: &'static str,
    /// The `epub:type`.
    pub(super) name: &'static str,
    /// The `role`.
    pub(super) role: &'static str,
}

/// An unnumbered chapter's kind is told by its file's name; the others are chapters.
pub(super) fn kind(chapter: &Chapter) -> Kind {
    if let [
        Block {
            kind: BlockKind::Index(_),
            ..
        },
    ] = chapter.blocks.as_slice()
    {
        return Kind {
            matter: "backmatter",
            name: "index",
            role: "doc-index",
        };
    }
    let (matter, name, role) = match chapter.role() {
        ChapterKind::Dedication => ("frontmatter", "dedication", "doc-dedication"),
        ChapterKind::Epigraph => ("frontmatter", "epigraph", "doc-epigraph"),
        ChapterKind::Preface => ("frontmatter", "preface", "doc-preface"),
        ChapterKind::Foreword => ("frontmatter", "foreword", "doc-foreword"),
        ChapterKind::Prologue => ("bodymatter", "prologue", "doc-prologue"),
        ChapterKind::Introduction => ("bodymatter", "introduction", "doc-introduction"),
        ChapterKind::Conclusion => ("bodymatter", "conclusion", "doc-conclusion"),
        ChapterKind::Epilogue => ("bodymatter", "epilogue", "doc-epilogue"),
        ChapterKind::Afterword => ("bodymatter", "afterword", "doc-afterword"),
        ChapterKind::Acknowledgements => ("backmatter", "acknowledgments", "doc-acknowledgments"),
        ChapterKind::Appendix => ("backmatter", "appendix", "doc-appendix"),
        ChapterKind::Glossary => ("backmatter", "glossary", "doc-glossary"),
        ChapterKind::Bibliography => ("backmatter", "bibliography", "doc-bibliography"),
        ChapterKind::Index => ("backmatter", "index", "doc-index"),
        ChapterKind::Colophon => ("backmatter", "colophon", "doc-colophon"),
        ChapterKind::Sample => ("backmatter", "backmatter", ""),
        ChapterKind::Chapter | ChapterKind::Other => ("bodymatter", "chapter", "doc-chapter"),
    };
    Kind { matter, name, role }
}

/// Writes a chapter's page.
pub(super) fn write_chapter(
    book: &Book<'_>,
    at: usize,
    chapter: &Chapter,
    found: &mut Found,
    diagnostics: &mut Diagnostics,
) -> Page {
    let file = book.files.chapters.get(at).map_or("chapter.xhtml", String::as_str);
    let mut writer = Writer::new(book, file, Some(at), found, diagnostics);
    let kind = kind(chapter);
    writer.raw("<section");
    writer.attribute("epub:type", kind.name);
    if !kind.role.is_empty() {
        writer.attribute("role", kind.role);
    }
    if !chapter.id.is_empty() {
        writer.id(&chapter.id);
    }
    let untitled = chapter.role().is_untitled();
    if untitled {
        writer.attribute("aria-label", plain_text(&chapter.title).trim());
        writer.raw(&format!(" class=\"{}\">\n", kind.name));
    } else {
        writer.raw(" class=\"chapter\">\n");
    }
    writer.write_first_marks(|breaks| breaks.chapters.get(&at));
    if !untitled {
        writer.write_chapter_head(chapter);
    }
    writer.write_blocks(&chapter.blocks);
    writer.write_notes(chapter);
    writer.raw("</section>");
    let title = super::package::chapter_label(book.edition, chapter);
    writer.finish(&title, &format!("epub:type=\"{}\"", kind.matter), chapter.language.as_deref())
}

impl<'a> Writer<'a> {
    fn write_chapter_head(&mut self, chapter: &Chapter) {
        let titled = has_text(&chapter.title);
        if !titled && chapter.number.is_none() {
            return;
        }
        self.raw("<header class=\"opening\">\n");
        if let Some(number) = &chapter.number {
            let label = format!("{} ", self.book.edition.terms.chapter);
            self.styled(heading_style, |writer| {
                writer.raw(if titled {
                    "<p class=\"number\">"
                } else {
                    "<h1 class=\"number\">"
                });
                writer.text(&label);
                writer.raw("<span class=\"digits\">");
                writer.text(number);
                writer.raw(if titled { "</span></p>\n" } else { "</span></h1>\n" });
            });
        }
        if titled {
            self.raw("<h1>");
            self.styled(heading_style, |writer| writer.write_inlines(&chapter.title));
            self.raw("</h1>\n");
        }
        self.raw("</header>\n");
    }

    /// Blocks under one another.
    pub(super) fn write_blocks(&mut self, blocks: &[Block]) {
        for (at, block) in blocks.iter().enumerate() {
            let followed = matches!(blocks.get(at + 1).map(|next| &next.kind), Some(BlockKind::Output(_)));
            self.write_block(block, followed);
        }
    }

    /// A block; `followed` when an output block comes next.
    fn write_block(&mut self, block: &Block, followed: bool) {
        let attributes = &block.attributes;
        let breaks = self.breaks_before(block);
        match &block.kind {
            BlockKind::Paragraph(inlines) => {
                self.open("p", "", attributes);
                self.write_inlines(inlines);
                self.raw("</p>\n");
            }
            BlockKind::Heading(heading) => self.write_heading(heading, attributes),
            BlockKind::Section(section) => self.write_section(section, attributes, breaks),
            BlockKind::Listing(listing) => self.write_listing(listing, attributes, followed, breaks),
            BlockKind::Output(text) => self.write_output(text, attributes, breaks),
            // Diagrams have become figures; one that could not be drawn is shown as it was described.
            BlockKind::Diagram(diagram) => {
                let listing = Listing {
                    code: diagram.body.clone(),
                    caption: diagram.caption.clone(),
                    ..Listing::default()
                };
                self.write_listing(&listing, attributes, false, breaks);
            }
            BlockKind::Figure(figure) => self.write_figure(figure, attributes),
            BlockKind::Table(table) => self.write_table(table, attributes),
            BlockKind::Quote(blocks) => self.write_container("blockquote", "", attributes, blocks),
            BlockKind::Admonition(admonition) => self.write_admonition(admonition, attributes),
            BlockKind::List(list) => self.write_list(list, attributes),
            BlockKind::Glossary(entries) => self.write_glossary(entries, attributes),
            BlockKind::Definitions(definitions) => self.write_definitions(definitions, attributes),
            BlockKind::Math(formula) => {
                self.open("div", "math", attributes);
                self.write_math(formula);
                self.raw("</div>\n");
            }
            BlockKind::Rule => {
                self.raw("<hr");
                self.attributes("", attributes);
                self.raw("/>\n");
            }
            BlockKind::Details { summary, blocks } => self.write_details(summary, blocks, attributes),
            BlockKind::Group(blocks) => self.write_container("div", "", attributes, blocks),
            BlockKind::IndexMarks(marks) => {
                self.raw("<div class=\"marks\">");
                self.write_inlines(marks);
                self.raw("</div>\n");
            }
            BlockKind::Index(groups) => self.write_index(groups, attributes),
            BlockKind::Bibliography(works) => self.write_bibliography(works, attributes),
        }
    }

    /// Writes the marks that stand before a block, and gives those that stand in it: in a section before its heading, in
    /// code before the line or the word.
    fn breaks_before(&mut self, block: &Block) -> &'a [Break] {
        let breaks = self.breaks_of_block(block);
        match &block.kind {
            BlockKind::Section(_) | BlockKind::Output(_) => breaks,
            BlockKind::Listing(_) | BlockKind::Diagram(_) => self.write_breaks_upto(breaks, 0),
            BlockKind::Paragraph(_)
            | BlockKind::Heading(_)
            | BlockKind::Figure(_)
            | BlockKind::Table(_)
            | BlockKind::Quote(_)
            | BlockKind::Admonition(_)
            | BlockKind::List(_)
            | BlockKind::Definitions(_)
            | BlockKind::Glossary(_)
            | BlockKind::Math(_)
            | BlockKind::Rule
            | BlockKind::Details { .. }
            | BlockKind::Group(_)
            | BlockKind::Bibliography(_)
            | BlockKind::IndexMarks(_)
            | BlockKind::Index(_) => {
                self.write_breaks(breaks);
                &[]
            }
        }
    }

    fn write_container(&mut self, element: &str, class: &str, attributes: &Attributes, blocks: &[Block]) {
        self.open(element, class, attributes);
        self.raw("\n");
        self.write_blocks(blocks);
        self.close(element);
        self.raw("\n");
    }

    /// A heading inside another block stands one level below the section's, so that no level is skipped.
    fn write_heading(&mut self, heading: &Heading, attributes: &Attributes) {
        let element = if has_text(&heading.title) {
            format!("h{}", (self.level + 1).min(6))
        } else {
            "div".to_owned()
        };
        self.open(&element, "inner", attributes);
        self.styled(heading_style, |writer| writer.write_inlines(&heading.title));
        self.close(&element);
        self.raw("\n");
    }

    fn write_section(&mut self, section: &Section, attributes: &Attributes, breaks: &[Break]) {
        let before = self.level;
        self.level = section.depth.saturating_add(1).clamp(2, 6);
        self.raw("<section");
        if attributes.classes.iter().any(|class| class == GLOSSARY) {
            self.raw(" epub:type=\"glossary\" role=\"doc-glossary\"");
        }
        self.attributes("", attributes);
        self.raw(">\n");
        self.write_breaks(breaks);
        if has_text(&section.title) {
            let element = format!("h{}", self.level);
            self.open(&element, "", &Attributes::default());
            self.styled(heading_style, |writer| {
                if let Some(number) = &section.number {
                    writer.raw("<span class=\"number\">");
                    writer.text(number);
                    writer.raw("</span> ");
                }
                writer.write_inlines(&section.title);
            });
            self.close(&element);
            self.raw("\n");
        }
        self.write_blocks(&section.blocks);
        self.raw("</section>\n");
        self.level = before;
    }

    /// A caption: `Listing 3.1` and what the author says.
    fn write_caption(&mut self, term: &str, number: Option<&str>, caption: &[Inline]) {
        self.styled(
            |style| style.role = FontRole::Sans,
            |writer| {
                writer.raw("<figcaption>");
                if let Some(number) = number {
                    writer.styled(
                        |style| style.bold = true,
                        |writer| {
                            writer.raw("<span class=\"label\">");
                            writer.text(term);
                            writer.text("\u{A0}");
                            writer.text(number);
                            writer.raw("</span>");
                        },
                    );
                    if has_text(caption) {
                        writer.raw(" ");
                    }
                }
                writer.write_inlines(caption);
                writer.raw("</figcaption>\n");
            },
        );
    }

    fn write_figure(&mut self, figure: &Figure, attributes: &Attributes) {
        self.open("figure", "figure", attributes);
        self.raw("\n");
        match &figure.content {
            FigureContent::Image(image) => self.write_image(image, None),
            FigureContent::Drawing(drawing) => self.write_drawing(drawing),
            FigureContent::Blocks(blocks) => self.write_blocks(blocks),
        }
        self.raw("\n");
        if figure.number.is_some() || has_text(&figure.caption) {
            let term = self.book.edition.terms.figure;
            self.write_caption(term, figure.number.as_deref(), &figure.caption);
        }
        self.raw("</figure>\n");
    }

    /// A drawing's ids have a prefix that no other drawing of the book has.
    fn write_drawing(&mut self, drawing: &Drawing) {
        if let Some(verbatim) = &drawing.verbatim {
            return self.write_verbatim(verbatim, &drawing.description);
        }
        self.drawings += 1;
        let prefix = format!("d{}_{}", self.chapter.map_or(0, |at| at + 1), self.drawings);
        self.svg = true;
        self.found.visual = true;
        self.found.undescribed |= drawing.description.trim().is_empty();
        self.found.faces.mark_drawing();
        let outlines = self.book.outlines.as_ref();
        self.raw(&crate::figures::svg::inline(drawing, &prefix, outlines));
    }

    fn write_table(&mut self, table: &Table, attributes: &Attributes) {
        let captioned = table.number.is_some() || has_text(&table.caption);
        let element = if captioned { "figure" } else { "div" };
        let first = table.head.iter().chain(&table.body).flat_map(|row| &row.cells).next();
        self.write_breaks_ahead(first.map_or(&[], |cell| cell.blocks.as_slice()));
        self.open(element, "table", attributes);
        self.raw("\n");
        if captioned {
            let term = self.book.edition.terms.table;
            self.write_caption(term, table.number.as_deref(), &table.caption);
        }
        // A wide table scrolls, and what scrolls must be reachable by keyboard.
        self.raw("<div class=\"scroll\" tabindex=\"0\"><table>\n");
        self.styled(
            |style| style.role = FontRole::Sans,
            |writer| {
                let Grid { head, body, .. } = Grid::of(table);
                writer.write_rows("thead", &head, table);
                writer.write_rows("tbody", &body, table);
            },
        );
        self.raw("</table></div>\n");
        self.close(element);
        self.raw("\n");
    }

    fn write_rows(&mut self, element: &str, rows: &[Vec<Placed<'_>>], table: &Table) {
        if rows.is_empty() {
            return;
        }
        self.raw(&format!("<{element}>\n"));
        for row in rows {
            self.raw("<tr>");
            for placed in row {
                self.write_cell(placed, element == "thead", table);
            }
            self.raw("</tr>\n");
        }
        self.raw(&format!("</{element}>\n"));
    }

    fn write_cell(&mut self, placed: &Placed<'_>, in_head: bool, table: &Table) {
        let blocks = placed.cell.map(|cell| cell.blocks.as_slice()).unwrap_or_default();
        let header = in_head || placed.cell.is_some_and(|cell| cell.header);
        // An empty header cell would name its column with nothing.
        let element = if header && !blocks.is_empty() { "th" } else { "td" };
        self.raw("<");
        self.raw(element);
        if element == "th" {
            self.attribute("scope", if in_head { "col" } else { "row" });
        }
        for (name, span) in [("colspan", placed.columns), ("rowspan", placed.rows)] {
            if span > 1 {
                self.attribute(name, &span.to_string());
            }
        }
        match table.columns.get(placed.column).copied().unwrap_or_default() {
            Alignment::Natural => {}
            Alignment::Left => self.raw(" class=\"left\""),
            Alignment::Center => self.raw(" class=\"center\""),
            Alignment::Right => self.raw(" class=\"right\""),
        }
        self.raw(">");
        self.styled(|style| style.bold |= element == "th", |writer| writer.write_tight(blocks));
        self.close(element);
    }

    /// Blocks whose paragraphs are set without `<p>` where nothing is lost by it.
    fn write_tight(&mut self, blocks: &[Block]) {
        for (at, block) in blocks.iter().enumerate() {
            match &block.kind {
                BlockKind::Paragraph(inlines) if block.attributes.is_empty() && !after_paragraph(blocks, at) => {
                    self.write_inlines(inlines);
                    if at + 1 < blocks.len() {
                        self.raw("\n");
                    }
                }
                _ => {
                    let followed = matches!(blocks.get(at + 1).map(|next| &next.kind), Some(BlockKind::Output(_)));
                    self.write_block(block, followed);
                }
            }
        }
    }

    fn write_admonition(&mut self, admonition: &Admonition, attributes: &Attributes) {
        let name = admonition.kind.name();
        let title = self.book.edition.terms.admonition(admonition.kind);
        self.write_breaks_ahead(&admonition.blocks);
        self.raw("<aside role=\"note\"");
        self.attributes(&format!("admonition {name}"), attributes);
        self.raw(">\n<p class=\"title\">");
        self.styled(heading_style, |writer| writer.text(title));
        self.raw("</p>\n");
        self.write_blocks(&admonition.blocks);
        self.raw("</aside>\n");
    }

    fn write_list(&mut self, list: &List, attributes: &Attributes) {
        let element = if list.start.is_some() { "ol" } else { "ul" };
        let class = if list.loose { "loose" } else { "" };
        // A list without items is not valid.
        if list.items.is_empty() {
            return;
        }
        self.raw("<");
        self.raw(element);
        self.attributes(class, attributes);
        if let Some(start) = list.start.filter(|start| *start != 1) {
            // HTML's integers end where a signed 32-bit one does.
            self.attribute("start", &start.min(i32::MAX as u64).to_string());
        }
        self.raw(">\n");
        for item in &list.items {
            match item.task {
                Some(done) => {
                    self.raw("<li class=\"task\">");
                    self.write_breaks_ahead(&item.blocks);
                    self.write_box(done);
                }
                None => self.raw("<li>"),
            }
            if list.loose && item.task.is_none() {
                self.raw("\n");
                self.write_blocks(&item.blocks);
            } else {
                self.write_tight(&item.blocks);
            }
            self.raw("</li>\n");
        }
        self.close(element);
        self.raw("\n");
    }

    /// A task's box, which says in words what it shows.
    fn write_box(&mut self, done: bool) {
        let terms = &self.book.edition.terms;
        let name = if done { terms.done } else { terms.to_do };
        let sign = if done { "☑" } else { "☐" };
        self.raw(&format!(
            "<span class=\"box\" role=\"img\" aria-label=\"{name}\">{sign}</span> "
        ));
    }

    fn write_definitions(&mut self, definitions: &[Definition], attributes: &Attributes) {
        if definitions.is_empty() {
            return;
        }
        self.open("dl", "", attributes);
        self.raw("\n");
        for definition in definitions {
            // HTML wants at least one term and one meaning in each group.
            for term in definition
                .terms
                .iter()
                .map(Vec::as_slice)
                .chain(definition.terms.is_empty().then_some(&[][..]))
            {
                self.raw("<dt>");
                self.styled(heading_style, |writer| writer.write_inlines(term));
                self.raw("</dt>\n");
            }
            let meanings = definition.meanings.iter().map(Vec::as_slice);
            for meaning in meanings.chain(definition.meanings.is_empty().then_some(&[][..])) {
                self.raw("<dd>");
                self.write_tight(meaning);
                self.raw("</dd>\n");
            }
        }
        self.raw("</dl>\n");
    }

    fn write_details(&mut self, summary: &[Inline], blocks: &[Block], attributes: &Attributes) {
        self.open("details", "", attributes);
        self.raw("\n<summary>");
        let in_link = std::mem::replace(&mut self.in_link, true);
        self.styled(heading_style, |writer| {
            if has_text(summary) {
                writer.write_inlines(summary);
            } else {
                writer.text("…");
            }
        });
        self.in_link = in_link;
        self.raw("</summary>\n");
        self.write_blocks(blocks);
        self.raw("</details>\n");
    }

    /// The chapter's notes. Readers show them where they are referred to; elsewhere they stand at the chapter's end.
    fn write_notes(&mut self, chapter: &Chapter) {
        if chapter.notes.is_empty() {
            return;
        }
        // References inside of notes must be known before the links back are written.
        let body = std::mem::take(&mut self.out);
        let written: Vec<String> = chapter
            .notes
            .iter()
            .map(|note| {
                self.write_blocks(&note.blocks);
                std::mem::take(&mut self.out)
            })
            .collect();
        self.out = body;
        // What refers to a note may be for other outputs alone.
        let shown = |index: &usize| !self.book.edition.divided || self.noterefs.contains_key(index);
        let shown: Vec<usize> = (0..chapter.notes.len()).filter(shown).collect();
        if shown.is_empty() {
            return;
        }
        self.raw("<div class=\"notes\" epub:type=\"footnotes\">\n");
        for (index, (note, text)) in chapter.notes.iter().zip(written).enumerate() {
            if !shown.contains(&index) {
                continue;
            }
            self.raw("<aside epub:type=\"footnote\" role=\"doc-footnote\"");
            self.id(&note_id(index));
            self.raw(">\n");
            self.write_back_links(index, note.number);
            self.raw(&text);
            self.raw("</aside>\n");
        }
        self.raw("</div>\n");
    }

    /// The note's number, which leads back to the first reference, and a letter for each further one.
    fn write_back_links(&mut self, index: usize, number: u32) {
        let occurrences = self.noterefs.get(&index).cloned().unwrap_or_default();
        let back = self.book.edition.terms.back;
        self.raw("<p class=\"back\">");
        self.styled(
            |style| *style = Style::sans(),
            |writer| {
                if occurrences.is_empty() {
                    writer.text(&number.to_string());
                }
                for (at, occurrence) in occurrences.iter().enumerate() {
                    writer.raw(&format!(
                        "<a role=\"doc-backlink\" href=\"#{}\"",
                        noteref_id(index, *occurrence)
                    ));
                    let label = if at == 0 { number.to_string() } else { letters(at) };
                    writer.attribute("aria-label", &format!("{label}, {back}"));
                    writer.raw(">");
                    writer.text(&label);
                    writer.raw("</a> ");
                }
            },
        );
        self.raw("</p>\n");
    }
}

/// Slugs have no underscores unless a heading has, so a heading "Note 1" does not take a note's id.
fn note_id(index: usize) -> String {
    format!("note_{}", index + 1)
}

fn noteref_id(index: usize, occurrence: u32) -> String {
    format!("noteref_{}_{occurrence}", index + 1)
}

/// `b` for the second reference, `c` for the third; numbers after `z`.
fn letters(at: usize) -> String {
    match u8::try_from(at).ok().filter(|at| *at < 26) {
        Some(at) => char::from(b'a' + at).to_string(),
        None => (at + 1).to_string(),
    }
}

fn heading_style(style: &mut Style) {
    style.role = FontRole::Sans;
    style.bold = true;
}

/// Whether two paragraphs would run together without `<p>`.
fn after_paragraph(blocks: &[Block], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| blocks.get(at));
    matches!(before.map(|block| &block.kind), Some(BlockKind::Paragraph(_)))
}

/// Whether there is anything to read: text, a formula, or a picture with a description.
fn has_text(inlines: &[Inline]) -> bool {
    !plain_text(inlines).trim().is_empty()
}
