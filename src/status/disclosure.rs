//! Where the text of a book came from, as stores ask it of what machines helped to write. `publish status --disclosure`.
//!
//! All of it is what the ledgers in the chapters' front matter say. Whether a name there is a person's or a tool's no ledger
//! says, so the sentences leave that open, but for the authors of the book; a chapter without a ledger is not recorded, and
//! nothing is guessed.

use super::table::{grouped, number};
use super::{Record, Row, Status};
use serde::Serialize;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// Where the text of a book came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Disclosure {
    /// The book's title.
    pub title: String,
    /// Its authors.
    pub authors: Vec<String>,
    /// How many words it has.
    pub words: usize,
    /// The chapters that are written, in order.
    pub chapters: Vec<Origin>,
    /// Who or what has drafted how much, in order of first occurrence.
    pub drafted_by: Vec<Share>,
    /// What no ledger speaks of.
    pub not_recorded: Share,
}

/// Where a chapter came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Origin {
    /// `3. Title`
    pub chapter: String,
    /// Its file.
    pub file: String,
    /// How many words it has.
    pub words: usize,
    /// Hundredths of the book's words.
    pub percent: usize,
    /// What its ledger says; `None` without one.
    pub ledger: Option<Record>,
}

/// A share of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Share {
    /// Who or what has drafted it; empty for what is not recorded.
    pub name: String,
    /// The chapters.
    pub chapters: Vec<String>,
    /// How many words they have.
    pub words: usize,
    /// Hundredths of the book's words.
    pub percent: usize,
    /// How many of the words somebody has reviewed.
    pub reviewed_words: usize,
    /// Who has.
    pub reviewed_by: Vec<String>,
}

/// Sums up where the text came from.
pub fn of(status: &Status) -> Disclosure {
    let all = status.totals.counted.words;
    let mut disclosure = Disclosure {
        title: status.title.clone(),
        authors: status.authors.clone(),
        words: all,
        chapters: Vec::new(),
        drafted_by: Vec::new(),
        not_recorded: Share::default(),
    };
    for row in &status.chapters {
        let Some(file) = &row.file else { continue };
        disclosure.chapters.push(Origin {
            chapter: name(row),
            file: file.clone(),
            words: row.counted.words,
            percent: percent(row.counted.words, all),
            ledger: row.ledger.clone(),
        });
        let drafter = row.ledger.as_ref().and_then(|ledger| ledger.drafted_by.as_deref());
        let shares = &mut disclosure.drafted_by;
        match drafter.map(|drafter| shares.iter().position(|share| share.name == drafter).ok_or(drafter)) {
            None => disclosure.not_recorded.add(row, all),
            Some(Ok(at)) => shares.iter_mut().skip(at).take(1).for_each(|share| share.add(row, all)),
            Some(Err(drafter)) => {
                let mut share = Share {
                    name: drafter.to_owned(),
                    ..Share::default()
                };
                share.add(row, all);
                shares.push(share);
            }
        }
    }
    disclosure
}

fn name(row: &Row) -> String {
    match &row.number {
        Some(number) => format!("{number}. {}", row.title),
        None => row.title.clone(),
    }
}

impl Share {
    fn add(&mut self, row: &Row, all: usize) {
        self.chapters.push(name(row));
        self.words += row.counted.words;
        self.percent = percent(self.words, all);
        let Some(ledger) = &row.ledger else { return };
        if ledger.reviewed_by.is_some() || ledger.reviewed.is_some() {
            self.reviewed_words += row.counted.words;
        }
        if let Some(reviewer) = ledger
            .reviewed_by
            .as_ref()
            .filter(|reviewer| !self.reviewed_by.contains(reviewer))
        {
            self.reviewed_by.push(reviewer.clone());
        }
    }
}

/// Hundredths, rounded.
fn percent(part: usize, whole: usize) -> usize {
    (part * 200 + whole).checked_div(whole * 2).unwrap_or(0)
}

/// The whole for people: a table, and what it comes to.
pub fn write(disclosure: &Disclosure) -> String {
    let mut text = format!("Where the text of “{}” came from\n\n", disclosure.title);
    if disclosure.chapters.is_empty() {
        return text + "No chapter is written yet.\n";
    }
    text += &table(disclosure);
    let mut said = String::new();
    for share in &disclosure.drafted_by {
        // Nothing written to a string fails.
        let _ = writeln!(said, "Drafted by {}: {}{}.", share.name, amount(share), review(share));
    }
    let unknown = &disclosure.not_recorded;
    if !unknown.chapters.is_empty() {
        let _ = writeln!(
            said,
            "Not recorded: {}: {}. How these were made is written nowhere; `drafted-by` in the front matter of a chapter says it.",
            amount(unknown),
            unknown.chapters.join("; "),
        );
    }
    said += &answer(disclosure);
    text + "\n" + &wrapped(&said)
}

fn table(disclosure: &Disclosure) -> String {
    let mut rows = vec![
        [
            "Chapter",
            "Words",
            "Share",
            "Drafted by",
            "Drafted",
            "Reviewed by",
            "Reviewed",
        ]
        .map(str::to_owned),
    ];
    for origin in &disclosure.chapters {
        let ledger = origin.ledger.clone().unwrap_or_default();
        rows.push([
            origin.chapter.clone(),
            grouped(origin.words),
            format!("{} %", origin.percent),
            ledger.drafted_by.unwrap_or_else(|| "not recorded".to_owned()),
            ledger.drafted.unwrap_or_default(),
            ledger.reviewed_by.unwrap_or_default(),
            ledger.reviewed.unwrap_or_default(),
        ]);
    }
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
            let space = " ".repeat(width - cell.width());
            let (before, after) = if matches!(at, 1 | 2) {
                (space, String::new())
            } else {
                (String::new(), space)
            };
            line += &format!("{before}{cell}{after}  ");
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// Lines of at most so many characters as are easily read.
fn wrapped(text: &str) -> String {
    const LONGEST: usize = 96;
    let mut wrapped = String::new();
    for line in text.lines() {
        let mut used = 0;
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            let indent = if line.starts_with("- ") { "\n  " } else { "\n" };
            match used {
                0 => {}
                used if used + 1 + word.width() > LONGEST => wrapped += indent,
                _ => wrapped.push(' '),
            }
            let at = wrapped.rfind('\n').map_or(0, |at| at + 1);
            wrapped += word;
            used = wrapped.get(at..).map_or(0, UnicodeWidthStr::width);
        }
        wrapped.push('\n');
    }
    wrapped
}

fn amount(share: &Share) -> String {
    format!(
        "{}, {}, {} % of the text",
        number(share.chapters.len(), "chapter"),
        number(share.words, "word"),
        share.percent
    )
}

fn review(share: &Share) -> String {
    let by = if share.reviewed_by.is_empty() {
        String::new()
    } else {
        format!(" by {}", share.reviewed_by.join(" and "))
    };
    match share.reviewed_words {
        0 => "; nobody is recorded as having reviewed it".to_owned(),
        words if words == share.words => format!("; all of it reviewed afterwards{by}"),
        words => format!("; {} % of that reviewed afterwards{by}", percent(words, share.words)),
    }
}

/// What this comes to when a store asks.
fn answer(disclosure: &Disclosure) -> String {
    let mut text = "\nWhen a store asks (as Amazon KDP does): text is AI-generated if a tool wrote it, however much people edited it \
                    afterwards, and that has to be disclosed. It is AI-assisted if people wrote it and a tool helped to edit, check or \
                    improve it; that has not.\n"
        .to_owned();
    for share in &disclosure.drafted_by {
        if disclosure.authors.contains(&share.name) {
            // Nothing written to a string fails.
            let _ = writeln!(
                text,
                "- {} is an author of the book, so {} % of the text is not AI-generated if nothing but help came from tools.",
                share.name, share.percent
            );
            continue;
        }
        let extent = if share.words == disclosure.words {
            "the entire work"
        } else {
            "some sections"
        };
        let edited = match share.reviewed_words {
            0 => "no review is recorded",
            words if words == share.words => "all of it has been reviewed; how much that changed is for you to say",
            _ => "a part of it has been reviewed; how much that changed is for you to say",
        };
        // Nothing written to a string fails.
        let _ = writeln!(
            text,
            "- If {} is a tool, {} % of the text is AI-generated: {extent}; {edited}. If it is a person, none of that is.",
            share.name, share.percent
        );
    }
    if !disclosure.not_recorded.chapters.is_empty() {
        text += "- What is not recorded you have to answer for yourself.\n";
    }
    text + "Pictures and translations are asked for separately, and the ledger does not speak of them.\n"
}
