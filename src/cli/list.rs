//! `publish list`: the books below a folder, for people and for workflows.

use super::ListArgs;
use super::build;
use publish::diag::{Diagnostics, render};
use publish::manuscript::{self, Folder};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Folders in which nobody keeps a book, but tools keep what they have brought or made.
const PASSED: [&str; 3] = ["node_modules", "target", "dist"];

/// How deep books are looked for.
const DEEPEST: usize = 16;

/// A book.
struct Book {
    /// Its folder, with `/` on every system.
    path: String,
    /// What its files are called.
    name: String,
    title: String,
}

pub(super) fn run(args: &ListArgs) -> ExitCode {
    let mut folders = Vec::new();
    if let Err(error) = find(&args.folder, 0, &mut folders) {
        return fail(&format!("error: reading {}: {error}\n", args.folder.display()));
    }
    let mut books = Vec::new();
    let mut faults = String::new();
    for folder in &folders {
        match read(folder) {
            Ok(book) => books.push(book),
            Err(told) => faults.push_str(&told),
        }
    }
    if !faults.is_empty() {
        return fail(&faults);
    }
    let text = match args.json {
        true => json(&books),
        false => table(&books),
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(text: &str) -> ExitCode {
    // Nothing more can be done where standard error is gone too.
    let _ = std::io::stderr().write_all(text.as_bytes());
    ExitCode::FAILURE
}

/// The folders with a book.toml, in the order of their paths. A book holds no other.
fn find(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if folder.join("book.toml").is_file() {
        found.push(folder.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(Result::ok)
        // A link could lead anywhere, and round in a circle.
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .filter(|path| !is_passed(path))
        .collect();
    entries.sort();
    for entry in entries.iter().filter(|_| depth < DEEPEST) {
        find(entry, depth + 1, found)?;
    }
    Ok(())
}

fn is_passed(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_none_or(|name| name.starts_with('.') || PASSED.contains(&name))
}

/// A book; the error is what is wrong with its book.toml, as it is told.
fn read(folder: &Path) -> Result<Book, String> {
    let opened = Folder::open(folder).ok_or_else(|| format!("error: {} cannot be opened\n", folder.display()))?;
    let mut diagnostics = Diagnostics::default();
    let (settings, sources) = manuscript::read_settings(&opened, &mut diagnostics);
    if diagnostics.has_errors() {
        diagnostics.keep_errors();
        return Err(render::human(&diagnostics, &sources, false));
    }
    let path = folder.to_string_lossy().replace('\\', "/");
    Ok(Book {
        path: path.strip_prefix("./").unwrap_or(&path).to_owned(),
        name: build::stem(&settings.title),
        title: settings.title,
    })
}

fn json(books: &[Book]) -> String {
    let object = |book: &Book| serde_json::json!({ "path": book.path, "name": book.name, "title": book.title });
    let list: serde_json::Value = books.iter().map(object).collect();
    format!("{list}\n")
}

fn table(books: &[Book]) -> String {
    let width = books.iter().map(|book| book.path.chars().count()).max().unwrap_or(0);
    books
        .iter()
        .map(|book| format!("{:width$}  {}\n", book.path, book.title))
        .collect()
}
