//! What came of listings when they were last run, so that the status of a book can say it without running anything.
//!
//! Kept in the folder `.publish` beside book.toml, which tells Git to leave it alone. A listing is known by its program with
//! its setups, what is expected of it, and the command that runs it: when one of these changes, the listing counts as not
//! run. Nothing depends on this file; one that is damaged is as good as none.

use super::plan::{Case, Plan, Program, Ready};
use super::{Outcome, Report};
use crate::diag::codes;
use crate::error::Error;
use crate::manuscript::Folder;
use crate::release;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The folder, in that of the manuscript.
const FOLDER: &str = ".publish";
/// The file's name.
const FILE: &str = "test-results.json";
/// The form of the file; another one is of another version of this program.
const FORM: u32 = 1;

/// What is known of listings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    form: u32,
    listings: BTreeMap<String, Kept>,
}

impl Default for Results {
    fn default() -> Self {
        Self {
            form: FORM,
            listings: BTreeMap::new(),
        }
    }
}

/// What is known of one listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    passed: bool,
    /// The language and the version of its runner, where that says it: `python 3.12.1`.
    runner: Option<String>,
}

/// How a listing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It passed, and nothing about it has changed since.
    Passed,
    /// It failed, or cannot be run for a reason that stands in the manuscript.
    Failed,
    /// It has not been run as it is now.
    NotRun,
    /// It is not meant to be run.
    Skipped,
}

impl Results {
    /// How a listing stands.
    pub fn standing(&self, case: &Case, plan: &Plan) -> Standing {
        match &case.ready {
            Ready::Skip(_) => Standing::Skipped,
            Ready::Fault(diagnostic) if diagnostic.code == &codes::NO_RUNNER => Standing::NotRun,
            Ready::Fault(_) => Standing::Failed,
            Ready::Program(program) => match self.listings.get(&name(program, plan)) {
                Some(kept) if kept.passed => Standing::Passed,
                Some(_) => Standing::Failed,
                None => Standing::NotRun,
            },
        }
    }

    /// Takes in what came of the listings of a plan. What was recorded counts as passed if `plan` was made afterwards.
    pub fn take(&mut self, plan: &Plan, reports: &[Report]) {
        for (case, report) in plan.cases.iter().zip(reports) {
            let Some(program) = case.program() else { continue };
            let passed = match report.outcome {
                Outcome::Passed { .. } | Outcome::Recorded(_) => true,
                Outcome::Failed(_) => false,
                Outcome::Skipped(_) | Outcome::OtherVersion(_) => {
                    self.listings.remove(&name(program, plan));
                    continue;
                }
            };
            let runner = report.runner.clone();
            self.listings.insert(name(program, plan), Kept { passed, runner });
        }
    }

    /// Forgets all but the listings of a plan, which has to be that of the whole manuscript.
    pub fn forget_others(&mut self, plan: &Plan) {
        let programs = plan.cases.iter().filter_map(Case::program);
        let names: BTreeSet<String> = programs.map(|program| name(program, plan)).collect();
        self.listings.retain(|known, _| names.contains(known));
    }
}

/// The results kept for a manuscript; the error is the path of a file that cannot be read.
pub fn read(folder: &Folder) -> Result<Results, String> {
    let path = format!("{FOLDER}/{FILE}");
    if !folder.has(&path) {
        return Ok(Results::default());
    }
    let results = folder.read_bytes(&path).ok();
    let results = results.and_then(|bytes| serde_json::from_slice::<Results>(&bytes).ok());
    results.filter(|results| results.form == FORM).ok_or(path)
}

/// Keeps results for a manuscript, whole or not at all.
pub fn write(folder: &Folder, results: &Results) -> Result<(), Error> {
    let place = folder.root().join(FOLDER);
    if std::fs::symlink_metadata(&place).is_ok_and(|found| !found.is_dir()) {
        return Err(Error::new(format!("writing {}: that is no folder", place.display())));
    }
    let text = serde_json::to_string_pretty(results).map_err(|error| Error::caused(format!("writing {FILE}"), error))?;
    let files: [(String, &[u8]); 2] = [(".gitignore".to_owned(), b"*\n"), (FILE.to_owned(), text.as_bytes())];
    release::write(&place, &files).map(|_| ())
}

/// The name of a program and all that decides on whether it passes: it changes when one of these does.
fn name(program: &Program, plan: &Plan) -> String {
    let mut hash = Sha256::new();
    // The length before each piece keeps neighbours apart.
    let mut add = |piece: &str| {
        hash.update((piece.len() as u64).to_le_bytes());
        hash.update(piece.as_bytes());
    };
    add(&program.tool);
    if let Some(tool) = plan.tools.get(&program.tool) {
        add(&tool.file);
        tool.line.iter().for_each(|part| add(part));
    }
    add(&program.text);
    match &program.expected {
        Some(expected) => add(&expected.lines.join("\n")),
        None => add("\0"),
    }
    add(program.raises.as_deref().unwrap_or("\0"));
    program.versions.iter().for_each(|condition| add(&condition.to_string()));
    let digest = hash.finalize();
    digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::manuscript::{self, Manuscript};
    use std::path::Path;
    use std::time::Duration;

    const BOOK: &str = "[book]\ntitle = \"T\"\nauthors = [\"A\"]\nlanguage = \"en\"\n[runners]\nx = [\"sh\"]\n";
    const TEXT: &str = "# A\n\n```x {run}\none\n```\n\n```output\n1\n```\n\n```x {run}\ntwo\n```\n\n```x {run skip=\"s\"}\n```\n";

    fn manuscript(folder: &Path, text: &str) -> Manuscript {
        std::fs::write(folder.join("book.toml"), BOOK).expect("book.toml");
        std::fs::write(folder.join("a.md"), text).expect("a chapter");
        let folder = Folder::open(folder).expect("book.toml");
        manuscript::read(folder, &mut Diagnostics::default())
    }

    fn standings(results: &Results, manuscript: &Manuscript) -> Vec<Standing> {
        let plan = Plan::make(manuscript);
        plan.cases.iter().map(|case| results.standing(case, &plan)).collect()
    }

    fn report(outcome: Outcome) -> Report {
        Report {
            outcome,
            time: Duration::ZERO,
            runner: None,
            alone: false,
        }
    }

    #[test]
    fn a_result_holds_as_long_as_program_and_output_are_the_same() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let book = manuscript(folder.path(), TEXT);
        assert_eq!(
            standings(&Results::default(), &book),
            [Standing::NotRun, Standing::NotRun, Standing::Skipped]
        );
        let (mut results, plan) = (Results::default(), Plan::make(&book));
        let reports = [
            report(Outcome::Passed { unshown: 0 }),
            report(Outcome::Recorded(1)),
            report(Outcome::Skipped("s".to_owned())),
        ];
        results.take(&plan, &reports);
        write(&book.folder, &results).expect("a folder that can be written");
        let results = read(&book.folder).expect("what was written");
        assert_eq!(
            standings(&results, &book),
            [Standing::Passed, Standing::Passed, Standing::Skipped]
        );
        let moved = manuscript(
            folder.path(),
            &format!("{TEXT}\nMore text.\n").replace("# A\n", "# A\n\nText before.\n"),
        );
        assert_eq!(standings(&results, &moved)[..2], [Standing::Passed, Standing::Passed]);
        let changed = manuscript(folder.path(), &TEXT.replace("\n1\n", "\n2\n").replace("two", "three"));
        assert_eq!(standings(&results, &changed)[..2], [Standing::NotRun, Standing::NotRun]);
        let mut fewer = results.clone();
        fewer.forget_others(&Plan::make(&changed));
        assert!(fewer.listings.is_empty());
        let ignored = std::fs::read_to_string(folder.path().join(".publish/.gitignore")).expect("a file");
        assert_eq!(ignored, "*\n");
    }

    #[test]
    fn a_damaged_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let book = manuscript(folder.path(), TEXT);
        assert_eq!(read(&book.folder), Ok(Results::default()));
        write(&book.folder, &Results::default()).expect("a folder that can be written");
        for damaged in ["", "{}", "{\"form\":2,\"listings\":{}}", "\u{0}"] {
            std::fs::write(folder.path().join(".publish/test-results.json"), damaged).expect("a file");
            assert_eq!(read(&book.folder), Err(".publish/test-results.json".to_owned()), "{damaged}");
        }
    }
}
