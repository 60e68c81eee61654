//! The text by chapters and sections of the outline: each piece with the outline's own heading.
//!
//! A heading is taken for what its title says in the chapter that is being read; a number helps where the title is only
//! much the same. What the outline does not have stays where it is: below its section where it is deeper, else beside the
//! sections, and that is told.

use super::headings::{self, Seen, Style, Target, Targets, continued, key};
use super::reply::Line;
use super::{Place, tails};
use crate::diag::{Diagnostics, codes};
use crate::manuscript::ingest::Tails;
use std::ops::Range;

/// What a piece of a chapter is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// What stands between the title and the first section.
    Opening,
    /// A section of the outline, counted from 0.
    Section(usize),
    /// A section that the outline does not have, by the key of its title.
    Extra(String),
    /// The list at the end.
    Takeaways,
    /// An extra tail that is kept.
    Tail(String),
}

/// A piece of a chapter.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) what: What,
    /// The heading without `##`; `None` for the opening.
    pub(super) heading: Option<String>,
    /// `{#sec-x}` of the heading in the reply.
    pub(super) braces: String,
    /// The text below the heading.
    pub(super) lines: Vec<Line>,
    /// Where the heading stands in the reply.
    pub(super) at: Range<usize>,
}

impl Piece {
    /// The text below the heading, without a line break at its end.
    pub(super) fn body(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        lines.join("\n")
    }
}

/// What a reply has of a chapter.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// Which chapter of the outline, counted from 0.
    pub(super) chapter: usize,
    /// Where its title stands in the reply, if it does.
    pub(super) title: Option<Range<usize>>,
    /// In the order of the outline.
    pub(super) pieces: Vec<Piece>,
}

/// What a heading means.
enum Meaning {
    Chapter(usize),
    Section(usize, usize),
    Takeaways,
    Tail,
    /// Of the book or of a part.
    Above,
    /// None of the outline, and still a heading.
    Other,
    /// A line of text.
    Text,
}

/// Reads the pieces.
pub(super) struct Reader<'a> {
    pub(super) targets: &'a Targets,
    pub(super) tails: Tails,
    /// The chapter that `--chapter` names, or that most headings speak of.
    pub(super) chapter: Option<usize>,
    pub(super) place: Place,
    pub(super) diagnostics: &'a mut Diagnostics,
    pub(super) drafts: Vec<Draft>,
    /// What is being written to.
    open: Option<(usize, usize)>,
    /// Text before anything that says where it belongs.
    loose: Vec<Line>,
    /// The tail that is being left out.
    skipped: Option<Skipped>,
    /// The level of the last section's heading, or one below the chapter's.
    base: Option<u8>,
    /// The level that the last heading below a section was given.
    depth: u8,
    /// Whether headings count whose marks are damaged, since one of the outline is so marked.
    damaged: bool,
    /// Where the one heading stands that is above all others, for a chapter that was named and has another title here.
    top: Option<usize>,
}

/// A tail that is left out.
struct Skipped {
    title: String,
    level: Option<u8>,
    at: Range<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        targets: &'a Targets,
        tails: Tails,
        chapter: Option<usize>,
        place: Place,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self {
            targets,
            tails,
            chapter,
            place,
            diagnostics,
            drafts: Vec::new(),
            open: None,
            loose: Vec::new(),
            skipped: None,
            base: None,
            depth: 2,
            damaged: false,
            top: None,
        }
    }

    /// The drafts of a text. Without a heading of the outline and without a chapter that was named, there are none.
    ///
    /// In a text that is Markdown as it should be, only what Markdown takes for headings are headings.
    pub(super) fn read(mut self, text: &[Line], written: bool) -> Vec<Draft> {
        let named = self.chapter.is_some();
        self.chapter = self.chapter.or_else(|| vote(text, self.targets));
        if self.chapter.is_none() {
            return Vec::new();
        }
        self.damaged = (0..text.len())
            .filter_map(|at| headings::read(text, at))
            .any(|seen| seen.style == Style::Damaged && self.targets.titled(&seen).next().is_some());
        self.top = if named { alone_at_the_top(text) } else { None };
        let mut at = 0;
        while let Some(line) = text.get(at) {
            let seen = headings::read(text, at).filter(|seen| !line.code && (!written || seen.style == Style::Marked));
            at += match seen {
                Some(seen) => self.heading(&seen, text, at),
                None => {
                    self.add(line.clone());
                    1
                }
            };
        }
        self.finish_tail();
        if named && self.drafts.is_empty() {
            self.open_loose();
        }
        self.finish()
    }

    /// Takes what may be a heading; gives how many lines that were.
    fn heading(&mut self, seen: &Seen, text: &[Line], at: usize) -> usize {
        let Some(line) = text.get(at) else { return 1 };
        let place = line.at.clone();
        match self.meaning(seen) {
            Meaning::Text => {
                self.add(line.clone());
                return 1;
            }
            Meaning::Chapter(chapter) => self.open_chapter(chapter, seen, place),
            Meaning::Section(chapter, section) => self.open_section(chapter, section, seen, place),
            Meaning::Takeaways => {
                self.finish_tail();
                let title = self.targets.takeaways().to_owned();
                self.open_piece(self.chapter.unwrap_or(0), What::Takeaways, Some(title), &seen.braces, place);
                self.base = seen.level.or(self.base);
            }
            Meaning::Tail => self.open_tail(seen, place),
            Meaning::Above => {
                let message = format!(
                    "`{}` is the heading of the book or of a part, which the outline gives",
                    seen.title
                );
                self.diagnostics
                    .report(&codes::REPLY_LEFT_OUT, self.place.span(place), message);
            }
            Meaning::Other => self.other(seen, place),
        }
        seen.lines
    }

    fn meaning(&self, seen: &Seen) -> Meaning {
        let known = self.chapter.unwrap_or(0);
        if let Some(target) = self.target(seen) {
            return match target.section {
                Some(section) => Meaning::Section(target.chapter, section),
                None => Meaning::Chapter(target.chapter),
            };
        }
        let front = self.targets.chapter(known).is_some_and(|target| target.title.is_empty());
        if front && ["introduction", "preface", "foreword", "einleitung", "vorwort"].contains(&key(&seen.title).as_str()) {
            return Meaning::Chapter(known);
        }
        if self.targets.is_takeaways(seen) && (seen.style != Style::Plain) {
            return Meaning::Takeaways;
        }
        if self.targets.is_above(seen) && seen.style != Style::Plain {
            return Meaning::Above;
        }
        if tails::is_tail(seen) && seen.style != Style::Plain {
            return Meaning::Tail;
        }
        match seen.style {
            Style::Marked => Meaning::Other,
            Style::Damaged if self.damaged => Meaning::Other,
            Style::Damaged | Style::Bold | Style::Plain => Meaning::Text,
        }
    }

    /// The entry of the outline that a heading is.
    fn target(&self, seen: &Seen) -> Option<&'a Target> {
        let known = self.chapter;
        let number = seen.parts().0;
        let titled: Vec<&Target> = self.targets.titled(seen).collect();
        let agrees = |target: &&&Target| !number.is_empty() && target.number == number;
        let here = |target: &&&Target| Some(target.chapter) == known;
        let at_its_level = self.base.is_none() || seen.level.is_some() && seen.level <= self.base;
        let started = |chapter: usize| self.drafts.iter().any(|draft| draft.chapter == chapter);
        let elsewhere = |target: &&&Target| {
            let is_chapter = target.section.is_none();
            is_chapter && seen.style != Style::Plain && (at_its_level || number == target.number && !number.is_empty())
                || !is_chapter && at_its_level && seen.style == Style::Marked && titled.len() == 1 && known.is_none_or(started)
        };
        // A line without a mark is a heading with its number alone, as a step of a list might have its words.
        let marked = seen.style == Style::Marked || seen.style == Style::Damaged || !number.is_empty() || seen.style == Style::Bold;
        let found = titled
            .iter()
            .find(|target| agrees(target) && here(target))
            .or_else(|| titled.iter().find(|target| here(target) && target.section.is_some()))
            .or_else(|| titled.iter().find(|target| here(target)))
            .or_else(|| titled.iter().find(agrees))
            .or_else(|| titled.iter().find(elsewhere));
        found
            .copied()
            .or_else(|| self.targets.near(seen).filter(|_| seen.style != Style::Plain))
            .filter(|_| marked)
    }

    fn open_chapter(&mut self, chapter: usize, seen: &Seen, place: Range<usize>) {
        self.finish_tail();
        self.chapter = Some(chapter);
        self.base = seen.level.map(|level| level.saturating_add(1)).or(self.base);
        self.depth = 2;
        self.tell_title(seen, chapter, None, place.clone());
        if let Some(at) = self.drafts.iter().position(|draft| draft.chapter == chapter) {
            // The same title once more, as at the head of a reply that goes on: what follows belongs where the text was.
            if let Some(draft) = self.drafts.get_mut(at) {
                draft.title.get_or_insert(place);
                self.open = draft.pieces.len().checked_sub(1).map(|piece| (at, piece));
            }
            return;
        }
        self.report_loose();
        self.open_piece(chapter, What::Opening, None, "", place.clone());
        if let Some(draft) = self.drafts.last_mut() {
            draft.title = Some(place);
        }
    }

    fn open_section(&mut self, chapter: usize, section: usize, seen: &Seen, place: Range<usize>) {
        self.finish_tail();
        self.chapter = Some(chapter);
        self.base = seen.level.or(self.base);
        self.depth = 2;
        if self.drafts.is_empty() && self.loose.iter().any(|line| !line.is_blank()) {
            self.open_loose();
        }
        self.tell_title(seen, chapter, Some(section), place.clone());
        let known = self.drafts.iter().position(|draft| draft.chapter == chapter);
        let again = known.and_then(|at| {
            let pieces = &self.drafts.get(at)?.pieces;
            Some((at, pieces.iter().rposition(|piece| piece.what == What::Section(section))?))
        });
        if let Some(open) = again.filter(|_| continued(&seen.title).is_some()) {
            self.open = Some(open);
            self.add(Line {
                text: String::new(),
                at: place.start..place.start,
                code: false,
            });
            return;
        }
        let heading = self.targets.section(chapter, section).map(|target| target.heading.clone());
        self.open_piece(chapter, What::Section(section), heading, &seen.braces, place);
    }

    /// Says where a title differs from the outline's in more than its form.
    fn tell_title(&mut self, seen: &Seen, chapter: usize, section: Option<usize>, place: Range<usize>) {
        let target = match section {
            Some(section) => self.targets.section(chapter, section),
            None => self.targets.chapter(chapter),
        };
        let Some(target) = target.filter(|target| !target.title.is_empty()) else {
            return;
        };
        let plain = |title: &str| continued(title).unwrap_or(title).replace(['`', '*', '\\'], "");
        let (number, rest) = seen.parts();
        let whole = plain(&seen.title);
        let rest = plain(rest);
        if whole == target.title || rest == target.title && (number.is_empty() || number == target.number) || rest.is_empty() {
            return;
        }
        let span = self.place.span(place);
        let titled = self.targets.titled(seen).any(|titled| titled.heading == target.heading);
        if titled && rest == target.title {
            let message = format!("`{}` has another number in the outline: {}", seen.title, number_of(target));
            self.diagnostics.report(&codes::REPLY_SPELLING, span, message);
        } else if titled {
            let message = format!("`{}` is written as the outline has it: `{}`", seen.title, target.title);
            self.diagnostics.report(&codes::REPLY_SPELLING, span, message);
        } else if !is_number_alone(&whole) {
            self.diagnostics
                .report(
                    &codes::REPLY_HEADING,
                    span,
                    format!("`{}` is taken for {}", seen.title, show(target)),
                )
                .hint("its number and most of its title agree; if it is something else, give it another number");
        }
    }

    fn open_tail(&mut self, seen: &Seen, place: Range<usize>) {
        self.finish_tail();
        if self.tails == Tails::Keep {
            let title = seen.parts().1.to_owned();
            self.open_piece(
                self.chapter.unwrap_or(0),
                What::Tail(key(&title)),
                Some(title),
                &seen.braces,
                place,
            );
            self.base = seen.level.or(self.base);
            self.depth = 2;
            return;
        }
        self.skipped = Some(Skipped {
            title: seen.title.clone(),
            level: seen.level,
            at: place,
        });
    }

    /// Tells of the tail that ends here.
    fn finish_tail(&mut self) {
        let Some(tail) = self.skipped.take() else { return };
        let span = self.place.span(tail.at.clone());
        let lines = self.place.lines(tail.at);
        self.diagnostics
            .report(
                &codes::REPLY_TAIL,
                span,
                format!("`{}`, {lines}, is no part of the outline and is left out", tail.title),
            )
            .hint("`--tails keep`, or `tails = \"keep\"` in [ingest] of book.toml, keeps what follows a chapter");
    }

    /// A heading that the outline does not have.
    fn other(&mut self, seen: &Seen, place: Range<usize>) {
        if self.drafts.is_empty() && self.top == Some(place.start) {
            return self.open_named(seen, place);
        }
        let level = seen.level.unwrap_or(6);
        if let Some(tail) = &mut self.skipped {
            if tail.level.is_none_or(|of| level > of) {
                tail.at.end = place.end;
                return;
            }
            self.finish_tail();
        }
        let groups = seen.parts().0.len();
        let fallback = if self.open.is_some() { level.saturating_sub(1) } else { level };
        let base = self.base.unwrap_or(fallback);
        let inside = self.current().is_some_and(|piece| piece.what != What::Opening);
        if groups > 2 && inside {
            self.add_deeper(seen, 3, place);
        } else if level > base && (inside || self.base.is_some()) {
            self.add_deeper(seen, 2_u8.saturating_add(level.saturating_sub(base)), place);
        } else {
            self.open_extra(seen, place);
        }
    }

    /// The title of the chapter that was named, whatever it says.
    fn open_named(&mut self, seen: &Seen, place: Range<usize>) {
        let chapter = self.chapter.unwrap_or(0);
        let wanted = self.targets.chapter(chapter).map(show).unwrap_or_default();
        let message = format!(
            "`{}` is taken for the title of the chapter that was named, {wanted}",
            seen.title
        );
        self.diagnostics
            .report(&codes::REPLY_HEADING, self.place.span(place.clone()), message);
        self.open_piece(chapter, What::Opening, None, "", place.clone());
        self.base = seen.level.map(|level| level.saturating_add(1));
        if let Some(draft) = self.drafts.last_mut() {
            draft.title = Some(place);
        }
    }

    /// A heading below a section, at the level that is wanted or one below the last.
    fn add_deeper(&mut self, seen: &Seen, wanted: u8, place: Range<usize>) {
        let title = title_of(seen);
        self.depth = wanted.min(self.depth.saturating_add(1)).clamp(3, 6);
        let title = self.outlined(title).unwrap_or_else(|| title.to_owned());
        let space = if seen.braces.is_empty() { "" } else { " " };
        let marks = "#".repeat(usize::from(self.depth));
        self.add_heading(format!("{marks} {title}{space}{}", seen.braces), place);
    }

    /// A section that the outline does not have.
    fn open_extra(&mut self, seen: &Seen, place: Range<usize>) {
        if self.drafts.is_empty() && self.loose.iter().any(|line| !line.is_blank()) {
            self.open_loose();
        }
        let title = title_of(seen).to_owned();
        let number = seen.parts().0;
        let same = |target: &&Target| !number.is_empty() && target.number == number;
        let numbered = self.targets.all.iter().find(same);
        let diagnostic = self.diagnostics.report(
            &codes::REPLY_EXTRA,
            self.place.span(place.clone()),
            format!("the outline has no section called `{title}` here; it is kept as one"),
        );
        match numbered {
            Some(target) => diagnostic.hint(format!(
                "{} has its number: give the section that title if it is what is meant",
                show(target)
            )),
            None => diagnostic.hint("make it part of a section with a deeper heading, or add it to outline.md"),
        };
        self.depth = 2;
        let chapter = self.chapter.unwrap_or(0);
        self.open_piece(chapter, What::Extra(key(&title)), Some(title), &seen.braces, place);
    }

    /// The outline's own words for a heading below a section, where a bullet there has them.
    fn outlined(&self, title: &str) -> Option<String> {
        let chapter = self.chapter?;
        let What::Section(section) = self.current()?.what else {
            return None;
        };
        let found = key(title);
        let below = &self.targets.section(chapter, section)?.below;
        below
            .iter()
            .find(|(key, _)| *key == found)
            .map(|(_, heading)| heading.clone())
    }

    fn current(&self) -> Option<&Piece> {
        let (draft, piece) = self.open?;
        self.drafts.get(draft)?.pieces.get(piece)
    }

    fn open_piece(&mut self, chapter: usize, what: What, heading: Option<String>, braces: &str, at: Range<usize>) {
        let draft = match self.drafts.iter().position(|draft| draft.chapter == chapter) {
            Some(draft) => draft,
            None => {
                self.drafts.push(Draft {
                    chapter,
                    title: None,
                    pieces: Vec::new(),
                });
                self.drafts.len() - 1
            }
        };
        if let Some(drafted) = self.drafts.get_mut(draft) {
            drafted.pieces.push(Piece {
                what,
                heading,
                braces: braces.to_owned(),
                lines: Vec::new(),
                at,
            });
            self.open = Some((draft, drafted.pieces.len() - 1));
        }
    }

    /// What stood before the first heading opens the chapter.
    fn open_loose(&mut self) {
        let loose = std::mem::take(&mut self.loose);
        let at = loose.first().map_or(0..0, |line| line.at.clone());
        self.open_piece(self.chapter.unwrap_or(0), What::Opening, None, "", at);
        for line in loose {
            self.add(line);
        }
    }

    /// What stands before the title of a chapter belongs to none.
    fn report_loose(&mut self) {
        let loose = std::mem::take(&mut self.loose);
        let text: Vec<&Line> = loose
            .iter()
            .filter(|line| !line.is_blank() && !tails::is_ruler(&line.text))
            .collect();
        if let (Some(first), Some(last)) = (text.first(), text.last()) {
            let at = first.at.start..last.at.end;
            let lines = self.place.lines(at.clone());
            self.diagnostics
                .report(
                    &codes::REPLY_UNPLACED,
                    self.place.span(at),
                    format!("what stands before the chapter's title, {lines}, is left out"),
                )
                .hint("move it below the title if it is to open the chapter");
        }
    }

    fn add(&mut self, line: Line) {
        if let Some(tail) = &mut self.skipped {
            if !line.is_blank() {
                tail.at.end = line.at.end.max(tail.at.end);
            }
            return;
        }
        let open = self
            .open
            .and_then(|(draft, piece)| self.drafts.get_mut(draft)?.pieces.get_mut(piece));
        match open {
            Some(piece) => piece.lines.push(line),
            None => self.loose.push(line),
        }
    }

    /// Adds a heading below a section, with blank lines around it.
    fn add_heading(&mut self, text: String, at: Range<usize>) {
        let blank = |at: usize| Line {
            text: String::new(),
            at: at..at,
            code: false,
        };
        let needs = self
            .current()
            .and_then(|piece| piece.lines.last())
            .is_some_and(|line| !line.is_blank());
        if needs {
            self.add(blank(at.start));
        }
        let end = at.end;
        self.add(Line { text, at, code: false });
        self.add(blank(end));
    }
}

/// Where the first heading stands, if it is the only one at its level and none is above it.
fn alone_at_the_top(text: &[Line]) -> Option<usize> {
    let marked = (0..text.len()).filter_map(|at| Some((text.get(at)?.at.start, headings::read(text, at)?.level?)));
    let headings: Vec<(usize, u8)> = marked.collect();
    let (first, rest) = headings.split_first()?;
    rest.iter().all(|(_, level)| *level > first.1).then_some(first.0)
}

/// The title of a heading that the outline does not have, without a number that is certainly one.
fn title_of(seen: &Seen) -> &str {
    let (number, title) = seen.parts();
    if number.len() > 2 { title } else { seen.bare_title() }
}

/// Whether a title is nothing but a word and a number, `Chapter 3`.
fn is_number_alone(title: &str) -> bool {
    title.split_whitespace().count() == 2 && title.chars().any(|letter| letter.is_ascii_digit())
}

/// An entry of the outline as messages name it.
fn show(target: &Target) -> String {
    format!("{} `{}` of the outline", number_of(target), target.title)
        .trim_start()
        .to_owned()
}

/// The number of an entry of the outline: `3.1`.
pub(super) fn number_of(target: &Target) -> String {
    let number: Vec<String> = target.number.iter().map(u32::to_string).collect();
    number.join(".")
}

/// The chapter that most headings speak of.
fn vote(text: &[Line], targets: &Targets) -> Option<usize> {
    let mut votes: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for seen in (0..text.len()).filter_map(|at| headings::read(text, at)) {
        let number = seen.parts().0;
        let mut seen_here = Vec::new();
        for target in targets.titled(&seen) {
            let agrees = usize::from(!number.is_empty() && target.number == number);
            let chapter = usize::from(target.section.is_none());
            *votes.entry(target.chapter).or_default() += 3 + 2 * agrees + 4 * chapter;
            seen_here.push(target.chapter);
        }
        if let Some(target) = targets.near(&seen).filter(|target| !seen_here.contains(&target.chapter)) {
            *votes.entry(target.chapter).or_default() += 2;
        }
    }
    let best = votes
        .iter()
        .max_by_key(|(chapter, count)| (**count, std::cmp::Reverse(**chapter)))?;
    Some(*best.0)
}
