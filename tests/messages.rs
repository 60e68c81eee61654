//! What authors are told: each way of showing it, and that every code is met somewhere.
//!
//! `tests/messages/book` is a small book with several faults, in and out of its text; beside it stands what each format says
//! of it. With `UPDATE_CASES=1` these files are written anew; read the change before keeping it.

mod support;

use publish::diag::{Diagnostics, codes, render};
use publish::manuscript::settings::PdfEdition;
use std::collections::BTreeSet;
use std::path::Path;
use support::Book;

/// Codes that no folder can meet, and why.
const UNREACHABLE: &[(&str, &str)] = &[
    ("no-manuscript", "there is no folder; tests/cli.rs meets it"),
    ("no-figure", "`publish figure` alone reports it; tests/cli.rs meets it"),
    (
        "too-large",
        "the file would be larger than this repository; tests/hostile.rs meets it",
    ),
    ("line-in-margin", "cases make no PDF; tests/typography.rs meets it"),
    ("short-page", "cases make no PDF; tests/typography.rs meets it"),
    ("preflight", "cases make no PDF; tests/press.rs meets it"),
    ("typst", "cases make no PDF; src/backends/pdf/tests.rs meets it"),
];

fn folder() -> std::path::PathBuf {
    support::root().join("tests/messages")
}

/// The book of this test with its messages, in the order in which they are shown.
fn book() -> Book {
    let mut book = Book::read(&folder().join("book"));
    // What has no glyph costs the claim to be accessible, which only the backend can say.
    book.pdf(PdfEdition::Screen);
    book.diagnostics.report_unused(false);
    book.diagnostics.weigh(&book.edition.settings.check);
    book.diagnostics.sort();
    book
}

#[test]
fn every_format_says_what_its_file_expects() {
    let book = book();
    let (said, sources) = (&book.diagnostics, &book.edition.sources);
    let base = folder();
    let plain = |text: String| text.replace(&format!("{}/", base.to_string_lossy()), "");
    let mut failures = Vec::new();
    for (name, found) in [
        ("human.txt", plain(render::human(said, sources, false))),
        ("coloured.txt", plain(render::human(said, sources, true))),
        ("json.jsonl", plain(render::json(said, sources))),
        ("sarif.json", render::sarif(said, sources, &base, None)),
        ("github.txt", render::github(said, sources, &base)),
    ] {
        support::compare(&base.join(name), &found, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_run_without_messages_is_a_document_too() {
    let book = book();
    let text = render::sarif(&Diagnostics::default(), &book.edition.sources, Path::new("/"), None);
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["runs"][0]["results"], serde_json::json!([]));
    assert!(render::github(&Diagnostics::default(), &book.edition.sources, Path::new("/")).is_empty());
}

#[test]
fn every_code_is_met() {
    let mut met = BTreeSet::new();
    find_codes(&support::root().join("tests/cases"), &mut met);
    find_codes(&folder(), &mut met);
    find_codes(&support::root().join("tests/listings"), &mut met);
    find_codes(&support::root().join("tests/rules"), &mut met);
    find_codes(&support::root().join("tests/outlines"), &mut met);
    find_codes(&support::root().join("tests/replies"), &mut met);
    find_codes(&support::root().join("tests/prompts"), &mut met);
    let reasons: BTreeSet<&str> = UNREACHABLE.iter().map(|(name, _)| *name).collect();
    let known: BTreeSet<&str> = codes::ALL.iter().map(|code| code.name).collect();
    let missing: Vec<&&str> = known
        .iter()
        .filter(|name| !met.contains(**name) && !reasons.contains(*name))
        .collect();
    assert!(missing.is_empty(), "no case meets {missing:?}");
    let idle: Vec<&&str> = reasons
        .iter()
        .filter(|name| met.contains(**name) || !known.contains(*name))
        .collect();
    assert!(idle.is_empty(), "{idle:?} need no reason for not being met");
}

/// Collects what stands in brackets behind the weight of a message: `dead-link` of `warning[dead-link]: ...`.
fn find_codes(folder: &Path, met: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of cases").flatten() {
        let path = entry.path();
        if path.is_dir() {
            find_codes(&path, met);
        } else if ["messages.txt", "human.txt", "expected.txt"]
            .iter()
            .any(|name| path.ends_with(name))
        {
            let text = std::fs::read_to_string(&path).expect("messages");
            for weight in ["error[", "warning[", "note["] {
                met.extend(
                    text.split(weight)
                        .skip(1)
                        .filter_map(|rest| Some(rest.split_once("]: ")?.0.to_owned())),
                );
            }
        }
    }
}
