//! Preflight of EPUBs: what a store would refuse of a book, whoever made it.
//!
//! Gets the bytes of an EPUB, reads them once into [`Book`], and holds what was found against one store after another. What
//! EPUBCheck judges is left to it: whether files are well-formed, links lead somewhere and the package is complete. So files that
//! it would report are read as far as they can be, and nothing is said of them here.
//!
//! Cost is bounded, whatever an archive claims to hold: only so much of it is unpacked.

mod archive;
mod judge;
mod markup;
mod package;
mod pages;
mod pictures;
#[cfg(test)]
mod tests;

use super::Finding;
use crate::press::store::Store;
use archive::{Archive, Unread};
use package::{Encrypted, Package};
use pages::Page;
use pictures::Picture;
use std::collections::{BTreeMap, BTreeSet};

/// An EPUB, as far as stores ask about it.
#[derive(Debug, Default)]
pub struct Book {
    /// How many bytes the file has.
    size: u64,
    /// Whether there is a package in it.
    readable: bool,
    /// What the package says.
    package: Package,
    /// The pages and the SVG files by their path.
    pages: BTreeMap<String, Page>,
    /// The pictures but for SVG.
    pictures: BTreeMap<String, Picture>,
    /// The formats of the fonts; empty where it is not known.
    fonts: BTreeMap<String, &'static str>,
    /// What is encrypted.
    encrypted: Encrypted,
    /// All names in the archive.
    names: BTreeSet<String>,
    /// Files that have more bytes than are looked at.
    too_large: BTreeSet<String>,
}

impl Book {
    /// Reads an EPUB. Whatever the bytes are, there is a book to be judged.
    pub fn read(bytes: &[u8]) -> Self {
        let mut book = Self {
            size: bytes.len() as u64,
            ..Self::default()
        };
        let Some(mut archive) = Archive::open(bytes) else {
            return book;
        };
        book.names = archive.names().map(str::to_owned).collect();
        book.encrypted = package::encrypted(&mut archive);
        if let Some(package) = package::read(&mut archive) {
            book.readable = true;
            book.package = package;
            book.read_files(&mut archive);
        }
        book
    }

    fn read_files(&mut self, archive: &mut Archive<'_>) {
        let mut pixels = pictures::MOST_PIXELS;
        for (path, item) in &self.package.items {
            let kind = Kind::of(&item.media_type, path);
            if kind == Kind::Other || self.encrypted.closed.contains(path) {
                continue;
            }
            let read = match kind {
                Kind::Page => archive.read(path),
                Kind::Picture | Kind::Font | Kind::Other => archive.read_other(path),
            };
            let bytes = match read {
                Ok(bytes) => bytes,
                Err(Unread::Encrypted) => {
                    self.encrypted.closed.insert(path.clone());
                    continue;
                }
                Err(Unread::TooLarge) => {
                    self.too_large.insert(path.clone());
                    continue;
                }
                // EPUBCheck reports what is not there or damaged.
                Err(Unread::Missing | Unread::Damaged) => continue,
            };
            match kind {
                Kind::Page => {
                    self.pages.insert(path.clone(), pages::read(path, &bytes));
                }
                Kind::Picture => {
                    self.pictures
                        .insert(path.clone(), pictures::read(&bytes, &item.media_type, &mut pixels));
                }
                Kind::Font => {
                    let obfuscated = self.encrypted.obfuscated.contains(path);
                    self.fonts
                        .insert(path.clone(), pictures::font_format(&bytes, path, obfuscated));
                }
                Kind::Other => {}
            }
        }
    }

    /// Whether there is a book in the file at all; where not, every store gives the same finding.
    pub fn is_readable(&self) -> bool {
        self.readable
    }

    /// What a store would refuse, lose, or wish otherwise, in the order of its rules.
    pub fn judge(&self, store: &Store) -> Vec<Finding> {
        judge::judge(self, store)
    }
}

/// What a file of the manifest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A page, an SVG or the NCX: tags.
    Page,
    Picture,
    Font,
    Other,
}

impl Kind {
    fn of(media_type: &str, path: &str) -> Self {
        let end = path.rsplit_once('.').map_or("", |(_, end)| end);
        match media_type {
            "application/xhtml+xml" | "text/html" | "image/svg+xml" | "application/x-dtbncx+xml" => Self::Page,
            _ if media_type.starts_with("image/") => Self::Picture,
            _ if media_type.starts_with("font/") || media_type.contains("font") => Self::Font,
            _ if ["otf", "ttf", "woff", "woff2"].contains(&end) => Self::Font,
            _ => Self::Other,
        }
    }
}
