//! Markdown to blocks.

use crate::diag::Diagnostics;
use crate::document::Chapter;
use crate::manuscript::Settings;
use crate::source::{FileId, Sources};

/// A chapter as read from its file, with what its front matter says about its place in the book.
#[derive(Debug)]
pub struct ChapterFile {
    /// The chapter. Its title is the file's first heading if nothing but front matter and text stands above it, else the
    /// front matter's `title`, else the file's name in words.
    pub chapter: Chapter,
    /// `part: ...` of the front matter.
    pub part: Option<String>,
    /// `numbered: false` of the front matter.
    pub numbered: Option<bool>,
}

/// Reads one file. Always gives a chapter; what could not be followed becomes a diagnostic.
pub fn read(_sources: &Sources, _file: FileId, _path: &str, _settings: &Settings, _diagnostics: &mut Diagnostics) -> ChapterFile {
    unimplemented!()
}
