//! Writing what was planned: the reply as it came, the old files beside the new, the new files; all or none.

use super::Planned;
use crate::error::Error;
use crate::manuscript::Folder;
use crate::release;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// The folder of the replies, in that of the manuscript.
const REPLIES: &str = ".replies";

/// `sha256:` and the hash of a reply's bytes.
pub fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

/// What was written.
#[derive(Debug, Default)]
pub struct Written {
    /// Where the reply is kept.
    pub reply: PathBuf,
    /// For each planned file, where the one before it is kept, if it was replaced.
    pub old: Vec<Option<PathBuf>>,
}

/// Keeps a reply byte for byte, and writes the planned files. A reply that is kept already is not written again.
pub fn write(folder: &Folder, planned: &[Planned], reply: &[u8], date: &str) -> Result<Written, Error> {
    let root = folder.root();
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let mut written = Written {
        reply: reply_path(root, reply, date)?,
        ..Written::default()
    };
    if !written.reply.exists() {
        files.push((written.reply.clone(), reply.to_vec()));
    }
    for file in planned {
        let path = inside(root, &file.path)?;
        let mut old = None;
        if file.replaces {
            let reading = |error| Error::caused(format!("reading {}", path.display()), error);
            let place = old_path(&path);
            files.push((place.clone(), std::fs::read(&path).map_err(reading)?));
            old = Some(place);
        }
        written.old.push(old);
        files.push((path, file.text.clone().into_bytes()));
    }
    release::replace(&files)?;
    Ok(written)
}

/// The real path of a file in the manuscript's folder. A link that leads out of it is an error.
fn inside(root: &Path, path: &str) -> Result<PathBuf, Error> {
    let path = root.join(path);
    let real = if std::fs::symlink_metadata(&path).is_ok() {
        let reading = |error| Error::caused(format!("reading {}", path.display()), error);
        path.canonicalize().map_err(reading)?
    } else {
        path
    };
    if real.starts_with(root) {
        Ok(real)
    } else {
        Err(Error::new(format!(
            "writing {}: it leads out of the manuscript's folder",
            real.display()
        )))
    }
}

/// Where a reply is kept: the place it has already, or a new one by the day and the beginning of its hash.
fn reply_path(root: &Path, reply: &[u8], date: &str) -> Result<PathBuf, Error> {
    let folder = root.join(REPLIES);
    let making = |error| Error::caused(format!("making the folder {}", folder.display()), error);
    if std::fs::symlink_metadata(&folder).is_err() {
        std::fs::create_dir(&folder).map_err(making)?;
    }
    let folder = inside(root, REPLIES)?;
    let digits: String = hash(reply).chars().skip("sha256:".len()).take(16).collect();
    let ending = format!("-{digits}.md");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .map_err(making)?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(&ending))
        .collect();
    names.sort();
    let known = names.into_iter().map(|name| folder.join(name)).find(|path| path.is_file());
    Ok(known.unwrap_or_else(|| folder.join(format!("{date}{ending}"))))
}

/// `02-x.md.old`, `02-x.md.old2` and so on: the first that is free.
fn old_path(path: &Path) -> PathBuf {
    let name = |count: usize| {
        let mut name = path.as_os_str().to_owned();
        name.push(if count < 2 {
            ".old".to_owned()
        } else {
            format!(".old{count}")
        });
        PathBuf::from(name)
    };
    let free = |path: &PathBuf| std::fs::symlink_metadata(path).is_err();
    (1..10_000).map(name).find(free).unwrap_or_else(|| name(10_000))
}
