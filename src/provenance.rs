//! Which program made a file, and of which text: the same words in the EPUB, in the PDFs and in the manifest.
//!
//! ```text
//! publish 0.1.0 (1a2b3c4d5e6f), manuscript 0f1e2d3c4b5a
//! ```
//!
//! Both are commits: that of the program, where it was compiled for use, and that of the manuscript, where Git keeps it. Whoever
//! has the two gets the same bytes. The machine, the user, the folder and the hour stand nowhere.

use crate::edition::Edition;
use crate::github::repository;
use crate::release::manifest;
use std::path::Path;
use std::process::{Command, Stdio};

/// How many digits of a commit are shown.
const SHOWN: usize = 12;

/// What is behind the commit of a text that is not as it was committed.
const CHANGED: &str = "+changes";

/// The commit that the program was compiled at; empty for a development build. `+changes` stands behind it where there was
/// more than the commit.
pub const COMMIT: &str = env!("PUBLISH_COMMIT");

/// The program: `publish 0.1.0 (1a2b3c4d5e6f)`.
pub fn tool() -> String {
    let version = concat!("publish ", env!("CARGO_PKG_VERSION"));
    match COMMIT {
        "" => version.to_owned(),
        commit => format!("{version} ({})", short(commit)),
    }
}

/// The program and the text of an edition: `publish 0.1.0 (1a2b3c4d5e6f), manuscript 0f1e2d3c4b5a`.
pub fn identification(edition: &Edition) -> String {
    match &edition.commit {
        Some(commit) => format!("{}, manuscript {}", tool(), short(commit)),
        None => tool(),
    }
}

/// The commit that a manuscript's folder is at, with `+changes` behind it where the folder, or `styles` and `fonts` beside it,
/// hold anything else. Nothing where Git does not keep the folder, or where there is no `git` to tell whether it was changed.
pub fn commit_of(manuscript: &Path) -> Option<String> {
    let commit = repository::commit(manuscript)?;
    Some(if is_changed(manuscript)? { commit + CHANGED } else { commit })
}

/// Whether there is more to a book than was committed. What the settings of Git's user hide or show counts for nothing, and
/// what this program has made neither: a second build would be another one.
fn is_changed(manuscript: &Path) -> Option<bool> {
    // At the top of a repository there is nothing of it beside.
    let has_beside = !git(manuscript, &["rev-parse", "--show-prefix"])?.trim().is_empty();
    let beside: &[&str] = if has_beside { &["../styles", "../fonts"] } else { &[] };
    let status = [
        "status",
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--ignore-submodules=none",
        "--",
        ".",
    ];
    let status = git(manuscript, &[&status, beside].concat())?;
    Some(status.split('\0').any(|line| match line.strip_prefix("?? ") {
        Some(path) => !is_made(path),
        None => !line.is_empty(),
    }))
}

/// Whether a file that Git does not keep has a name as a build gives it.
fn is_made(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let list = name == manifest::NAME || name == manifest::SUMS;
    list || name.starts_with(".publish-") || name.ends_with(".epub") || name.ends_with(".pdf")
}

fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        // Whoever may read the folder may know its state, be it another's; and what one user ignores everywhere, others do not.
        .args(["-c", "safe.directory=*", "-c", "core.excludesFile="])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A commit as it is shown.
fn short(commit: &str) -> String {
    let (digits, changed) = match commit.strip_suffix(CHANGED) {
        Some(digits) => (digits, CHANGED),
        None => (commit, ""),
    };
    format!("{}{changed}", digits.get(..SHOWN).unwrap_or(digits))
}

#[cfg(test)]
mod tests {
    use super::{commit_of, short};
    use std::path::Path;
    use std::process::Command;

    fn git(folder: &Path, arguments: &[&str]) {
        let names = [
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.org",
            "-c",
            "commit.gpgsign=false",
        ];
        let output = Command::new("git").args(names).args(arguments).current_dir(folder).output();
        assert!(output.expect("git").status.success(), "{arguments:?}");
    }

    #[test]
    fn a_commit_is_claimed_for_what_was_committed_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let manuscript = folder.path().join("manuscript");
        std::fs::create_dir(&manuscript).expect("a folder");
        std::fs::write(manuscript.join("book.toml"), "a").expect("a file");
        assert_eq!(commit_of(&manuscript), None);
        git(folder.path(), &["init", "-q"]);
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-q", "-m", "One"]);
        let commit = commit_of(&manuscript).expect("a commit");
        assert_eq!(commit.len(), 40);
        std::fs::write(folder.path().join("README.md"), "beside it").expect("a file");
        assert_eq!(commit_of(&manuscript).as_ref(), Some(&commit));
        std::fs::write(manuscript.join("one.md"), "new").expect("a file");
        assert_eq!(commit_of(&manuscript), Some(format!("{commit}+changes")));
        assert_eq!(short(&format!("{commit}+changes")), format!("{}+changes", &commit[..12]));
    }

    #[test]
    fn neither_an_earlier_build_nor_the_settings_of_a_user_change_what_is_claimed() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("book.toml"), "a").expect("a file");
        git(folder.path(), &["init", "-q"]);
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-q", "-m", "One"]);
        let commit = commit_of(folder.path()).expect("a commit");
        let dist = folder.path().join("dist");
        std::fs::create_dir(&dist).expect("a folder");
        for name in ["a.epub", "a-print.pdf", "manifest.json", "SHA256SUMS"] {
            std::fs::write(dist.join(name), "made").expect("a file");
        }
        assert_eq!(commit_of(folder.path()).as_ref(), Some(&commit));
        std::fs::write(folder.path().join("one.md"), "new").expect("a file");
        let changed = Some(format!("{commit}+changes"));
        assert_eq!(commit_of(folder.path()), changed);
        git(folder.path(), &["config", "status.showUntrackedFiles", "no"]);
        assert_eq!(commit_of(folder.path()), changed);
        let ignored = folder.path().join(".git/ignored");
        std::fs::write(&ignored, "*.md\n").expect("a file");
        git(
            folder.path(),
            &["config", "core.excludesFile", ignored.to_str().expect("a path in UTF-8")],
        );
        assert_eq!(commit_of(folder.path()), changed);
    }

    #[test]
    fn styles_beside_the_manuscript_are_a_part_of_the_book() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["manuscript", "styles"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        std::fs::write(folder.path().join("manuscript/book.toml"), "a").expect("a file");
        std::fs::write(folder.path().join("styles/epub.css"), "a").expect("a file");
        git(folder.path(), &["init", "-q"]);
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-q", "-m", "One"]);
        let manuscript = folder.path().join("manuscript");
        let commit = commit_of(&manuscript).expect("a commit");
        assert_eq!(commit.len(), 40);
        std::fs::write(folder.path().join("styles/epub.css"), "b").expect("a file");
        assert_eq!(commit_of(&manuscript), Some(format!("{commit}+changes")));
    }
}
