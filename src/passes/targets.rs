//! What can be linked: ids, and the numbers of figures, listings and tables.
//!
//! # Ids
//!
//! An id that an author writes is the whole book's, as long as no other chapter has it: then it is its chapter's, and a link
//! from a third one has to name the file. One that is made from a title is its chapter's. Each becomes a valid
//! name (XML Namespaces 1.0, NCName): a character that a name cannot have becomes `-`, and `s-` goes before one that cannot
//! begin a name. `s-` also keeps ids out of the way of those that outputs make themselves (`note-1`, `part-1`). Within
//! a chapter every id is unique, by `-2` behind it where need be. The author's spelling stays known for links. A part, which
//! has no heading in any file, goes by the slug of its title, unless a heading has that name.
//!
//! # Numbers
//!
//! A figure, listing or table with a caption or an id is numbered by position, kind by kind: `2.3` is the third in chapter 2.
//! An unnumbered chapter counts with a letter, as prefaces and appendices do in print: `A.1` in the Appendix, `I.1` in the
//! Introduction, `B.1` in "Appendix B: Tools"; where another chapter has the letter already, it is `A2.1`. In
//! a book without numbered chapters they count through the book: `1`, `2`. `{.unnumbered}` takes one out.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::sections::is_unnumbered;
use crate::diag::{Diagnostics, codes};
use crate::document::inline::plain_text;
use crate::document::{Attributes, Block, BlockKind, Chapter, Document, GlossaryTerm, Inline, Section, walk};
use crate::manuscript::slugs::slug;
use crate::source::Span;
use std::collections::{HashMap, HashSet};

/// What kind of thing a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A part's opening.
    Part,
    /// A chapter's beginning.
    Chapter,
    /// A section, or a heading inside another block.
    Section,
    /// A figure.
    Figure,
    /// A listing.
    Listing,
    /// A table.
    Table,
    /// A term of a glossary.
    Term,
    /// Anything else with an id.
    Place,
}

/// A thing that can be linked.
#[derive(Debug)]
pub(super) struct Target {
    /// What it is.
    pub(super) kind: Kind,
    /// Its chapter from 0, or for a part its place among the parts.
    pub(super) chapter: usize,
    /// The id in the chapter; `None` is the chapter's beginning.
    pub(super) id: Option<String>,
    /// The number as printed.
    pub(super) number: Option<String>,
    /// The title or caption as plain text.
    pub(super) title: String,
    /// The section it stands in.
    pub(super) within: Option<usize>,
}

/// All that can be linked, by name.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// In the order in which they were found.
    pub(super) list: Vec<Target>,
    /// The target of each chapter.
    pub(super) chapters: Vec<usize>,
    /// The names that authors gave, over the whole book; the first counts.
    explicit: HashMap<String, usize>,
    /// Those names in the order in which they were found.
    explicit_names: Vec<(String, usize)>,
    /// For those names that several chapters have, the second place.
    rivals: HashMap<String, usize>,
    /// The slugs that only one heading of the book has.
    slugs: HashMap<String, Option<usize>>,
    /// The slugs of the titles of parts, which no heading of the book needs.
    parts: HashMap<String, usize>,
    /// What each chapter has.
    local: Vec<Local>,
}

/// The names in one chapter.
#[derive(Debug, Default)]
struct Local {
    explicit: HashMap<String, usize>,
    slugs: HashMap<String, usize>,
    /// Names without case, number and punctuation; `None` where several are the same then.
    loose: HashMap<String, Option<usize>>,
    /// All names in the order in which they were found.
    names: Vec<String>,
}

impl Targets {
    /// The target of a name in a chapter alone: the author's id, the slug, and then what differs in case, in
    /// percent-encoding, in punctuation or by a typed number only.
    pub(super) fn in_chapter(&self, chapter: usize, name: &str) -> Option<usize> {
        let local = self.local.get(chapter)?;
        let exact = |name: &str| local.explicit.get(name).or_else(|| local.slugs.get(name)).copied();
        exact(name)
            .or_else(|| exact(&super::address::decode(name)))
            .or_else(|| local.loose.get(&loosely(name)).copied().flatten())
    }

    /// The target of a name from within a chapter: what the chapter has, then an id that one chapter alone has, then a slug
    /// that is the only one of its kind.
    pub(super) fn seen_from(&self, chapter: usize, name: &str) -> Option<usize> {
        let decoded = super::address::decode(name);
        let anywhere = |name: &str| {
            if self.rivals.contains_key(name) {
                return None;
            }
            let explicit = self.explicit.get(name).copied();
            explicit.or_else(|| self.slugs.get(name).copied().flatten())
        };
        // A part has no heading in any file; its title's slug counts where nothing else has that name.
        let part = |name: &str| self.parts.get(name).copied().filter(|_| !self.slugs.contains_key(name));
        self.in_chapter(chapter, name)
            .or_else(|| anywhere(name))
            .or_else(|| anywhere(&decoded))
            .or_else(|| part(&decoded))
    }

    /// The first two of the chapters that have given a name, where several have.
    pub(super) fn rivals(&self, name: &str) -> Option<(usize, usize)> {
        let decoded = super::address::decode(name);
        let (name, second) = self
            .rivals
            .get_key_value(name)
            .or_else(|| self.rivals.get_key_value(&decoded))?;
        Some((self.explicit.get(name).copied()?, *second))
    }

    /// Where a target is, in words; `paths` are those of the chapters.
    pub(super) fn whereabouts(&self, target: usize, paths: &[String]) -> String {
        let Some(target) = self.list.get(target) else {
            return String::new();
        };
        let path = paths.get(target.chapter).map(String::as_str).unwrap_or_default();
        let section = match target.kind {
            Kind::Part => return format!("the part “{}”", target.title),
            Kind::Chapter => return format!("the title of {path}"),
            Kind::Section => Some(target),
            Kind::Figure | Kind::Listing | Kind::Table | Kind::Term | Kind::Place => {
                target.within.and_then(|section| self.list.get(section))
            }
        };
        match section {
            Some(section) => format!("in {path}, under “{}”", section.title),
            None => format!("in {path}, above the first section"),
        }
    }

    /// The names that a chapter has, in order.
    pub(super) fn names(&self, chapter: usize) -> impl Iterator<Item = &str> {
        let local = self.local.get(chapter);
        local.into_iter().flat_map(|local| local.names.iter().map(String::as_str))
    }

    /// The ids that authors gave anywhere in the book, in order.
    pub(super) fn explicit_names(&self) -> impl Iterator<Item = &str> {
        self.explicit_names.iter().map(|(name, _)| name.as_str())
    }

    fn add(&mut self, target: Target) -> usize {
        self.list.push(target);
        self.list.len() - 1
    }
}

/// A slug without what people and tools spell differently: case, a number before it, runs of hyphens, punctuation.
fn loosely(name: &str) -> String {
    let lower = super::address::decode(name).to_lowercase();
    let mut words = lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .skip_while(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
        .peekable();
    match words.peek() {
        Some(_) => words.collect::<Vec<_>>().join("-"),
        None => lower,
    }
}

/// Gives everything in the document that can be linked its id and its number.
pub(super) fn collect(document: &mut Document, diagnostics: &mut Diagnostics) -> Targets {
    let mut collector = Collector {
        targets: Targets::default(),
        diagnostics,
        paths: document.chapters().map(|chapter| chapter.path.clone()).collect(),
        chapter: 0,
        section: None,
        ids: Names::default(),
        headings: Vec::new(),
        counts: Counts::default(),
        prefixes: Prefixes::of(document),
    };
    let mut chapter_ids = Names::default();
    for (at, part) in document.parts.iter_mut().enumerate() {
        collector.part(at, part);
        for chapter in &mut part.chapters {
            collector.chapter(chapter, &mut chapter_ids);
        }
    }
    collector.targets
}

/// Goes over each chapter twice: ids of authors come first, so that no slug takes one away.
struct Collector<'a> {
    targets: Targets,
    diagnostics: &'a mut Diagnostics,
    paths: Vec<String>,
    /// The chapter at hand, from 0.
    chapter: usize,
    /// The target of the section at hand.
    section: Option<usize>,
    /// The ids that the chapter at hand has given away.
    ids: Names,
    /// The targets of the chapter's headings, in order.
    headings: Vec<usize>,
    counts: Counts,
    prefixes: Prefixes,
}

/// How many there have been of each kind.
#[derive(Default)]
struct Counts {
    figures: u32,
    listings: u32,
    tables: u32,
}

impl Collector<'_> {
    fn part(&mut self, at: usize, part: &mut crate::document::Part) {
        let title = part.title.as_deref().map(plain_text).unwrap_or_default();
        let name = std::mem::replace(&mut part.id, format!("part-{}", at + 1));
        let target = self.targets.add(Target {
            kind: Kind::Part,
            chapter: at,
            id: None,
            number: part.number.clone(),
            title,
            within: None,
        });
        let slug = part.title.as_deref().map(|title| slug(&plain_text(title)));
        if let Some(slug) = slug.filter(|slug| !slug.is_empty()) {
            self.targets.parts.entry(slug).or_insert(target);
        }
        if !name.is_empty() && part.title.is_some() {
            self.targets.explicit.entry(name.clone()).or_insert(target);
            self.targets.explicit_names.push((name, target));
        }
    }

    fn chapter(&mut self, chapter: &mut Chapter, chapter_ids: &mut Names) {
        self.ids = Names::default();
        self.section = None;
        self.headings.clear();
        if self.prefixes.numbered {
            self.counts = Counts::default();
        }
        self.targets.local.push(Local::default());
        let target = self.targets.add(Target {
            kind: Kind::Chapter,
            chapter: self.chapter,
            id: None,
            number: chapter.number.clone(),
            title: plain_text(&chapter.title),
            within: None,
        });
        self.targets.chapters.push(target);
        self.prefixes.enter(chapter);
        let stem = chapter.path.rsplit('/').next().unwrap_or_default();
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let wanted = [chapter.id.as_str(), chapter.slug.as_str(), stem];
        let wanted = wanted.into_iter().find(|name| !name.is_empty()).unwrap_or("chapter");
        let id = chapter_ids.take(wanted);
        self.ids.reserve(&id);
        if !chapter.id.is_empty() {
            self.explicit(&chapter.id, target, chapter.span);
        }
        chapter.id = id;
        walk::walk_chapter(chapter, self);
        self.slug(&chapter.slug, target);
        let headings = std::mem::take(&mut self.headings);
        walk::walk_chapter(
            chapter,
            &mut Slugs {
                headings: headings.into_iter(),
                collector: self,
            },
        );
        self.chapter += 1;
    }

    /// Makes a name known that an author gave. Within a chapter it has to be the only one.
    fn explicit(&mut self, name: &str, target: usize, span: Span) {
        let mut taken = None;
        if let Some(local) = self.targets.local.last_mut() {
            let first = *local.explicit.entry(name.to_owned()).or_insert(target);
            taken = (first != target).then_some(first);
            local.names.push(name.to_owned());
            loose(local, name, target);
        }
        if let Some(first) = taken {
            let hint = format!("the first is {}", self.targets.whereabouts(first, &self.paths));
            let message = format!("the id `{name}` is taken already");
            self.diagnostics
                .report(&codes::DUPLICATE_ID, span, message)
                .hint(hint)
                .hint("give one of the two another id");
        } else if self.targets.explicit.contains_key(name) {
            self.targets.rivals.entry(name.to_owned()).or_insert(target);
        } else {
            self.targets.explicit.insert(name.to_owned(), target);
            self.targets.explicit_names.push((name.to_owned(), target));
        }
    }

    /// Makes a slug known.
    fn slug(&mut self, slug: &str, target: usize) {
        if slug.is_empty() {
            return;
        }
        let only = self.targets.slugs.entry(slug.to_owned()).or_insert(Some(target));
        if *only != Some(target) {
            *only = None;
        }
        if let Some(local) = self.targets.local.last_mut() {
            local.slugs.entry(slug.to_owned()).or_insert(target);
            local.names.push(slug.to_owned());
            loose(local, slug, target);
        }
    }

    /// Settles the id that an author gave in braces and makes it known as a target of this kind.
    fn settle(&mut self, attributes: &mut Attributes, found: Found, span: Span) {
        let name = attributes.id.take().filter(|name| !name.trim().is_empty());
        let id = name.as_deref().map(|name| self.ids.take(name));
        attributes.id.clone_from(&id);
        if id.is_none() && found.kind != Kind::Section {
            return;
        }
        let target = self.targets.add(Target {
            kind: found.kind,
            chapter: self.chapter,
            id,
            number: found.number,
            title: found.title,
            within: self.section,
        });
        if found.kind == Kind::Section {
            self.headings.push(target);
            self.section = Some(target);
        }
        if let Some(name) = name {
            self.explicit(&name, target, span);
        }
    }

    /// Makes a term known by its id.
    fn term(&mut self, term: &mut GlossaryTerm) {
        let mut attributes = Attributes::with_id(std::mem::take(&mut term.id));
        let found = Found::new(Kind::Term, None, &term.content);
        self.settle(&mut attributes, found, term.span);
        term.id = attributes.id.unwrap_or_default();
    }

    /// The next number of a kind, if a thing with this caption and these attributes has one.
    fn number(&mut self, caption: &[Inline], attributes: &Attributes, count: fn(&mut Counts) -> &mut u32) -> Option<String> {
        if (caption.is_empty() && attributes.id.is_none()) || is_unnumbered(attributes) {
            return None;
        }
        let count = count(&mut self.counts);
        *count += 1;
        Some(self.prefixes.number(*count))
    }
}

fn loose(local: &mut Local, name: &str, target: usize) {
    let only = local.loose.entry(loosely(name)).or_insert(Some(target));
    if *only != Some(target) {
        *only = None;
    }
}

/// What was found at a block.
struct Found {
    kind: Kind,
    number: Option<String>,
    title: String,
}

impl Found {
    fn new(kind: Kind, number: Option<String>, title: &[Inline]) -> Self {
        Self {
            kind,
            number,
            title: plain_text(title),
        }
    }
}

impl walk::Visitor for Collector<'_> {
    fn block(&mut self, block: &mut Block) {
        let attributes = &block.attributes;
        let found = match &mut block.kind {
            BlockKind::Heading(heading) => Found::new(Kind::Section, None, &heading.title),
            BlockKind::Section(section) => Found::new(Kind::Section, section.number.clone(), &section.title),
            BlockKind::Listing(listing) => {
                listing.number = self.number(&listing.caption, attributes, |counts| &mut counts.listings);
                Found::new(Kind::Listing, listing.number.clone(), &listing.caption)
            }
            BlockKind::Figure(figure) => {
                figure.number = self.number(&figure.caption, attributes, |counts| &mut counts.figures);
                Found::new(Kind::Figure, figure.number.clone(), &figure.caption)
            }
            BlockKind::Table(table) => {
                table.number = self.number(&table.caption, attributes, |counts| &mut counts.tables);
                Found::new(Kind::Table, table.number.clone(), &table.caption)
            }
            // A diagram that could not be drawn has no number, or the figures after it would be counted wrongly.
            BlockKind::Diagram(diagram) => Found::new(Kind::Place, None, &diagram.caption),
            BlockKind::Glossary(entries) => {
                entries
                    .iter_mut()
                    .flat_map(|entry| &mut entry.terms)
                    .for_each(|term| self.term(term));
                Found::new(Kind::Place, None, &[])
            }
            BlockKind::Paragraph(_)
            | BlockKind::Output(_)
            | BlockKind::Quote(_)
            | BlockKind::Admonition(_)
            | BlockKind::List(_)
            | BlockKind::Definitions(_)
            | BlockKind::Math(_)
            | BlockKind::Rule
            | BlockKind::Details { .. }
            | BlockKind::Group(_)
            | BlockKind::Bibliography(_)
            | BlockKind::IndexMarks(_)
            | BlockKind::Index(_) => Found::new(Kind::Place, None, &[]),
        };
        let span = match &block.kind {
            BlockKind::Section(section) => section.heading_span,
            _ => block.span,
        };
        self.settle(&mut block.attributes, found, span);
    }

    fn inline(&mut self, inline: &mut Inline) {
        if let Some(attributes) = &mut inline.attributes {
            self.settle(attributes, Found::new(Kind::Place, None, &[]), inline.span);
        }
    }
}

/// The second way through a chapter: ids for all that has none yet.
struct Slugs<'a, 'b> {
    headings: std::vec::IntoIter<usize>,
    collector: &'a mut Collector<'b>,
}

impl Slugs<'_, '_> {
    fn heading(&mut self, slug: &str, attributes: &mut Attributes) {
        let Some(target) = self.headings.next() else {
            return;
        };
        if attributes.id.is_none() {
            let id = self.collector.ids.take(if slug.is_empty() { "section" } else { slug });
            attributes.id = Some(id.clone());
            if let Some(target) = self.collector.targets.list.get_mut(target) {
                target.id = Some(id);
            }
        }
        self.collector.slug(slug, target);
    }

    fn numbered(&mut self, kind: &str, number: Option<&str>, attributes: &mut Attributes) {
        if let (None, Some(number)) = (&attributes.id, number) {
            let wanted = format!("{kind}-{}", number.replace('.', "-").to_lowercase());
            attributes.id = Some(self.collector.ids.take(&wanted));
        }
    }
}

impl walk::Visitor for Slugs<'_, '_> {
    fn block(&mut self, block: &mut Block) {
        let attributes = &mut block.attributes;
        match &block.kind {
            BlockKind::Heading(heading) => self.heading(&heading.slug, attributes),
            BlockKind::Section(Section { slug, .. }) => self.heading(slug, attributes),
            BlockKind::Figure(figure) => self.numbered("figure", figure.number.as_deref(), attributes),
            BlockKind::Listing(listing) => self.numbered("listing", listing.number.as_deref(), attributes),
            BlockKind::Table(table) => self.numbered("table", table.number.as_deref(), attributes),
            BlockKind::Paragraph(_)
            | BlockKind::Output(_)
            | BlockKind::Diagram(_)
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
            | BlockKind::Index(_) => {}
        }
    }
}

/// What stands before the count in a number: `2.` or `A.` or nothing.
#[derive(Default)]
struct Prefixes {
    /// Whether the book has a numbered chapter.
    numbered: bool,
    /// The letters that are taken.
    letters: HashSet<String>,
    /// The chapter at hand: its number or letter.
    prefix: Option<String>,
    /// The letter that the chapter at hand would like; taken when the first number needs it.
    wish: String,
    /// Whether the wish is the letter of "Appendix B", which is kept for it.
    reserved: bool,
}

impl Prefixes {
    fn of(document: &Document) -> Self {
        let unnumbered = document.chapters().filter(|chapter| chapter.number.is_none());
        Self {
            numbered: document.chapters().any(|chapter| chapter.number.is_some()),
            letters: unnumbered.filter_map(appendix_letter).collect(),
            ..Self::default()
        }
    }

    fn enter(&mut self, chapter: &Chapter) {
        self.prefix.clone_from(&chapter.number);
        let letter = appendix_letter(chapter);
        self.reserved = letter.is_some();
        self.wish = letter.unwrap_or_else(|| {
            let title = plain_text(&chapter.title);
            let first = title.chars().find(|character| character.is_alphabetic());
            first.map_or_else(|| "X".to_owned(), |first| first.to_uppercase().collect())
        });
    }

    fn number(&mut self, count: u32) -> String {
        if !self.numbered {
            return count.to_string();
        }
        if self.prefix.is_none() {
            let mut letter = self.wish.clone();
            let mut next = 2;
            while !self.reserved && self.letters.contains(&letter) {
                letter = format!("{}{next}", self.wish);
                next += 1;
            }
            self.letters.insert(letter.clone());
            self.prefix = Some(letter);
        }
        format!("{}.{count}", self.prefix.as_deref().unwrap_or_default())
    }
}

/// `B` of "Appendix B: Tools", in any language that has the word.
fn appendix_letter(chapter: &Chapter) -> Option<String> {
    let title = plain_text(&chapter.title);
    let mut words = title.split(|character: char| !character.is_alphanumeric());
    let word = words.next()?.to_lowercase();
    let letter = words.next()?;
    let known = ["appendix", "anhang", "annexe", "apéndice", "appendice", "bijlage"].contains(&word.as_str());
    let single = letter.chars().count() == 1 && letter.chars().all(|letter| letter.is_ascii_uppercase());
    (chapter.number.is_none() && known && single).then(|| letter.to_owned())
}

/// Ids that are given away, each once.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    /// For each id that was asked for again, the last number put behind it.
    last: HashMap<String, u32>,
}

impl Names {
    fn reserve(&mut self, id: &str) {
        self.taken.insert(id.to_owned());
    }

    /// A valid id that is still free, as near to the wanted name as can be.
    fn take(&mut self, wanted: &str) -> String {
        let base = valid(wanted);
        if self.taken.insert(base.clone()) {
            return base;
        }
        let last = self.last.entry(base.clone()).or_insert(1);
        loop {
            *last += 1;
            let id = format!("{base}-{last}");
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// Beginnings of ids that the outputs make themselves.
const RESERVED: [&str; 3] = ["note-", "noteref-", "part-"];

/// A name as an NCName outside of the reserved ones.
fn valid(name: &str) -> String {
    let kept = name.chars().filter(|character| !is_invisible(*character));
    let kept = kept.map(|character| match character {
        '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}' => character,
        _ if starts_name(character) => character,
        _ => '-',
    });
    let id: String = kept.collect();
    let id = id.trim_start_matches('-');
    if id.starts_with(starts_name) && !RESERVED.iter().any(|reserved| id.starts_with(reserved)) {
        id.to_owned()
    } else {
        format!("s-{id}")
    }
}

/// Joiners and variation selectors, which emoji leave behind in slugs. Names may have them, people cannot see them.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Whether a name may begin with this character (XML 1.0, production 4, without the colon).
fn starts_name(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_names_and_unique() {
        let mut names = Names::default();
        let ids: Vec<_> = [
            "2-what",
            "fig:x",
            "fig-x",
            "note-1",
            "",
            "ünï",
            "a b",
            "fig-x",
            "\u{fe0f}-key",
        ]
        .iter()
        .map(|name| names.take(name))
        .collect();
        assert_eq!(
            ids,
            [
                "s-2-what", "fig-x", "fig-x-2", "s-note-1", "s-", "ünï", "a-b", "fig-x-3", "key"
            ]
        );
    }
}
