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

/// The commit that a manuscript's folder is at, with `+changes` behind it where the folder holds anything else. Nothing where
/// Git does not keep the folder, or where there is no `git` to tell whether it was changed.
pub fn commit_of(manuscript: &Path) -> Option<String> {
    let commit = repository::commit(manuscript)?;
    let output = Command::new("git")
        // Whoever may read the folder may know its state, be it another's.
        .args(["-c", "safe.directory=*", "status", "--porcelain", "--", "."])
        .current_dir(manuscript)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    Some(if output.stdout.is_empty() { commit } else { commit + CHANGED })
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
    use super::*;

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
}
