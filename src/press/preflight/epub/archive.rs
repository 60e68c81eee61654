//! The archive of an EPUB, read within limits: whatever it claims to hold, only so much is unpacked.
//!
//! Nothing is written anywhere, so names that lead out of the archive lead nowhere: they are compared as text.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The most bytes of one file that are unpacked.
pub(super) const MOST_OF_A_FILE: u64 = 64 * 1024 * 1024;
/// The most bytes of markup that are unpacked of a whole archive: some sixty times the Bible.
const MOST_MARKUP: u64 = 256 * 1024 * 1024;
/// The most bytes of pictures and fonts, which are only glanced at: as much as any store takes.
const MOST_ELSE: u64 = 2 * 1024 * 1024 * 1024;

/// Why a file of the archive is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is not there.
    Missing,
    /// Unpacked, it has more bytes than are looked at.
    TooLarge,
    /// The archive asks for a password.
    Encrypted,
    /// It cannot be unpacked.
    Damaged,
}

/// An archive in memory.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    places: BTreeMap<String, usize>,
    left_of_markup: u64,
    left_of_else: u64,
}

impl<'a> Archive<'a> {
    /// Opens an archive; `None` for what is none.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let mut places = BTreeMap::new();
        for at in 0..zip.len() {
            if let Ok(entry) = zip.by_index_raw(at)
                && let Ok(name) = entry.name()
                && !entry.is_dir()
            {
                places.insert(name.into_owned(), at);
            }
        }
        Some(Self {
            zip,
            places,
            left_of_markup: MOST_MARKUP,
            left_of_else: MOST_ELSE,
        })
    }

    /// The names of its files, in order of the alphabet.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Whether it has a file of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// Unpacks a file that holds tags.
    pub(super) fn read(&mut self, name: &str) -> Result<Vec<u8>, Unread> {
        let left = self.left_of_markup;
        let read = self.unpack(name, left);
        self.left_of_markup -= length(&read, left);
        read
    }

    /// Unpacks a picture or a font.
    pub(super) fn read_other(&mut self, name: &str) -> Result<Vec<u8>, Unread> {
        let left = self.left_of_else;
        let read = self.unpack(name, left);
        self.left_of_else -= length(&read, left);
        read
    }

    fn unpack(&mut self, name: &str, left: u64) -> Result<Vec<u8>, Unread> {
        let at = *self.places.get(name).ok_or(Unread::Missing)?;
        let raw = self.zip.by_index_raw(at).map_err(|_| Unread::Damaged)?;
        if raw.encrypted() {
            return Err(Unread::Encrypted);
        }
        drop(raw);
        let most = MOST_OF_A_FILE.min(left);
        let entry = self.zip.by_index(at).map_err(|_| Unread::Damaged)?;
        let mut bytes = Vec::new();
        let read = entry.take(most + 1).read_to_end(&mut bytes);
        match read {
            Err(_) => Err(Unread::Damaged),
            Ok(_) if bytes.len() as u64 > most => Err(Unread::TooLarge),
            Ok(_) => Ok(bytes),
        }
    }
}

/// How much of what is left was unpacked: what was not read to its end may have been all of it.
fn length(read: &Result<Vec<u8>, Unread>, left: u64) -> u64 {
    let length = match read {
        Ok(bytes) => bytes.len() as u64,
        Err(Unread::Missing | Unread::Encrypted) => 0,
        Err(Unread::TooLarge | Unread::Damaged) => MOST_OF_A_FILE,
    };
    length.min(left)
}

/// Where a reference leads that stands in a file of the archive; `None` for one that leads out of the book.
pub(super) fn resolve(file: &str, reference: &str) -> Option<String> {
    let path = reference.split(['#', '?']).next().unwrap_or_default();
    let scheme = path.split('/').next().unwrap_or_default();
    if path.is_empty() || scheme.contains(':') || path.starts_with('/') {
        return None;
    }
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let path = decode(path);
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What a path of a reference names, without `%20` and its like.
fn decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = path.get(at + 1..at + 3).filter(|_| *byte == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_followed_as_text_and_none_leads_out() {
        let from = |reference| resolve("OEBPS/text/a.xhtml", reference);
        assert_eq!(from("../images/a%20b.png#x").as_deref(), Some("OEBPS/images/a b.png"));
        assert_eq!(from("b.xhtml").as_deref(), Some("OEBPS/text/b.xhtml"));
        assert_eq!(from("../../../../etc/passwd"), None);
        assert_eq!(from("https://a.b/c.png"), None);
        assert_eq!(from("data:image/png;base64,AAAA"), None);
        assert_eq!(from("#here"), None);
        assert_eq!(from("%zz%").as_deref(), Some("OEBPS/text/%zz%"));
    }
}
