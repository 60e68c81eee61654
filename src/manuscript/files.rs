//! The manuscript's folder: the only place that files are read from, and nothing outside of it.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::diag::{Code, Diagnostics, codes};
use crate::source::{FileId, Sources, Span};
use std::path::{Component, Path, PathBuf};

/// The largest file of text that is read, in bytes. The longest novels have 5 MB.
const LARGEST_TEXT: u64 = 16 << 20;
/// The largest picture that is read, in bytes.
const LARGEST_PICTURE: u64 = 64 << 20;

/// A folder with book.toml. Paths in it are written with `/` and never lead out of it, symbolic links included.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    shown: String,
}

impl Folder {
    /// The folder at a path; `None` when there is no book.toml in it.
    pub fn open(path: &Path) -> Option<Self> {
        let root = path.canonicalize().ok().filter(|root| root.join("book.toml").is_file())?;
        let shown = path.to_string_lossy().replace('\\', "/");
        let shown = shown.strip_prefix("./").unwrap_or(&shown).trim_end_matches('/').to_owned();
        Some(Self { root, shown })
    }

    /// The nearest folder with a book.toml: `manuscript` below `from`, `from` itself, or one of the folders above.
    pub fn nearest(from: &Path) -> Option<Self> {
        let above = from.canonicalize().unwrap_or_else(|_| from.to_owned());
        Self::open(&from.join("manuscript")).or_else(|| Self::open(from)).or_else(|| {
            let above = above.ancestors().skip(1);
            above
                .into_iter()
                .find_map(|folder| Self::open(&folder.join("manuscript")).or_else(|| Self::open(folder)))
        })
    }

    /// The folder's real path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder's path as messages show it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The path of a file as messages show it.
    pub fn shown_path(&self, path: &str) -> String {
        let is_beside = |beside: &Path| resolve_in(&self.root, path).is_err() && beside.join(path).exists();
        if is_house(path) && self.root.parent().is_some_and(is_beside) {
            return match self.shown.rsplit_once('/') {
                _ if self.shown.is_empty() || self.shown == "." => format!("../{path}"),
                _ if self.shown.ends_with("..") => format!("{}/../{path}", self.shown),
                Some((above, _)) => format!("{above}/{path}"),
                None => path.to_owned(),
            };
        }
        if self.shown.is_empty() || self.shown == "." {
            path.to_owned()
        } else {
            format!("{}/{path}", self.shown)
        }
    }

    /// Whether there is a file at a path inside the folder.
    pub fn has(&self, path: &str) -> bool {
        self.resolve(path).is_ok_and(|real| real.is_file())
    }

    /// The Markdown files at the top of the folder, in order of name, without the outline.
    pub fn markdown_files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name.ends_with(".md") && !name.starts_with('.') && name != "outline.md" && name != "SUMMARY.md")
            .collect();
        names.sort_by_key(|name| natural(name));
        names
    }

    /// The files of a folder inside this one with one of these endings, in order of name.
    pub fn files_in(&self, folder: &str, endings: &[&str]) -> Vec<String> {
        let Ok(real) = self.resolve(folder) else { return Vec::new() };
        let entries = std::fs::read_dir(real).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| endings.iter().any(|ending| name.to_lowercase().ends_with(ending)))
            .map(|name| format!("{folder}/{name}"))
            .collect();
        names.sort();
        names
    }

    /// The real path of a path as written; the error is the code that says why not.
    ///
    /// `styles/` and `fonts/` are looked for in the manuscript's folder and then beside it, where a book keeps them.
    fn resolve(&self, path: &str) -> Result<PathBuf, &'static Code> {
        match (resolve_in(&self.root, path), self.root.parent()) {
            (Err(_), Some(beside)) if is_house(path) => {
                let folder = path.split('/').next().unwrap_or(path);
                let inner = path.strip_prefix(folder).unwrap_or_default().trim_start_matches('/');
                resolve_in(&beside.join(folder), inner)
            }
            (result, _) => result,
        }
    }

    /// Reads a file of text that another includes; on a fault gives what to report where it is included.
    pub(super) fn read_included(&self, path: &str, sources: &mut Sources) -> Result<FileId, Fault> {
        let bytes = self.read(path, LARGEST_TEXT)?;
        let text = String::from_utf8(bytes).map_err(|error| Fault {
            code: &codes::NOT_UTF8,
            detail: format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()),
        })?;
        Ok(sources.add(self.shown_path(path), one_kind_of_lines(text)))
    }

    /// Reads a file of text into the sources; on a fault reports it and gives `None`.
    ///
    /// Line ends become LF and a byte order mark goes, so that later stages see one kind of text.
    pub fn read_text(&self, path: &str, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<FileId> {
        let shown = self.shown_path(path);
        let bytes = match self.read(path, LARGEST_TEXT) {
            Ok(bytes) => bytes,
            Err(fault) => {
                fault.report(&shown, None, diagnostics);
                return None;
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => Some(sources.add(shown, one_kind_of_lines(text))),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let byte = error.as_bytes().get(valid).copied().unwrap_or_default();
                let text = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default()).into_owned();
                let file = sources.add(shown.clone(), text);
                diagnostics
                    .report(
                        &codes::NOT_UTF8,
                        Span::new(file, valid..valid),
                        format!("byte {valid} of `{shown}` is {byte:#04x}, which is not UTF-8"),
                    )
                    .hint("save the file as UTF-8");
                None
            }
        }
    }

    /// Reads a picture or a font; on a fault gives what to report.
    pub fn read_bytes(&self, path: &str) -> Result<Vec<u8>, Fault> {
        self.read(path, LARGEST_PICTURE)
    }

    fn read(&self, path: &str, largest: u64) -> Result<Vec<u8>, Fault> {
        let real = self.resolve(path).map_err(|code| Fault {
            code,
            detail: String::new(),
        })?;
        let unreadable = |error: std::io::Error| Fault {
            code: &codes::UNREADABLE,
            detail: error.to_string(),
        };
        let metadata = std::fs::metadata(&real).map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(Fault {
                code: &codes::UNREADABLE,
                detail: "it is not a file".to_owned(),
            });
        }
        if metadata.len() > largest {
            let detail = format!("it has {} MB, and {} MB are the limit", metadata.len() >> 20, largest >> 20);
            return Err(Fault {
                code: &codes::TOO_LARGE,
                detail,
            });
        }
        std::fs::read(&real).map_err(unreadable)
    }
}

/// A text with LF at the ends of its lines, and without a byte order mark.
fn one_kind_of_lines(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    if text.contains('\r') {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    text
}

/// Whether a path leads to what a book may keep beside its manuscript.
fn is_house(path: &str) -> bool {
    ["styles", "fonts"]
        .iter()
        .any(|name| path == *name || path.starts_with(&format!("{name}/")))
}

/// The real path of a path inside a folder.
fn resolve_in(root: &Path, path: &str) -> Result<PathBuf, &'static Code> {
    let root = &root.canonicalize().map_err(|_| &codes::UNREADABLE)?;
    let relative = Path::new(path);
    let mut depth = 0_i32;
    for part in relative.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir => depth -= 1,
            Component::RootDir | Component::Prefix(_) => return Err(&codes::OUTSIDE_MANUSCRIPT),
        }
        if depth < 0 {
            return Err(&codes::OUTSIDE_MANUSCRIPT);
        }
    }
    let real = root.join(relative).canonicalize().map_err(|_| &codes::UNREADABLE)?;
    if real.starts_with(root) {
        Ok(real)
    } else {
        Err(&codes::OUTSIDE_MANUSCRIPT)
    }
}

/// Why a file was not read.
#[derive(Debug)]
pub struct Fault {
    /// The code to report.
    pub code: &'static Code,
    detail: String,
}

impl Fault {
    /// What is wrong with `path`, as messages show it.
    pub(super) fn message(&self, path: &str) -> String {
        if self.code == &codes::OUTSIDE_MANUSCRIPT {
            format!("`{path}` leads out of the manuscript's folder")
        } else if self.code == &codes::TOO_LARGE {
            format!("`{path}` is too large: {}", self.detail)
        } else if self.detail.is_empty() {
            format!("`{path}` is not there")
        } else {
            format!("`{path}` cannot be read: {}", self.detail)
        }
    }

    /// Reports the fault of reading `path`, as messages show it, at the place that asked for it.
    pub fn report(&self, path: &str, span: Option<Span>, diagnostics: &mut Diagnostics) {
        let message = self.message(path);
        let diagnostic = diagnostics.report(self.code, span, message);
        if self.code == &codes::OUTSIDE_MANUSCRIPT {
            diagnostic.hint("copy the file into the manuscript; nothing outside of it is read");
        }
    }
}

/// A key that sorts `2-x` before `10-x`.
fn natural(name: &str) -> (Vec<(u64, String)>, String) {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let text_end = rest.find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len());
        let (text, tail) = rest.split_at(text_end);
        let number_end = tail.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(tail.len());
        let (number, tail) = tail.split_at(number_end);
        key.push((0, text.to_owned()));
        key.push((number.parse().unwrap_or(u64::MAX), String::new()));
        rest = tail;
    }
    (key, name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_people_expect() {
        let mut names = ["10-b.md", "2-a.md", "appendix.md", "01-x.md"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["01-x.md", "2-a.md", "10-b.md", "appendix.md"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_that_leads_out_is_not_followed() {
        let outer = tempfile::tempdir().expect("a folder for the test");
        let book = outer.path().join("book");
        std::fs::create_dir(&book).expect("a folder for the book");
        std::fs::write(book.join("book.toml"), "").expect("a file");
        std::fs::write(outer.path().join("secret.md"), "# Secret").expect("a file");
        std::os::unix::fs::symlink(outer.path().join("secret.md"), book.join("a.md")).expect("a link");
        let folder = Folder::open(&book).expect("a folder with book.toml");
        let mut diagnostics = Diagnostics::default();
        assert!(folder.read_text("a.md", &mut Sources::default(), &mut diagnostics).is_none());
        assert!(
            folder
                .read_text("../secret.md", &mut Sources::default(), &mut diagnostics)
                .is_none()
        );
        assert!(diagnostics.iter().all(|found| found.code == &codes::OUTSIDE_MANUSCRIPT));
        assert_eq!(diagnostics.iter().count(), 2);
    }
}
