//! The rules of `publish check`: every folder in `tests/rules` is a code, with two books in it: `met`, of which `messages.txt`
//! says what is told, and `kept`, of which nothing with that code is told.
//!
//! A book is `in.md` alone, or a whole manuscript with a book.toml. With `UPDATE_CASES=1` the expected files are written
//! anew; read the change before keeping it.

mod support;

use publish::check;
use publish::diag::{codes, render};
use std::collections::BTreeSet;
use std::path::Path;
use support::Book;

#[test]
fn every_rule_is_met_and_kept() {
    let rules = support::root().join("tests/rules");
    let mut found = BTreeSet::new();
    let mut failures = Vec::new();
    for entry in std::fs::read_dir(&rules).expect("the rules").flatten() {
        let name = entry.file_name().into_string().expect("a name");
        let code = format!("[{name}]: ");
        let met = check(&entry.path().join("met"));
        if !met.contains(&code) {
            failures.push(format!("{name}/met does not meet the rule:\n{met}"));
        }
        support::compare(&entry.path().join("met/messages.txt"), &met, &mut failures);
        let kept = check(&entry.path().join("kept"));
        if kept.contains(&code) {
            failures.push(format!("{name}/kept meets the rule:\n{kept}"));
        }
        found.insert(name);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let missing: Vec<_> = codes::OF_CHECK.iter().filter(|code| !found.contains(code.name)).collect();
    assert!(missing.is_empty(), "there are no cases for {missing:?}");
}

/// What `publish check` says of a book, weighed as its book.toml asks.
fn check(case: &Path) -> String {
    let text = std::fs::read(case.join("in.md"));
    let single = text.map(|text| support::one_chapter_bytes(&text));
    let folder = single.as_ref().map_or(case, |folder| folder.path());
    let mut book = Book::read(folder);
    check::rules(&book.edition, &mut book.diagnostics);
    book.diagnostics.raise(&codes::DEAD_LINK);
    book.diagnostics.report_unused(true);
    book.diagnostics.weigh(&book.edition.settings.check);
    book.diagnostics.sort();
    let shown = format!("{}/", folder.to_string_lossy());
    render::human(&book.diagnostics, &book.edition.sources, false).replace(&shown, "")
}
