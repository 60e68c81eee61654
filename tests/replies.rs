//! Replies, taken into books. Every folder in `tests/replies` is a case: `reply.md` as it came, `book/` as it was, `args.txt`
//! if the command had arguments; `messages.txt` is what is told, and `expected/` holds the files that are new or changed.
//!
//! With `UPDATE_CASES=1` the expected files are written anew; read the change before keeping it.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn cases() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(support::root().join("tests/replies")).expect("the replies");
    let mut cases: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    cases.sort();
    cases
}

/// A copy of a case's book, ready to take its reply.
fn book(case: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let manuscript = folder.path().join("manuscript");
    std::fs::create_dir(&manuscript).expect("a folder");
    for entry in std::fs::read_dir(case.join("book")).expect("the book").flatten() {
        std::fs::copy(entry.path(), manuscript.join(entry.file_name())).expect("a file of the book");
    }
    std::fs::copy(case.join("reply.md"), folder.path().join("reply.md")).expect("the reply");
    folder
}

fn ingest(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_publish"))
        .args(["ingest", "reply.md", "--date", "2026-01-02", "--by", "A model"])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command")
}

/// The files of a book's folder, by name; those of folders in it too.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the folder").flatten() {
        let name = entry.file_name().into_string().expect("a name");
        if entry.path().is_dir() {
            let inner = files(&entry.path())
                .into_iter()
                .map(|(file, bytes)| (format!("{name}/{file}"), bytes));
            found.extend(inner);
        } else {
            found.insert(name, std::fs::read(entry.path()).expect("a file"));
        }
    }
    found
}

fn args(case: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(case.join("args.txt")).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    format!("{text}exit code {}\n", output.status.code().unwrap_or(-1))
}

#[test]
fn every_reply_gives_what_its_folder_expects() {
    let mut failures = Vec::new();
    let cases = cases();
    assert!(cases.len() > 30, "only {} cases were found", cases.len());
    for case in &cases {
        let folder = book(case);
        let manuscript = folder.path().join("manuscript");
        let before = files(&manuscript);
        let args = args(case);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let output = ingest(folder.path(), &args);
        support::compare(&case.join("messages.txt"), &said(&output), &mut failures);
        let mut after = files(&manuscript);
        let reply = std::fs::read(case.join("reply.md")).expect("the reply");
        let kept: Vec<String> = after.keys().filter(|name| name.starts_with(".replies/")).cloned().collect();
        if args.contains(&"--dry-run") {
            assert!(
                kept.is_empty() && after == before,
                "{}: something was written",
                case.display()
            );
        } else {
            // The raw reply is there, byte for byte, whatever came of it.
            let bytes = kept.first().and_then(|name| after.remove(name));
            assert!(kept.len() == 1 && bytes == Some(reply), "{}: {kept:?}", case.display());
        }
        after.retain(|name, bytes| before.get(name) != Some(bytes));
        compare_files(&case.join("expected"), &after, &mut failures);
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}

/// Compares files with those of a folder, or writes them there.
fn compare_files(folder: &Path, found: &BTreeMap<String, Vec<u8>>, failures: &mut Vec<String>) {
    if std::env::var_os("UPDATE_CASES").is_some() {
        let _ = std::fs::remove_dir_all(folder);
        for (name, bytes) in found {
            std::fs::create_dir_all(folder).expect("a folder");
            std::fs::write(folder.join(name), bytes).expect("an expected file");
        }
        return;
    }
    let expected = if folder.exists() { files(folder) } else { BTreeMap::new() };
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    if names(&expected) != names(found) {
        failures.push(format!(
            "{}: {:?} was written, and {:?} was expected",
            folder.display(),
            names(found),
            names(&expected)
        ));
        return;
    }
    for (name, bytes) in found {
        support::compare(&folder.join(name), &String::from_utf8_lossy(bytes), failures);
    }
}

#[test]
fn a_reply_taken_in_again_changes_nothing() {
    for case in cases() {
        let folder = book(&case);
        let manuscript = folder.path().join("manuscript");
        let args = args(&case);
        let args: Vec<&str> = args.iter().map(String::as_str).filter(|arg| *arg != "--dry-run").collect();
        if !ingest(folder.path(), &args).status.success() {
            continue;
        }
        let first = files(&manuscript);
        let output = ingest(folder.path(), &args);
        assert!(output.status.success(), "{}: {}", case.display(), said(&output));
        assert!(
            files(&manuscript) == first,
            "{}: the second time changed something",
            case.display()
        );
        // A chapter as it was written is a reply as well, and says the same.
        for (name, bytes) in first
            .iter()
            .filter(|(name, _)| name.ends_with(".md") && !name.contains('/') && *name != "outline.md")
        {
            std::fs::write(folder.path().join("reply.md"), bytes).expect("a reply");
            let output = ingest(folder.path(), &["--chapter", name, "--tails", "keep"]);
            let again = files(&manuscript);
            assert!(
                output.status.success() && again.get(name) == Some(bytes),
                "{}, {name}: {}\n{}",
                case.display(),
                said(&output),
                String::from_utf8_lossy(again.get(name).map_or(&[], Vec::as_slice))
            );
        }
    }
}

/// Numbers that look random and are the same each time (Knuth's generator of 64 bits).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// Lines that make or break the structure of a reply.
const LINES: [&str; 14] = [
    "```",
    "````",
    "~~~",
    "```markdown",
    "``startpython",
    "``endpython",
    "x = 1 ``endpython",
    "# 1. A",
    "## Key Takeaways",
    "---",
    "**2.1. B**",
    "- `` ` ``",
    "\u{feff}\u{200b}\u{a0}",
    "../../etc/passwd",
];

/// A reply with one thing changed: lines cut, doubled, put in from elsewhere, bytes turned.
fn mutated(reply: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = reply.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (from, to) = (random.below(lines.len()), random.below(lines.len()));
    let (from, to) = (from.min(to), from.max(to));
    match random.below(7) {
        0 => drop(lines.drain(from..to)),
        1 => {
            let doubled: Vec<_> = lines.get(from..to).unwrap_or_default().to_vec();
            lines.splice(from..from, doubled);
        }
        2 => lines.truncate(from),
        3 => {
            // Most replies have no such line, or have it elsewhere.
            let line = LINES[random.below(LINES.len())];
            lines.insert(from, format!("{line}\n").into_bytes());
        }
        4 => {
            let other: Vec<_> = other.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let cut = random.below(other.len());
            lines.splice(from..to, other.into_iter().skip(cut).take(20));
        }
        5 => {
            let mut bytes = lines.concat();
            for _ in 0..1 + random.below(4) {
                let at = random.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.below(256) as u8;
                }
            }
            return bytes;
        }
        _ => {
            let last = lines.len().saturating_sub(1);
            if last > 0 {
                lines.swap(from.min(last), to.min(last));
            }
        }
    }
    lines.concat()
}

#[test]
fn any_bytes_as_a_reply_stay_inside_the_manuscript() {
    use publish::contents::Contents;
    use publish::diag::Diagnostics;
    use publish::edition::Edition;
    use publish::ingest::{self, Options, write};
    use publish::manuscript::{self, Folder};

    let cases = cases();
    let replies: Vec<Vec<u8>> = cases
        .iter()
        .map(|case| std::fs::read(case.join("reply.md")).expect("a reply"))
        .collect();
    let mut random = Random(7);
    for (case, reply) in cases.iter().zip(&replies) {
        let place = book(case);
        let outside = files(place.path()).len();
        let folder = Folder::open(&place.path().join("manuscript")).expect("a book");
        let mut ignored = Diagnostics::default();
        let mut edition = Edition::bind(manuscript::read(folder.clone(), &mut ignored), None, &mut ignored);
        let contents = Contents::of(&edition);
        let mut changed = reply.clone();
        for round in 0..120 {
            // Changes gather for a while.
            if round % 6 == 0 {
                changed.clone_from(reply);
            }
            let other = &replies[random.below(replies.len())];
            changed = mutated(&changed, other, &mut random);
            changed.truncate(200_000);
            let Ok(text) = ingest::decode(&changed) else { continue };
            let file = edition.sources.add("reply.md", text);
            let options = Options {
                chapter: (round % 3 == 0).then_some(0),
                force: true,
                by: Some("x: \"y\"\n---".to_owned()),
                date: "2026-01-02".to_owned(),
                tails: None,
                hash: write::hash(&changed),
            };
            let mut diagnostics = Diagnostics::default();
            let changes = ingest::take_in(&edition, &contents, &folder, file, &options, &mut diagnostics);
            for change in &changes {
                let plain =
                    change.path.ends_with(".md") && !change.path.contains(['/', '\\', ':']) && !change.path.starts_with('.');
                assert!(plain, "{}: {}", case.display(), change.path);
            }
            if round % 30 == 29 && !diagnostics.has_errors() {
                write::keep_reply(&folder, &changed, "2026-01-02").expect("the reply is kept");
                write::write(&folder, &changes).expect("the files are written");
                // What was written is a manuscript again.
                let read = manuscript::read(folder.clone(), &mut Diagnostics::default());
                assert_eq!(read.outline.is_some(), edition.outline.is_some());
            }
        }
        let inside = files(place.path())
            .into_keys()
            .filter(|name| !name.starts_with("manuscript/"));
        assert_eq!(
            inside.count(),
            1,
            "{}: only the reply stands beside the book, of {outside}",
            case.display()
        );
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let Some(case) = cases().into_iter().find(|case| case.ends_with("a-whole-chapter")) else {
        panic!("there is no case with a whole chapter");
    };
    let folder = book(&case);
    let elsewhere = tempfile::tempdir().expect("another folder");
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("manuscript/.replies")).expect("a link");
    let output = ingest(folder.path(), &[]);
    assert!(
        !output.status.success() && said(&output).contains("is a symbolic link"),
        "{}",
        said(&output)
    );
    assert_eq!(files(elsewhere.path()).len(), 0);
}
