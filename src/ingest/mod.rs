//! Taking a reply, a model's or a co-author's, into the manuscript.
//!
//! Gets the text of a reply and a bound book with an outline; gives the [`Change`]s that the chapters' files need, and says
//! with places in the reply what was mended, left out or could not be placed. It writes nothing: [`write`] does, whole files
//! or none.
//!
//! 1. [`reply`] makes lines of the bytes, freed of what copying left in them.
//! 2. [`markers`] finds listings between ` ``startpython ` and ` ``endpython `, before anything is taken for Markdown.
//! 3. [`blocks`] finds where the manuscript's text stands among planning, fences and farewells.
//! 4. [`headings`] and [`pieces`] match its headings with the outline; [`settle`] and [`tails`] put the pieces in order.
//! 5. [`merge`] makes the new text of a chapter's file, and [`ledger`] says in its front matter where the text came from.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod blocks;
mod fences;
mod headings;
mod ledger;
mod markers;
mod merge;
mod pieces;
mod reply;
mod settle;
mod tails;
#[cfg(test)]
mod tests;
pub mod write;

pub use reply::decode;

use crate::contents::{Contents, Planned};
use crate::diag::{Diagnostics, codes};
use crate::edition::Edition;
use crate::manuscript::Folder;
use crate::manuscript::ingest::Tails;
use crate::manuscript::slugs::slug;
use crate::source::{FileId, Span};
use headings::{Strength, Targets};
use merge::Merged;
use pieces::{Draft, Reader};
use reply::Line;
use std::ops::Range;

/// How a reply is to be taken in.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The chapter that the reply is for, counted from 0 in the order of the outline, where its headings do not say.
    pub chapter: Option<usize>,
    /// Whether text that is there already may be replaced.
    pub force: bool,
    /// Who or what wrote the reply, for the ledger.
    pub by: Option<String>,
    /// The day, `YYYY-MM-DD`, for the ledger.
    pub date: String,
    /// What becomes of exercises and the like; as book.toml says where it is `None`.
    pub tails: Option<Tails>,
    /// The SHA-256 of the reply's bytes, in hexadecimal digits.
    pub hash: String,
}

/// What a chapter's file becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file's path in the manuscript: `03-scope.md`.
    pub path: String,
    /// Its text as it is, byte for byte; `None` for a file that is not there yet.
    pub before: Option<String>,
    /// Its text as it is to be; the same as before where the reply brings nothing new.
    pub after: String,
    /// Whether text of the author's is replaced, so that the old file is to be kept beside the new one.
    pub replaces: bool,
}

/// The reply's file, for places in it.
#[derive(Debug, Clone)]
struct Place {
    file: FileId,
    /// The byte at which each line starts.
    starts: Vec<usize>,
}

impl Place {
    fn new(file: FileId, text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            file,
            starts: std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect(),
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    /// `line 7`, `lines 7 to 12`
    fn lines(&self, range: Range<usize>) -> String {
        let line = |at: usize| self.starts.partition_point(|start| *start <= at).max(1);
        let (first, last) = (line(range.start), line(range.end.max(range.start)));
        if first == last {
            format!("line {first}")
        } else {
            format!("lines {first} to {last}")
        }
    }
}

/// Makes of a reply what the files of its chapters are to be. Nothing is to be written where errors were reported.
pub fn take_in(
    edition: &Edition,
    contents: &Contents,
    folder: &Folder,
    reply: FileId,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Vec<Change> {
    let sources = &edition.sources;
    let text = sources.get(reply).text();
    let place = Place::new(reply, text);
    let Some(outline) = &edition.outline else {
        diagnostics
            .report(
                &codes::REPLY_NO_MATCH,
                None,
                "the manuscript has no outline.md, so nothing says where a reply belongs",
            )
            .hint("write the parts, chapters and sections into outline.md");
        return Vec::new();
    };
    let settings = &edition.settings;
    let targets = Targets::new(outline, &settings.title, &settings.contract);
    let tails = options.tails.unwrap_or(settings.ingest.tails);
    let drafts = drafts(text, &targets, tails, options.chapter, &place, diagnostics);
    let mut filing = Filing {
        contents,
        targets: &targets,
        folder,
        edition,
        place,
        options,
        diagnostics,
    };
    drafts.iter().filter_map(|draft| filing.change(draft)).collect()
}

/// What the reply has of each chapter.
fn drafts(
    text: &str,
    targets: &Targets,
    tails: Tails,
    chapter: Option<usize>,
    place: &Place,
    diagnostics: &mut Diagnostics,
) -> Vec<Draft> {
    let lines = reply::lines(text);
    let seen: Vec<_> = (0..lines.len()).map(|at| headings::read(&lines, at)).collect();
    let seen_at = |at: usize| seen.get(at).and_then(Option::as_ref);
    let strengths: Vec<Strength> = (0..lines.len())
        .map(|at| seen_at(at).map_or(Strength::No, |seen| targets.strength(seen)))
        .collect();
    let strength = |at: usize| strengths.get(at).copied().unwrap_or(Strength::No);
    let target = |at: usize| {
        let found = targets.titled(seen_at(at)?).next()?;
        targets.all.iter().position(|target| std::ptr::eq(target, found))
    };
    let listings = markers::find(&lines, |at| strength(at) == Strength::Strong);
    let mut found = blocks::find(&lines, &listings.regions, strength, target);
    if found.text.is_empty() && chapter.is_some() {
        // Without a heading all of it is the text that was asked for: its first line counts as one that says so.
        let first = lines.iter().position(|line| !line.is_blank());
        let strength = |at: usize| if Some(at) == first { Strength::Strong } else { strength(at) };
        let target = |at: usize| if Some(at) == first { Some(usize::MAX) } else { target(at) };
        found = blocks::find(&lines, &listings.regions, strength, target);
    }
    report_listings(&lines, &listings, &found, place, diagnostics);
    report_left_out(&lines, &found, place, diagnostics);
    let drafts = Reader::new(targets, tails, chapter, place.clone(), diagnostics).read(&found.text);
    if drafts.is_empty() {
        report_no_match(&lines, &found.text, targets, place, diagnostics);
    } else if found.truncated {
        report_truncated(&drafts, &found.text, targets, place, diagnostics);
    }
    drafts
}

/// Says which listings end where only a guess could tell.
fn report_listings(lines: &[Line], listings: &markers::Found, found: &blocks::Found, place: &Place, diagnostics: &mut Diagnostics) {
    let left_out = |at: usize| found.left_out.iter().any(|range| range.contains(&at));
    let at = |line: usize| lines.get(line).map_or(0..0, |line| line.at.clone());
    for region in listings
        .regions
        .iter()
        .filter(|region| region.guessed && !left_out(region.first))
    {
        let last = region.code.last().map_or(region.first, |(line, _)| *line);
        diagnostics
            .report(
                &codes::REPLY_CODE,
                place.span(at(region.first)),
                format!("nothing closes this listing; it is taken to end in {}", place.lines(at(last))),
            )
            .hint("look at its end in the chapter's file");
    }
    for stray in listings.strays.iter().filter(|stray| !left_out(**stray)) {
        diagnostics
            .report(
                &codes::REPLY_CODE,
                place.span(at(*stray)),
                "this closes a listing that nothing has opened; it stays as text",
            )
            .hint("look at that place in the chapter's file");
    }
    for line in &found.mended {
        diagnostics
            .report(
                &codes::REPLY_CODE,
                place.span(at(*line)),
                "nothing closes this block of code before a heading follows; it is closed there",
            )
            .hint("look at its end in the chapter's file");
    }
}

/// Says which lines around the text are no part of it.
fn report_left_out(lines: &[Line], found: &blocks::Found, place: &Place, diagnostics: &mut Diagnostics) {
    for range in &found.left_out {
        let text = lines.get(range.clone()).unwrap_or_default();
        let mut said = text.iter().filter(|line| !line.is_blank() && !tails::is_ruler(&line.text));
        let Some(first) = said.next() else { continue };
        let last = said.next_back().unwrap_or(first);
        let at = first.at.start..last.at.end;
        let lines = place.lines(at.clone());
        let verb = if lines.starts_with("lines") { "are" } else { "is" };
        let message = format!("{lines} {verb} no part of the manuscript's text, and left out");
        diagnostics.report(&codes::REPLY_LEFT_OUT, place.span(at), message);
    }
}

/// Says that no heading belongs to the outline, with what was found and what was expected.
fn report_no_match(lines: &[Line], text: &[Line], targets: &Targets, place: &Place, diagnostics: &mut Diagnostics) {
    let said = if text.is_empty() { lines } else { text };
    let headings: Vec<String> = (0..said.len())
        .filter_map(|at| headings::read(said, at))
        .map(|seen| format!("`{}`", seen.title))
        .take(5)
        .collect();
    let chapters: Vec<String> = targets
        .all
        .iter()
        .filter(|target| target.section.is_none() && !target.title.is_empty())
        .map(|target| format!("`{}`", target.title))
        .collect();
    let more = if chapters.len() > 5 {
        format!(" and {} more", chapters.len() - 5)
    } else {
        String::new()
    };
    let shown: Vec<&str> = chapters.iter().take(5).map(String::as_str).collect();
    let found = match (lines.iter().all(Line::is_blank), headings.is_empty()) {
        (true, _) => "the reply is empty".to_owned(),
        (false, true) => "the reply has no heading".to_owned(),
        (false, false) => format!(
            "no heading of the reply is one of the outline; it has {}",
            headings.join(", ")
        ),
    };
    let start = place.span(0..lines.first().map_or(0, |line| line.at.end));
    diagnostics
        .report(&codes::REPLY_NO_MATCH, start, found)
        .hint(format!("the chapters of the outline are {}{more}", shown.join(", ")))
        .hint("`--chapter` names the one that the text is for");
}

/// Says that the reply was cut off, and how far it goes.
fn report_truncated(drafts: &[Draft], text: &[Line], targets: &Targets, place: &Place, diagnostics: &mut Diagnostics) {
    let last = drafts
        .iter()
        .flat_map(|draft| draft.pieces.iter().map(move |piece| (draft.chapter, piece)))
        .max_by_key(|(_, piece)| piece.at.start);
    let name = last.map(|(chapter, piece)| settle::title(piece, chapter, targets));
    let at = text
        .iter()
        .rev()
        .find(|line| !line.is_blank())
        .map_or(0..0, |line| line.at.clone());
    let message = match name {
        Some(name) => format!("the reply ends without closing its text; the last that is there is {name}"),
        None => "the reply ends without closing its text".to_owned(),
    };
    diagnostics
        .report(&codes::REPLY_TRUNCATED, place.span(at), message)
        .hint("read its end; ask for the rest, and take that in too: it goes into its place in the chapter");
}

/// Finds the file of each draft and makes its new text.
struct Filing<'a> {
    contents: &'a Contents,
    targets: &'a Targets,
    folder: &'a Folder,
    edition: &'a Edition,
    place: Place,
    options: &'a Options,
    diagnostics: &'a mut Diagnostics,
}

impl Filing<'_> {
    fn change(&mut self, draft: &Draft) -> Option<Change> {
        let planned = self.contents.chapters.get(draft.chapter)?;
        let path = self.path(planned);
        let before = self.existing(&path)?;
        let title = self.targets.chapter(draft.chapter).map(|target| target.heading.as_str());
        let title = title.filter(|title| !title.is_empty()).unwrap_or("Introduction");
        let merged = match &before {
            Some(raw) => merge::merge(draft, title, raw, self.targets),
            None => merge::fresh(draft, title),
        };
        if let (false, false, Some((name, at))) = (self.options.force, merged.replaced.is_empty(), merged.replaced.first()) {
            self.refuse(&path, name, at.clone(), merged.replaced.len());
        }
        let after = if merged.written == 0 {
            before.clone().unwrap_or_default()
        } else {
            self.with_ledger(planned, &path, &merged)
        };
        Some(Change {
            replaces: !merged.replaced.is_empty(),
            path,
            before,
            after,
        })
    }

    /// The chapter's file, or the one that it is to have.
    fn path(&self, planned: &Planned) -> String {
        let there = planned.place.and_then(|place| self.edition.document.chapters().nth(place));
        if let Some(chapter) = there {
            return chapter.path.clone();
        }
        let name: String = planned.title.replace(['\u{2011}', '\u{2010}', '–', '—'], "-");
        let mut stem = slug(&name);
        stem.retain(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'));
        // What stood between two words and is no letter leaves two hyphens.
        while stem.contains("--") {
            stem = stem.replace("--", "-");
        }
        while stem.len() > 80 {
            stem.pop();
        }
        let stem = if stem.is_empty() {
            "introduction"
        } else {
            stem.trim_matches('-')
        };
        match planned.number.as_deref().and_then(|number| number.parse::<u32>().ok()) {
            Some(number) if self.numbers_its_files() => format!("{number:02}-{stem}.md"),
            _ => format!("{stem}.md"),
        }
    }

    /// Whether files have their chapter's number before their names, as they do unless the author's own have none.
    fn numbers_its_files(&self) -> bool {
        let mut numbered = self.edition.document.chapters().filter(|chapter| chapter.numbered).peekable();
        numbered.peek().is_none() || numbered.any(|chapter| chapter.path.starts_with(|letter: char| letter.is_ascii_digit()))
    }

    /// The text of a file as it is; the outer `None` where it is there and cannot be read.
    fn existing(&mut self, path: &str) -> Option<Option<String>> {
        if !self.folder.has(path) {
            return Some(None);
        }
        let shown = self.folder.shown_path(path);
        match self.folder.read_bytes(path).map(String::from_utf8) {
            Ok(Ok(text)) => Some(Some(text)),
            Ok(Err(_)) => {
                self.diagnostics
                    .report(&codes::NOT_UTF8, None, format!("`{shown}` is not UTF-8"))
                    .hint("save the file as UTF-8");
                None
            }
            Err(fault) => {
                fault.report(&shown, None, self.diagnostics);
                None
            }
        }
    }

    fn refuse(&mut self, path: &str, name: &str, at: Range<usize>, count: usize) {
        let more = if count > 1 {
            format!(", and to {} more", count - 1)
        } else {
            String::new()
        };
        let name = if name.starts_with("the ") {
            name.to_owned()
        } else {
            format!("`{}`", name.replace('`', ""))
        };
        self.diagnostics
            .report(
                &codes::REPLY_WOULD_OVERWRITE,
                self.place.span(at),
                format!("`{path}` gives another text to {name}{more}; nothing is written"),
            )
            .hint("`--dry-run` shows the difference; `--force` takes the reply's text and keeps the old file beside it");
    }

    /// The file's text with what the ledger has to say.
    fn with_ledger(&mut self, planned: &Planned, path: &str, merged: &Merged) -> String {
        let by = self.options.by.clone().or_else(|| self.edition.settings.ingest.by.clone());
        let before = ledger::value(&merged.front, "drafted-by").filter(|_| merged.kept);
        let by = match (before, by) {
            (Some(before), Some(by)) if !before.split("; ").any(|name| name == by) => Some(format!("{before}; {by}")),
            (before, by) => before.or(by),
        };
        if let Some(reviewer) = ledger::value(&merged.front, "reviewed-by") {
            self.diagnostics
                .report(
                    &codes::REVIEW_LAPSED,
                    None,
                    format!("`{path}` was reviewed by {reviewer}, who has not seen the new text"),
                )
                .hint("write `reviewed-by` into its front matter again when somebody has");
        }
        // Sections that stay may be older than the outline, so what was noted of it stays too.
        let noted = ledger::value(&merged.front, "outline").filter(|_| merged.kept);
        let entries = ledger::Entries {
            by,
            date: self.options.date.clone(),
            reply: format!("sha256:{}", self.options.hash),
            outline: noted.or_else(|| planned.fingerprint.clone()).unwrap_or_default(),
        };
        let front = ledger::write(&merged.front, &entries, merged.end);
        let gap = if merged.body.starts_with(['\n', '\r']) {
            ""
        } else {
            merged.end
        };
        format!("{front}{gap}{}", merged.body)
    }
}
