//! The rules of `publish check`: every folder in `tests/rules` is a code, with two books in it: `met`, of which `messages.txt`
//! says what is told, and `kept`, of which nothing with that code is told.
//!
//! A book is `in.md` alone, or a whole manuscript with a book.toml. With `UPDATE_CASES=1` the expected files are written
//! anew; read the change before keeping it.
//!
//! Every folder in `tests/outlines` is an outline alone, with what its author is told of it in `messages.txt` and, where that
//! matters, how it is read in `read.txt`.

mod support;

use publish::check;
use publish::diag::{Diagnostics, codes, render};
use publish::manuscript::outline::{self, Entry};
use publish::source::Sources;
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

#[test]
fn every_outline_is_read_and_told_what_it_deserves() {
    let mut failures = Vec::new();
    for entry in std::fs::read_dir(support::root().join("tests/outlines"))
        .expect("outlines")
        .flatten()
    {
        let folder = entry.path();
        let text = std::fs::read_to_string(folder.join("outline.md")).expect("an outline");
        let mut sources = Sources::default();
        let file = sources.add("outline.md", text);
        let mut diagnostics = Diagnostics::default();
        let outline = outline::read(&sources, file, &mut diagnostics);
        diagnostics.sort();
        let said = render::human(&diagnostics, &sources, false);
        support::compare(&folder.join("messages.txt"), &said, &mut failures);
        let mut read = String::new();
        for part in &outline.parts {
            let title = part.title.as_ref().map_or("", |(title, _)| title);
            read.push_str(&format!("part {} {title}\n", part.number.as_deref().unwrap_or("-")));
            part.chapters.iter().for_each(|chapter| show(chapter, 1, &mut read));
        }
        if folder.join("read.txt").exists() {
            support::compare(&folder.join("read.txt"), &read, &mut failures);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// An entry as it is read: number, title, Markdown of the title where that is another, note.
fn show(entry: &Entry, depth: usize, read: &mut String) {
    let number = entry.number.as_deref().unwrap_or("-");
    read.push_str(&format!("{}{number} {}", "  ".repeat(depth), entry.title));
    if entry.markdown != entry.title {
        read.push_str(&format!(" = {}", entry.markdown));
    }
    if let Some(note) = &entry.note {
        read.push_str(&format!(" | {note}"));
    }
    read.push('\n');
    entry.entries.iter().for_each(|below| show(below, depth + 1, read));
}
