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
mod bare;
pub mod bibliography;
pub mod books;
pub mod brief;
mod citations;
mod colons;
mod comments;
pub mod contract;
mod fences;
pub mod files;
mod foreign;
mod frontmatter;
mod html;
mod includes;
mod index;
pub mod ingest;
pub mod ledger;
pub mod markdown;
pub mod matter;
mod only;
pub mod outline;
pub mod runners;
pub mod sample;
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
use bibliography::Bibliography;
use includes::Includes;
use ledger::Ledger;
use markdown::ChapterFile;
use outline::{Entry, Outline};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Which of the costlier notations a text has, so that what settles them is left out where there is nothing to settle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Notations {
    /// `[@key]`
    pub citations: bool,
    /// `<!-- index: ... -->`
    pub index: bool,
    /// `<!-- only: ... -->`
    pub only: bool,
}

impl Notations {
    /// Adds those of another text.
    fn join(&mut self, other: Self) {
        self.citations |= other.citations;
        self.index |= other.index;
        self.only |= other.only;
    }
}

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
    /// The works that may be cited, if there are any.
    pub bibliography: Bibliography,
    /// The chapters in order, as written.
    pub document: Document,
    /// Which of the costlier notations they have.
    pub notations: Notations,
    /// Where the text of the chapters came from, by the path of their files.
    pub ledgers: BTreeMap<String, Ledger>,
}

/// Reads the manuscript in a folder.
pub fn read(folder: Folder, diagnostics: &mut Diagnostics) -> Manuscript {
    let mut sources = Sources::default();
    let settings_file = folder.read_text("book.toml", &mut sources, diagnostics);
    let mut settings = settings_file.map_or_else(Settings::default, |file| settings::read(&sources, file, diagnostics));
    let bibliography = bibliography::read(&folder, &settings, &mut sources, diagnostics);
    settings.citation_keys = bibliography.keys().map(str::to_owned).collect();
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
    let includes = Includes::load(&folder, &ids, &mut sources);
    let mut chapters = Vec::new();
    for (path, file) in ids {
        if sources.get(file).text().trim().is_empty() {
            diagnostics
                .report(&codes::EMPTY_FILE, Span::new(file, 0..0), format!("`{path}` has no text"))
                .hint("write the chapter or remove the file");
            continue;
        }
        chapters.push(markdown::read_with(&sources, &includes, file, &path, &settings, diagnostics));
    }
    matter::add_pages(&mut chapters, &settings, diagnostics);
    if outline.is_some() || settings.chapters.is_empty() {
        matter::arrange(&mut chapters);
    }

    let ledgers = chapters
        .iter()
        .map(|file| (file.chapter.path.clone(), file.ledger.clone()))
        .collect();
    let mut notations = Notations::default();
    chapters.iter().for_each(|file| notations.join(file.notations));
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
        bibliography,
        document,
        notations,
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
        let numbered = file.numbered.unwrap_or(file.chapter.kind == ChapterKind::Chapter);
        let mut chapter = file.chapter;
        chapter.numbered = numbered;
        let is_around = chapter.kind.rank() != 0;
        let same = |part: &Part| match (&file.part, &part.title) {
            (None, title) => title.is_none() || !is_around,
            (Some(name), Some(title)) => plain_text(title) == *name,
            (Some(_), None) => false,
        };
        match parts.last_mut() {
            Some(part) if same(part) => part.chapters.push(chapter),
            _ => parts.push(Part {
                span: None,
                title: file.part.map(|name| vec![Inline::text(chapter.span, name)]),
                planned: None,
                number: None,
                id: String::new(),
                chapters: vec![chapter],
            }),
        }
    }
    Document { parts }
}

/// Chapters in the order of the outline; what it does not name is left out, and what has no file is told.
fn by_outline(files: Vec<ChapterFile>, outline: &Outline, diagnostics: &mut Diagnostics) -> Document {
    let numbered_outline = outline.chapters().any(|chapter| chapter.number.is_some());
    let mut files = Files::new(files);
    let mut parts = Vec::new();
    let mut missing: Vec<(usize, &Entry)> = Vec::new();
    let (mut count, mut part_count) = (0, 0);
    for outlined in &outline.parts {
        let title = outlined.title.as_ref();
        part_count += u32::from(title.is_some() && outlined.chapters.iter().any(|entry| entry.number.is_some()));
        let mut part = Part {
            span: title.map(|(_, span)| *span),
            title: title.map(|(title, span)| vec![Inline::text(*span, title.clone())]),
            planned: title.map(|_| part_count),
            number: None,
            id: String::new(),
            chapters: Vec::new(),
        };
        for entry in &outlined.chapters {
            count += usize::from(entry.number.is_some());
            let Some(file) = files.take(entry) else {
                missing.push((count, entry));
                continue;
            };
            let mut chapter = file.chapter;
            let numbered = if numbered_outline {
                entry.number.is_some()
            } else {
                chapter.kind == ChapterKind::Chapter
            };
            chapter.numbered = file.numbered.unwrap_or(numbered);
            chapter.planned = entry.number.as_ref().and_then(|_| u32::try_from(count).ok());
            part.chapters.push(chapter);
        }
        // A part none of whose chapters is written yet is not printed: it would be a title and nothing else.
        if !part.chapters.is_empty() {
            parts.push(part);
        }
    }
    matter::add_around(&mut parts, files.take_around());
    files.report_left_over(&mut missing, diagnostics);
    report_unwritten(&missing, diagnostics);
    Document { parts }
}

/// The files of a manuscript, to be taken by the titles of their chapters.
struct Files {
    files: Vec<Option<ChapterFile>>,
    by_title: BTreeMap<String, VecDeque<usize>>,
    /// Files of the front matter.
    front: VecDeque<usize>,
    /// Which file has been taken for a title.
    taken: BTreeMap<String, String>,
}

/// How many pairs of files and entries are compared for likeness at most.
const MOST_COMPARED: usize = 2_500;

impl Files {
    fn new(files: Vec<ChapterFile>) -> Self {
        let mut by_title: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        let mut front = VecDeque::new();
        for (at, file) in files.iter().enumerate() {
            if outline::holds_front_matter(&file.chapter.path) {
                front.push_back(at);
            }
            by_title.entry(outline::key(&file.chapter)).or_default().push_back(at);
        }
        // Where there are both, the preface stands before what the outline promises.
        front
            .make_contiguous()
            .sort_by_key(|at| files.get(*at).map(|file| file.chapter.kind != ChapterKind::Introduction));
        Self {
            files: files.into_iter().map(Some).collect(),
            by_title,
            front,
            taken: BTreeMap::new(),
        }
    }

    /// The file that holds the chapter of an entry.
    fn take(&mut self, entry: &Entry) -> Option<ChapterFile> {
        let title = titles::fold(&entry.title);
        let candidates = if entry.title.is_empty() {
            &mut self.front
        } else {
            self.by_title.get_mut(&title)?
        };
        loop {
            // A file of the front matter may have been taken for its title, or the other way round.
            let file = self.files.get_mut(candidates.pop_front()?)?;
            if let Some(file) = file.take() {
                self.taken.insert(title, file.chapter.path.clone());
                return Some(file);
            }
        }
    }

    /// The files of the front and back matter that the outline does not name, which it need not do.
    fn take_around(&mut self) -> Vec<ChapterFile> {
        let is_around = |file: &mut ChapterFile| file.chapter.kind.rank() != 0;
        self.files.iter_mut().filter_map(|file| file.take_if(is_around)).collect()
    }

    /// Reports the files that the outline does not name. One that is like a chapter without a file is taken for it, and told
    /// with it.
    fn report_left_over(self, missing: &mut Vec<(usize, &Entry)>, diagnostics: &mut Diagnostics) {
        let files: Vec<ChapterFile> = self.files.into_iter().flatten().collect();
        let comparable = files.len().saturating_mul(missing.len()) <= MOST_COMPARED;
        for file in &files {
            let title = plain_text(&file.chapter.title);
            let path = &file.chapter.path;
            let span = file.chapter.span;
            if let Some(first) = self.taken.get(&outline::key(&file.chapter)) {
                diagnostics
                    .report(
                        &codes::UNLISTED_CHAPTER,
                        span,
                        format!("`{first}` has the title `{title}` already, so `{path}` is left out"),
                    )
                    .hint("remove one of the two, or give it the title of another chapter");
                continue;
            }
            let near = if comparable { nearest_entry(file, missing) } else { None };
            if let Some((at, entry)) = near {
                missing.remove(at);
                diagnostics
                    .report(
                        &codes::UNLISTED_CHAPTER,
                        span,
                        format!(
                            "the chapter is called `{title}`, and the outline has `{}`, so `{path}` is left out",
                            entry.title
                        ),
                    )
                    .hint("give it the title that it has in the outline, or change it there");
                continue;
            }
            diagnostics
                .report(
                    &codes::UNLISTED_CHAPTER,
                    span,
                    format!("the outline has no chapter called `{title}`, so `{path}` is left out"),
                )
                .hint("add it to the outline, or move the file elsewhere");
        }
    }
}

/// The entry that a file was most likely meant for: one that is like its title, or that has the number of its name.
fn nearest_entry<'a>(file: &ChapterFile, missing: &[(usize, &'a Entry)]) -> Option<(usize, &'a Entry)> {
    let title = outline::key(&file.chapter);
    let number = file
        .chapter
        .path
        .split(['-', '_', '.'])
        .next()
        .and_then(|number| number.parse::<usize>().ok());
    let likeness = |entry: &Entry| titles::likeness(&titles::fold(&entry.title), &title);
    let scored = missing
        .iter()
        .enumerate()
        .filter(|(_, (_, entry))| !entry.title.is_empty())
        .map(|(at, (count, entry))| {
            let bonus = if entry.number.is_some() && number == Some(*count) {
                0.5
            } else {
                0.0
            };
            (likeness(entry) + bonus, at, *entry)
        });
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
    (best.0 >= 0.5).then_some((best.1, best.2))
}

/// One message for all chapters that are still to be written.
fn report_unwritten(missing: &[(usize, &Entry)], diagnostics: &mut Diagnostics) {
    let Some((_, first)) = missing.first() else { return };
    let name = |(_, entry): &(usize, &Entry)| match entry.title.as_str() {
        "" => "the front matter (introduction.md)".to_owned(),
        title => title.to_owned(),
    };
    let names: Vec<String> = missing.iter().take(3).map(name).collect();
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
