//! `publish test`: run the listings, compare their output, record it where that is asked for.

use super::TestArgs;
use super::messages::Messages;
use indicatif::{ProgressBar, ProgressStyle};
use publish::diag::{Diagnostics, render};
use publish::manuscript::{self, Manuscript};
use publish::testing::{self, Case, Failure, Outcome, Plan, Report};
use publish::{Error, release};
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The exit code for a command line that is wrong or lacks something.
const WRONG: u8 = 2;

pub(super) fn run(args: &TestArgs) -> ExitCode {
    let messages = Messages::new(&args.common);
    let Some(manuscript) = read(&messages) else {
        return ExitCode::FAILURE;
    };
    let mut plan = Plan::make(&manuscript);
    if !args.only.is_empty()
        && let Err((unknown, near)) = plan.keep(&args.only)
    {
        let hint = near.map_or_else(String::new, |near| format!("\n  hint: did you mean `{near}`?"));
        messages.say(&format!(
            "error: no listing that is marked `run` has the id `{unknown}`{hint}\n"
        ));
        return ExitCode::from(WRONG);
    }
    if let Some(jobs) = args.jobs {
        plan.limits.jobs = usize::from(jobs);
    }
    if let Err(code) = agree(args, &plan, &messages) {
        return code;
    }

    let start = Instant::now();
    let bar = bar(&plan, &messages);
    let mut reports = testing::run(&plan, &|| bar.inc(1));
    bar.finish_and_clear();
    let time = start.elapsed();
    let mut error = None;
    if args.update {
        error = testing::record(&plan, &mut reports, &manuscript).err();
    }
    keep(args, &plan, &reports, &manuscript, &messages);
    let told = Told {
        args,
        manuscript: &manuscript,
        messages: &messages,
    };
    for (case, report) in plan.cases.iter().zip(&reports) {
        told.tell(case, report);
    }
    told.sum_up(&reports, time);
    told.tell_programs(&reports);
    if let Some(path) = &args.junit {
        let text = testing::junit::write(&plan, &reports, &manuscript.sources);
        error = error.or(write(path, &text).err());
    }
    if let Some(error) = &error {
        messages.fail(error);
    }
    let failed = reports.iter().any(|report| matches!(report.outcome, Outcome::Failed(_)));
    if failed || error.is_some() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Reads the manuscript; nothing is run of one with errors. Its warnings are for `check` to tell, unless they are errors.
fn read(messages: &Messages<'_>) -> Option<Manuscript> {
    let folder = messages.open()?;
    let mut diagnostics = Diagnostics::default();
    let manuscript = manuscript::read(folder, &mut diagnostics);
    if messages.weigh(&mut diagnostics, &manuscript.settings) {
        return Some(manuscript);
    }
    diagnostics.keep_errors();
    messages.show(&mut diagnostics, &manuscript.sources, None);
    None
}

/// Keeps what came of the listings for `publish status`. That this fails is no reason for the test to fail.
fn keep(args: &TestArgs, plan: &Plan, reports: &[Report], manuscript: &Manuscript, messages: &Messages<'_>) {
    let before = testing::results::read(&manuscript.folder).unwrap_or_default();
    let mut results = before.clone();
    // What was recorded stands in the files now, and not in what was read before.
    let read_again = args
        .update
        .then(|| manuscript::read(manuscript.folder.clone(), &mut Diagnostics::default()));
    let whole = Plan::make(read_again.as_ref().unwrap_or(manuscript));
    let mut run = Plan::make(read_again.as_ref().unwrap_or(manuscript));
    let same = args.only.is_empty() || run.keep(&args.only).is_ok();
    if same && run.cases.len() == plan.cases.len() {
        results.take(&run, reports);
    }
    results.forget_others(&whole);
    if results != before
        && let Err(error) = testing::results::write(&manuscript.folder, &results)
        && messages.human()
    {
        messages.say(&format!("note: the results are not kept for `publish status`: {error}\n"));
    }
}

/// Says what will be run and asks whether it may be; the error is the exit code when it may not.
fn agree(args: &TestArgs, plan: &Plan, messages: &Messages<'_>) -> Result<(), ExitCode> {
    let uses = plan.uses();
    if args.yes || uses.is_empty() {
        return Ok(());
    }
    let mut text = "This runs code of the manuscript, with your rights, on this machine:\n".to_owned();
    for used in &uses {
        let noun = if used.listings == 1 { "listing" } else { "listings" };
        // Nothing written to a string fails.
        let _ = writeln!(text, "  {} {noun}: {}", used.listings, used.command);
    }
    messages.say(&text);
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        messages.say("error: nobody is there to ask whether it may\n  hint: `--yes` says that it may\n");
        return Err(ExitCode::from(WRONG));
    }
    messages.say("Run them? [y/N] ");
    let mut answer = String::new();
    // An answer that cannot be read is no.
    let _ = std::io::stdin().read_line(&mut answer);
    if ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
        return Ok(());
    }
    messages.say("nothing was run\n");
    Err(ExitCode::FAILURE)
}

fn bar(plan: &Plan, messages: &Messages<'_>) -> ProgressBar {
    if !messages.interactive() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:24} {pos} of {len} listings");
    let bar = ProgressBar::new(plan.cases.len() as u64);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| Error::new(format!("writing {}: that is no name of a file", path.display())))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    release::write(folder.unwrap_or(Path::new(".")), &[(name.to_owned(), text.as_bytes())]).map(|_| ())
}

/// How the results are told.
struct Told<'a> {
    args: &'a TestArgs,
    manuscript: &'a Manuscript,
    messages: &'a Messages<'a>,
}

impl Told<'_> {
    fn tell(&self, case: &Case, report: &Report) {
        if self.messages.json() {
            self.messages.print(&format!("{}\n", self.object(case, report)));
            return;
        }
        if let Outcome::Failed(failure) = &report.outcome {
            if self.messages.human() {
                self.tell_failure(failure);
            }
            return;
        }
        if self.args.common.quiet {
            return;
        }
        let sources = &self.manuscript.sources;
        let line = |word: &str, rest: &str| {
            let (path, position) = (sources.get(case.span.file).path(), sources.position(case.span));
            let name = case.id.as_deref().map_or_else(String::new, |id| format!(" {id}"));
            self.messages
                .say(&format!("{path}:{}:{} {word}{name}{rest}\n", position.line, position.column));
        };
        match &report.outcome {
            Outcome::Skipped(why) => line("skipped", &format!(": {why}")),
            Outcome::OtherVersion(version) => line("not for this version", &format!(": {version}")),
            Outcome::Recorded(count) => line("recorded", &format!(": {}", lines(*count))),
            Outcome::Passed { unshown } if self.args.update && *unshown > 0 => {
                let rest = format!(": {} printed, and no output block to show them", lines(*unshown));
                line("not recorded", &rest);
            }
            Outcome::Passed { .. } if report.alone => {
                let rest = format!(
                    ": its time was up beside others; alone it took {} ms",
                    report.time.as_millis()
                );
                line("passed", &rest);
            }
            Outcome::Passed { .. } if self.args.common.verbose => {
                line("passed", &format!(": {} ms", report.time.as_millis()));
            }
            Outcome::Passed { .. } | Outcome::Failed(_) => {}
        }
    }

    fn tell_failure(&self, failure: &Failure) {
        let diagnostics: Diagnostics = [failure.diagnostic.clone()].into_iter().collect();
        let mut text = render::human(&diagnostics, &self.manuscript.sources, self.messages.colour());
        for line in &failure.detail {
            // Nothing written to a string fails.
            let _ = writeln!(text, "    {line}");
        }
        self.messages.say(&text);
    }

    /// All failures as one document or as annotations, for formats that are neither for people nor one object a line.
    fn tell_programs(&self, reports: &[Report]) {
        if self.messages.human() || self.messages.json() {
            return;
        }
        let failures = reports.iter().filter_map(|report| match &report.outcome {
            Outcome::Failed(failure) => Some(failure.diagnostic.clone()),
            _ => None,
        });
        let mut diagnostics = failures.collect();
        self.messages.show(&mut diagnostics, &self.manuscript.sources, None);
    }

    fn object(&self, case: &Case, report: &Report) -> serde_json::Value {
        let mut object = serde_json::json!({
            "listing": case.name(&self.manuscript.sources),
            "outcome": word(&report.outcome),
            "milliseconds": report.time.as_millis(),
            "place": render::place(case.span, &self.manuscript.sources),
        });
        match &report.outcome {
            Outcome::Skipped(why) => object["why"] = why.as_str().into(),
            Outcome::OtherVersion(version) => object["version"] = version.as_str().into(),
            Outcome::Recorded(count) => object["lines"] = (*count).into(),
            Outcome::Failed(failure) => {
                object["code"] = failure.diagnostic.code.name.into();
                object["severity"] = failure.diagnostic.severity.name().into();
                object["message"] = failure.diagnostic.message.as_str().into();
                object["hints"] = failure.diagnostic.hints.clone().into();
                object["detail"] = failure.detail.clone().into();
            }
            Outcome::Passed { .. } => {}
        }
        object
    }

    /// The numbers: how many listings there were, and what came of them.
    fn sum_up(&self, reports: &[Report], time: Duration) {
        let words = ["passed", "failed", "recorded", "skipped", "other-version"];
        let count = |name: &str| reports.iter().filter(|report| word(&report.outcome) == name).count();
        if self.messages.json() {
            let mut object = serde_json::json!({ "listings": reports.len(), "milliseconds": time.as_millis() });
            for name in words {
                object[name] = count(name).into();
            }
            self.messages.print(&format!("{object}\n"));
            return;
        }
        if self.args.common.quiet {
            return;
        }
        if reports.is_empty() {
            self.messages.say("no listing is marked `run`\n");
            return;
        }
        let parts: Vec<String> = words
            .into_iter()
            .filter(|name| ["passed", "failed"].contains(name) || count(name) > 0)
            .map(|name| format!("{} {}", count(name), name.replace("other-version", "not for this version")))
            .collect();
        let noun = if reports.len() == 1 { "listing" } else { "listings" };
        self.messages.say(&format!(
            "{} {noun}: {}, {:.1} s\n",
            reports.len(),
            parts.join(", "),
            time.as_secs_f64()
        ));
    }
}

/// The outcome's name in JSON.
fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed { .. } => "passed",
        Outcome::Recorded(_) => "recorded",
        Outcome::Skipped(_) => "skipped",
        Outcome::OtherVersion(_) => "other-version",
        Outcome::Failed(_) => "failed",
    }
}

fn lines(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}
