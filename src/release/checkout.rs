//! The files of a tag, as Git has them, in a folder of their own.
//!
//! The checkout that is there is left alone, and so is its index. `git archive` would leave out what `.gitattributes` keeps from
//! archives, so the tree is read into an index of its own and written from that.

use crate::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The files of a tag. They go with this value.
#[derive(Debug)]
pub struct Checkout {
    /// The folder that corresponds to the one that was asked for.
    pub folder: PathBuf,
    /// The commit of the tag.
    pub commit: String,
    _place: tempfile::TempDir,
}

/// Writes the files of a tag of the repository that a folder is in.
///
/// # Errors
/// Where the folder is in no repository, there is no `git`, or the repository has no such tag.
pub fn of_tag(folder: &Path, tag: &str) -> Result<Checkout, Error> {
    // Whether there is a `git` at all is another question than what it knows.
    git(folder, None, &["--version"])?;
    if git(folder, None, &["rev-parse", "--git-dir"]).is_err() {
        return Err(Error::new(format!(
            "there is no file `{tag}`, and no Git repository around {} that could have a tag of that name",
            folder.display()
        )));
    }
    let name = format!("refs/tags/{tag}^{{commit}}");
    let commit = git(folder, None, &["rev-parse", "--verify", "--quiet", &name]).map_err(|_| {
        Error::new(format!(
            "there is no file `{tag}`, and this repository has no tag of that name; `git fetch --tags` brings those that the server has"
        ))
    })?;
    let within = git(folder, None, &["rev-parse", "--show-prefix"])?;
    let top = git(folder, None, &["rev-parse", "--show-toplevel"])?;
    let place = tempfile::tempdir().map_err(|error| Error::caused("making a folder for the files of the tag", error))?;
    let index = place.path().join("index");
    let tree = place.path().join("tree");
    git(Path::new(&top), Some(&index), &["read-tree", &commit])?;
    let prefix = format!("--prefix={}/", tree.display());
    git(
        Path::new(&top),
        Some(&index),
        &["checkout-index", "--all", "--quiet", &prefix],
    )?;
    Ok(Checkout {
        folder: tree.join(within),
        commit,
        _place: place,
    })
}

/// What Git answers, without the line's end.
fn git(folder: &Path, index: Option<&Path>, arguments: &[&str]) -> Result<String, Error> {
    let mut command = Command::new("git");
    command.args(["-c", "safe.directory=*"]).args(arguments);
    command.current_dir(folder).stdin(Stdio::null());
    if let Some(index) = index {
        command.env("GIT_INDEX_FILE", index);
    }
    let doing = || format!("git {}", arguments.first().copied().unwrap_or_default());
    let output = command.output().map_err(|error| Error::caused(doing(), error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::caused(doing(), said));
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end_matches(['\r', '\n'])
        .to_owned())
}
