//! Reports as JUnit XML, which continuous integration shows: a test suite for each file of the manuscript.

use super::{Case, Outcome, Plan, Report};
use crate::source::Sources;
use crate::xml::Escaped;
use std::fmt::Write as _;

/// The reports of a plan's listings as a JUnit file.
pub fn write(plan: &Plan, reports: &[Report], sources: &Sources) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".to_owned();
    let pairs: Vec<(&Case, &Report)> = plan.cases.iter().zip(reports).collect();
    for suite in pairs.chunk_by(|a, b| a.0.span.file == b.0.span.file) {
        write_suite(suite, sources, &mut text);
    }
    text.push_str("</testsuites>\n");
    text
}

// Nothing written to a string fails.
fn write_suite(suite: &[(&Case, &Report)], sources: &Sources, text: &mut String) {
    let count = |wanted: fn(&Outcome) -> bool| suite.iter().filter(|(_, report)| wanted(&report.outcome)).count();
    let time: f64 = suite.iter().map(|(_, report)| report.time.as_secs_f64()).sum();
    let path = suite.first().map_or("", |(case, _)| sources.get(case.span.file).path());
    let _ = writeln!(
        text,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{time:.3}\">",
        Escaped(path),
        suite.len(),
        count(|outcome| matches!(outcome, Outcome::Failed(_))),
        count(|outcome| matches!(outcome, Outcome::Skipped(_) | Outcome::OtherVersion(_))),
    );
    for (case, report) in suite {
        let _ = write!(
            text,
            "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.3}\"",
            Escaped(&case.name(sources)),
            Escaped(path),
            Escaped(path),
            sources.position(case.span).line,
            report.time.as_secs_f64(),
        );
        let _ = match &report.outcome {
            Outcome::Passed { .. } | Outcome::Recorded(_) => writeln!(text, "/>"),
            Outcome::Skipped(why) => write_inside(text, "skipped", why, "", &[]),
            Outcome::OtherVersion(version) => {
                let message = format!("not for this version: {version}");
                write_inside(text, "skipped", &message, "", &[])
            }
            Outcome::Failed(failure) => {
                let found = &failure.diagnostic;
                write_inside(text, "failure", &found.message, found.code.name, &failure.detail)
            }
        };
    }
    text.push_str("  </testsuite>\n");
}

fn write_inside(text: &mut String, element: &str, message: &str, kind: &str, detail: &[String]) -> std::fmt::Result {
    write!(text, ">\n      <{element} message=\"{}\"", Escaped(message))?;
    if !kind.is_empty() {
        write!(text, " type=\"{}\"", Escaped(kind))?;
    }
    if detail.is_empty() {
        text.push_str("/>\n");
    } else {
        writeln!(text, ">{}</{element}>", crate::xml::text(&detail.join("\n")))?;
    }
    writeln!(text, "    </testcase>")
}
