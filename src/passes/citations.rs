//! Citations settled: what the style makes of them, with links to a bibliography that this pass adds to the book.
//!
//! Every [`InlineKind::Citation`] becomes a span of text with links, in the order in which a reader comes to them, since that is
//! what numbers follow: those of a note come where the note is first referred to. A style for footnotes makes notes of them.
//! Citations with nothing but a blank between them are one, as if they stood in the same brackets, and a number keeps to the
//! word before it. A citation of a work that is not there is reported and stays as typed. The works that are cited stand where the manuscript has an empty `<div id="refs"></div>`, as pandoc has
//! it, else in the chapter called `references.md` or `bibliography.md`, else in a last chapter that is made here. A book
//! without citations is left alone.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod format;
mod join;
mod quotes;
mod reading;

use crate::diag::{Diagnostics, codes, nearest};
use crate::document::inline::plain_text;
use crate::document::{
    Attributes, Block, BlockKind, Chapter, ChapterKind, Citation, Document, Inline, InlineKind, Note, Part, Target, Work, walk,
};
use crate::edition::Terms;
use crate::manuscript::Settings;
use crate::manuscript::bibliography::Bibliography;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// For how many unknown keys the nearest is sought, and among how many.
const MOST_HINTS: usize = 50;
const MOST_KEYS: usize = 2000;

/// How many citations a book may have. The library compares every one of them with others.
const MOST_CITATIONS: usize = 10_000;

/// The path of the chapter that is made for the bibliography.
const PATH: &str = "bibliography.md";

/// Settles all citations of a document.
pub fn resolve(document: &mut Document, settings: &Settings, bibliography: &mut Bibliography, diagnostics: &mut Diagnostics) {
    let keys: BTreeSet<String> = bibliography.keys().map(str::to_owned).collect();
    join::walk(document, &keys);
    let mut collector = Collector::new(bibliography, diagnostics);
    for chapter in document.chapters_mut() {
        reading::walk_as_read(chapter, &mut collector);
    }
    let Collector { found, cited, .. } = collector;
    if found.is_empty() {
        return;
    }
    for reference in &mut bibliography.references {
        reference.cited = cited.contains(&reference.key);
    }
    let place = Place::of(document);
    let targets = Ids::new(place.chapter(document), &found);
    let citations: Vec<&Citation> = found.iter().flatten().collect();
    let formatted = match format::format(&citations, bibliography, &settings.language, &targets.ids) {
        Ok(formatted) => formatted,
        Err(reason) => {
            diagnostics.report(&codes::BAD_BIBLIOGRAPHY, first_span(&found), reason);
            return;
        }
    };
    let mut replacer = Replacer {
        as_notes: formatted.citations.iter().any(|cited| cited.note.is_some()),
        citations: found.iter(),
        formatted: formatted.citations.into_iter(),
        keys: formatted.numeric.then_some(&keys),
        in_note: false,
        count: 0,
        notes: Vec::new(),
    };
    for chapter in document.chapters_mut() {
        replacer.chapter(chapter);
    }
    report_undated(&formatted.works, bibliography, diagnostics);
    let works = works(formatted.works, &targets.ids);
    if !works.is_empty() {
        place.put(document, works, settings);
    }
}

/// Reports works whose year is known and not shown, where the style shows that of others.
fn report_undated(works: &[format::Entry], bibliography: &Bibliography, diagnostics: &mut Diagnostics) {
    let years: BTreeMap<&str, String> = bibliography
        .references
        .iter()
        .filter_map(|reference| Some((reference.key.as_str(), reference.entry.date()?.year.to_string())))
        .collect();
    let dated = works.iter().filter_map(|work| {
        let year = years.get(work.key.as_str())?;
        Some((work, year, plain_text(&work.text).contains(year.as_str())))
    });
    let (shown, hidden): (Vec<_>, Vec<_>) = dated.partition(|(_, _, shown)| *shown);
    if shown.is_empty() {
        return;
    }
    for (work, year, _) in hidden {
        let message = format!("the style of citations shows no date for works of this kind, so readers are not told of {year}");
        diagnostics
            .report(&codes::UNDATED_REFERENCE, work.span, message)
            .hint("give the day on which you read it, `url: { value: https://…, date: 2026-05-01 }`, or another `type`");
    }
}

fn first_span(found: &[Option<Citation>]) -> Option<Span> {
    let items = found.iter().flatten().flat_map(|citation| &citation.items);
    items.map(|item| item.span).next()
}

/// Finds the citations in the order of reading.
struct Collector<'a> {
    keys: BTreeSet<&'a str>,
    bibliography: &'a Bibliography,
    /// `None` for one that stays as typed.
    found: Vec<Option<Citation>>,
    /// The keys of all of them.
    cited: BTreeSet<String>,
    hints: usize,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Collector<'a> {
    fn new(bibliography: &'a Bibliography, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            keys: bibliography.keys().collect(),
            bibliography,
            found: Vec::new(),
            cited: BTreeSet::new(),
            hints: 0,
            diagnostics,
        }
    }

    /// Whether every work that a citation names is there; the others are reported.
    fn is_known(&mut self, citation: &Citation) -> bool {
        let mut known = true;
        for item in &citation.items {
            if self.keys.contains(item.key.as_str()) {
                self.cited.insert(item.key.clone());
                continue;
            }
            known = false;
            // Where a file of works could not be read, that has been told.
            if !self.bibliography.broken {
                self.report(&item.key, item.span);
            }
        }
        known
    }

    fn report(&mut self, key: &str, span: Span) {
        self.hints += 1;
        let near = match self.hints {
            0..=MOST_HINTS => nearest(key, self.bibliography.keys().take(MOST_KEYS)).map(str::to_owned),
            _ => None,
        };
        if self.keys.is_empty() {
            let message = format!("`@{key}` cites a work, and there is no `references.bib` or `references.yml` beside book.toml");
            self.diagnostics
                .report(&codes::UNKNOWN_CITATION, span, message)
                .hint(format!("add the file; or write `\\@{key}` if this is no citation"));
            return;
        }
        let message = format!("the bibliography has no work with the key `{key}`; the citation is kept as typed");
        let diagnostic = self.diagnostics.report(&codes::UNKNOWN_CITATION, span, message);
        match near {
            Some(near) => diagnostic.hint(format!("the nearest is `{near}`")),
            None => diagnostic.hint(format!("add the work, or write `\\@{key}` if this is no citation")),
        };
    }
}

impl reading::Reader for Collector<'_> {}

impl walk::Visitor for Collector<'_> {
    fn inline(&mut self, inline: &mut Inline) {
        if let InlineKind::Citation(citation) = &inline.kind {
            let known = self.is_known(citation);
            let many = self.found.len() >= MOST_CITATIONS;
            if many && self.found.len() == MOST_CITATIONS {
                let message = format!("this is the last citation that is looked up: a book may have {MOST_CITATIONS}");
                self.diagnostics.report(&codes::BAD_BIBLIOGRAPHY, inline.span, message);
            }
            self.found.push((known && !many).then(|| citation.clone()));
        }
    }
}

/// Puts what the style makes of citations in their place.
struct Replacer<'a> {
    citations: std::slice::Iter<'a, Option<Citation>>,
    formatted: std::vec::IntoIter<format::Cited>,
    /// The works that are there, if the style has numbers, which begin no line.
    keys: Option<&'a BTreeSet<String>>,
    /// Whether citations become notes.
    as_notes: bool,
    /// Whether what is gone over is a note, in which no other begins.
    in_note: bool,
    /// How many notes have been made.
    count: usize,
    /// The notes of the chapter at hand that have been made.
    notes: Vec<Note>,
}

impl Replacer<'_> {
    fn chapter(&mut self, chapter: &mut Chapter) {
        reading::walk_as_read(chapter, self);
        chapter.notes.append(&mut self.notes);
    }

    /// A note with a citation as its text.
    fn made(&mut self, content: Vec<Inline>, span: Span) -> InlineKind {
        self.count += 1;
        // No author's label has a blank at its end.
        let label = format!("citation {} ", self.count);
        self.notes.push(Note {
            span,
            label: label.clone(),
            number: 0,
            blocks: vec![Block::new(span, BlockKind::Paragraph(content))],
            references: 0,
        });
        InlineKind::NoteLabel(label)
    }
}

impl reading::Reader for Replacer<'_> {
    fn note(&mut self, inside: bool) {
        self.in_note = inside;
    }
}

impl walk::Visitor for Replacer<'_> {
    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        if let Some(keys) = self.keys {
            join::keep_to_words(inlines, keys);
        }
        if !self.as_notes || self.in_note {
            return;
        }
        // The mark of a note follows its word without a blank.
        let mut before: Option<&mut Inline> = None;
        for inline in inlines {
            if let (InlineKind::Citation(Citation { in_text: false, .. }), Some(InlineKind::Text(text))) =
                (&inline.kind, before.map(|before| &mut before.kind))
            {
                text.truncate(text.trim_end().len());
            }
            before = Some(inline);
        }
    }

    fn inline(&mut self, inline: &mut Inline) {
        let InlineKind::Citation(citation) = &inline.kind else {
            return;
        };
        let content = match self.citations.next() {
            Some(Some(_)) => self.formatted.next(),
            Some(None) | None => None,
        };
        let Some(format::Cited { mut text, note }) = content else {
            inline.kind = InlineKind::Text(citation.typed.clone());
            return;
        };
        match note {
            // No note begins in a note: there the citation is a part of the sentence, whose end is the author's.
            Some(note) if self.in_note => {
                let named = !text.is_empty();
                text.extend(named.then(|| Inline::text(inline.span, " (")));
                text.extend(format::without_stop(note));
                text.extend(named.then(|| Inline::text(inline.span, ")")));
            }
            Some(note) => {
                let kind = self.made(note, inline.span);
                text.push(Inline::new(inline.span, kind));
            }
            None => {}
        }
        inline.kind = InlineKind::Span(text);
    }
}

/// Where citations lead.
struct Ids {
    ids: BTreeMap<String, Target>,
}

impl Ids {
    /// An id for each work that is cited. Signs that an id cannot have become hyphens.
    fn new(chapter: usize, found: &[Option<Citation>]) -> Self {
        let mut ids = BTreeMap::new();
        let mut taken = BTreeSet::new();
        let items = found.iter().flatten().flat_map(|citation| &citation.items);
        for item in items {
            if ids.contains_key(&item.key) {
                continue;
            }
            let plain = |sign: char| {
                if sign.is_ascii_alphanumeric() || sign == '_' {
                    sign
                } else {
                    '-'
                }
            };
            let base = format!("ref-{}", item.key.chars().map(plain).collect::<String>());
            let mut id = base.clone();
            let mut next = 2;
            while !taken.insert(id.clone()) {
                id = format!("{base}-{next}");
                next += 1;
            }
            ids.insert(item.key.clone(), Target::Internal { chapter, id: Some(id) });
        }
        Self { ids }
    }
}

/// The entries as blocks.
fn works(entries: Vec<format::Entry>, ids: &BTreeMap<String, Target>) -> Vec<Work> {
    let work = |entry: format::Entry| {
        let mut block = Block::new(entry.span, BlockKind::Paragraph(entry.text));
        if let Some(Target::Internal { id: Some(id), .. }) = ids.get(&entry.key) {
            block.attributes = Attributes::with_id(id);
        }
        Work {
            key: entry.key,
            label: entry.label,
            blocks: vec![block],
        }
    };
    entries.into_iter().map(work).collect()
}

/// Where the bibliography goes.
enum Place {
    /// Into the empty `<div id="refs"></div>` of this chapter.
    Marked(usize),
    /// To the end of this chapter's own text.
    Chapter(usize),
    /// Into a chapter of its own, at the end.
    New,
}

/// The id of the element that holds the bibliography in pandoc's manuscripts.
const MARK: &str = "refs";

impl Place {
    fn of(document: &Document) -> Self {
        let mut marked = None;
        walk::query(document, |chapter, node| {
            if let walk::Node::Block(block) = node
                && is_mark(block, MARK)
            {
                marked.get_or_insert(chapter);
            }
        });
        if let Some(chapter) = marked {
            return Self::Marked(chapter);
        }
        let own = |chapter: &Chapter| chapter.role() == ChapterKind::Bibliography;
        document.chapters().position(own).map_or(Self::New, Self::Chapter)
    }

    /// The number of the chapter that will hold the bibliography.
    fn chapter(&self, document: &Document) -> usize {
        match self {
            Self::Marked(chapter) | Self::Chapter(chapter) => *chapter,
            Self::New => place_of_last(document),
        }
    }

    fn put(self, document: &mut Document, works: Vec<Work>, settings: &Settings) {
        let span = works.iter().flat_map(|work| &work.blocks).map(|block| block.span).min();
        let Some(span) = span else { return };
        let block = Block::new(span, BlockKind::Bibliography(works));
        match self {
            Self::Marked(at) => {
                if let Some(chapter) = document.chapters_mut().nth(at) {
                    walk::walk_blocks(
                        &mut chapter.blocks,
                        &mut Mark {
                            id: MARK,
                            block: Some(block),
                        },
                    );
                }
            }
            Self::Chapter(at) => {
                if let Some(chapter) = document.chapters_mut().nth(at) {
                    let is_section = |block: &Block| matches!(block.kind, BlockKind::Section(_));
                    let end = chapter.blocks.iter().position(is_section).unwrap_or(chapter.blocks.len());
                    chapter.blocks.insert(end, block);
                }
            }
            Self::New => add_chapter(document, new_chapter(block, span, settings)),
        }
    }
}

/// Whether a block is the empty `<div>` with this id, in whose place something is put that the compiler makes.
pub(super) fn is_mark(block: &Block, id: &str) -> bool {
    block.attributes.id.as_deref() == Some(id) && matches!(&block.kind, BlockKind::Group(blocks) if blocks.is_empty())
}

/// Puts a block where the mark for it stands first.
pub(super) struct Mark {
    /// Its id.
    pub(super) id: &'static str,
    /// What is put there.
    pub(super) block: Option<Block>,
}

impl walk::Visitor for Mark {
    fn block(&mut self, block: &mut Block) {
        if is_mark(block, self.id)
            && let Some(content) = self.block.take()
        {
            block.kind = BlockKind::Group(vec![content]);
        }
    }
}

fn new_chapter(block: Block, span: Span, settings: &Settings) -> Chapter {
    let title = Terms::of(&settings.language).bibliography;
    let place = Span::new(span.file, 0..0);
    Chapter {
        file: span.file,
        path: PATH.to_owned(),
        kind: ChapterKind::Bibliography,
        span: place,
        title: vec![Inline::text(place, title)],
        slug: String::new(),
        numbered: false,
        planned: None,
        number: None,
        id: String::new(),
        blocks: vec![block],
        notes: Vec::new(),
        language: None,
    }
}

/// Adds a last chapter, which belongs to no titled part. Only a colophon stays behind it.
pub(super) fn add_chapter(document: &mut Document, chapter: Chapter) {
    match document.parts.last_mut() {
        Some(part) if part.title.is_none() => {
            let at = part.chapters.len() - colophons(&part.chapters);
            part.chapters.insert(at, chapter);
        }
        Some(_) | None => document.parts.push(Part::untitled(vec![chapter])),
    }
}

/// How many chapters at the end are colophons.
fn colophons(chapters: &[Chapter]) -> usize {
    chapters
        .iter()
        .rev()
        .take_while(|chapter| chapter.role() == ChapterKind::Colophon)
        .count()
}

/// The place at which [`add_chapter`] adds one, from 0.
fn place_of_last(document: &Document) -> usize {
    let behind = match document.parts.last() {
        Some(part) if part.title.is_none() => colophons(&part.chapters),
        Some(_) | None => 0,
    };
    document.chapters().count() - behind
}
