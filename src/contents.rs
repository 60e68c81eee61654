//! The chapters of a book, planned and written, side by side: what the briefs and the status of a book begin with.
//!
//! Gets what the outline plans and a bound document, gives a list of [`Planned`] chapters in the order of the book. Numbers
//! are those that the finished book will have: they count what is planned, while a document counts what is written.
//! A book without an outline plans what it has.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::diag::nearest;
use crate::document::inline::plain_text;
use crate::document::{Block, BlockKind, Chapter, ChapterKind, Document, Section};
use crate::edition::Edition;
use crate::manuscript::contract::Contract;
use crate::manuscript::outline::{Entry, Outline, front_file};
use crate::manuscript::slugs::slug;
use crate::source::{Sources, Span};
use crate::titles::{fold, roman, split_number};
use std::collections::BTreeSet;

/// The chapters in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Planned or written.
    pub chapters: Vec<Planned>,
}

/// A chapter that is planned, and perhaps written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planned {
    /// `3`; `None` for an introduction or an appendix.
    pub number: Option<String>,
    /// The title in plain text.
    pub title: String,
    /// The title as Markdown, to stand behind `# `.
    pub heading: String,
    /// The part that it stands in, as `Part II: Title`.
    pub part: Option<String>,
    /// What the outline says of it.
    pub note: Option<String>,
    /// Its sections, without the list of takeaways.
    pub sections: Vec<PlannedSection>,
    /// Its place among the chapters of the document, from 0; `None` for one that is not written.
    pub place: Option<usize>,
    /// The fingerprint of what the outline asks for.
    pub fingerprint: Option<String>,
}

/// A section that is planned, and perhaps written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlannedSection {
    /// `3.2`; `None` in a chapter without a number.
    pub number: Option<String>,
    /// The title in plain text.
    pub title: String,
    /// The title as Markdown, to stand behind `## `.
    pub heading: String,
    /// What it is to cover.
    pub note: Option<String>,
    /// The bullets below it, each with its note.
    pub points: Vec<(String, Option<String>)>,
    /// Whether the chapter has it, with something below its heading.
    pub written: bool,
}

/// What somebody named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The chapter, from 0.
    pub chapter: usize,
    /// The section in it, from 0.
    pub section: Option<usize>,
}

impl Contents {
    /// The contents of a bound book.
    pub fn of(edition: &Edition) -> Self {
        match &edition.outline {
            Some(outline) => outlined(outline, edition),
            None => written(edition),
        }
    }

    /// The chapter, or the section, with a number, a title or a file name; the error is the nearest name of a chapter.
    pub fn find(&self, name: &str, document: &Document) -> Result<Found, Option<String>> {
        let name = name.trim();
        let paths: Vec<&str> = document.chapters().map(|chapter| chapter.path.as_str()).collect();
        let path = |chapter: &Planned| chapter.place.and_then(|place| paths.get(place).copied());
        let titled = [key(name), key(split_number(name).1)];
        let is_meant = |chapter: &&Planned| {
            chapter.number.as_deref() == Some(name)
                || titled.contains(&key(&chapter.title))
                || slug(&chapter.title) == name
                || path(chapter).is_some_and(|path| path == name || path.strip_suffix(".md") == Some(name))
        };
        if let Some(chapter) = self.chapters.iter().position(|chapter| is_meant(&chapter)) {
            return Ok(Found { chapter, section: None });
        }
        for (chapter, planned) in self.chapters.iter().enumerate() {
            let is_meant =
                |section: &PlannedSection| section.number.as_deref() == Some(name) || titled.contains(&key(&section.title));
            if let Some(section) = planned.sections.iter().position(is_meant) {
                let section = Some(section);
                return Ok(Found { chapter, section });
            }
        }
        let titles = self.chapters.iter().map(|chapter| chapter.title.as_str());
        Err(nearest(name, titles.chain(paths.iter().copied())).map(str::to_owned))
    }
}

impl Planned {
    /// The number and the title: `3. Variables`.
    pub fn name(&self) -> String {
        match &self.number {
            Some(number) => format!("{number}. {}", self.title),
            None => self.title.clone(),
        }
    }

    /// How many sections are written.
    pub fn written(&self) -> usize {
        self.sections.iter().filter(|section| section.written).count()
    }
}

/// The contents of a book with an outline.
fn outlined(outline: &Outline, edition: &Edition) -> Contents {
    let front = front_file(&edition.document);
    let document: Vec<&Chapter> = edition.document.chapters().collect();
    let has_numbers = outline.chapters().any(|entry| entry.number.is_some());
    let is_numbered = |entry: &Entry| {
        let numbered = if has_numbers {
            entry.number.is_some()
        } else {
            ChapterKind::of(&slug(&entry.title)) == ChapterKind::Chapter
        };
        numbered && !entry.title.is_empty()
    };
    let (mut contents, mut parts, mut numbers) = (Contents::default(), 0, 0);
    let mut taken = BTreeSet::new();
    for part in &outline.parts {
        let counts = part.title.is_some() && part.chapters.iter().any(&is_numbered);
        parts += usize::from(counts);
        let title = part.title.as_ref().map(|(title, _)| match counts {
            true => format!("{} {}: {title}", edition.terms.part, roman(parts)),
            false => title.clone(),
        });
        for entry in &part.chapters {
            let place = (0..document.len())
                .find(|at| !taken.contains(at) && document.get(*at).is_some_and(|chapter| is_chapter_of(chapter, entry, front)));
            taken.extend(place);
            let number = is_numbered(entry).then(|| {
                numbers += 1;
                numbers
            });
            let chapter = place.and_then(|at| document.get(at).copied());
            let mut planned = of_entry(entry, number, chapter, edition);
            planned.place = place;
            planned.part.clone_from(&title);
            contents.chapters.push(planned);
        }
    }
    contents
}

/// Whether a chapter is the one that an entry of the outline plans.
fn is_chapter_of(chapter: &Chapter, entry: &Entry, front: Option<&str>) -> bool {
    if entry.title.is_empty() {
        return front == Some(chapter.path.as_str());
    }
    key(&plain_text(&chapter.title)) == key(&entry.title)
}

fn of_entry(entry: &Entry, number: Option<usize>, chapter: Option<&Chapter>, edition: &Edition) -> Planned {
    let language = &edition.settings.language;
    let there = chapter.map(filled_sections).unwrap_or_default();
    let sections = entry.entries.iter().enumerate().map(|(at, section)| PlannedSection {
        number: number.map(|number| format!("{number}.{}", at + 1)),
        title: section.title.clone(),
        heading: section.markdown.clone(),
        note: section.note.clone(),
        points: section
            .entries
            .iter()
            .map(|point| (point.title.clone(), point.note.clone()))
            .collect(),
        written: there.contains(&key(&section.title)),
    });
    let front = || chapter.map_or_else(|| introduction(language).to_owned(), |chapter| plain_text(&chapter.title));
    let is_front = entry.title.is_empty();
    Planned {
        number: number.map(|number| number.to_string()),
        title: if is_front { front() } else { entry.title.clone() },
        heading: if is_front { front() } else { entry.markdown.clone() },
        part: None,
        note: entry.note.clone(),
        sections: sections.collect(),
        place: None,
        fingerprint: Some(entry.fingerprint()),
    }
}

/// What the text before the first chapter is called as long as nobody has written it.
fn introduction(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or_default() {
        "de" => "Einleitung",
        "es" => "Introducción",
        "it" => "Introduzione",
        "nl" => "Inleiding",
        "pt" => "Introdução",
        _ => "Introduction",
    }
}

/// The contents of a book without an outline: what is written.
fn written(edition: &Edition) -> Contents {
    let mut contents = Contents::default();
    let mut places = 0..;
    for part in &edition.document.parts {
        let title = part.title.as_ref().map(|title| match &part.number {
            Some(number) => format!("{} {number}: {}", edition.terms.part, plain_text(title)),
            None => plain_text(title),
        });
        for chapter in &part.chapters {
            let place = places.next();
            // A dedication is no chapter for anybody to plan.
            if chapter.role().is_untitled() {
                continue;
            }
            contents.chapters.push(Planned {
                number: chapter.number.clone(),
                title: plain_text(&chapter.title),
                heading: heading(chapter.span, &plain_text(&chapter.title), &edition.sources),
                part: title.clone(),
                note: None,
                sections: sections(chapter, &edition.settings.contract, &edition.sources),
                place,
                fingerprint: None,
            });
        }
    }
    contents
}

fn sections(chapter: &Chapter, contract: &Contract, sources: &Sources) -> Vec<PlannedSection> {
    let own = chapter.blocks.iter().filter_map(section);
    own.filter(|section| !contract.is_takeaways(&plain_text(&section.title)))
        .map(|section| PlannedSection {
            number: section.number.clone(),
            title: plain_text(&section.title),
            heading: heading(section.heading_span, &plain_text(&section.title), sources),
            note: None,
            points: Vec::new(),
            written: !section.blocks.is_empty(),
        })
        .collect()
}

/// The sections of a chapter that hold something, by the keys of their titles.
fn filled_sections(chapter: &Chapter) -> BTreeSet<String> {
    let own = chapter.blocks.iter().filter_map(section);
    own.filter(|section| !section.blocks.is_empty())
        .map(|section| key(&plain_text(&section.title)))
        .collect()
}

/// A block that is a section of a chapter.
pub(crate) fn section(block: &Block) -> Option<&Section> {
    match &block.kind {
        BlockKind::Section(section) if section.depth == 1 => Some(section),
        _ => None,
    }
}

/// What two spellings of a title have in common: its letters and digits, and what tells `C++` from `C#`.
pub(crate) fn key(title: &str) -> String {
    let folded = fold(title);
    let letters: String = folded
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, '+' | '#'))
        .collect();
    if letters.is_empty() { folded } else { letters }
}

/// The title of a heading as it is typed; its plain text where the heading is no line with hashes.
fn heading(span: Span, plain: &str, sources: &Sources) -> String {
    let line = sources.text(span).lines().next().unwrap_or_default().trim();
    let Some(rest) = line.strip_prefix('#') else {
        return plain.to_owned();
    };
    let rest = rest.trim_start_matches('#').trim();
    let rest = match rest.rsplit_once('{') {
        Some((title, braces)) if braces.ends_with('}') => title,
        _ => rest,
    };
    // Hashes at the end close a heading where a space stands before them; the one of `C#` is a letter's.
    let open = rest.trim_end().trim_end_matches('#');
    let rest = if open.ends_with(' ') { open } else { rest };
    split_number(rest).1.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_the_same_whatever_typography_made_of_them() {
        assert_eq!(key("“Wait…” & see"), key("\"Wait...\" and see"));
        assert_ne!(key("C++"), key("C#"));
        assert_ne!(key("?"), key("!"));
    }
}
