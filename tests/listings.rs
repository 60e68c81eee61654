//! Every folder below `tests/listings` is a case of `publish test`: `in.md` is the chapter, and `expected.txt` is the exit
//! code and all that is said. Where they matter there are also:
//!
//! - `book.toml`: without it a plain one is used,
//! - `args.txt`: further arguments,
//! - `after.md`: the chapter afterwards, byte for byte; without it the chapter must be as it was,
//! - `needs.txt`: a program that must be there, or the system; without it the case is left out, and that is said loudly.
//!
//! With `UPDATE_CASES=1` the expected files are written anew; read the change before keeping it.

#![cfg(unix)]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const BOOK: &str = "[book]\ntitle = \"Test\"\nauthors = [\"A\"]\nlanguage = \"en\"\n";

#[test]
fn every_case_says_what_its_folder_expects() {
    let root = support::root().join("tests/listings");
    let entries = std::fs::read_dir(&root).expect("the cases");
    let mut cases: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    cases.sort();
    assert!(cases.len() > 12, "only {} cases were found", cases.len());
    let mut failures = Vec::new();
    for case in cases.iter().filter(|case| has_what_it_needs(case)) {
        run(case, &mut failures);
    }
    assert!(
        failures.is_empty(),
        "{} cases differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn has_what_it_needs(case: &Path) -> bool {
    let Ok(needed) = std::fs::read_to_string(case.join("needs.txt")) else {
        return true;
    };
    let needed = needed.trim();
    let there = Command::new("sh").args(["-c", "command -v \"$0\"", needed]).output();
    let there = needed == std::env::consts::OS || there.is_ok_and(|output| output.status.success());
    if !there {
        support::left_out(&format!("there is no `{needed}`, so {} is NOT tested", case.display()));
    }
    there
}

fn run(case: &Path, failures: &mut Vec<String>) {
    let text = std::fs::read(case.join("in.md")).expect("in.md");
    let folder = book(&text);
    if case.join("book.toml").exists() {
        std::fs::copy(case.join("book.toml"), folder.path().join("book.toml")).expect("book.toml");
    }
    let args = std::fs::read_to_string(case.join("args.txt")).unwrap_or_default();
    let args: Vec<&str> = ["--yes"].into_iter().chain(args.split_whitespace()).collect();
    let output = publish_test(folder.path(), &args);
    let said = format!(
        "exit code {}\n{}{}",
        output.status.code().expect("a code"),
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout),
    );
    support::compare(&case.join("expected.txt"), &steady(&said), failures);
    let after = std::fs::read_to_string(folder.path().join("01-chapter.md")).expect("the chapter");
    if case.join("after.md").exists() {
        support::compare(&case.join("after.md"), &after, failures);
    } else if after.as_bytes() != text {
        failures.push(format!("{} has changed its chapter", case.display()));
    }
}

fn book(text: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("book.toml"), BOOK).expect("book.toml");
    std::fs::write(folder.path().join("01-chapter.md"), text).expect("a chapter");
    folder
}

fn publish_test(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_publish"))
        .arg("test")
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the command")
}

/// What was said without what differs between runs and machines: times, and Python's version.
fn steady(text: &str) -> String {
    let python = Command::new("python3").arg("--version").output().expect("Python");
    let python = String::from_utf8(python.stdout).expect("text").trim().to_lowercase();
    let mut steady = String::new();
    for line in text.replace(&python, "python VERSION").lines() {
        let line = match line.rsplit_once(", ") {
            Some((start, _)) if line.contains(" passed, ") && line.ends_with(" s") => format!("{start}, TIME"),
            _ => without_milliseconds(line),
        };
        steady.push_str(&line);
        steady.push('\n');
    }
    steady
}

fn without_milliseconds(line: &str) -> String {
    let Some((start, rest)) = line.split_once("\"milliseconds\":") else {
        return line.to_owned();
    };
    format!(
        "{start}\"milliseconds\":0{}",
        rest.trim_start_matches(|letter: char| letter.is_ascii_digit())
    )
}

const TWO: &str =
    "# T\n\n```python {#lst-a run}\nprint('new')\n```\n\n```output\nold & <\n```\n\n```python {#lst-b run skip=\"why\"}\n```\n";

#[test]
fn nothing_is_run_in_a_script_without_a_word() {
    let folder = book(b"# T\n\n```bash run\necho ran\n```\n");
    let output = publish_test(folder.path(), &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("1 listing: bash listing.sh") && said.contains("--yes") && !said.contains("passed"),
        "{said}"
    );
    let unknown = publish_test(book(TWO.as_bytes()).path(), &["--yes", "--only", "lst-c"]);
    assert_eq!(unknown.status.code(), Some(2));
    // Where nothing is marked there is nothing to agree to.
    let none = publish_test(book(b"# T\n\ntext\n").path(), &[]);
    assert_eq!(none.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&none.stderr).contains("no listing is marked"));
}

#[test]
fn results_are_junit_too() {
    let folder = book(TWO.as_bytes());
    let output = publish_test(folder.path(), &["--yes", "--quiet", "--junit", "out/junit.xml"]);
    assert_eq!(output.status.code(), Some(1));
    let text = std::fs::read_to_string(folder.path().join("out/junit.xml")).expect("the file");
    let document = roxmltree::Document::parse(&text).expect("XML");
    let find = |name: &str| {
        document
            .descendants()
            .find(|node| node.has_tag_name(name))
            .unwrap_or_else(|| panic!("{text}"))
    };
    let suite = find("testsuite");
    assert_eq!(suite.attribute("name"), Some("01-chapter.md"));
    for (name, count) in [("tests", "2"), ("failures", "1"), ("skipped", "1")] {
        assert_eq!(suite.attribute(name), Some(count), "{text}");
    }
    assert_eq!(find("testcase").attribute("name"), Some("lst-a"));
    assert_eq!(find("failure").attribute("type"), Some("listing-output"));
    assert!(
        find("failure").text().is_some_and(|text| text.contains("-old & <\n+new")),
        "{text}"
    );
    assert_eq!(find("skipped").attribute("message"), Some("why"));
}

#[test]
fn recording_keeps_line_ends_and_the_mark_at_the_beginning() {
    let text = TWO.replace('\n', "\r\n").replacen("\r\n\r\n", "\r\n\n", 1);
    let folder = book(format!("\u{feff}{text}").as_bytes());
    let output = publish_test(folder.path(), &["--yes", "--update"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let after = std::fs::read_to_string(folder.path().join("01-chapter.md")).expect("the chapter");
    assert_eq!(after, format!("\u{feff}{}", text.replace("old & <", "new")));
    let again = publish_test(folder.path(), &["--yes"]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
}

#[test]
fn to_build_and_to_check_runs_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let witness = folder.path().join("witness");
    let text = format!("# T\n\n```bash run\ntouch {}\n```\n\n```output\nx\n```\n", witness.display());
    let manuscript = folder.path().join("manuscript");
    std::fs::create_dir(&manuscript).expect("a folder");
    std::fs::write(manuscript.join("book.toml"), BOOK).expect("book.toml");
    std::fs::write(manuscript.join("01-chapter.md"), text).expect("a chapter");
    for args in [&["check"][..], &["--format", "epub"], &["tree"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_publish"));
        let output = command.args(args).current_dir(folder.path()).output().expect("the command");
        assert!(output.status.success(), "{output:?}");
    }
    assert!(!witness.exists());
    publish_test(folder.path(), &["--yes"]);
    assert!(witness.exists());
}

#[test]
fn listings_end_with_the_command_that_runs_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let witness = folder.path().join("number");
    let text = format!("# T\n\n```bash run\necho $$ > {}\nsleep 60\n```\n", witness.display());
    std::fs::write(folder.path().join("book.toml"), BOOK).expect("book.toml");
    std::fs::write(folder.path().join("01-chapter.md"), text).expect("a chapter");
    let mut command = Command::new(env!("CARGO_BIN_EXE_publish"));
    let mut running = command
        .args(["test", "--yes"])
        .current_dir(folder.path())
        // What is killed leaves its temporary folder behind.
        .env("TMPDIR", folder.path())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command");
    let number = eventually(|| std::fs::read_to_string(&witness).ok().filter(|text| text.ends_with('\n')));
    running.kill().expect("a running command");
    running.wait().expect("an end");
    eventually(|| {
        let state = Command::new("ps")
            .args(["-o", "stat=", "-p", number.trim()])
            .output()
            .expect("ps");
        // Nobody may have taken leave of it yet.
        (state.stdout.trim_ascii().is_empty() || state.stdout.starts_with(b"Z")).then_some(())
    });
}

#[test]
fn a_listing_whose_time_was_up_beside_others_gets_a_second_chance_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let witness = folder.path().join("witness");
    let manuscript = folder.path().join("manuscript");
    std::fs::create_dir(&manuscript).expect("a folder");
    let late = format!("[ -e {0} ] || {{ touch {0}; sleep 60; }}", witness.display());
    let text = format!("# T\n\n```bash {{#lst-late run}}\n{late}\n```\n\n```bash {{#lst-other run}}\ntrue\n```\n");
    std::fs::write(manuscript.join("book.toml"), format!("{BOOK}[test]\ntime-limit = \"1s\"\n")).expect("book.toml");
    std::fs::write(manuscript.join("01-chapter.md"), text).expect("a chapter");
    let output = publish_test(&manuscript, &["--yes"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("passed lst-late: its time was up beside others; alone it took"),
        "{said}"
    );
    assert!(said.contains("2 listings: 2 passed"), "{said}");
}

/// What comes to be within some seconds.
fn eventually<T>(what: impl Fn() -> Option<T>) -> T {
    for _ in 0..500 {
        if let Some(found) = what() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("it did not come to be");
}

#[test]
fn the_book_of_this_repository_shows_what_its_listings_print() {
    let version = "import sys; sys.exit(sys.version_info < (3, 11))";
    let recent = Command::new("python3").args(["-c", version]).status();
    if !recent.is_ok_and(|status| status.success()) {
        support::left_out("`python3` is not 3.11 or later, so the book's listings are NOT run");
        return;
    }
    let output = publish_test(&support::root(), &["--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
