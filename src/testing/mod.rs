//! Running listings and comparing what they print with the book: `publish test`.
//!
//! Gets a [`Manuscript`](crate::manuscript::Manuscript) as written, gives a [`Report`] for every listing that is marked
//! `run`. Nothing else in this crate runs a listing: to read, check and build a book never does.
//!
//! 1. [`Plan::make`] finds the listings, puts their setups before them and looks up their runners ([`plan`]).
//! 2. [`run`] asks runners for their [`versions`], and then runs several listings at once, each in a folder of its own,
//!    within limits ([`runner`], [`processes`]).
//! 3. What was printed, without what its setups print ([`setups`]), is held against the `output` block ([`compare`]).
//! 4. [`record`] writes what was printed into the source, where it was asked for.
//! 5. [`junit`] is the whole as JUnit XML, and [`results`] keeps it for the status of the book.
//!
//! What counts as passed: a listing ends with exit code 0, or, with `raises="TypeError"`, with another one and that error
//! named in the last lines of its standard error. If an `output` block follows it directly, its standard output is what
//! the block shows. A listing without an `output` block is run for its exit code alone, whatever it prints: most listings of
//! a book define something, and what they print is often told in the text.

mod compare;
pub mod junit;
mod plan;
mod processes;
mod record;
pub mod results;
mod runner;
mod setups;
mod versions;

pub use plan::{Case, Plan, Use};
pub use record::record;

use crate::diag::{Code, Diagnostic, codes};
use crate::manuscript::runners::Limits;
use plan::{Program, Question, Ready, Tool};
use runner::{Done, End, Job};
use setups::Setups;
use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use versions::Version;

/// What came of a listing.
#[derive(Debug)]
pub struct Report {
    /// What came of it.
    pub outcome: Outcome,
    /// How long it ran.
    pub time: Duration,
    /// The language and the version of its runner, where that says it: `python 3.12.1`.
    pub runner: Option<String>,
    /// Whether its time was up when others ran beside it, so that this is what came of running it alone.
    pub alone: bool,
}

/// What came of a listing.
#[derive(Debug)]
pub enum Outcome {
    /// All was as expected.
    Passed {
        /// How many lines it printed that no `output` block shows.
        unshown: usize,
    },
    /// What it printed was written into the book: so many lines.
    Recorded(usize),
    /// `skip="why"`
    Skipped(String),
    /// `versions` is not for the version of its runner, which is this.
    OtherVersion(String),
    /// Something was not as expected.
    Failed(Box<Failure>),
}

/// Why a listing failed.
#[derive(Debug)]
pub struct Failure {
    /// What is said of it.
    pub diagnostic: Diagnostic,
    /// Lines that show it: the difference between what was printed and what is shown, or the end of standard error.
    pub detail: Vec<String>,
    /// What was printed, where that is all that is wrong.
    printed: Option<Vec<String>>,
    /// Whether its time was up.
    late: bool,
}

/// How many lines of standard error are shown, and are looked at for the error that `raises` names.
const LAST_LINES: usize = 20;

/// How many listings may be run again.
const MOST_AGAIN: usize = 4;

/// Runs all listings of a plan, and says of each, in order, what came of it. After each, `tell` is called.
///
/// Time is that of the clock on the wall, which says little where a machine is busy. So a listing whose time was up is run
/// once more, alone, when all others have ended; unless there are so many that chance cannot be why.
pub fn run(plan: &Plan, tell: &(dyn Fn() + Sync)) -> Vec<Report> {
    let run = Run {
        plan,
        versions: ask_versions(plan),
        setups: Setups::default(),
    };
    let mut reports = run.all(tell);
    if reports.len() > 1 {
        run.again(&mut reports);
    }
    reports
}

/// A run of the listings of a plan.
struct Run<'a> {
    plan: &'a Plan,
    versions: BTreeMap<&'a str, Version>,
    setups: Setups<'a>,
}

impl<'a> Run<'a> {
    /// Runs all listings, several at once.
    fn all(&self, tell: &(dyn Fn() + Sync)) -> Vec<Report> {
        let cases = &self.plan.cases;
        let next = AtomicUsize::new(0);
        let reports: Mutex<BTreeMap<usize, Report>> = Mutex::default();
        let jobs = match self.plan.limits.jobs {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            jobs => jobs,
        };
        std::thread::scope(|scope| {
            for _ in 0..jobs.min(cases.len()) {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(case) = cases.get(at) else { return };
                        let report = self.one(case);
                        reports.lock().unwrap_or_else(PoisonError::into_inner).insert(at, report);
                        tell();
                    }
                });
            }
        });
        let reports = reports.into_inner().unwrap_or_else(PoisonError::into_inner);
        reports.into_values().collect()
    }

    /// Runs those again, one after the other, whose time was up.
    fn again(&self, reports: &mut [Report]) {
        let is_late = |report: &Report| matches!(&report.outcome, Outcome::Failed(failure) if failure.late);
        if reports.iter().filter(|report| is_late(report)).count() > MOST_AGAIN {
            return;
        }
        for (case, report) in self.plan.cases.iter().zip(reports) {
            if is_late(report) {
                *report = self.one(case);
                report.alone = true;
            }
        }
    }

    fn one(&self, case: &'a Case) -> Report {
        let mut time = Duration::ZERO;
        let version = |program: &Program| self.versions.get(program.tool.as_str());
        let outcome = match &case.ready {
            Ready::Skip(why) => Outcome::Skipped(why.clone()),
            Ready::Fault(diagnostic) => failed(diagnostic.clone(), Vec::new()),
            Ready::Program(program) => match (self.plan.tools.get(&program.tool), version(program)) {
                (_, None) if !program.versions.is_empty() => unknown_version(case, program),
                (_, Some(version)) if !versions::all_hold(&program.versions, version) => {
                    Outcome::OtherVersion(format!("{} {version}", program.tool))
                }
                (Some(tool), _) => {
                    let (line, file, text) = (&tool.line, &tool.file, &program.text);
                    let limits = &self.plan.limits;
                    let done = runner::run(Job { line, file, text }, limits);
                    time = done.time;
                    let before = || self.setups.printed(program, tool, limits);
                    judge(
                        &Trial {
                            case,
                            program,
                            tool,
                            limits,
                        },
                        &done,
                        before,
                    )
                }
                // Every program of a plan has a tool.
                (None, _) => Outcome::Passed { unshown: 0 },
            },
        };
        let runner = case
            .program()
            .and_then(|program| Some(format!("{} {}", program.tool, version(program)?)));
        Report {
            outcome,
            time,
            runner,
            alone: false,
        }
    }
}

/// The versions of the runners that are used; absent where it could not be found out.
fn ask_versions(plan: &Plan) -> BTreeMap<&str, Version> {
    let programs = || plan.cases.iter().filter_map(Case::program);
    let is_used = |name: &str| programs().any(|program| program.tool == name);
    let tools = plan.tools.iter().filter(|(name, _)| is_used(name));
    tools
        .filter_map(|(name, tool)| Some((name.as_str(), ask_version(tool, &plan.limits)?)))
        .collect()
}

fn ask_version(tool: &Tool, limits: &Limits) -> Option<Version> {
    let (line, text) = match &tool.question {
        Question::Program(text) => (&tool.line, *text),
        Question::Command(line) => (line, ""),
        Question::Unknown => return None,
    };
    let file = &tool.file;
    let done = runner::run(Job { line, file, text }, limits);
    // Some programs say on standard error who they are.
    Version::find(&String::from_utf8_lossy(&done.output)).or_else(|| Version::find(&done.errors))
}

fn failed(diagnostic: Diagnostic, detail: Vec<String>) -> Outcome {
    Outcome::Failed(Box::new(Failure {
        diagnostic,
        detail,
        printed: None,
        late: false,
    }))
}

fn unknown_version(case: &Case, program: &Program) -> Outcome {
    let message = format!("the runner of `{}` does not say which version it is", program.tool);
    let mut diagnostic = Diagnostic::new(&codes::BAD_VERSIONS, case.span, message);
    diagnostic.hint(format!(
        "say how to ask for it: `{} = {{ command = [\"program\"], version = [\"program\", \"--version\"] }}`",
        program.tool
    ));
    failed(diagnostic, Vec::new())
}

/// A program that was run, and all that says what is expected of it.
struct Trial<'a> {
    case: &'a Case,
    program: &'a Program,
    tool: &'a Tool,
    limits: &'a Limits,
}

impl Trial<'_> {
    fn fault(&self, code: &'static Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.case.span, message.into())
    }
}

/// Holds what a program did against what is expected of it. `before` gives what its setups print.
fn judge(trial: &Trial<'_>, done: &Done, before: impl Fn() -> Vec<u8>) -> Outcome {
    let status = match &done.end {
        End::Exit(status) => status,
        End::Start(error) => {
            let message = format!("the runner could not be started: {error}");
            return failed(trial.fault(&codes::NO_RUNNER, message), Vec::new());
        }
        other => return judge_limit(trial, other, &done.errors),
    };
    if let Some(diagnostic) = judge_end(trial, status, &done.errors) {
        return failed(diagnostic, last_lines(&done.errors));
    }
    let Some(expected) = &trial.program.expected else {
        let printed = compare::lines(&String::from_utf8_lossy(&done.output));
        return Outcome::Passed { unshown: printed.len() };
    };
    let Some(output) = done.output.strip_prefix(before().as_slice()) else {
        let message = "what the setups of this listing print differs from run to run, so it cannot be told from what it prints";
        let mut diagnostic = trial.fault(&codes::LISTING_OUTPUT, message);
        diagnostic.hint("let the setup define only, and print in the listings that name it");
        return failed(diagnostic, Vec::new());
    };
    let printed = compare::lines(&String::from_utf8_lossy(output));
    if compare::matches(&expected.lines, &printed) {
        return Outcome::Passed { unshown: 0 };
    }
    let message = "what this listing prints is not what the book shows below it";
    let mut diagnostic = trial.fault(&codes::LISTING_OUTPUT, message);
    let is_text = std::str::from_utf8(output).is_ok();
    if !is_text {
        diagnostic.hint("it prints bytes that are not UTF-8, which no book can show");
    }
    Outcome::Failed(Box::new(Failure {
        diagnostic,
        detail: compare::difference(&expected.lines, &printed),
        printed: is_text.then(|| compare::recorded(&expected.lines, &printed)),
        late: false,
    }))
}

/// What comes of a program that had to be killed.
fn judge_limit(trial: &Trial<'_>, end: &End, errors: &str) -> Outcome {
    let (message, hint) = limit(end, trial.limits);
    let mut diagnostic = trial.fault(&codes::LISTING_LIMIT, message);
    diagnostic.hint(hint);
    // What thousands of lines or processes say helps nobody.
    let is_crowd = matches!(end, End::Flood | End::Processes);
    Outcome::Failed(Box::new(Failure {
        diagnostic,
        detail: if is_crowd { Vec::new() } else { last_lines(errors) },
        printed: None,
        late: matches!(end, End::Time),
    }))
}

/// What is said of a program that had to be killed, or that killed what watches it.
fn limit(end: &End, limits: &Limits) -> (String, &'static str) {
    match end {
        End::Time => (
            format!("this listing was still running after {:?} and was stopped", limits.time),
            "`time-limit` under `[test]` of book.toml gives all listings more time",
        ),
        End::Flood => (
            format!(
                "this listing prints more than {} MB and was stopped",
                runner::MOST_PRINTED >> 20
            ),
            "let it print less; no reader would see it all",
        ),
        End::Processes => (
            format!(
                "this listing had started more than {} processes and was stopped",
                processes::MOST
            ),
            "see whether something in it starts itself again and again",
        ),
        End::Watcher(signal) => (
            format!("this listing killed the process that started it (signal {signal}), so how it ended is unknown"),
            "let it signal its own children only",
        ),
        End::Exit(_) | End::Start(_) => (String::new(), ""),
    }
}

/// Whether a program ended as it is meant to; if not, what is said of it.
fn judge_end(trial: &Trial<'_>, status: &ExitStatus, errors: &str) -> Option<Diagnostic> {
    let fault = |message: String| Some(trial.fault(&codes::LISTING_FAILED, message));
    let python = trial.tool.python;
    match (&trial.program.raises, status.success()) {
        (None, true) => None,
        (None, false) => {
            let mut diagnostic = fault(format!("this listing ends with {}", ending(status)));
            let error = raised(errors).filter(|_| python);
            if let (Some(diagnostic), Some(error)) = (&mut diagnostic, error) {
                diagnostic.hint(format!("if the error is meant, write `raises=\"{error}\"` behind `run`"));
            }
            diagnostic
        }
        (Some(error), true) => fault(format!("this listing is to raise `{error}`, and ends without an error")),
        (Some(error), false) if names(errors, error, python) => None,
        (Some(error), false) => fault(format!(
            "this listing is to raise `{error}`, and ends with {} without naming it",
            ending(status)
        )),
    }
}

/// How a program ended, in words. A shell gives a signal's number and 128.
fn ending(status: &ExitStatus) -> String {
    match status.code() {
        Some(code @ 129..=192) => format!("exit code {code}, which means signal {}", code - 128),
        Some(code) => format!("exit code {code}"),
        None => status.to_string(),
    }
}

fn last_lines(errors: &str) -> Vec<String> {
    let lines = compare::lines(errors);
    let skipped = lines.len().saturating_sub(LAST_LINES);
    lines.iter().skip(skipped).map(|line| compare::cut(line)).collect()
}

/// Whether the end of standard error names an error. In Python's way it begins a line, perhaps behind the name of its
/// module, after the last traceback; elsewhere it is a word somewhere in the last lines.
fn names(errors: &str, error: &str, python: bool) -> bool {
    let lines = last_lines(errors);
    let first = lines
        .iter()
        .rposition(|line| line.contains("Traceback (most recent call last)"));
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    lines.iter().skip(first.unwrap_or(0)).any(|line| {
        // Groups of exceptions are drawn with a line at their left.
        let line = if python {
            line.trim_start_matches([' ', '|', '+', '-'])
        } else {
            line
        };
        line.match_indices(error).any(|(at, _)| {
            let (before, rest) = line.split_at_checked(at).unwrap_or_default();
            let after = rest.get(error.len()..).unwrap_or_default();
            let starts = if python {
                before.is_empty() || before.ends_with('.') && before.chars().all(|letter| is_name(letter) || letter == '.')
            } else {
                !before.ends_with(is_name)
            };
            starts && !after.starts_with(is_name)
        })
    })
}

/// The error that a Python program ended with.
fn raised(errors: &str) -> Option<&str> {
    let line = errors
        .lines()
        .rev()
        .find(|line| line.starts_with(|letter: char| letter.is_alphabetic()))?;
    let name = line.split(':').next()?.rsplit('.').next()?;
    let is_name = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    (is_name && name.starts_with(char::is_uppercase)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_the_one_that_ended_the_program() {
        let errors = "Traceback (most recent call last):\n  File \"a.py\", line 1\n    raise KeyError\nKeyError: 'a'\n\n\
                      During handling of the above exception, another exception occurred:\n\n\
                      Traceback (most recent call last):\n  File \"a.py\", line 2\n    raise b.TypeError2('ValueError')\n\
                      b.c.MyError: not a ValueError\nof two lines\n";
        assert!(names(errors, "MyError", true));
        assert!(names(errors, "c.MyError", true));
        assert!(names(errors, "MyError: not a", true));
        assert!(!names(errors, "KeyError", true));
        assert!(!names(errors, "ValueError", true));
        assert!(!names(errors, "Error", true));
        assert!(names("a.c:3: Assertion `x' failed.", "Assertion", false));
        assert!(!names("a.c:3: Assertions", "Assertion", false));
        assert!(names("  | ExceptionGroup: two (2 sub-exceptions)", "ExceptionGroup", true));
        assert_eq!(
            raised("Traceback:\n  x\njson.decoder.JSONDecodeError: y\n"),
            Some("JSONDecodeError")
        );
        assert_eq!(raised("listing.sh: line 1: x: command not found\n"), None);
    }
}
