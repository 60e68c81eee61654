//! Front and back matter: what book.toml says of it, and the places of the files that hold it.
//!
//! A dedication, an epigraph, a foreword and a preface stand before all other chapters, a glossary, a bibliography and
//! a colophon behind them, in the order of [`ChapterKind::rank`], whatever their files are called, unless `[book] chapters`
//! names the order. An outline need not name them.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::markdown::ChapterFile;
use super::settings::{Settings, isbn};
use crate::diag::{Diagnostics, codes, nearest};
use crate::document::inline::plain_text;
use crate::document::lists::ListOf;
use crate::document::{ATTRIBUTION, Block, BlockKind, Chapter, ChapterKind, Inline, InlineKind, Part, walk};
use crate::edition::Terms;
use crate::keys::{self, Table};
use crate::source::Span;
use toml::de::DeValue;

/// The keys of `[book]` that are read here.
pub(super) const KEYS: [&str; 5] = ["isbn", "dedication", "epigraph", "toc-depth", "lists"];

/// What book.toml says of front and back matter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matter {
    /// `[book] isbn`: the ISBN of each edition.
    pub isbn: Isbns,
    /// `[book] dedication`
    pub dedication: Option<Passage>,
    /// `[book] epigraph`; a last line that begins with a dash says whose words they are.
    pub epigraph: Option<Passage>,
    /// `[book] toc-depth`: 1 lists chapters, 2 their sections too, 3 also the subsections. Without it print lists sections, and
    /// the EPUB what three levels hold.
    pub toc_depth: Option<u8>,
    /// `[book] lists`: which lists follow the contents, in order.
    pub lists: Vec<ListOf>,
    /// `[glossary] sort`: whether the terms of a glossary are sorted; `false` keeps them as they are written.
    pub unsorted_glossary: bool,
}

/// A text of book.toml with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The text, with its line breaks.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// `isbn = "978-..."`, or `isbn = { print = "978-...", epub = "978-..." }`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Isbns {
    /// That of the printed book.
    pub print: Option<String>,
    /// That of the PDF for the screen.
    pub screen: Option<String>,
    /// That of the EPUB.
    pub epub: Option<String>,
}

impl Isbns {
    /// What a copyright page says of them, a line each. One number for all needs no word for what it is the number of.
    pub fn lines(&self, terms: &Terms) -> Vec<String> {
        let all = [(&self.print, terms.printed), (&self.screen, "PDF"), (&self.epub, "EPUB")];
        let given: Vec<(&str, &str)> = all
            .into_iter()
            .filter_map(|(number, word)| Some((number.as_deref()?, word)))
            .collect();
        match given.as_slice() {
            [(first, _), (second, _), (third, _)] if first == second && second == third => vec![format!("ISBN {first}")],
            _ => given.iter().map(|(number, word)| format!("ISBN {number} ({word})")).collect(),
        }
    }
}

/// The lists with the names that authors use.
const LISTS: [(&str, ListOf); 3] = [
    ("figures", ListOf::Figures),
    ("tables", ListOf::Tables),
    ("listings", ListOf::Listings),
];

/// Reads the keys of `[book]`.
pub(super) fn read(book: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Matter {
    Matter {
        isbn: read_isbns(book, diagnostics),
        dedication: passage(book, "dedication", diagnostics),
        epigraph: passage(book, "epigraph", diagnostics),
        toc_depth: read_depth(book, diagnostics),
        lists: read_lists(book, diagnostics),
        unsorted_glossary: false,
    }
}

/// Reads `[glossary]`: whether terms are kept as they are written.
pub(super) fn read_glossary(table: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> bool {
    table.check(&["sort"], diagnostics);
    table.flag("sort", diagnostics) == Some(false)
}

fn passage(book: &Table<'_, '_>, key: &str, diagnostics: &mut Diagnostics) -> Option<Passage> {
    let text = book.string(key, diagnostics)?;
    Some(Passage {
        text,
        span: book.place(key),
    })
}

fn read_depth(book: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Option<u8> {
    let depth = book.number("toc-depth", diagnostics)?;
    let known = [(1.0, 1), (2.0, 2), (3.0, 3)]
        .into_iter()
        .find(|(number, _)| *number == depth);
    if known.is_none() {
        diagnostics
            .report(
                &codes::BAD_VALUE,
                book.place("toc-depth"),
                format!("the contents cannot be {depth} levels deep"),
            )
            .hint("write 1 for chapters, 2 for their sections too, 3 also for subsections");
    }
    known.map(|(_, depth)| depth)
}

fn read_lists(book: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Vec<ListOf> {
    let mut lists = Vec::new();
    for name in book.strings("lists", diagnostics) {
        match LISTS.iter().find(|(known, _)| *known == name) {
            Some((_, list)) if !lists.contains(list) => lists.push(*list),
            Some(_) => {}
            None => {
                let diagnostic = diagnostics.report(
                    &codes::BAD_VALUE,
                    book.place("lists"),
                    format!("there is no list of `{name}`"),
                );
                match nearest(&name, LISTS.iter().map(|(known, _)| *known)) {
                    Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                    None => diagnostic.hint("the lists are `figures`, `tables` and `listings`"),
                };
            }
        }
    }
    lists
}

fn read_isbns(book: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Isbns {
    let Some((_, value, span)) = book.entries().find(|(key, _, _)| *key == "isbn") else {
        return Isbns::default();
    };
    if !matches!(value, DeValue::Table(_)) {
        let number = keys::as_string("isbn", value, span, diagnostics).and_then(|text| number(&text, span, diagnostics));
        return Isbns {
            print: number.clone(),
            screen: number.clone(),
            epub: number,
        };
    }
    let Some(table) = book.table("isbn", diagnostics) else {
        return Isbns::default();
    };
    table.check(&["print", "screen", "epub"], diagnostics);
    let mut one = |key: &str| {
        let text = table.string(key, diagnostics)?;
        number(&text, table.place(key), diagnostics)
    };
    Isbns {
        print: one("print"),
        screen: one("screen"),
        epub: one("epub"),
    }
}

/// The number of an ISBN whose last digit follows from the others; another is reported.
fn number(text: &str, span: Span, diagnostics: &mut Diagnostics) -> Option<String> {
    let found = isbn(text.trim()).filter(|number| is_checked(number));
    if found.is_none() {
        let fault = if isbn(text.trim()).is_some() {
            format!("`{text}` is no ISBN: its last digit does not follow from the others")
        } else {
            format!("`{text}` is no ISBN")
        };
        diagnostics
            .report(&codes::BAD_VALUE, span, fault)
            .hint("write its 13 digits, with hyphens or without: `978-3-16-148410-0`");
    }
    found.map(str::to_owned)
}

/// Whether the last digit follows from the others (ISO 2108, annex A).
fn is_checked(number: &str) -> bool {
    let digits: Vec<u32> = number
        .chars()
        .filter_map(|sign| {
            if matches!(sign, 'X' | 'x') {
                Some(10)
            } else {
                sign.to_digit(10)
            }
        })
        .collect();
    let weighed = digits.iter().enumerate();
    match digits.len() {
        13 => {
            weighed
                .map(|(at, digit)| if at % 2 == 0 { *digit } else { digit * 3 })
                .sum::<u32>()
                % 10
                == 0
        }
        10 => {
            weighed
                .zip((1..=10).rev())
                .map(|((_, digit), weight)| digit * weight)
                .sum::<u32>()
                % 11
                == 0
        }
        _ => false,
    }
}

/// Puts the dedication and the epigraph that book.toml holds before the chapters, and marks in epigraphs whose words they are. One that has a file too is reported.
pub(super) fn add_pages(files: &mut Vec<ChapterFile>, settings: &Settings, diagnostics: &mut Diagnostics) {
    let terms = Terms::of(&settings.language);
    let pages = [
        (ChapterKind::Epigraph, &settings.matter.epigraph, terms.epigraph, "epigraph"),
        (
            ChapterKind::Dedication,
            &settings.matter.dedication,
            terms.dedication,
            "dedication",
        ),
    ];
    for (kind, passage, title, key) in pages {
        let Some(passage) = passage else { continue };
        if let Some(file) = files.iter().find(|file| file.chapter.kind == kind) {
            let path = &file.chapter.path;
            diagnostics
                .report(
                    &codes::BAD_VALUE,
                    passage.span,
                    format!("the book has a file for its {key}, `{path}`, and book.toml holds another"),
                )
                .hint(format!("remove the key, or `{path}`"));
            continue;
        }
        files.insert(0, ChapterFile::made(page(kind, passage, title, key)));
    }
    files.iter_mut().for_each(|file| mark_sources(&mut file.chapter));
}

/// The chapter of a text that book.toml holds.
fn page(kind: ChapterKind, passage: &Passage, title: &str, key: &str) -> Chapter {
    let span = passage.span;
    Chapter {
        file: span.file,
        path: format!("{key}.md"),
        kind,
        span,
        title: vec![Inline::text(span, title)],
        slug: String::new(),
        numbered: false,
        planned: None,
        number: None,
        id: String::new(),
        blocks: blocks(passage),
        notes: Vec::new(),
        language: None,
    }
}

/// The paragraphs of a text: blank lines part them, and its lines are kept.
fn blocks(passage: &Passage) -> Vec<Block> {
    let span = passage.span;
    let mut paragraphs: Vec<Vec<Inline>> = vec![Vec::new()];
    for line in passage.text.trim().lines().map(str::trim) {
        if line.is_empty() || begins_with_dash(line) {
            paragraphs.push(Vec::new());
        }
        if let Some(paragraph) = paragraphs.last_mut().filter(|_| !line.is_empty()) {
            if !paragraph.is_empty() {
                paragraph.push(Inline::new(span, InlineKind::LineBreak));
            }
            paragraph.push(Inline::text(span, line));
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
        .into_iter()
        .map(|paragraph| Block::new(span, BlockKind::Paragraph(paragraph)))
        .collect()
}

/// Puts each chapter that has a place before or behind all others there. The others stay in their order.
pub(super) fn arrange(files: &mut [ChapterFile]) {
    files.sort_by_key(|file| file.chapter.kind.rank());
}

/// Adds the chapters that an outline need not name before and behind those that it names.
pub(super) fn add_around(parts: &mut Vec<Part>, mut files: Vec<ChapterFile>) {
    arrange(&mut files);
    let chapters = files.into_iter().map(|file| Chapter {
        numbered: false,
        ..file.chapter
    });
    let (front, back): (Vec<Chapter>, Vec<Chapter>) = chapters.partition(|chapter| chapter.kind.rank() < 0);
    match parts.first_mut() {
        Some(part) if part.title.is_none() => drop(part.chapters.splice(0..0, front)),
        Some(_) | None if front.is_empty() => {}
        Some(_) | None => parts.insert(0, Part::untitled(front)),
    }
    match parts.last_mut() {
        Some(part) if part.title.is_none() => part.chapters.extend(back),
        Some(_) | None if back.is_empty() => {}
        Some(_) | None => parts.push(Part::untitled(back)),
    }
}

/// Marks the paragraphs of an epigraph that say whose words it is: those that begin with a dash.
fn mark_sources(chapter: &mut Chapter) {
    if chapter.kind != ChapterKind::Epigraph {
        return;
    }
    walk::walk_blocks(&mut chapter.blocks, &mut Sources);
}

struct Sources;

impl walk::Visitor for Sources {
    fn block(&mut self, block: &mut Block) {
        if let BlockKind::Paragraph(inlines) = &block.kind
            && begins_with_dash(&plain_text(inlines))
        {
            block.attributes.classes.push(ATTRIBUTION.to_owned());
        }
    }
}

fn begins_with_dash(text: &str) -> bool {
    text.starts_with(['—', '–']) || text.starts_with("--")
}
