//! Typst's view of a book: virtual files and fonts in memory, no disk, no network, no clock.

use crate::assets::{Font as BookFont, FontData};
use std::collections::HashMap;
use std::sync::Arc;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World};

/// A virtual file that the markup stage made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct VirtualFile {
    /// The path from the root: `/chapter/01.typ`.
    pub(super) path: String,
    /// What is in it.
    pub(super) content: Content,
}

/// What a virtual file holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// Typst source or an SVG drawing.
    Text(String),
    /// A picture.
    Bytes(Arc<Vec<u8>>),
}

/// Bytes that Typst may keep: a book's picture or a font.
struct Shared<T>(T);

impl AsRef<[u8]> for Shared<Arc<Vec<u8>>> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Shared<FontData> {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes()
    }
}

/// Sources by their ids.
pub(super) type Sources = HashMap<FileId, Source>;

/// The world in which a book is compiled.
pub(super) struct BookWorld {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    font_keys: Vec<(String, usize)>,
    main: FileId,
    sources: Sources,
    files: HashMap<FileId, (Content, Bytes)>,
}

impl BookWorld {
    /// A world without fonts and files.
    pub(super) fn new() -> Self {
        Self {
            library: LazyHash::new(super::grid::library()),
            book: LazyHash::new(FontBook::new()),
            fonts: Vec::new(),
            font_keys: Vec::new(),
            main: file_id("/main.typ").unwrap_or_else(fallback_id),
            sources: HashMap::new(),
            files: HashMap::new(),
        }
    }

    /// The sources as they are; they share their text.
    pub(super) fn sources(&self) -> Sources {
        self.sources.clone()
    }

    /// Takes sources as they were.
    pub(super) fn restore(&mut self, sources: Sources) {
        self.sources = sources;
    }

    /// Takes the book's fonts; the same fonts again cost nothing.
    pub(super) fn set_fonts(&mut self, fonts: &[BookFont]) {
        let keys: Vec<_> = fonts
            .iter()
            .map(|font| (font.name.clone(), font.data.bytes().len()))
            .collect();
        if keys == self.font_keys && !self.fonts.is_empty() {
            return;
        }
        self.font_keys = keys;
        self.fonts = fonts
            .iter()
            .flat_map(|font| Font::iter(Bytes::new(Shared(font.data.clone()))))
            .collect();
        self.book = LazyHash::new(FontBook::from_fonts(&self.fonts));
    }

    /// Takes the book's files. A source whose text did not change stays as it is, one that changed is parsed again only
    /// where it did, and whatever is no longer part of the book goes.
    pub(super) fn set_files(&mut self, files: Vec<VirtualFile>) {
        let mut sources = HashMap::with_capacity(files.len());
        let mut others = HashMap::new();
        for file in files {
            let Some(id) = file_id(&file.path) else { continue };
            match file.content {
                Content::Text(text) if file.path.ends_with(".typ") => {
                    let source = match self.sources.remove(&id) {
                        Some(mut source) => {
                            // Without a difference this leaves the source, and what was computed from it, untouched.
                            source.replace(&text);
                            source
                        }
                        None => Source::new(id, text),
                    };
                    sources.insert(id, source);
                }
                content => {
                    let kept = self.files.remove(&id).filter(|(old, _)| *old == content);
                    others.insert(id, kept.unwrap_or_else(|| (content.clone(), bytes(content))));
                }
            }
        }
        self.sources = sources;
        self.files = others;
    }
}

fn bytes(content: Content) -> Bytes {
    match content {
        Content::Text(text) => Bytes::from_string(text),
        Content::Bytes(data) => Bytes::new(Shared(data)),
    }
}

/// The id of a path. Paths are made by this backend and always valid.
pub(super) fn file_id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn fallback_id() -> FileId {
    Source::detached("").id()
}

impl World for BookWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if let Some(source) = self.sources.get(&id) {
            return Ok(Bytes::from_string(source.text().to_owned()));
        }
        self.files.get(&id).map(|(_, data)| data.clone()).ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_with_slash().into())
}
