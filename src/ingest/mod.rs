//! Taking a reply into the manuscript: a model's, or a co-author's.
//!
//! Gets a manuscript, the files of its chapters as they are, and a reply among the manuscript's sources; gives a [`Plan`]:
//! which files are to have which text, with everything about the reply that an author has to know as diagnostics with places
//! in it. Nothing here reads or writes; [`write`](write::write) does the one, and the caller the other.
//!
//! # The steps
//!
//! 1. `reply`: the lines, freed of what copying and typing left in them, and of `talk`.
//! 2. `markers`: listings between ` ``startpython ` and ` ``endpython `, in every damaged form.
//! 3. `blocks`: where the manuscript's text stands, in fences that hold what they say or not, or in none.
//! 4. `headings` and `pieces`: chapters and sections by the outline, with the outline's own headings; `tails` are what
//!    nobody asked for; `settle` joins what stands twice and puts all in order.
//! 5. `merge` and `ledger`: what the files become.

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
mod names;
mod pieces;
mod reply;
mod settle;
mod tails;
mod talk;
#[cfg(test)]
mod tests;
pub mod write;

pub use reply::decode;

use crate::diag::{Diagnostics, codes, nearest};
use crate::manuscript::Manuscript;
use crate::manuscript::ingest::Tails;
use crate::manuscript::outline::Outline;
use crate::source::{FileId, Span};
use headings::{Strength, Targets};
use pieces::{Draft, Reader, What};
use reply::Line;
use std::collections::BTreeMap;
use std::ops::Range;

/// The largest reply that is read, in bytes; that is a book of a thousand pages.
pub const LARGEST: usize = 2 << 20;

/// What is asked of a reply.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The chapter it is for: its number, or its title, or the beginning of its file's name.
    pub chapter: Option<String>,
    /// Whether text that differs is replaced.
    pub force: bool,
    /// Who or what wrote it.
    pub by: Option<String>,
    /// The day it comes in, `YYYY-MM-DD`.
    pub date: String,
    /// What becomes of extra tails, where book.toml is not to decide.
    pub tails: Option<Tails>,
    /// `sha256:` and the hash of the reply.
    pub hash: String,
}

/// What is to be written.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files that change, in the outline's order.
    pub files: Vec<Planned>,
    /// The files that already have what the reply has.
    pub same: Vec<String>,
}

/// A file that changes.
#[derive(Debug)]
pub struct Planned {
    /// Its path in the manuscript's folder.
    pub path: String,
    /// Its whole text.
    pub text: String,
    /// Whether text of it is replaced, so that the file as it was is to be kept beside it.
    pub replaces: bool,
    /// The chapter's title.
    pub title: String,
    /// How many sections of the outline were written, and how many the outline has.
    pub sections: (usize, usize),
    /// How many words were written.
    pub words: usize,
    /// What was told of the chapter with places in the reply, and need not be told again: titles of sections that it lacks,
    /// and of sections that the outline does not have.
    pub told: Vec<String>,
}

/// Places in the reply.
#[derive(Debug, Clone)]
struct Place {
    file: FileId,
    starts: Vec<usize>,
}

impl Place {
    fn new(file: FileId, text: &str) -> Self {
        let breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Self {
            file,
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// A span of the reply; of more than one line, the first is marked.
    fn span(&self, at: Range<usize>) -> Span {
        let next = self.starts.partition_point(|start| *start <= at.start);
        let end = self
            .starts
            .get(next)
            .map_or(at.end, |next| at.end.min(next.saturating_sub(1)));
        Span::new(self.file, at.start..end.max(at.start))
    }

    /// `line 3`, `lines 3 to 9`
    fn lines(&self, at: Range<usize>) -> String {
        let line = |at: usize| self.starts.partition_point(|start| *start <= at);
        let (first, last) = (line(at.start), line(at.end.max(at.start)));
        if first == last {
            format!("line {first}")
        } else {
            format!("lines {first} to {last}")
        }
    }
}

/// Plans what becomes of a reply. `files` are the chapters' files as they are, by path. `None` when it is refused.
pub fn plan(
    manuscript: &Manuscript,
    files: &BTreeMap<String, String>,
    file: FileId,
    request: &Request,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let text = manuscript.sources.get(file).text();
    let place = Place::new(file, text);
    let Some(outline) = manuscript
        .outline
        .as_ref()
        .filter(|outline| outline.chapters().next().is_some())
    else {
        diagnostics
            .report(
                &codes::REPLY_NO_MATCH,
                None,
                "there is no outline.md that says which chapters and sections there are",
            )
            .hint("write one: chapters as `## 1. Title`, sections below them as `- **1.1. Title** - what it covers`");
        return None;
    };
    let settings = &manuscript.settings;
    let targets = Targets::new(outline, &manuscript.sources, &settings.title, &settings.contract);
    let named = match &request.chapter {
        Some(name) => Some(names::chapter(name, &targets, manuscript, diagnostics)?),
        None => None,
    };
    let (lines, talk) = talk::set_aside(reply::lines(text));
    let reading = Reading {
        text,
        targets: &targets,
        named,
        tails: request.tails.unwrap_or(settings.ingest.tails),
        place: &place,
    };
    let (found, drafts) = reading.read(&lines, diagnostics);
    let drafts = choose(drafts, named, &targets, &lines, &place, diagnostics)?;
    for at in talk {
        let message = format!(
            "{} left out: what was said or thought, and not the text",
            place.lines(at.clone())
        );
        diagnostics.report(&codes::REPLY_LEFT_OUT, place.span(at), message);
    }
    if found.truncated {
        report_truncated(&drafts, &targets, &found.text, &place, diagnostics);
    }
    let before = diagnostics.count(crate::diag::Severity::Error);
    let filing = Filing {
        manuscript,
        outline,
        targets: &targets,
        files,
        request,
        place: &place,
    };
    let plan = filing.plan(&drafts, diagnostics);
    (diagnostics.count(crate::diag::Severity::Error) == before).then_some(plan)
}

/// How a reply is read.
struct Reading<'a> {
    text: &'a str,
    targets: &'a Targets,
    /// The chapter that was named.
    named: Option<usize>,
    tails: Tails,
    place: &'a Place,
}

impl Reading<'_> {
    /// The text of the reply and what it holds. Where no heading of a section is found, lines that are heading and text at
    /// once, as the outline's own are, count as both.
    fn read(&self, lines: &[Line], diagnostics: &mut Diagnostics) -> (blocks::Found, Vec<Draft>) {
        let mut said = Diagnostics::default();
        let first = self.once(lines, &mut said);
        let is_section = |piece: &pieces::Piece| matches!(piece.what, What::Section(_));
        if !first.1.iter().flat_map(|draft| &draft.pieces).any(is_section)
            && let Some(lines) = headings::split_run_in(lines, self.targets)
        {
            return self.once(&lines, diagnostics);
        }
        diagnostics.append(said);
        first
    }

    fn once(&self, lines: &[Line], diagnostics: &mut Diagnostics) -> (blocks::Found, Vec<Draft>) {
        let written = is_written(self.text);
        let found = if written {
            blocks::Found {
                text: merge::lines(self.text, merge::front_matter(self.text).end),
                ..blocks::Found::default()
            }
        } else {
            find(lines, self.targets, self.named, self.place, diagnostics)
        };
        let reader = Reader::new(self.targets, self.tails, self.named, self.place.clone(), diagnostics);
        let drafts = reader.read(&found.text, written);
        (found, drafts)
    }
}

/// Whether a text is a chapter's file that a reply was taken into: then it is Markdown, and nothing in it needs mending.
fn is_written(text: &str) -> bool {
    let front = text.get(merge::front_matter(text)).unwrap_or_default();
    ledger::value(front, "reply").is_some_and(|reply| reply.starts_with("sha256:"))
}

/// The text of the reply; what is left out around it is told.
fn find(lines: &[Line], targets: &Targets, named: Option<usize>, place: &Place, diagnostics: &mut Diagnostics) -> blocks::Found {
    let seen: Vec<Option<headings::Seen>> = (0..lines.len()).map(|at| headings::read(lines, at)).collect();
    let strengths: Vec<Strength> = seen
        .iter()
        .map(|seen| seen.as_ref().map_or(Strength::No, |seen| targets.strength(seen)))
        .collect();
    let strength = |at: usize| strengths.get(at).copied().unwrap_or(Strength::No);
    let target = |at: usize| {
        let seen = seen.get(at)?.as_ref().filter(|_| strength(at) > Strength::No)?;
        let target = targets.titled(seen).next().or_else(|| targets.near(seen))?;
        Some(target.chapter * 1000 + target.section.map_or(0, |section| section + 1))
    };
    let markers = markers::find(lines, |at| strength(at) == Strength::Strong);
    let mut found = blocks::find(lines, &markers, strength, target);
    if found.text.is_empty() && named.is_some() {
        found = from_first_heading(lines, &seen, &markers);
    }
    let span = |at: usize| lines.get(at).map_or(0..0, |line| line.at.clone());
    // Only what is in the text is worth a word.
    let inside = |at: usize| found.text.binary_search_by_key(&span(at).start, |line| line.at.start).is_ok();
    for region in markers.regions.iter().filter(|region| region.guessed && inside(region.first)) {
        let end = region.code.last().map_or(region.first, |(at, _)| *at);
        let lines = place.lines(span(region.first).start..span(end).end);
        diagnostics
            .report(
                &codes::REPLY_CODE,
                place.span(span(region.first)),
                format!("nothing closes this listing, and {lines} went into it"),
            )
            .hint(format!(
                "a line ` ``end{} ` should close it: see in the chapter whether it does",
                region.language
            ));
    }
    for region in markers.regions.iter().filter(|region| inside(region.first)) {
        let seam = || {
            region.seam.clone().filter(|at| {
                lines
                    .get(*at)
                    .is_some_and(|line| !line.is_blank() && fences::read(line).is_none())
            })
        };
        if let (Some(first), Some(last)) = (seam().next(), seam().next_back()) {
            let at = span(first).start..span(last).end;
            let message = format!(
                "{} in the midst of a listing, where a second block goes on with it, is left out",
                place.lines(at.clone())
            );
            diagnostics.report(&codes::REPLY_LEFT_OUT, place.span(at), message);
        }
    }
    for stray in markers.strays.iter().filter(|at| inside(**at)) {
        diagnostics
            .report(
                &codes::REPLY_CODE,
                place.span(span(*stray)),
                "this marker closes no listing and is left out",
            )
            .hint("if there is code above it, put a fence around it in the chapter");
    }
    for at in &found.mended {
        diagnostics
            .report(
                &codes::REPLY_CODE,
                place.span(span(*at)),
                "nothing closes this block of code; it is closed where a heading follows",
            )
            .hint("see in the chapter where it ends");
    }
    let strays: Vec<usize> = markers.strays.iter().map(|at| span(*at).start).collect();
    found
        .text
        .retain(|line| line.code || strays.binary_search(&line.at.start).is_err() || line.is_blank());
    if !found.text.is_empty() {
        report_left_out(&found, lines, place, diagnostics);
    }
    drop_front_matter(&mut found.text);
    found
}

/// The text of a reply whose headings say nothing: from its first heading on.
fn from_first_heading(lines: &[Line], seen: &[Option<headings::Seen>], markers: &markers::Found) -> blocks::Found {
    let is_heading = |seen: &Option<headings::Seen>| seen.as_ref().is_some_and(|seen| seen.style == headings::Style::Marked);
    let first = seen.iter().position(is_heading).unwrap_or(lines.len());
    // The first heading is taken for one of the outline, and the others follow it.
    let strength = |at: usize| if at == first { Strength::Strong } else { Strength::No };
    blocks::find(lines, markers, strength, |_| None)
}

/// Front matter is not the reply's to give: the ledger is written anew, and the outline has the title.
fn drop_front_matter(text: &mut Vec<Line>) {
    let first = text.iter().position(|line| !line.is_blank()).unwrap_or(0);
    let is_ruler = |line: &Line| line.text.trim_end() == "---";
    if !text.get(first).is_some_and(is_ruler) {
        return;
    }
    let inner = text.iter().skip(first + 1).take(60).position(is_ruler);
    let Some(length) = inner.filter(|length| *length > 0) else {
        return;
    };
    let keys = text.iter().skip(first + 1).take(length);
    if keys
        .clone()
        .all(|line| line.text.contains(':') || line.text.starts_with([' ', '-', '#']))
    {
        text.drain(..first + length + 2);
    }
}

fn report_left_out(found: &blocks::Found, lines: &[Line], place: &Place, diagnostics: &mut Diagnostics) {
    for range in &found.left_out {
        let inner = lines.get(range.clone()).unwrap_or_default();
        let words: Vec<&Line> = inner
            .iter()
            .filter(|line| !line.is_blank() && !tails::is_ruler(&line.text))
            .collect();
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            let at = first.at.start..last.at.end;
            let (lines, verb) = (place.lines(at.clone()), if words.len() == 1 { "is" } else { "are" });
            let where_ = if found.text.first().is_some_and(|line| line.at.start >= last.at.end) {
                "before"
            } else if found.text.last().is_some_and(|line| line.at.end <= first.at.start) {
                "after"
            } else {
                "between blocks of"
            };
            let message = format!(
                "{lines} {verb} no part of the manuscript: {} stand{} {where_} its text",
                if words.len() == 1 { "it" } else { "they" },
                if words.len() == 1 { "s" } else { "" }
            );
            diagnostics.report(&codes::REPLY_LEFT_OUT, place.span(at), message);
        }
    }
}

fn report_truncated(drafts: &[Draft], targets: &Targets, text: &[Line], place: &Place, diagnostics: &mut Diagnostics) {
    let last = text.iter().rev().find(|line| !line.is_blank());
    let at = last.map_or(0..0, |line| line.at.clone());
    let draft = drafts
        .iter()
        .max_by_key(|draft| draft.pieces.iter().map(|piece| piece.at.start).max());
    let piece = draft.and_then(|draft| draft.pieces.iter().max_by_key(|piece| piece.at.start));
    let name = match (piece.map(|piece| &piece.what), draft) {
        (Some(What::Section(section)), Some(draft)) => targets.section(draft.chapter, *section).map(|target| {
            let number = pieces::number_of(target);
            format!("{number} {}", target.title).trim().to_owned()
        }),
        _ => piece.and_then(|piece| piece.heading.clone()),
    };
    let name = name.map_or_else(|| "the chapter's opening".to_owned(), |name| format!("`{name}`"));
    diagnostics
        .report(
            &codes::REPLY_TRUNCATED,
            place.span(at),
            format!("the reply ends before its block does; the last section present is {name}"),
        )
        .hint("see whether it is whole, and ask for what is missing; the next reply can be ingested by itself");
}

/// The drafts that are wanted; `None`, with the reason told, when there is none.
fn choose(
    mut drafts: Vec<Draft>,
    named: Option<usize>,
    targets: &Targets,
    lines: &[Line],
    place: &Place,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Draft>> {
    let is_known = |draft: &Draft| draft.title.is_some() || draft.pieces.iter().any(|piece| matches!(piece.what, What::Section(_)));
    drafts.retain(|draft| draft.title.is_some() || !draft.pieces.is_empty());
    if let Some(named) = named {
        let (own, others): (Vec<Draft>, Vec<Draft>) = drafts.into_iter().partition(|draft| draft.chapter == named);
        let own_known = own.iter().any(is_known);
        if let Some(other) = others.iter().find(|draft| is_known(draft)) {
            let at = other
                .title
                .clone()
                .or_else(|| other.pieces.first().map(|piece| piece.at.clone()))
                .unwrap_or(0..0);
            let title = targets.chapter(other.chapter).map_or("", |target| target.title.as_str());
            let span = place.span(at);
            if !own_known {
                diagnostics
                    .report(
                        &codes::REPLY_NO_MATCH,
                        span,
                        format!("the headings are those of `{title}`, not of the chapter that was named"),
                    )
                    .hint("leave `--chapter` out, and the headings decide");
                return None;
            }
            diagnostics.report(
                &codes::REPLY_LEFT_OUT,
                span,
                format!("`{title}` is not the chapter that was named and is left out"),
            );
        }
        drafts = own;
    } else {
        let (known, others): (Vec<Draft>, Vec<Draft>) = drafts.into_iter().partition(is_known);
        if !known.is_empty() {
            others
                .iter()
                .flat_map(|draft| &draft.pieces)
                .for_each(|piece| report_unplaced(piece, place, diagnostics));
        }
        drafts = known;
    }
    if drafts.is_empty() {
        refuse(named, targets, lines, place, diagnostics);
        return None;
    }
    Some(drafts)
}

/// Tells of a piece that has no chapter.
fn report_unplaced(piece: &pieces::Piece, place: &Place, diagnostics: &mut Diagnostics) {
    let end = piece.lines.last().map_or(piece.at.end, |line| line.at.end);
    let lines = place.lines(piece.at.start..end);
    diagnostics
        .report(
            &codes::REPLY_UNPLACED,
            place.span(piece.at.clone()),
            format!("nothing says which chapter this is of; {lines} left out"),
        )
        .hint("put the title of its chapter above it");
}

/// Says what was found and what was expected.
fn refuse(named: Option<usize>, targets: &Targets, lines: &[Line], place: &Place, diagnostics: &mut Diagnostics) {
    if lines.iter().all(Line::is_blank) {
        diagnostics
            .report(&codes::REPLY_NO_MATCH, None, "the reply has no text")
            .hint("copy the whole reply into a file, or pipe it into `publish ingest -`");
        return;
    }
    let marked = |at: usize| {
        headings::read(lines, at)
            .filter(|seen| seen.level.is_some())
            .map(|seen| (at, seen.title))
    };
    let found: Vec<(usize, String)> = (0..lines.len()).filter_map(marked).take(4).collect();
    let at = found
        .first()
        .and_then(|(at, _)| lines.get(*at))
        .or_else(|| lines.iter().find(|line| !line.is_blank()));
    let span = place.span(at.map_or(0..0, |line| line.at.clone()));
    let words = |titles: &[String]| titles.iter().map(|title| format!("`{title}`")).collect::<Vec<_>>().join(", ");
    let titles: Vec<String> = found.into_iter().map(|(_, title)| title).collect();
    let found = match titles.as_slice() {
        [] => "no heading was found".to_owned(),
        titles => format!("found {}", words(titles)),
    };
    let wanted: Vec<String> = targets
        .all
        .iter()
        .filter(|target| !target.title.is_empty())
        .take(3)
        .map(|target| target.title.clone())
        .collect();
    let diagnostic = diagnostics.report(
        &codes::REPLY_NO_MATCH,
        span,
        format!(
            "nothing here is in the outline: {found}, and expected titles such as {}",
            words(&wanted)
        ),
    );
    let known = targets
        .all
        .iter()
        .map(|target| target.title.as_str())
        .filter(|title| !title.is_empty());
    let near = titles.iter().find_map(|title| nearest(title, known.clone()));
    if let Some(near) = near {
        diagnostic.hint(format!("did you mean `{near}`?"));
    }
    match named {
        Some(_) => diagnostic.hint("without a heading, nothing says where the text begins: put the chapter's title above it"),
        None => diagnostic.hint("`--chapter N` takes it for that chapter, whatever its headings say"),
    };
}

/// Putting drafts into files.
struct Filing<'a> {
    manuscript: &'a Manuscript,
    outline: &'a Outline,
    targets: &'a Targets,
    files: &'a BTreeMap<String, String>,
    request: &'a Request,
    place: &'a Place,
}

impl Filing<'_> {
    fn plan(&self, drafts: &[Draft], diagnostics: &mut Diagnostics) -> Plan {
        let mut plan = Plan::default();
        for draft in drafts {
            let path = names::path(draft.chapter, self.targets, self.manuscript, self.files);
            let title = self.title(draft.chapter);
            let merged = match self.files.get(&path) {
                Some(raw) => merge::merge(draft, &title, raw, self.targets),
                None => merge::fresh(draft, &title),
            };
            let old = self.files.get(&path);
            let same = |raw: &String| raw.get(merged.front.len()..) == Some(merged.body.as_str());
            if old.is_some_and(same) || merged.written == 0 && old.is_some() {
                plan.same.push(path);
                continue;
            }
            if !merged.replaced.is_empty() && !self.request.force {
                self.report_conflict(&path, &merged, diagnostics);
            }
            plan.files.push(self.planned(draft, path, title, merged, diagnostics));
        }
        plan
    }

    /// The titles about which something was told.
    fn told(&self, draft: &Draft) -> Vec<String> {
        let has = |section| draft.pieces.iter().any(|piece| piece.what == What::Section(section));
        let missing = self
            .targets
            .sections(draft.chapter)
            .filter(|target| draft.title.is_some() && target.section.is_some_and(|section| !has(section)));
        let extra = draft.pieces.iter().filter(|piece| matches!(piece.what, What::Extra(_)));
        let extra = extra.filter_map(|piece| piece.heading.clone());
        missing.map(|target| target.title.clone()).chain(extra).collect()
    }

    /// The heading of a chapter's file.
    fn title(&self, chapter: usize) -> String {
        let target = self.targets.chapter(chapter);
        let heading = target
            .map(|target| target.heading.clone())
            .filter(|heading| !heading.is_empty());
        heading.unwrap_or_else(|| "Introduction".to_owned())
    }

    fn report_conflict(&self, path: &str, merged: &merge::Merged, diagnostics: &mut Diagnostics) {
        let names: Vec<String> = merged
            .replaced
            .iter()
            .take(3)
            .map(|(name, _)| format!("`{name}`").replace("`the opening`", "the opening"))
            .collect();
        let more = merged.replaced.len().saturating_sub(names.len());
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let at = merged.replaced.first().map_or(0..0, |(_, at)| at.clone());
        diagnostics
            .report(
                &codes::REPLY_WOULD_OVERWRITE,
                self.place.span(at),
                format!("`{path}` already has another text of {}{more}", names.join(", ")),
            )
            .hint("`--dry-run --force` shows the difference; `--force` writes it and keeps the old file beside the new one");
    }

    fn planned(&self, draft: &Draft, path: String, title: String, merged: merge::Merged, diagnostics: &mut Diagnostics) -> Planned {
        let by = self.request.by.clone().or_else(|| self.manuscript.settings.ingest.by.clone());
        let earlier = ledger::value(&merged.front, "drafted-by").filter(|_| merged.kept);
        let by = match (by, earlier) {
            (Some(by), Some(earlier)) if !earlier.split("; ").any(|one| one == by) => Some(format!("{earlier}; {by}")),
            (Some(_), Some(earlier)) | (None, Some(earlier)) => Some(earlier),
            (by, None) => by,
        };
        if let Some(reviewer) = ledger::value(&merged.front, "reviewed-by") {
            let at = draft
                .title
                .clone()
                .or_else(|| draft.pieces.first().map(|piece| piece.at.clone()))
                .unwrap_or(0..0);
            diagnostics
                .report(
                    &codes::REVIEW_LAPSED,
                    self.place.span(at),
                    format!("`{path}` was reviewed by {reviewer}, who has not seen this text"),
                )
                .hint("`reviewed-by` is taken out of its front matter; write it again after a review");
        }
        let entry = self.outline.chapters().nth(draft.chapter);
        let entries = ledger::Entries {
            by,
            date: self.request.date.clone(),
            reply: self.request.hash.clone(),
            outline: entry.map(crate::manuscript::outline::Entry::fingerprint).unwrap_or_default(),
        };
        let front = ledger::write(&merged.front, &entries, merged.end);
        let gap = if merged.body.starts_with(['\n', '\r']) {
            ""
        } else {
            merged.end
        };
        let written = draft
            .pieces
            .iter()
            .filter(|piece| matches!(piece.what, What::Section(_)))
            .count();
        let planned = self.targets.sections(draft.chapter).count();
        let words = draft.pieces.iter().flat_map(|piece| &piece.lines).filter(|line| !line.code);
        Planned {
            path,
            text: format!("{front}{gap}{}", merged.body),
            replaces: !merged.replaced.is_empty(),
            title,
            sections: (written, planned),
            words: words.map(|line| line.text.split_whitespace().count()).sum(),
            told: self.told(draft),
        }
    }
}
