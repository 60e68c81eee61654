//! Which books there are below a folder, for whoever keeps several in one repository.
//!
//! Gets a folder, gives the folders with a book.toml and what those say. Chapters stay unread.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::Error;
use crate::diag::{Diagnostics, codes};
use crate::manuscript::settings::{self, Settings};
use crate::manuscript::{Folder, slugs};
use crate::source::Sources;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

/// Folders of these names hold what is built, fetched, or tried out, and no books of their own.
pub const LEFT_OUT: [&str; 6] = ["dist", "node_modules", "target", "template", "templates", "tests"];

/// The most books that are listed. Every job of every workflow of GitHub would not do for so many.
const MOST: usize = 10_000;

/// A book among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// Its folder with `/` between its parts, from where the search began: `books/bread`.
    pub path: String,
    /// What the names of its files begin with: [`slugs::stem`].
    pub name: String,
    /// Its title.
    pub title: String,
}

/// The books below a folder, and in it, in order of path. A book.toml with an error is told, and the rest is listed.
///
/// Hidden folders and those [left out](LEFT_OUT) are passed over, except for the one that is named. Symbolic links to folders
/// are not followed: they could lead in a circle, and list a book twice.
///
/// # Errors
/// Where there are too many books to name them.
pub fn below(folder: &Path, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Result<Vec<Book>, Error> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.components().collect::<PathBuf>()];
    while let Some(folder) = waiting.pop() {
        match look(&folder) {
            Ok((is_book, folders)) => {
                waiting.extend(folders);
                found.extend(is_book.then_some(folder));
            }
            Err(error) => {
                let message = format!("`{}` cannot be read: {error}", folder.display());
                diagnostics
                    .report(&codes::UNREADABLE, None, message)
                    .hint("whether there are books in it is not known; allow it to be read, or hide it by a `.` before its name");
            }
        }
        if found.len() > MOST {
            let message = format!("there are more than {MOST} books; name a folder that is nearer to those that are meant");
            return Err(Error::new(message));
        }
    }
    let mut found: Vec<(String, PathBuf)> = found
        .into_iter()
        .filter_map(|folder| Some((shown(&folder, diagnostics)?, folder)))
        .collect();
    found.sort();
    let read = |(path, folder): (String, PathBuf)| read(path, &folder, sources, diagnostics);
    Ok(found.into_iter().map(read).collect())
}

/// Whether a folder is that of a book, and which folders are to be looked into.
fn look(folder: &Path) -> io::Result<(bool, Vec<PathBuf>)> {
    let mut is_book = false;
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        // Even what only has the name is meant for a book, and is told if it cannot be read.
        is_book |= text == "book.toml";
        let passed = text.starts_with('.') || LEFT_OUT.contains(&text.as_ref()) || text == "book.toml";
        if !passed && entry.file_type()?.is_dir() {
            folders.push(inside(folder).join(&name));
        }
    }
    Ok((is_book, folders))
}

/// A folder's path as the beginning of others: nothing for `.`.
fn inside(folder: &Path) -> &Path {
    folder.strip_prefix(".").unwrap_or(folder)
}

/// The path as it is written on every system; it has to be text.
fn shown(folder: &Path, diagnostics: &mut Diagnostics) -> Option<String> {
    let Some(path) = folder.to_str() else {
        diagnostics
            .report(
                &codes::UNREADABLE,
                None,
                format!("the name of the book's folder `{}` is not UTF-8", folder.display()),
            )
            .hint("give the folder another name");
        return None;
    };
    Some(if MAIN_SEPARATOR == '/' {
        path.to_owned()
    } else {
        path.replace(MAIN_SEPARATOR, "/")
    })
}

/// A book of which only book.toml is read.
fn read(path: String, folder: &Path, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Book {
    let mut own = Diagnostics::default();
    let settings = match Folder::open(folder) {
        Some(open) => {
            let file = open.read_text("book.toml", sources, &mut own);
            file.map(|file| settings::read(sources, file, &mut own))
        }
        None => {
            let message = format!("`{path}/book.toml` is not a file");
            own.report(&codes::UNREADABLE, None, message);
            None
        }
    };
    let settings: Settings = settings.unwrap_or_default();
    own.weigh(&settings.check);
    diagnostics.append(own);
    Book {
        path,
        name: slugs::stem(&settings.title),
        title: settings.title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: &str = "[book]\ntitle = \"TITLE\"\nauthors = [\"A\"]\nlanguage = \"en\"\n";

    fn place(root: &Path, folder: &str, title: &str) {
        let folder = root.join(folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("book.toml"), SETTINGS.replace("TITLE", title)).expect("a file");
    }

    fn paths(root: &Path, diagnostics: &mut Diagnostics) -> Vec<String> {
        let books = below(root, &mut Sources::default(), diagnostics).expect("few books");
        let start = format!("{}/", root.to_str().expect("a path in UTF-8").replace(MAIN_SEPARATOR, "/"));
        let inner = |book: Book| book.path.strip_prefix(&start).unwrap_or(".").to_owned();
        books.into_iter().map(inner).collect()
    }

    #[test]
    fn books_are_found_at_any_depth_and_what_is_no_book_of_the_author_is_not() {
        let root = tempfile::tempdir().expect("a folder");
        for folder in [
            "books/salt/manuscript",
            "books/bread",
            "",
            ".github/book",
            "target/book",
            "node_modules/a/book",
            "books/bread/dist/copy",
            "tests/broken",
            "tool/templates/book",
        ] {
            place(root.path(), folder, "T");
        }
        let mut diagnostics = Diagnostics::default();
        assert_eq!(
            paths(root.path(), &mut diagnostics),
            [".", "books/bread", "books/salt/manuscript"]
        );
        // The folder that is named is looked into, whatever its name is.
        assert_eq!(paths(&root.path().join("tests"), &mut diagnostics), ["broken"]);
        assert!(diagnostics.is_empty());
    }

    #[test]
    fn a_book_has_the_name_of_its_files() {
        let root = tempfile::tempdir().expect("a folder");
        place(root.path(), "a", "Bread & Butter");
        let mut diagnostics = Diagnostics::default();
        let books = below(root.path(), &mut Sources::default(), &mut diagnostics).expect("few books");
        assert_eq!(books[0].name, "bread--butter");
        assert_eq!(books[0].title, "Bread & Butter");
    }

    #[test]
    fn a_book_toml_that_is_no_file_is_told() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(root.path().join("a/book.toml")).expect("a folder");
        place(root.path(), "b", "T");
        let mut diagnostics = Diagnostics::default();
        assert_eq!(paths(root.path(), &mut diagnostics), ["a", "b"]);
        assert_eq!(diagnostics.count(crate::diag::Severity::Error), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_in_a_circle_is_not_followed() {
        let root = tempfile::tempdir().expect("a folder");
        place(root.path(), "a", "T");
        std::os::unix::fs::symlink(root.path(), root.path().join("a/again")).expect("a link");
        assert_eq!(paths(root.path(), &mut Diagnostics::default()), ["a"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_whose_name_is_no_text_is_told() {
        use std::os::unix::ffi::OsStrExt as _;
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join(std::ffi::OsStr::from_bytes(b"b\xffd"));
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("book.toml"), SETTINGS).expect("a file");
        let mut diagnostics = Diagnostics::default();
        assert!(paths(root.path(), &mut diagnostics).is_empty());
        assert!(diagnostics.has_errors());
    }
}
