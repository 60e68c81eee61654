//! Every folder below `tests/status` is a case of `publish status`: `book` is the manuscript, and what is printed of it
//! stands in those of these files that matter: `expected.txt`, `expected.json`, `disclosure.txt`, `disclosure.json`.
//! `messages.txt` is what is said beside it; without it nothing may be. Whatever is wrong with a book, the exit code is 0.
//!
//! With `UPDATE_CASES=1` the expected files are written anew; read the change before keeping it.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What each file expects of which arguments.
const FORMS: [(&str, &[&str]); 4] = [
    ("expected.txt", &[]),
    ("expected.json", &["--format", "json"]),
    ("disclosure.txt", &["--disclosure"]),
    ("disclosure.json", &["--disclosure", "--format", "json"]),
];

fn publish(folder: &Path, command: &str, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_publish"))
        .args([command, "--manuscript", "book"])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command")
}

#[test]
fn every_case_says_what_its_folder_expects() {
    let root = support::root().join("tests/status");
    let entries = std::fs::read_dir(&root).expect("the cases");
    let mut cases: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    cases.sort();
    assert!(cases.len() > 4, "only {} cases were found", cases.len());
    let mut failures = Vec::new();
    for case in &cases {
        for (name, args) in FORMS {
            let path = case.join(name);
            if !path.exists() {
                continue;
            }
            let output = publish(case, "status", args);
            let printed = String::from_utf8(output.stdout).expect("text");
            support::compare(&path, &printed, &mut failures);
            let said = String::from_utf8(output.stderr).expect("text");
            let expected = std::fs::read_to_string(case.join("messages.txt")).unwrap_or_default();
            if said != expected || output.status.code() != Some(0) {
                failures.push(format!("{} says {said} and ends with {}", path.display(), output.status));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[cfg(unix)]
#[test]
fn what_the_listings_did_is_told_until_they_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("book");
    std::fs::create_dir(&book).expect("a folder");
    let settings = "[book]\ntitle = \"T\"\nauthors = [\"A\"]\nlanguage = \"en\"\n";
    std::fs::write(book.join("book.toml"), settings).expect("book.toml");
    let text = "# One\n\n```sh {#lst-a run}\necho a\n```\n\n```output\na\n```\n\n```sh {#lst-b run}\necho b\n```\n\n\
                ```output\nwrong\n```\n\n```sh {run skip=\"why\"}\n```\n\n```sh\nexit\n```\n";
    let write = |text: &str| std::fs::write(book.join("one.md"), text).expect("a chapter");
    let tests = || {
        let output = publish(folder.path(), "status", &["--format", "json"]);
        let status: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let said = String::from_utf8(output.stderr).expect("text");
        let tests = &status["chapters"][0]["tests"];
        assert_eq!(tests, &status["totals"]["tests"]);
        let count = |name: &str| tests[name].as_u64().expect("a count");
        ([count("passed"), count("failed"), count("not-run"), count("skipped")], said)
    };
    write(text);
    assert_eq!(tests(), ([0, 0, 2, 1], String::new()));
    assert!(!book.join(".publish").exists());
    assert_eq!(publish(folder.path(), "test", &["--yes"]).status.code(), Some(1));
    assert_eq!(tests().0, [1, 1, 0, 1]);
    assert!(book.join(".publish/.gitignore").exists());
    // Recording makes the book right, and one listing run alone leaves what is known of the others.
    assert!(publish(folder.path(), "test", &["--yes", "--update"]).status.success());
    assert_eq!(tests().0, [2, 0, 0, 1]);
    write(&text.replace("wrong", "b").replace("echo a", "echo  a"));
    assert_eq!(tests().0, [1, 0, 1, 1]);
    assert!(publish(folder.path(), "test", &["--yes", "--only", "lst-a"]).status.success());
    assert_eq!(tests().0, [2, 0, 0, 1]);
    std::fs::write(book.join(".publish/test-results.json"), "{").expect("a file");
    let (counts, said) = tests();
    assert_eq!(counts, [0, 0, 2, 1]);
    assert!(
        said.starts_with("note: book/.publish/test-results.json cannot be read"),
        "{said}"
    );
}
