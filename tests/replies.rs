//! Replies as models and people give them: every folder in `tests/replies` is one. `reply.md` is ingested into `book`, with
//! the arguments of `args.txt`; `expected` holds the files that are new or changed then, and `messages.txt` what is said.
//!
//! Whatever comes of it, the reply is kept byte for byte, and to ingest what was written once more changes nothing. With
//! `UPDATE_CASES=1` the expected files are written anew; read the change before keeping it.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[test]
fn every_case() {
    let cases = support::root().join("tests/replies");
    let mut failures = Vec::new();
    let mut names: Vec<_> = std::fs::read_dir(&cases)
        .expect("the cases")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    names.sort();
    for case in names.into_iter().filter(|path| path.is_dir()) {
        run(&case, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn run(case: &Path, failures: &mut Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("book");
    let before = files(&case.join("book"));
    for (name, bytes) in &before {
        write(&book.join(name), bytes);
    }
    let reply = std::fs::read(case.join("reply.md")).expect("the reply");
    write(&folder.path().join("reply.md"), &reply);
    let args = std::fs::read_to_string(case.join("args.txt")).unwrap_or_default();
    let args: Vec<&str> = args.split_whitespace().collect();
    let output = ingest(folder.path(), "reply.md", &args);

    let mut after = files(&book);
    let kept: Vec<Vec<u8>> = after
        .iter()
        .filter(|(name, _)| name.starts_with(".replies/"))
        .map(|(_, bytes)| bytes.clone())
        .collect();
    after.retain(|name, bytes| !name.starts_with(".replies/") && before.get(name) != Some(bytes));
    let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let dry = args.contains(&"--dry-run");
    if kept != if dry { Vec::new() } else { vec![reply] } {
        failures.push(format!("{name}: the reply is not kept as it came"));
    }
    if dry && !after.is_empty() {
        failures.push(format!("{name}: something was written"));
    }
    compare_files(case, &after, failures);
    let code = output.status.code().unwrap_or(-1);
    let said = format!(
        "{}{}exit code {code}\n",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    support::compare(&case.join("messages.txt"), &said, failures);

    // What was written, taken for a reply, changes nothing.
    for path in after.keys().filter(|path| path.ends_with(".md")) {
        let written = std::fs::read(book.join(path)).expect("what was written");
        let again = ingest(folder.path(), &format!("book/{path}"), &["--tails", "keep"]);
        if std::fs::read(book.join(path)).expect("what was written") != written || !again.status.success() {
            failures.push(format!(
                "{name}: {path} is another when it is ingested again:\n{}",
                String::from_utf8_lossy(&again.stderr)
            ));
        }
    }
}

fn ingest(folder: &Path, reply: &str, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_publish"))
        .args([
            "ingest",
            reply,
            "--manuscript",
            "book",
            "--color",
            "never",
            "--date",
            "2026-01-02",
        ])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command")
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}

/// The files below a folder, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .expect("a path inside")
                    .to_string_lossy()
                    .into_owned();
                found.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

/// Compares the files that are new or changed with those expected.
fn compare_files(case: &Path, after: &BTreeMap<String, Vec<u8>>, failures: &mut Vec<String>) {
    let expected = case.join("expected");
    if std::env::var_os("UPDATE_CASES").is_some() {
        // A folder that is not there has nothing to lose.
        let _ = std::fs::remove_dir_all(&expected);
        for (name, bytes) in after {
            write(&expected.join(name), bytes);
        }
        return;
    }
    let wanted = files(&expected);
    let show = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>().join(", ");
    let name = case.file_name().unwrap_or_default().to_string_lossy();
    if show(&wanted) != show(after) {
        failures.push(format!("{name}: expected the files {}, found {}", show(&wanted), show(after)));
    }
    for (path, bytes) in after.iter().filter(|(path, _)| wanted.contains_key(*path)) {
        if wanted.get(path) != Some(bytes) {
            support::compare(&expected.join(path), &String::from_utf8_lossy(bytes), failures);
        }
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_written_outside_of_the_manuscript() {
    let case = support::root().join("tests/replies/planning-then-a-fence");
    for link in [".replies", "02-fermentation.md"] {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in files(&case.join("book")) {
            write(&folder.path().join("book").join(name), &bytes);
        }
        let outside = folder.path().join("outside");
        if link == ".replies" {
            std::fs::create_dir(&outside).expect("a folder");
        } else {
            write(&outside, b"# Fermentation\n");
        }
        let before = files(folder.path());
        std::os::unix::fs::symlink(&outside, folder.path().join("book").join(link)).expect("a link");
        write(
            &folder.path().join("reply.md"),
            &std::fs::read(case.join("reply.md")).expect("the reply"),
        );
        let output = ingest(folder.path(), "reply.md", &["--force"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("leads out of the manuscript's folder"), "{said}");
        std::fs::remove_file(folder.path().join("book").join(link)).expect("the link is still there");
        let mut after = files(folder.path());
        after.retain(|name, _| name != "reply.md");
        assert_eq!(before, after);
    }
}

#[test]
fn a_reply_may_come_from_standard_input() {
    let case = support::root().join("tests/replies/planning-then-a-fence");
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files(&case.join("book")) {
        write(&folder.path().join("book").join(name), &bytes);
    }
    let reply = std::fs::File::open(case.join("reply.md")).expect("the reply");
    let output = Command::new(env!("CARGO_BIN_EXE_publish"))
        .args(["ingest", "-", "--manuscript", "book", "--message-format", "json"])
        .current_dir(folder.path())
        .stdin(reply)
        .output()
        .expect("the command");
    let said = String::from_utf8_lossy(&output.stdout);
    let objects: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        objects
            .iter()
            .any(|object| object["file"] == "book/02-fermentation.md" && object["sections"] == 3),
        "{said}"
    );
    assert!(folder.path().join("book/02-fermentation.md").exists());
}
