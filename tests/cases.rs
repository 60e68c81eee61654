//! Every folder below `tests/cases` is a case: `in.md`, and those of these files that matter to it:
//!
//! - `tree.json`: the document tree,
//! - `out.xhtml`: the body of the chapter's file in the EPUB,
//! - `out.typ`: the chapter as Typst source, print edition,
//! - `main.typ`: the frame around the chapters, print edition,
//! - `nav.xhtml`: the navigation document of the EPUB,
//! - `sample.json`: the document tree of the sample,
//! - `messages.txt`: what the author is told.
//!
//! A case may have a `book.toml` and further files, such as pictures; without one a plain book.toml is used. With
//! `UPDATE_CASES=1` the expected files are written anew; read the change before keeping it.

mod support;

use publish::backends::pdf;
use publish::document::show;
use publish::manuscript::settings::PdfEdition;
use std::path::{Path, PathBuf};
use support::Book;

#[test]
fn every_case_gives_what_its_folder_expects() {
    let mut cases = Vec::new();
    find(&support::root().join("tests/cases"), &mut cases);
    cases.sort();
    assert!(cases.len() > 20, "only {} cases were found", cases.len());
    let mut failures = Vec::new();
    for case in &cases {
        run(case, &mut failures);
    }
    assert!(
        failures.is_empty(),
        "{} of {} cases differ:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

#[test]
fn all_cases_together_make_an_epub_without_fault() {
    let mut cases = Vec::new();
    find(&support::root().join("tests/cases"), &mut cases);
    cases.sort();
    let chapters: Vec<_> = cases
        .iter()
        .map(|case| ("in.md".to_owned(), std::fs::read(case.join("in.md")).expect("in.md")))
        .collect();
    support::judge_together(&chapters, |at, place| {
        for entry in std::fs::read_dir(&cases[at]).expect("the case").flatten() {
            let name = entry.file_name().into_string().expect("a name");
            let picture = [".png", ".svg", ".bmp", ".jpg"].iter().any(|ending| name.ends_with(ending));
            if picture || entry.path().is_dir() {
                copy(&entry.path(), &place.join(name));
            }
        }
    });
}

/// Finds the folders with an `in.md`.
fn find(folder: &Path, cases: &mut Vec<PathBuf>) {
    if folder.join("in.md").exists() {
        cases.push(folder.to_owned());
        return;
    }
    for entry in std::fs::read_dir(folder).expect("the cases").flatten() {
        if entry.path().is_dir() {
            find(&entry.path(), cases);
        }
    }
}

fn run(case: &Path, failures: &mut Vec<String>) {
    let text = std::fs::read(case.join("in.md")).expect("in.md");
    let folder = support::one_chapter_bytes(&text);
    for entry in std::fs::read_dir(case).expect("the case").flatten() {
        let name = entry.file_name().into_string().expect("a name");
        if ![
            "in.md",
            "tree.json",
            "sample.json",
            "out.xhtml",
            "nav.xhtml",
            "out.typ",
            "main.typ",
            "messages.txt",
        ]
        .contains(&name.as_str())
        {
            copy(&entry.path(), &folder.path().join(name));
        }
    }
    let mut book = Book::read(folder.path());
    let tree = case.join("tree.json");
    if tree.exists() {
        let shown = show::json(&book.edition.document, &book.edition.sources);
        support::compare(&tree, &clean(&shown, folder.path()), failures);
    }
    let xhtml = case.join("out.xhtml");
    if xhtml.exists() {
        let epub = book.epub();
        let chapter = support::entries(&epub)
            .into_iter()
            .find(|(name, _)| name.ends_with("/01-chapter.xhtml"));
        let (_, text) = chapter.unwrap_or_else(|| panic!("{}: the EPUB has no 01-chapter.xhtml", case.display()));
        let body = text
            .split_once("<body")
            .and_then(|(_, rest)| rest.split_once('\n'))
            .map_or("", |(_, rest)| rest);
        support::compare(&xhtml, body.split("</body>").next().unwrap_or_default(), failures);
    }
    let typ = case.join("out.typ");
    if typ.exists() {
        let files = pdf::typst_source(&book.edition, PdfEdition::Print);
        let chapter = files.into_iter().find(|(name, _)| name.starts_with("/chapter"));
        let (_, text) = chapter.unwrap_or_else(|| panic!("{}: there is no chapter in the Typst source", case.display()));
        support::compare(&typ, &text, failures);
    }
    frame(case, &mut book, failures);
    let sample = case.join("sample.json");
    if sample.exists() {
        let edition = publish::sample::of(&book.edition).unwrap_or_else(|| panic!("{}: there is no sample", case.display()));
        let shown = show::json(&edition.document, &edition.sources);
        support::compare(&sample, &clean(&shown, folder.path()), failures);
    }
    let messages = case.join("messages.txt");
    let said = book.messages(folder.path());
    if messages.exists() {
        support::compare(&messages, &said, failures);
    } else if !said.is_empty() {
        failures.push(format!("{} says what no messages.txt expects:\n{said}", case.display()));
    }
}

/// What stands around the chapters.
fn frame(case: &Path, book: &mut Book, failures: &mut Vec<String>) {
    let main = case.join("main.typ");
    if main.exists() {
        let files = pdf::typst_source(&book.edition, PdfEdition::Print);
        let text = files.into_iter().find(|(name, _)| name == "/main.typ").map(|(_, text)| text);
        support::compare(&main, &text.unwrap_or_default(), failures);
    }
    let nav = case.join("nav.xhtml");
    if nav.exists() {
        let entries = support::entries(&book.epub());
        let text = entries
            .into_iter()
            .find(|(name, _)| name.ends_with("/nav.xhtml"))
            .map(|(_, text)| text);
        support::compare(&nav, &text.unwrap_or_default(), failures);
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        std::fs::create_dir_all(to).expect("a folder");
        for entry in std::fs::read_dir(from).expect("a folder").flatten() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        std::fs::copy(from, to).expect("a copy");
    }
}

/// A temporary folder's name differs from run to run.
fn clean(text: &str, folder: &Path) -> String {
    text.replace(&format!("{}/", folder.to_string_lossy()), "")
}
