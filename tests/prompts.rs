//! Every folder below `tests/prompts` is a case of `publish prompt`: `book` is the manuscript, and `args.txt` has the
//! arguments, one a line. There are, where they matter:
//!
//! - `expected.md`: what is printed; without it nothing may be,
//! - `messages.txt`: the exit code and what is said; without it the code is 0 and nothing is said.
//!
//! With `UPDATE_CASES=1` the expected files are written anew; read the change before keeping it.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn prompt(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_publish"))
        .arg("prompt")
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command")
}

#[test]
fn every_case_says_what_its_folder_expects() {
    let root = support::root().join("tests/prompts");
    let entries = std::fs::read_dir(&root).expect("the cases");
    let mut cases: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    cases.sort();
    assert!(cases.len() > 12, "only {} cases were found", cases.len());
    let mut failures = Vec::new();
    for case in &cases {
        run(case, &mut failures);
    }
    assert!(
        failures.is_empty(),
        "{} cases differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn run(case: &Path, failures: &mut Vec<String>) {
    let args = std::fs::read_to_string(case.join("args.txt")).expect("args.txt");
    let args: Vec<&str> = args.lines().chain(["--manuscript", "book"]).collect();
    let output = prompt(case, &args);
    let printed = String::from_utf8(output.stdout).expect("text");
    let said = String::from_utf8(output.stderr).expect("text");
    let code = output.status.code().expect("a code");
    let said = if code == 0 && said.is_empty() {
        String::new()
    } else {
        format!("exit code {code}\n{said}")
    };
    for (name, found) in [("expected.md", printed), ("messages.txt", said)] {
        let path = case.join(name);
        let update = std::env::var_os("UPDATE_CASES").is_some();
        if path.exists() || update && !found.is_empty() {
            support::compare(&path, &found, failures);
        } else if !found.is_empty() {
            failures.push(format!("{} has no {name} for:\n{found}", case.display()));
        }
    }
}

#[test]
fn the_built_in_templates_give_the_same_as_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("book");
    std::fs::create_dir_all(book.join("prompts")).expect("a folder");
    std::fs::write(
        book.join("book.toml"),
        "[book]\ntitle = \"T\"\nauthors = [\"A\"]\nlanguage = \"en\"\n",
    )
    .expect("book.toml");
    std::fs::write(book.join("outline.md"), "# T\n\n## 1. One\n\n- **1.1. A** - b\n").expect("an outline");
    let ask = |args: &[&str]| {
        let output = prompt(folder.path(), args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let before = [
        ask(&["1", "--manuscript", "book"]),
        ask(&["--master", "--manuscript", "book"]),
    ];
    for name in ["chapter", "master", "book", "method", "answer", "dialect", "diagrams"] {
        let path = book.join(format!("prompts/{name}.md"));
        let path = path.to_str().expect("a path in UTF-8");
        assert_eq!(ask(&["--template", name, "--out", path]), "");
    }
    assert_eq!(ask(&["--template"]), ask(&["--template", "chapter.md"]));
    assert_eq!(ask(&["--template", "--master"]), ask(&["--template", "master"]));
    assert_eq!(ask(&["1", "--manuscript", "book"]), before[0]);
    assert_eq!(ask(&["--master", "--manuscript", "book"]), before[1]);
}
