//! The frame of a book: the theme as Typst has it, and the main file, which calls for title pages, contents, parts and
//! chapters in order.

use super::leaf::{optional, push_string, string};
use super::markup::{Book, Writer, chapter_path, language};
use super::origins::{Origins, Source};
use super::pages::Area;
use super::world::Content;
use crate::document::{Block, BlockKind, Chapter, ChapterKind, Document, Matter, Part, Section, lists};
use crate::edition::Edition;
use crate::listings::Class;
use crate::manuscript::settings::PdfEdition;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How deep the contents go where book.toml does not say: sections.
const CONTENTS_DEPTH: u8 = 2;

/// The room between the edge of a listing and its code, in pt.
pub(super) const CODE_INSET: f32 = 8.0;

/// `/theme.typ`: everything the template needs to know that is not text of the book.
pub(super) fn theme(edition: &Edition, kind: PdfEdition) -> String {
    let mut out = String::from("#let theme = (\n");
    let print = kind == PdfEdition::Print;
    let _ = writeln!(out, "  print: {print},");
    families(&mut out, edition);
    sizes(&mut out, edition);
    colours(&mut out, edition);
    page(&mut out, edition, kind);
    out.push_str(")\n");
    out
}

fn families(out: &mut String, edition: &Edition) {
    let families = &edition.theme.families;
    let all = [&families.text, &families.sans, &families.mono, &families.math];
    let lists = [
        ("text", [0, 1, 3, 2]),
        ("sans", [1, 0, 3, 2]),
        ("mono", [2, 3, 1, 0]),
        ("math", [3, 0, 1, 2]),
    ];
    out.push_str("  fonts: (\n");
    for (role, order) in lists {
        let _ = write!(out, "    {role}: (");
        for family in order.iter().filter_map(|at| all.get(*at)) {
            push_string(out, family);
            out.push_str(", ");
        }
        out.push_str("),\n");
    }
    out.push_str("  ),\n");
}

fn sizes(out: &mut String, edition: &Edition) {
    let sizes = &edition.theme.sizes;
    let all = [
        ("text", sizes.text),
        ("leading", sizes.leading),
        ("code", sizes.code),
        ("table", sizes.table),
        ("caption", sizes.caption),
        ("note", sizes.note),
        ("head", sizes.head),
        ("chapter", sizes.chapter),
        ("section", sizes.section),
        ("subsection", sizes.subsection),
        ("code-inset", CODE_INSET),
    ];
    out.push_str("  sizes: (\n");
    for (name, size) in all {
        let _ = writeln!(out, "    {name}: {size:.3}pt,");
    }
    out.push_str("  ),\n");
}

fn colours(out: &mut String, edition: &Edition) {
    let colours = &edition.theme.colours;
    let all = [
        ("text", colours.text),
        ("accent", colours.accent),
        ("link", colours.link),
        ("muted", colours.muted),
        ("rule", colours.rule),
        ("code", colours.code),
        ("highlighted", colours.highlighted),
    ];
    out.push_str("  colours: (\n");
    for (name, pair) in all {
        let _ = writeln!(out, "    {name}: rgb(\"{}\"),", pair.light.hex());
    }
    for class in Class::ALL {
        let pair = colours.tokens.get(&class).copied().unwrap_or(colours.text);
        let _ = writeln!(out, "    {}: rgb(\"{}\"),", class.name(), pair.light.hex());
    }
    out.push_str("  ),\n");
}

/// The margins at the spine and at the edge. On screen there is no spine: the two become equal, and lines break where they
/// break in print.
fn sides(edition: &Edition, kind: PdfEdition) -> (f64, f64) {
    let print = &edition.settings.print;
    match kind {
        PdfEdition::Print => (print.inside, print.outside),
        PdfEdition::Screen => {
            let side = f64::midpoint(print.inside, print.outside);
            (side, side)
        }
    }
}

/// The rectangle that text is set in on a page with this place in the book, from 1.
pub(super) fn text_area(edition: &Edition, kind: PdfEdition, number: usize) -> Area {
    let print = &edition.settings.print;
    let (inside, outside) = sides(edition, kind);
    let (left, right) = if number.is_multiple_of(2) {
        (outside, inside)
    } else {
        (inside, outside)
    };
    Area {
        left,
        top: print.top,
        right: print.width - right,
        bottom: print.height - bottom(edition),
    }
}

/// The margin below the text. It is at least what book.toml asks for; what is no whole line of text is added to it, so that
/// the last line of a page stands on the margin.
fn bottom(edition: &Edition) -> f64 {
    let (print, sizes) = (&edition.settings.print, &edition.theme.sizes);
    let height = print.height - print.top - print.bottom - f64::from(sizes.text);
    let rest = height.rem_euclid(f64::from(sizes.leading).max(1.0));
    // Rounding must not cost a line.
    print.bottom + (rest - 0.01).max(0.0)
}

fn page(out: &mut String, edition: &Edition, kind: PdfEdition) {
    let print = &edition.settings.print;
    let (inside, outside) = sides(edition, kind);
    let _ = writeln!(
        out,
        "  page: (width: {:.3}pt, height: {:.3}pt, inside: {inside:.3}pt, outside: {outside:.3}pt, top: {:.3}pt, bottom: {:.3}pt),",
        print.width,
        print.height,
        print.top,
        bottom(edition)
    );
    out.push_str(&bleed(edition, kind));
    let settings = &edition.settings;
    let (lang, region) = language(&settings.language).unwrap_or_else(|| ("en".to_owned(), "none".to_owned()));
    let _ = writeln!(out, "  lang: \"{lang}\", region: {region},");
    let terms = &edition.terms;
    let words = [
        ("chapter", terms.chapter),
        ("part", terms.part),
        ("contents", terms.contents),
        ("output", terms.output),
        ("page", terms.page),
        ("continued", terms.continued),
    ];
    out.push_str("  terms: (");
    for (name, word) in words {
        let _ = write!(out, "{name}: {}, ", string(word));
    }
    out.push_str("),\n");
    metadata(out, edition);
}

/// How far pages reach over the edges at which they are trimmed.
fn bleed(edition: &Edition, kind: PdfEdition) -> String {
    let settings = &edition.settings;
    let profile = settings
        .profile
        .as_ref()
        .filter(|_| settings.print.bleed && kind == PdfEdition::Print);
    match profile.and_then(|profile| profile.bleed.as_ref()) {
        Some(bleed) => format!(
            "  bleed: (top: {:.3}pt, bottom: {:.3}pt, inside: {:.3}pt, outside: {:.3}pt),\n",
            bleed.top, bleed.bottom, bleed.inside, bleed.outside
        ),
        None => "  bleed: 0pt,\n".to_owned(),
    }
}

fn metadata(out: &mut String, edition: &Edition) {
    let settings = &edition.settings;
    let _ = writeln!(out, "  title: {},", string(&edition.shelf_title()));
    let _ = writeln!(out, "  subtitle: {},", optional(settings.subtitle.as_deref()));
    let list = |items: &[String]| items.iter().map(|item| string(item) + ", ").collect::<String>();
    let _ = writeln!(out, "  authors: ({}),", list(&settings.authors));
    let _ = writeln!(out, "  keywords: ({}),", list(&settings.subjects));
    let _ = writeln!(out, "  description: {},", optional(settings.description.as_deref()));
    let date = date_of(edition).map(|(year, month, day)| format!("datetime(year: {year}, month: {month}, day: {day})"));
    let _ = writeln!(out, "  date: {},", date.as_deref().unwrap_or("none"));
}

/// The book's date as year, month and day; a day that no month has is none, since Typst refuses it.
pub(super) fn date_of(edition: &Edition) -> Option<(u16, u8, u8)> {
    use chrono::Datelike;
    let date = chrono::NaiveDate::parse_from_str(edition.settings.date.as_deref()?, "%Y-%m-%d").ok()?;
    let year = u16::try_from(date.year()).ok()?;
    Some((year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?))
}

/// `/main.typ`, with where its titles come from.
pub(super) fn main(
    book: &Book<'_>,
    media: &mut BTreeMap<String, Content>,
    emitted: &mut BTreeSet<String>,
) -> (String, Vec<(usize, Span)>, Option<Origins>) {
    let mut frame = Frame {
        book,
        media,
        emitted,
        out: String::from("#import \"/book.typ\": *\n#show: book\n"),
        offsets: Vec::new(),
        origins: book.order.as_ref().map(|_| Origins::new(None)),
        pages: leading(&book.edition.document, |kind| kind.is_untitled()),
        front: leading(&book.edition.document, |kind| kind.matter() == Matter::Front),
    };
    frame.front();
    frame.pages();
    frame.contents();
    frame.lists();
    frame.body();
    (frame.out, frame.offsets, frame.origins)
}

/// Writes the main file.
struct Frame<'a, 'b> {
    book: &'b Book<'a>,
    media: &'b mut BTreeMap<String, Content>,
    emitted: &'b mut BTreeSet<String>,
    out: String,
    offsets: Vec<(usize, Span)>,
    origins: Option<Origins>,
    /// How many chapters at the beginning are pages before the contents: dedication and epigraph.
    pages: usize,
    /// How many chapters at the beginning are front matter, whose pages have roman numbers.
    front: usize,
}

/// How many of the first chapters are of a kind. Those of a titled part are none: its own page begins the body.
fn leading(document: &Document, is_of: impl Fn(ChapterKind) -> bool) -> usize {
    let untitled = document.parts.iter().take_while(|part| part.title.is_none());
    let chapters = untitled.flat_map(|part| &part.chapters);
    chapters.take_while(|chapter| is_of(chapter.role())).count()
}

impl Frame<'_, '_> {
    fn front(&mut self) {
        let settings = &self.book.edition.settings;
        let list = settings
            .authors
            .iter()
            .map(|author| string(author) + ", ")
            .collect::<String>();
        let sample = settings
            .is_sample
            .then(|| format!(", sample: {}", string(self.book.edition.terms.sample)));
        let _ = writeln!(
            self.out,
            "#title-pages({}, {}, ({list}), {}{}{})",
            string(&settings.title),
            optional(settings.subtitle.as_deref()),
            optional(settings.publisher.as_deref()),
            if settings.print.half_title {
                ""
            } else {
                ", half-title: false"
            },
            sample.unwrap_or_default(),
        );
        let _ = writeln!(self.out, "#copyright-page(");
        let date = settings.date.as_deref().map(|date| self.book.edition.terms.date(date));
        let lines = [&settings.rights, &settings.publisher, &settings.edition, &date];
        self.out.push_str("  (");
        let numbers = settings.shown_numbers(&self.book.edition.terms);
        for line in lines.into_iter().flatten().chain(&numbers) {
            let _ = write!(self.out, "{}, ", string(line));
        }
        self.out.push_str("),\n  (");
        let typefaces = self.book.edition.typefaces(super::medium(self.book.kind));
        for line in settings
            .colophon
            .iter()
            .flat_map(|text| text.lines())
            .chain(typefaces.as_deref())
        {
            let _ = write!(self.out, "{}, ", string(line));
        }
        self.out.push_str("),\n)\n");
    }

    /// A title in a form that may stand twice, with where it stands if it is not at the head of a page.
    fn title(&mut self, title: &[crate::document::Inline], chapter: &Chapter, at: usize, source: Option<Source>) {
        let mut writer = Writer::new(self.book, at, chapter, self.media, self.emitted);
        writer.leave(source);
        writer.write_title(title);
        let (out, origins) = (writer.out, writer.origins);
        self.append(&out, origins);
    }

    fn append(&mut self, text: &str, origins: Option<Origins>) {
        if let (Some(own), Some(mut origins)) = (&mut self.origins, origins) {
            origins.shift(0, self.out.len());
            own.list.append(&mut origins.list);
        }
        self.out.push_str(text);
    }

    fn contents(&mut self) {
        let document = &self.book.edition.document;
        let depth = self.book.edition.settings.matter.toc_depth.unwrap_or(CONTENTS_DEPTH);
        self.out.push_str("#contents-page((\n");
        let mut at = 0;
        for (number, part) in document.parts.iter().enumerate() {
            if let (Some(title), Some(first)) = (&part.title, part.chapters.first()) {
                let _ = write!(self.out, "  (\"part\", {}, ", optional(part.number.as_deref()));
                self.title(title, first, at, Some(Source::Contents));
                let _ = writeln!(self.out, ", \"p{number}\"),");
            }
            for chapter in &part.chapters {
                if !chapter.role().is_untitled() {
                    self.chapter_rows(chapter, at, depth);
                }
                at += 1;
            }
        }
        self.out.push_str("))\n");
    }

    /// The rows of a chapter in the contents: its own, those of its sections, those of their subsections.
    fn chapter_rows(&mut self, chapter: &Chapter, at: usize, depth: u8) {
        let _ = write!(self.out, "  (\"chapter\", {}, ", optional(chapter.number.as_deref()));
        self.title(&chapter.title, chapter, at, Some(Source::Contents));
        let _ = writeln!(self.out, ", \"c{at}\"),");
        if depth < 2 {
            return;
        }
        for (place, section) in sections(chapter).enumerate() {
            let _ = write!(self.out, "  (\"section\", {}, ", optional(section.number.as_deref()));
            self.title(&section.title, chapter, at, Some(Source::Contents));
            let _ = writeln!(self.out, ", \"s{at}.{}\"),", place + 1);
            for (id, below) in subsections(section).filter(|_| depth > 2) {
                let _ = write!(self.out, "  (\"subsection\", {}, ", optional(below.number.as_deref()));
                self.title(&below.title, chapter, at, Some(Source::Contents));
                let _ = writeln!(self.out, ", {}),", string(&format!("c{at}:{id}")));
            }
        }
    }

    /// The lists that follow the contents; one that would be empty is left out.
    fn lists(&mut self) {
        let edition = self.book.edition;
        for list in &edition.settings.matter.lists {
            let entries = lists::entries(&edition.document, *list);
            if entries.is_empty() {
                continue;
            }
            let _ = writeln!(self.out, "#list-page({}, (", string(edition.terms.list(*list)));
            for entry in entries {
                let _ = write!(self.out, "  ({}, ", string(entry.number));
                if let Some(chapter) = edition.document.chapters().nth(entry.chapter) {
                    self.title(entry.caption, chapter, entry.chapter, Some(Source::Contents));
                }
                let _ = writeln!(self.out, ", {}),", string(&format!("c{}:{}", entry.chapter, entry.id)));
            }
            self.out.push_str("))\n");
        }
    }

    /// The pages before the contents.
    fn pages(&mut self) {
        let document = &self.book.edition.document;
        for (at, chapter) in document.chapters().enumerate().take(self.pages) {
            self.page(chapter, at);
        }
    }

    /// A page that shows no title.
    fn page(&mut self, chapter: &Chapter, at: usize) {
        self.offsets.push((self.out.len(), chapter.span));
        let name = if chapter.kind == ChapterKind::Epigraph {
            "epigraph"
        } else {
            "dedication"
        };
        let _ = write!(self.out, "#{name}-page(\"c{at}\")[");
        self.include(chapter, at);
    }

    /// The text of a chapter, to the end of the call that stands open.
    fn include(&mut self, chapter: &Chapter, at: usize) {
        if let Some((lang, region)) = chapter.language.as_deref().and_then(language) {
            let _ = writeln!(self.out, "#set text(lang: \"{lang}\", region: {region})");
        }
        self.missing_anchors(at);
        let _ = writeln!(self.out, "#include {}]", string(&chapter_path(at)));
    }

    fn body(&mut self) {
        let mut at = 0;
        let document = &self.book.edition.document;
        for (number, part) in document.parts.iter().enumerate() {
            self.part(number, part, at);
            for chapter in &part.chapters {
                match chapter.role().is_untitled() {
                    true if at < self.pages => {}
                    true => self.page(chapter, at),
                    false => self.chapter(chapter, at, part.title.is_some()),
                }
                at += 1;
            }
        }
    }

    fn part(&mut self, number: usize, part: &Part, at: usize) {
        let (Some(title), Some(first)) = (&part.title, part.chapters.first()) else {
            return;
        };
        if let Some(span) = part.span {
            self.offsets.push((self.out.len(), span));
        }
        let _ = write!(
            self.out,
            "#part-page({}, \"p{number}\", {}, ",
            at == self.front,
            optional(part.number.as_deref())
        );
        self.emitted.insert(format!("p{number}"));
        self.title(title, first, at, Some(Source::Part(number)));
        self.out.push_str(")\n");
    }

    fn chapter(&mut self, chapter: &Chapter, at: usize, in_part: bool) {
        self.offsets.push((self.out.len(), chapter.span));
        // The part's page, where there is one, is the first page of the body.
        let first = at == self.front && !in_part;
        let _ = write!(
            self.out,
            "#chapter({first}, {at}, {}, {}, ",
            if in_part { 2 } else { 1 },
            optional(chapter.number.as_deref())
        );
        let mut writer = Writer::new(self.book, at, chapter, self.media, self.emitted);
        writer.write_heading(&chapter.title);
        let (out, origins) = (writer.out, writer.origins);
        self.append(&out, origins);
        self.out.push_str(", ");
        self.title(&chapter.title, chapter, at, None);
        self.out.push_str(", (");
        for section in sections(chapter) {
            let _ = write!(self.out, "({}, ", optional(section.number.as_deref()));
            self.title(&section.title, chapter, at, None);
            self.out.push_str("), ");
        }
        self.out.push_str(if at < self.front { "), front: true)[" } else { "))[" });
        self.include(chapter, at);
    }

    /// Places that something leads to but that were not written, because their note or cell was not, are the chapter's
    /// beginning: a link may then be less exact, but never stops the book.
    fn missing_anchors(&mut self, at: usize) {
        let prefix = format!("c{at}:");
        for label in self.book.wanted.iter().filter(|label| label.starts_with(&prefix)) {
            if self.emitted.insert(label.clone()) {
                let _ = write!(self.out, "#a({})", string(label));
            }
        }
    }
}

/// The subsections of a section that links may lead to, with their ids.
fn subsections(section: &Section) -> impl Iterator<Item = (&str, &Section)> {
    section.blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Section(below) if below.depth == 2 => Some((block.attributes.id.as_deref()?, below)),
        _ => None,
    })
}

/// The labels that contents and lists lead to, beside those that text leads to.
pub(super) fn wanted(edition: &Edition) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    let matter = &edition.settings.matter;
    if matter.toc_depth == Some(3) {
        for (at, chapter) in edition.document.chapters().enumerate() {
            let below = sections(chapter).flat_map(subsections);
            wanted.extend(below.map(|(id, _)| format!("c{at}:{id}")));
        }
    }
    for list in &matter.lists {
        let entries = lists::entries(&edition.document, *list);
        wanted.extend(entries.iter().map(|entry| format!("c{}:{}", entry.chapter, entry.id)));
    }
    wanted
}

/// A chapter's sections of the first depth, wherever groups put them.
fn sections(chapter: &Chapter) -> impl Iterator<Item = &Section> {
    let mut found = Vec::new();
    collect_sections(&chapter.blocks, &mut found);
    found.into_iter()
}

fn collect_sections<'a>(blocks: &'a [Block], found: &mut Vec<&'a Section>) {
    crate::document::walk::query_blocks(blocks, &mut |node| {
        if let crate::document::walk::Node::Block(Block {
            kind: BlockKind::Section(section),
            ..
        }) = node
            && section.depth == 1
        {
            found.push(section);
        }
    });
}
