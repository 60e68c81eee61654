//! Writing what a reply brings: the raw reply, always, and the chapters' files, whole and all or none.
//!
//! Nothing is written outside of the manuscript's folder: a symbolic link in a file's or a folder's place is refused.

use super::Change;
use crate::error::Error;
use crate::manuscript::Folder;
use crate::release;
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// The folder for raw replies, inside the manuscript.
pub const REPLIES: &str = ".replies";

/// The SHA-256 of bytes, in hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps the raw reply, byte for byte, and gives its path in the manuscript. The same bytes again are kept once.
pub fn keep_reply(folder: &Folder, bytes: &[u8], date: &str) -> Result<String, Error> {
    let place = folder.root().join(REPLIES);
    refuse_link(&place)?;
    let hash = hash(bytes);
    let ending = format!("-{}.md", hash.get(..12).unwrap_or_default());
    let entries = std::fs::read_dir(&place).into_iter().flatten().flatten();
    let mut known = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let name = match known.find(|name| name.ends_with(&ending)) {
        Some(name) => name,
        None => {
            let name = format!("{date}{ending}");
            release::write(&place, &[(name.clone(), bytes)])?;
            name
        }
    };
    Ok(format!("{REPLIES}/{name}"))
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The chapter's file.
    pub path: String,
    /// Whether it was not there before.
    pub new: bool,
    /// Where the old file is kept, if text of it was replaced.
    pub kept: Option<String>,
}

/// Writes the files that change, and keeps beside them what they replace.
pub fn write(folder: &Folder, changes: &[Change]) -> Result<Vec<Written>, Error> {
    let mut files: Vec<(String, &[u8])> = Vec::new();
    let mut written = Vec::new();
    for change in changes
        .iter()
        .filter(|change| change.before.as_deref() != Some(&change.after))
    {
        refuse_link(&folder.root().join(&change.path))?;
        let old = change.before.as_deref().filter(|_| change.replaces);
        let kept = old.map(|_| free_name(folder, &change.path, &files));
        if let (Some(name), Some(old)) = (&kept, old) {
            files.push((name.clone(), old.as_bytes()));
        }
        files.push((change.path.clone(), change.after.as_bytes()));
        written.push(Written {
            path: change.path.clone(),
            new: change.before.is_none(),
            kept,
        });
    }
    if !files.is_empty() {
        release::write(folder.root(), &files)?;
    }
    Ok(written)
}

/// A name for the old file that nothing has yet, and that no chapter's file could have: `03-scope.md.old`.
fn free_name(folder: &Folder, path: &str, files: &[(String, &[u8])]) -> String {
    let taken = |name: &str| folder.root().join(name).symlink_metadata().is_ok() || files.iter().any(|(file, _)| file == name);
    let first = format!("{path}.old");
    let more = (2_u32..).map(|count| format!("{path}.old{count}"));
    std::iter::once(first.clone())
        .chain(more)
        .find(|name| !taken(name))
        .unwrap_or(first)
}

/// A link could lead anywhere, and a chapter in a folder of its own is no place that a reply is written to.
fn refuse_link(path: &Path) -> Result<(), Error> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.file_type().is_symlink() => Err(Error::new(format!(
            "writing {}: it is a symbolic link, and nothing is written through one",
            path.display()
        ))),
        _ => Ok(()),
    }
}
