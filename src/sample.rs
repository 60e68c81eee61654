//! The sample of a book: some of its chapters as a book of their own, with a last page that says what else there is.
//!
//! Gets a bound [`Edition`] whose settings say which chapters, gives another: those chapters, the dedication, the epigraph and
//! the colophon, the works that are cited in them and the terms that they explain, and a last chapter with the contents of
//! the whole book, in which what the sample has is marked. Numbers are those of the whole book; links to what is left out
//! are their text. The index is left out. Nothing is read or drawn again.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod rest;

use crate::diag::{Diagnostics, codes, nearest};
use crate::document::GlossaryEntry;
use crate::document::walk::{self, Node, Visitor};
use crate::document::{Block, BlockKind, Chapter, ChapterKind, Document, InlineKind, Part, Target, Work};
use crate::edition::{Edition, Retarget, Terms};
use crate::manuscript::Settings;
use crate::manuscript::sample::Sample;
use std::collections::{BTreeMap, BTreeSet};

/// Reports the chapters that a sample is to have and the book has not.
pub fn check(document: &Document, settings: &Settings, diagnostics: &mut Diagnostics) {
    let Some(sample) = &settings.sample else { return };
    for (typed, selection) in &sample.chapters {
        if document
            .chapters()
            .any(|chapter| selection.has(chapter.number.as_deref(), &chapter.path))
        {
            continue;
        }
        let paths = document.chapters().map(|chapter| chapter.path.trim_end_matches(".md"));
        let near = nearest(typed, paths).map(str::to_owned);
        let diagnostic = diagnostics.report(
            &codes::BAD_VALUE,
            sample.span,
            format!("the sample is to have `{typed}`, which is no chapter of the book"),
        );
        match near {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic.hint("name chapters by number, or by file: `[\"introduction\", \"1-2\"]`"),
        };
    }
}

/// The sample of an edition; `None` where book.toml does not say what it has.
pub fn of(edition: &Edition) -> Option<Edition> {
    let sample = edition.settings.sample.as_ref()?;
    let mut result = edition.clone();
    let plan = Plan::of(&edition.document, sample);
    let places = plan.cut(&mut result.document, &edition.terms);
    result.document.parts.retain(|part| !part.chapters.is_empty());
    let last = rest::chapter(edition, sample, &places);
    match result.document.parts.last_mut() {
        Some(part) if part.title.is_none() => part.chapters.push(last),
        Some(_) | None => result.document.parts.push(Part::untitled(vec![last])),
    }
    settle_settings(&mut result);
    Some(result)
}

/// A sample is not the book that the ISBN is the number of.
fn settle_settings(edition: &mut Edition) {
    let settings = &mut edition.settings;
    let mut name = settings.identifier.clone().unwrap_or_else(|| settings.title.clone());
    for author in &settings.authors {
        name.push('\n');
        name.push_str(author);
    }
    name.push_str("\nsample");
    let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes());
    settings.identifier = Some(uuid.urn().to_string());
    settings.matter.isbn = crate::manuscript::matter::Isbns::default();
    let sample = edition.terms.sample;
    settings.edition = Some(match &settings.edition {
        Some(edition) => format!("{sample} \u{b7} {edition}"),
        None => sample.to_owned(),
    });
    settings.is_sample = true;
}

/// What a sample has of each chapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// All of it.
    Whole,
    /// Of its works and terms those that the sample needs.
    Part,
    /// Works and terms that the sample needs, in a chapter of their own.
    Nothing,
}

/// Works and terms by chapter and id.
type Needed = BTreeSet<(usize, String)>;

/// What a sample has.
struct Plan {
    kept: Vec<Kept>,
    needed: Needed,
}

/// Where the chapters, the parts and the entries of the book are in its sample.
#[derive(Default)]
struct Places {
    chapters: Vec<Option<usize>>,
    parts: Vec<Option<usize>>,
    /// The chapters of the book that the sample has in part.
    partial: BTreeSet<usize>,
    /// The entries that stand in another chapter than before.
    entries: BTreeMap<(usize, String), usize>,
}

impl Places {
    /// Where a target of the book is in the sample, if it is there.
    fn settle(&self, target: &Target) -> Option<Target> {
        match target {
            Target::Internal { chapter, id } => {
                let moved = id.as_ref().and_then(|id| self.entries.get(&(*chapter, id.clone())));
                let chapter = moved.copied().or_else(|| self.chapters.get(*chapter).copied().flatten())?;
                Some(Target::Internal { chapter, id: id.clone() })
            }
            Target::Part { part } => self.parts.get(*part).copied().flatten().map(|part| Target::Part { part }),
            Target::External(_) | Target::Unresolved(_) => Some(target.clone()),
        }
    }
}

impl Plan {
    fn of(document: &Document, sample: &Sample) -> Self {
        let kept: Vec<Kept> = document
            .chapters()
            .map(|chapter| {
                let named =
                    |(_, selection): &(String, crate::edition::Selection)| selection.has(chapter.number.as_deref(), &chapter.path);
                match chapter.role() {
                    _ if sample.chapters.iter().any(named) => Kept::Whole,
                    ChapterKind::Dedication | ChapterKind::Epigraph | ChapterKind::Colophon => Kept::Whole,
                    ChapterKind::Glossary | ChapterKind::Bibliography => Kept::Part,
                    _ => Kept::Nothing,
                }
            })
            .collect();
        let needed = needed(document, &kept);
        let mut plan = Self { kept, needed };
        plan.drop_idle(document);
        plan
    }

    /// A glossary or a bibliography of which nothing is needed is left out.
    fn drop_idle(&mut self, document: &Document) {
        for (at, (kept, chapter)) in self.kept.iter_mut().zip(document.chapters()).enumerate() {
            if *kept == Kept::Part
                && !entries(chapter)
                    .iter()
                    .any(|id| self.needed.contains(&(at, (*id).to_owned())))
            {
                *kept = Kept::Nothing;
            }
        }
    }

    /// Cuts a document down to its sample, and says where everything is.
    fn cut(&self, document: &mut Document, terms: &Terms) -> Places {
        let mut places = Places::default();
        let (mut at, mut count, mut parts) = (0, 0, 0);
        let mut saved = Saved::default();
        for part in &mut document.parts {
            let mut chapters = Vec::new();
            for mut chapter in std::mem::take(&mut part.chapters) {
                let kept = self.kept.get(at).copied().unwrap_or(Kept::Nothing);
                self.cut_chapter(at, &mut chapter);
                if kept == Kept::Nothing {
                    saved.take(at, chapter.blocks);
                } else {
                    chapters.push(chapter);
                }
                if kept == Kept::Part {
                    places.partial.insert(at);
                }
                places.chapters.push((kept != Kept::Nothing).then_some(count));
                count += usize::from(kept != Kept::Nothing);
                at += 1;
            }
            let is_kept = !chapters.is_empty();
            part.chapters = chapters;
            places.parts.push(is_kept.then_some(parts));
            parts += usize::from(is_kept);
        }
        saved.put(document, &mut places, count, terms);
        let settle = |target: &Target| places.settle(target);
        walk::walk(document, &mut Retarget { settle });
        places
    }

    /// Leaves of a chapter's entries those that are needed. The index goes.
    fn cut_chapter(&self, at: usize, chapter: &mut Chapter) {
        let whole = self.kept.get(at) == Some(&Kept::Whole) && chapter.role() == ChapterKind::Glossary;
        let mut cutter = Cutter {
            chapter: at,
            needed: &self.needed,
            whole,
        };
        walk::walk_blocks(&mut chapter.blocks, &mut cutter);
        if !whole {
            drop_empty(&mut chapter.blocks);
        }
    }
}

/// The works and terms that the chapters need which are kept whole, and those that these need.
fn needed(document: &Document, kept: &[Kept]) -> Needed {
    // What each entry leads to, and what the chapters lead to.
    let mut below: BTreeMap<(usize, String), Vec<(usize, String)>> = BTreeMap::new();
    let mut waiting: Vec<(usize, String)> = Vec::new();
    for (at, chapter) in document.chapters().enumerate() {
        walk::query_chapter(chapter, &mut |node| {
            if let Node::Block(block) = node
                && let BlockKind::Glossary(terms) = &block.kind
            {
                for entry in terms {
                    let targets: Vec<_> = entry.meanings.iter().flat_map(|meaning| targets(meaning)).collect();
                    let ids = entry.terms.iter().map(|term| (at, term.id.clone()));
                    ids.for_each(|id| drop(below.insert(id, targets.clone())));
                }
            }
        });
        if kept.get(at) == Some(&Kept::Whole) {
            waiting.extend(targets(&chapter.blocks));
            chapter.notes.iter().for_each(|note| waiting.extend(targets(&note.blocks)));
        }
    }
    let mut needed = Needed::new();
    while let Some(id) = waiting.pop() {
        if let Some(more) = below.get(&id).filter(|_| !needed.contains(&id)) {
            waiting.extend(more.iter().cloned());
        }
        needed.insert(id);
    }
    needed
}

/// The places in the book that links in blocks lead to.
fn targets(blocks: &[Block]) -> Vec<(usize, String)> {
    let mut targets = Vec::new();
    walk::query_blocks(blocks, &mut |node| {
        let Node::Inline(inline) = node else { return };
        let target = match &inline.kind {
            InlineKind::Link(link) => &link.target,
            InlineKind::Reference(reference) => &reference.target,
            _ => return,
        };
        if let Target::Internal { chapter, id: Some(id) } = target {
            targets.push((*chapter, id.clone()));
        }
    });
    targets
}

/// The ids of a chapter's works and terms.
fn entries(chapter: &Chapter) -> Vec<&str> {
    let mut ids = Vec::new();
    walk::query_blocks(&chapter.blocks, &mut |node| {
        let Node::Block(block) = node else { return };
        match &block.kind {
            BlockKind::Bibliography(works) => ids.extend(works.iter().filter_map(id_of)),
            BlockKind::Glossary(terms) => {
                ids.extend(terms.iter().flat_map(|entry| entry.terms.iter().map(|term| term.id.as_str())))
            }
            _ => {}
        }
    });
    ids
}

/// Where citations of a work lead.
fn id_of(work: &Work) -> Option<&str> {
    work.blocks.iter().find_map(|block| block.attributes.id.as_deref())
}

/// Takes the entries out that are not needed, and indexes.
struct Cutter<'a> {
    chapter: usize,
    needed: &'a Needed,
    /// Whether all terms stay.
    whole: bool,
}

impl Cutter<'_> {
    fn needs(&self, id: &str) -> bool {
        self.needed.contains(&(self.chapter, id.to_owned()))
    }
}

impl Visitor for Cutter<'_> {
    fn block(&mut self, block: &mut Block) {
        match &mut block.kind {
            BlockKind::Bibliography(works) => works.retain(|work| id_of(work).is_none_or(|id| self.needs(id))),
            BlockKind::Glossary(entries) if !self.whole => {
                entries.retain(|entry| entry.terms.iter().any(|term| self.needs(&term.id)));
            }
            BlockKind::Index(groups) => groups.clear(),
            _ => {}
        }
    }
}

/// Drops lists of which nothing is left, and the sections that held nothing else.
fn drop_empty(blocks: &mut Vec<Block>) {
    blocks.retain_mut(|block| match &mut block.kind {
        BlockKind::Bibliography(works) => !works.is_empty(),
        BlockKind::Glossary(entries) => !entries.is_empty(),
        BlockKind::Index(groups) => !groups.is_empty(),
        BlockKind::Section(section) => {
            let before = section.blocks.len();
            drop_empty(&mut section.blocks);
            before == 0 || !section.blocks.is_empty()
        }
        BlockKind::Group(inner) => {
            let before = inner.len();
            drop_empty(inner);
            before == 0 || !inner.is_empty()
        }
        _ => true,
    });
}

/// Works and terms of chapters that are left out.
#[derive(Default)]
struct Saved {
    works: Vec<(usize, Work)>,
    terms: Vec<(usize, GlossaryEntry)>,
}

impl Saved {
    /// Takes them out of the blocks of a chapter.
    fn take(&mut self, chapter: usize, mut blocks: Vec<Block>) {
        struct Taker<'a>(usize, &'a mut Saved);
        impl Visitor for Taker<'_> {
            fn block(&mut self, block: &mut Block) {
                match &mut block.kind {
                    BlockKind::Bibliography(works) => self.1.works.extend(works.drain(..).map(|work| (self.0, work))),
                    BlockKind::Glossary(terms) => self.1.terms.extend(terms.drain(..).map(|term| (self.0, term))),
                    _ => {}
                }
            }
        }
        walk::walk_blocks(&mut blocks, &mut Taker(chapter, self));
    }

    /// Puts them into chapters of their own behind the others, of which there are `count`. Only a colophon stays behind them.
    fn put(self, document: &mut Document, places: &mut Places, count: usize, terms: &Terms) {
        let Some(span) = document.chapters().next().map(|chapter| chapter.span) else {
            return;
        };
        let behind = match document.parts.last() {
            Some(part) if part.title.is_none() => part.chapters.iter().rev().take_while(|chapter| is_colophon(chapter)).count(),
            Some(_) | None => 0,
        };
        let first = count - behind;
        let mut made = Vec::new();
        if !self.terms.is_empty() {
            let at = first + made.len();
            let all = self
                .terms
                .iter()
                .flat_map(|(chapter, entry)| entry.terms.iter().map(|term| (*chapter, term.id.clone())));
            places.entries.extend(all.map(|id| (id, at)));
            let entries = self.terms.into_iter().map(|(_, entry)| entry).collect();
            let block = Block::new(span, BlockKind::Glossary(entries));
            made.push(rest::made(ChapterKind::Glossary, span, terms.glossary, vec![block]));
        }
        if !self.works.is_empty() {
            let at = first + made.len();
            let all = self
                .works
                .iter()
                .filter_map(|(chapter, work)| Some((*chapter, id_of(work)?.to_owned())));
            places.entries.extend(all.map(|id| (id, at)));
            let works = self.works.into_iter().map(|(_, work)| work).collect();
            let block = Block::new(span, BlockKind::Bibliography(works));
            made.push(rest::made(ChapterKind::Bibliography, span, terms.bibliography, vec![block]));
        }
        for place in places.chapters.iter_mut().flatten().filter(|place| **place >= first) {
            *place += made.len();
        }
        match document.parts.last_mut() {
            _ if made.is_empty() => {}
            Some(part) if part.title.is_none() => {
                let end = part.chapters.len() - behind;
                part.chapters.splice(end..end, made);
            }
            Some(_) | None => document.parts.push(Part::untitled(made)),
        }
    }
}

fn is_colophon(chapter: &Chapter) -> bool {
    chapter.role() == ChapterKind::Colophon
}
