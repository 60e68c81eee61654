//! Reading a manuscript: everything that is known of Markdown and of book.toml stays in here.
//!
//! Gets a folder, gives a [`Manuscript`]: settings, sources and a [`Document`] as written, with nothing numbered,
//! resolved or drawn. What could not be followed becomes a diagnostic; a document is always made.
//!
//! Which chapters there are, in which order: those that outline.md names, else those of `[book] chapters`, else every
//! `*.md` in the folder in order of name.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod attributes;
pub mod contract;
mod fences;
pub mod files;
mod frontmatter;
mod html;
pub mod ingest;
pub mod ledger;
pub mod markdown;
pub mod outline;
pub mod runners;
pub mod settings;
mod settle;
pub mod slugs;
mod stack;
mod suppressions;
#[cfg(test)]
mod tests;
mod text;

pub use files::Folder;
pub use settings::Settings;
pub(crate) use stack::is_control;

use crate::diag::{Diagnostics, codes, nearest};
use crate::document::inline::plain_text;
use crate::document::{ChapterKind, Document, Inline, Part};
use crate::source::{FileId, Sources, Span};
use crate::titles;
use ledger::Ledger;
use markdown::ChapterFile;
use outline::{Entry, Outline};
use std::collections::{BTreeMap, BTreeSet};

/// A book as its author wrote it.
#[derive(Debug)]
pub struct Manuscript {
    /// The folder with book.toml.
    pub folder: Folder,
    /// What book.toml says.
    pub settings: Settings,
    /// All files that were read.
    pub sources: Sources,
    /// What outline.md says, if there is one.
    pub outline: Option<Outline>,
    /// The chapters in order, as written.
    pub document: Document,
    /// Where the text of the chapters came from, by the path of their files.
    pub ledgers: BTreeMap<String, Ledger>,
}

/// Reads the manuscript in a folder.
pub fn read(folder: Folder, diagnostics: &mut Diagnostics) -> Manuscript {
    let mut sources = Sources::default();
    let settings_file = folder.read_text("book.toml", &mut sources, diagnostics);
    let settings = settings_file.map_or_else(Settings::default, |file| settings::read(&sources, file, diagnostics));
    let outline_file = folder
        .has("outline.md")
        .then(|| folder.read_text("outline.md", &mut sources, diagnostics))
        .flatten();
    let outline = outline_file.map(|file| outline::read(&sources, file, diagnostics));

    let paths = if outline.is_some() || settings.chapters.is_empty() {
        folder.markdown_files()
    } else {
        listed_files(&folder, &settings, settings_file, &sources, diagnostics)
    };
    let ids: Vec<(String, FileId)> = paths
        .into_iter()
        .filter_map(|path| Some((path.clone(), folder.read_text(&path, &mut sources, diagnostics)?)))
        .collect();
    let mut chapters = Vec::new();
    for (path, file) in ids {
        if sources.get(file).text().trim().is_empty() {
            diagnostics
                .report(&codes::EMPTY_FILE, Span::new(file, 0..0), format!("`{path}` has no text"))
                .hint("write the chapter or remove the file");
            continue;
        }
        chapters.push(markdown::read(&sources, file, &path, &settings, diagnostics));
    }

    let ledgers = chapters
        .iter()
        .map(|file| (file.chapter.path.clone(), file.ledger.clone()))
        .collect();
    let document = match &outline {
        Some(outline) => by_outline(chapters, outline, diagnostics),
        None => in_order(chapters),
    };
    if document.chapters().next().is_none() && !diagnostics.has_errors() {
        diagnostics
            .report(&codes::EMPTY_BOOK, None, "the manuscript has no chapter with text")
            .hint("write a chapter as a Markdown file, such as `01-first-chapter.md`");
    }
    if let Some(file) = outline_file {
        check_errata(&settings, &sources, file, diagnostics);
    }
    Manuscript {
        folder,
        settings,
        sources,
        outline,
        document,
        ledgers,
    }
}

/// The files that `[book] chapters` names.
fn listed_files(
    folder: &Folder,
    settings: &Settings,
    file: Option<FileId>,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut paths = Vec::new();
    let there = folder.markdown_files();
    for path in &settings.chapters {
        let path = path.trim_start_matches("./").to_owned();
        let span = file.map(|file| place_of(&path, file, sources));
        if !seen.insert(path.clone()) {
            diagnostics.report(&codes::BAD_VALUE, span, format!("`chapters` names `{path}` twice"));
        } else if !folder.has(&path) {
            let diagnostic = diagnostics.report(
                &codes::MISSING_CHAPTER,
                span,
                format!("`chapters` names `{path}`, which is not there"),
            );
            if let Some(near) = nearest(&path, there.iter().map(String::as_str)) {
                diagnostic.hint(format!("did you mean `{near}`?"));
            }
        } else {
            paths.push(path);
        }
    }
    for path in there
        .iter()
        .filter(|path| !seen.contains(*path) && path.as_str() != "README.md")
    {
        diagnostics
            .report(
                &codes::UNLISTED_CHAPTER,
                None,
                format!("`{path}` is not among the `chapters` of book.toml and is left out"),
            )
            .hint("add it to `chapters`, or move it elsewhere");
    }
    paths
}

/// Where book.toml names a file.
fn place_of(path: &str, file: FileId, sources: &Sources) -> Span {
    let at = sources.get(file).text().find(path);
    Span::new(file, at.map_or(0..0, |at| at..at + path.len()))
}

/// Chapters in the order of their files; `part: ...` in front matter begins a part.
fn in_order(files: Vec<ChapterFile>) -> Document {
    let mut parts: Vec<Part> = Vec::new();
    for file in files {
        let numbered = file.numbered.unwrap_or_else(|| !is_front_or_back(&file.chapter.path));
        let mut chapter = file.chapter;
        chapter.numbered = numbered;
        let same = |part: &Part| match (&file.part, &part.title) {
            (None, _) => true,
            (Some(name), Some(title)) => plain_text(title) == *name,
            (Some(_), None) => false,
        };
        match parts.last_mut() {
            Some(part) if same(part) => part.chapters.push(chapter),
            _ => parts.push(Part {
                span: None,
                title: file.part.map(|name| vec![Inline::text(chapter.span, name)]),
                number: None,
                id: String::new(),
                chapters: vec![chapter],
            }),
        }
    }
    Document { parts }
}

/// Whether a file's name says that it stands before or after the numbered chapters.
fn is_front_or_back(path: &str) -> bool {
    ChapterKind::of(path) != ChapterKind::Chapter
}

/// Chapters in the order of the outline; what it does not name is left out, and what has no file is told.
fn by_outline(files: Vec<ChapterFile>, outline: &Outline, diagnostics: &mut Diagnostics) -> Document {
    let mut files: Vec<Option<ChapterFile>> = files.into_iter().map(Some).collect();
    let numbered_outline = outline.chapters().any(|chapter| chapter.number.is_some());
    let mut parts = Vec::new();
    let mut missing: Vec<&Entry> = Vec::new();
    for outlined in &outline.parts {
        let title = outlined.title.as_ref();
        let mut part = Part {
            span: title.map(|(_, span)| *span),
            title: title.map(|(title, span)| vec![Inline::text(*span, title.clone())]),
            number: None,
            id: String::new(),
            chapters: Vec::new(),
        };
        for entry in &outlined.chapters {
            let Some(file) = files
                .iter_mut()
                .find(|file| file.as_ref().is_some_and(|file| matches(file, entry)))
                .and_then(Option::take)
            else {
                missing.push(entry);
                continue;
            };
            let mut chapter = file.chapter;
            let numbered = if numbered_outline {
                entry.number.is_some()
            } else {
                !is_front_or_back(&chapter.path)
            };
            chapter.numbered = file.numbered.unwrap_or(numbered);
            part.chapters.push(chapter);
        }
        // A part none of whose chapters is written yet is not printed: it would be a title and nothing else.
        if !part.chapters.is_empty() {
            parts.push(part);
        }
    }
    if let Some(first) = missing.first() {
        let names: Vec<&str> = missing.iter().take(3).map(|entry| entry.title.as_str()).collect();
        let more = if missing.len() > names.len() {
            format!(" and {} more", missing.len() - names.len())
        } else {
            String::new()
        };
        let verb = if missing.len() == 1 {
            "chapter of the outline has"
        } else {
            "chapters of the outline have"
        };
        diagnostics
            .report(
                &codes::UNWRITTEN_CHAPTER,
                first.span,
                format!("{} {verb} no file yet: {}{more}", missing.len(), names.join(", ")),
            )
            .hint("a chapter's file has the outline's title as its first heading");
    }
    for file in files.into_iter().flatten() {
        let title = plain_text(&file.chapter.title);
        let diagnostic = diagnostics.report(
            &codes::UNLISTED_CHAPTER,
            file.chapter.span,
            format!(
                "the outline has no chapter called `{title}`, so `{}` is left out",
                file.chapter.path
            ),
        );
        if let Some(near) = nearest(&title, outline.chapters().map(|entry| entry.title.as_str())) {
            diagnostic.hint(format!("did you mean `{near}`?"));
        }
    }
    Document { parts }
}

/// Whether a file holds the chapter of an outline's entry.
fn matches(file: &ChapterFile, entry: &Entry) -> bool {
    if entry.title.is_empty() {
        return ["introduction.md", "preface.md"].contains(&file.chapter.path.as_str());
    }
    let title = plain_text(&file.chapter.title);
    titles::fold(titles::split_number(&title).1) == titles::fold(&entry.title)
}

/// Every erratum's new title must be in the outline, and its old one must not.
fn check_errata(settings: &Settings, sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) {
    let text = sources.get(file).text();
    let titles = || settings.errata.values().map(|erratum| erratum.title.as_str());
    // A new title may hold an old one, `Loops and more` for `Loops`. Places stay as they are.
    let rest = titles()
        .filter(|title| !title.is_empty())
        .fold(text.to_owned(), |rest, title| rest.replace(title, &" ".repeat(title.len())));
    for (old, erratum) in &settings.errata {
        if !erratum.title.is_empty() && !text.contains(&erratum.title) {
            diagnostics
                .report(
                    &codes::OUTLINE_ERRATUM,
                    Span::new(file, 0..0),
                    format!("the outline does not have `{}`", erratum.title),
                )
                .hint(format!("[errata] of book.toml says that it stands there in place of `{old}`"));
        }
        if let Some(at) = find_words(&rest, old) {
            diagnostics
                .report(
                    &codes::OUTLINE_ERRATUM,
                    Span::new(file, at..at + old.len()),
                    format!("the outline still has `{old}`"),
                )
                .hint(format!(
                    "[errata] of book.toml says that `{}` stands there in its place",
                    erratum.title
                ));
        }
    }
}

/// Where a text has these words as whole words.
fn find_words(text: &str, words: &str) -> Option<usize> {
    let is_end = |next: Option<char>| next.is_none_or(|next| !next.is_alphanumeric());
    let mut places = text.match_indices(words).map(|(at, _)| at).filter(|_| !words.is_empty());
    places.find(|at| {
        let (before, rest) = text.split_at_checked(*at).unwrap_or_default();
        let after = rest.get(words.len()..).unwrap_or_default();
        is_end(before.chars().next_back()) && is_end(after.chars().next())
    })
}
