//! The status of a book: what is written of what is planned, chapter by chapter. `publish status`.
//!
//! Gets a manuscript, gives a [`Status`]: counts that always come about, whatever is wrong with the book. Nothing is run
//! for it; what came of the listings is what the last `publish test` kept. [`table`] shows it to people, and [`disclosure`]
//! says where the text came from, as stores ask.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod count;
pub mod disclosure;
pub mod table;

use crate::check;
use crate::contents::{Contents, Planned};
use crate::diag::{Diagnostic, Diagnostics, Severity, codes};
use crate::document::Chapter;
use crate::edition::Edition;
use crate::manuscript::Manuscript;
use crate::manuscript::ledger::Ledger;
use crate::source::FileId;
use crate::testing::Plan;
use crate::testing::results::{self, Standing};
use count::Counted;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is written of a book.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Status {
    /// The book's title.
    pub title: String,
    /// Its authors.
    pub authors: Vec<String>,
    /// The chapters in order, those that are only planned as well.
    pub chapters: Vec<Row>,
    /// What is wrong with the book that is no chapter's: book.toml, the outline, files that are left out.
    pub elsewhere: Problems,
    /// The sums.
    pub totals: Totals,
    /// The path of results of listings that could not be read.
    #[serde(skip)]
    pub damaged: Option<String>,
}

/// A chapter.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    /// `3`; `None` for an introduction or an appendix.
    pub number: Option<String>,
    /// Its title.
    pub title: String,
    /// `Part II: Title`
    pub part: Option<String>,
    /// Its file; `None` for one that is not written.
    pub file: Option<String>,
    /// How far it is.
    pub state: State,
    /// Its sections.
    pub sections: Sections,
    /// Whether the list at its end is there.
    pub takeaways: bool,
    /// How much there is of what.
    #[serde(flatten)]
    pub counted: Counted,
    /// The listings that are marked `run`.
    pub tests: Tests,
    /// What `publish check` says.
    pub problems: Problems,
    /// Whether the outline has changed since the text came in; `None` where the ledger does not say what it was.
    pub stale: Option<bool>,
    /// Where the text came from, as the front matter says; `None` where it says nothing.
    pub ledger: Option<Record>,
}

/// How far a chapter is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It stands in the outline alone.
    #[default]
    Planned,
    /// Sections are missing.
    Begun,
    /// All sections are there.
    Written,
    /// All sections are there, and the ledger says who has drafted it.
    Drafted,
    /// All sections are there, and the ledger says who has reviewed it.
    Reviewed,
}

/// Sections written of sections planned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sections {
    /// How many are there.
    pub written: usize,
    /// How many there are to be.
    pub planned: usize,
    /// The titles of those that are not there.
    pub missing: Vec<String>,
}

/// The listings that are marked `run`, by what came of them when they were last run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tests {
    /// They passed.
    pub passed: usize,
    /// They failed.
    pub failed: usize,
    /// They have not been run as they are now.
    pub not_run: usize,
    /// They are not meant to be run.
    pub skipped: usize,
}

/// Messages by their weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Problems {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

/// The ledger of a chapter, as JSON has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Record {
    /// Who or what wrote the first version.
    pub drafted_by: Option<String>,
    /// The day it came in.
    pub drafted: Option<String>,
    /// Who has read it and answers for it.
    pub reviewed_by: Option<String>,
    /// The day of that.
    pub reviewed: Option<String>,
    /// The hash of the reply that it was taken from.
    pub reply: Option<String>,
}

/// The sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Totals {
    /// How many chapters there are to be.
    pub chapters: usize,
    /// How many of them are there, whole or in part.
    pub chapters_written: usize,
    /// How many sections there are to be.
    pub sections: usize,
    /// How many of them are there.
    pub sections_written: usize,
    /// How much there is of what.
    #[serde(flatten)]
    pub counted: Counted,
    /// The listings that are marked `run`.
    pub tests: Tests,
    /// All messages, those that are no chapter's as well.
    pub problems: Problems,
    /// How many chapters are older than what the outline asks for.
    pub stale: usize,
}

/// Finds out how a book stands. `diagnostics` holds what was said when it was read; all that is said of it goes into counts.
pub fn of(manuscript: Manuscript, strict: bool, mut diagnostics: Diagnostics) -> Status {
    let plan = Plan::make(&manuscript);
    let (kept, damaged) = match results::read(&manuscript.folder) {
        Ok(kept) => (kept, None),
        Err(path) => (
            results::Results::default(),
            Some(format!("{}/{path}", manuscript.folder.shown())),
        ),
    };
    let mut tests: BTreeMap<FileId, Tests> = BTreeMap::new();
    for case in &plan.cases {
        tests.entry(case.span.file).or_default().add(kept.standing(case, &plan));
    }
    let ledgers = manuscript.ledgers.clone();
    let edition = Edition::bind(manuscript, None, &mut diagnostics);
    check::rules(&edition, &mut diagnostics);
    diagnostics.raise(&codes::DEAD_LINK);
    diagnostics.report_unused(true);
    diagnostics.weigh(&edition.settings.check);
    if strict {
        diagnostics.make_strict();
    }
    diagnostics.sort();
    let gathered = Gathered {
        edition: &edition,
        diagnostics: &diagnostics,
        tests,
        ledgers,
    };
    let chapters: Vec<Row> = Contents::of(&edition)
        .chapters
        .iter()
        .map(|planned| gathered.row(planned))
        .collect();
    let elsewhere = gathered.elsewhere();
    Status {
        title: edition.settings.title.clone(),
        authors: edition.settings.authors.clone(),
        totals: Totals::of(&chapters, elsewhere),
        chapters,
        elsewhere,
        damaged,
    }
}

/// What the rows are made from.
struct Gathered<'a> {
    edition: &'a Edition,
    diagnostics: &'a Diagnostics,
    tests: BTreeMap<FileId, Tests>,
    ledgers: BTreeMap<String, Ledger>,
}

impl Gathered<'_> {
    fn row(&self, planned: &Planned) -> Row {
        let missing = planned.sections.iter().filter(|section| !section.written);
        let row = Row {
            number: planned.number.clone(),
            title: planned.title.clone(),
            part: planned.part.clone(),
            sections: Sections {
                written: planned.written(),
                planned: planned.sections.len(),
                missing: missing.map(|section| section.title.clone()).collect(),
            },
            ..Row::default()
        };
        let chapter = planned.place.and_then(|place| self.edition.document.chapters().nth(place));
        match chapter {
            Some(chapter) => self.written_row(row, chapter, planned),
            None => row,
        }
    }

    fn written_row(&self, row: Row, chapter: &Chapter, planned: &Planned) -> Row {
        let ledger = self.ledgers.get(&chapter.path).filter(|ledger| **ledger != Ledger::default());
        let state = match ledger {
            _ if row.sections.written < row.sections.planned => State::Begun,
            Some(ledger) if ledger.reviewed_by.is_some() || ledger.reviewed.is_some() => State::Reviewed,
            Some(ledger) if ledger.drafted_by.is_some() || ledger.drafted.is_some() => State::Drafted,
            _ => State::Written,
        };
        let then = ledger.and_then(|ledger| ledger.outline.as_ref());
        Row {
            file: Some(chapter.path.clone()),
            state,
            takeaways: count::has_takeaways(chapter, &self.edition.settings.contract),
            counted: count::count(chapter),
            tests: self.tests.get(&chapter.file).copied().unwrap_or_default(),
            problems: self.problems(|file| file == Some(chapter.file)),
            stale: then.zip(planned.fingerprint.as_ref()).map(|(then, now)| then != now),
            ledger: ledger.map(Record::of),
            ..row
        }
    }

    /// What is said of no chapter of the book.
    fn elsewhere(&self) -> Problems {
        let chapters: BTreeSet<FileId> = self.edition.document.chapters().map(|chapter| chapter.file).collect();
        self.problems(|file| file.is_none_or(|file| !chapters.contains(&file)))
    }

    fn problems(&self, is_meant: impl Fn(Option<FileId>) -> bool) -> Problems {
        let said = self.diagnostics.iter();
        said.filter(|message| is_meant(message.span.map(|span| span.file)))
            .fold(Problems::default(), Problems::with)
    }
}

impl Tests {
    fn add(&mut self, standing: Standing) {
        match standing {
            Standing::Passed => self.passed += 1,
            Standing::Failed => self.failed += 1,
            Standing::NotRun => self.not_run += 1,
            Standing::Skipped => self.skipped += 1,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            not_run: self.not_run + other.not_run,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl Problems {
    fn with(mut self, message: &Diagnostic) -> Self {
        match message.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
        self
    }

    fn plus(self, other: Self) -> Self {
        Self {
            errors: self.errors + other.errors,
            warnings: self.warnings + other.warnings,
            notes: self.notes + other.notes,
        }
    }
}

impl Record {
    fn of(ledger: &Ledger) -> Self {
        Self {
            drafted_by: ledger.drafted_by.clone(),
            drafted: ledger.drafted.clone(),
            reviewed_by: ledger.reviewed_by.clone(),
            reviewed: ledger.reviewed.clone(),
            reply: ledger.reply.clone(),
        }
    }
}

impl Totals {
    fn of(rows: &[Row], elsewhere: Problems) -> Self {
        let start = Self {
            chapters: rows.len(),
            problems: elsewhere,
            ..Self::default()
        };
        rows.iter().fold(start, |totals, row| Self {
            chapters_written: totals.chapters_written + usize::from(row.file.is_some()),
            sections: totals.sections + row.sections.planned,
            sections_written: totals.sections_written + row.sections.written,
            counted: totals.counted.plus(row.counted),
            tests: totals.tests.plus(row.tests),
            problems: totals.problems.plus(row.problems),
            stale: totals.stale + usize::from(row.stale == Some(true)),
            ..totals
        })
    }
}
