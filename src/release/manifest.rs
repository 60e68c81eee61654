//! `dist/manifest.json`: what was built, so that a release attaches these bytes and no others.

use crate::Error;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The manifest's name in `dist/`.
pub const NAME: &str = "manifest.json";

/// The name of the list of digests, in `dist/` and in a release.
pub const SUMS: &str = "SHA256SUMS";

/// What stands in the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Manifest {
    /// The book's title.
    pub title: String,
    /// The version of this program, and the commit it was compiled at where that is known.
    pub tool: String,
    /// The commit that the manuscript was at, where Git keeps it; `+changes` stands behind it where there was more than that.
    pub commit: Option<String>,
    /// What the files say of both: [`provenance::identification`](crate::provenance::identification).
    #[serde(default)]
    pub identification: String,
    /// The files, in order of their names.
    pub files: Vec<Entry>,
}

/// A file that was built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in `dist/`.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// How many pages it has; null for an EPUB.
    pub pages: Option<usize>,
}

impl Entry {
    /// The entry of a file.
    pub fn of(name: &str, bytes: &[u8], pages: Option<usize>) -> Self {
        Self {
            name: name.to_owned(),
            bytes: bytes.len() as u64,
            sha256: digest(bytes),
            pages,
        }
    }
}

impl Manifest {
    /// Reads the manifest of a folder, and holds the files there against it.
    ///
    /// # Errors
    /// Where there is none, or a file is not the one that was built.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(NAME);
        let reading = |error: std::io::Error| Error::caused(format!("reading {}; `publish` makes it", path.display()), error);
        let text = std::fs::read_to_string(&path).map_err(reading)?;
        let manifest: Self =
            serde_json::from_str(&text).map_err(|error| Error::caused(format!("reading {}", path.display()), error.to_string()))?;
        for entry in &manifest.files {
            let path = folder.join(&entry.name);
            let plain = !entry.name.contains(['/', '\\']);
            if !plain || std::fs::read(&path).map(|bytes| digest(&bytes)).ok().as_ref() != Some(&entry.sha256) {
                return Err(Error::new(format!(
                    "{} is not the file that was built; build the book again",
                    path.display()
                )));
            }
        }
        Ok(manifest)
    }

    /// The manifest with the entries of an earlier one whose files are still as they were, and which this build has not made.
    #[must_use]
    pub fn joined(mut self, folder: &Path) -> Self {
        let earlier: Option<Self> = std::fs::read_to_string(folder.join(NAME))
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok());
        let earlier = earlier.filter(|earlier| earlier.identification == self.identification && earlier.title == self.title);
        for entry in earlier.into_iter().flat_map(|earlier| earlier.files) {
            let made = self.files.iter().any(|file| file.name == entry.name);
            let same = || std::fs::read(folder.join(&entry.name)).is_ok_and(|bytes| digest(&bytes) == entry.sha256);
            if !made && !entry.name.contains(['/', '\\']) && same() {
                self.files.push(entry);
            }
        }
        self.files.sort_by(|one, other| one.name.cmp(&other.name));
        self
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// A line of `SHA256SUMS`, as `sha256sum --check` reads it.
pub fn sum(sha256: &str, name: &str) -> String {
    format!("{sha256}  {name}\n")
}

/// The SHA-256 of bytes in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// How many bytes there are, and their SHA-256 in hexadecimal digits; they are not held in memory.
///
/// # Errors
/// Where they cannot be read.
pub fn digest_of(mut source: impl std::io::Read) -> std::io::Result<(u64, String)> {
    let (mut size, mut hash, mut chunk) = (0, Sha256::new(), vec![0; 64 << 10]);
    loop {
        let count = source.read(&mut chunk)?;
        if count == 0 {
            return Ok((size, hexadecimal(&hash.finalize())));
        }
        size += count as u64;
        hash.update(chunk.get(..count).unwrap_or_default());
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
