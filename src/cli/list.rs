//! `publish list`: the books below a folder, for people and for workflows.

use super::messages::Messages;
use super::{CommonArgs, ListArgs};
use publish::Error;
use publish::diag::{Diagnostics, codes};
use publish::manuscript::books::{self, Book};
use publish::source::Sources;
use std::process::ExitCode;
use unicode_width::UnicodeWidthStr as _;

pub(super) fn run(args: &ListArgs) -> ExitCode {
    let common = CommonArgs {
        manuscript: None,
        strict: false,
        message_format: args.message_format,
        color: args.color,
        quiet: args.quiet,
        verbose: false,
    };
    let messages = Messages::new(&common).aside(true);
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let books = find(args, &mut sources, &mut diagnostics);
    let good = !diagnostics.has_errors();
    messages.show(&mut diagnostics, &sources, books.as_ref().err());
    let text = match books {
        Ok(books) if good && args.json => json(&books),
        Ok(books) if good => table(&books),
        // A list that leaves out a book is worse than none: a workflow would go on without it.
        _ => return ExitCode::FAILURE,
    };
    messages.print(&text);
    ExitCode::SUCCESS
}

fn find(args: &ListArgs, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Result<Vec<Book>, Error> {
    let folder = &args.folder;
    if !folder.is_dir() {
        diagnostics
            .report(
                &codes::NO_MANUSCRIPT,
                None,
                format!("there is no folder `{}`", folder.display()),
            )
            .hint("name a folder that holds the folders of books");
        return Ok(Vec::new());
    }
    let books = books::below(folder, sources, diagnostics)?;
    if books.is_empty() && !diagnostics.has_errors() {
        let place = match folder.to_str() {
            Some(".") => "here or in a folder below".to_owned(),
            _ => format!("in `{}` or in a folder below", folder.display()),
        };
        let left_out = books::LEFT_OUT.join("`, `");
        diagnostics
            .report(&codes::NO_MANUSCRIPT, None, format!("there is no book.toml {place}"))
            .hint(format!(
                "hidden folders and those named `{left_out}` are passed over, unless they are the folder that is named"
            ));
    }
    Ok(books)
}

/// One line, which a workflow can take for the value of an output as it is.
fn json(books: &[Book]) -> String {
    let object = |book: &Book| serde_json::json!({ "path": book.path, "name": book.name, "title": book.title });
    let array: serde_json::Value = books.iter().map(object).collect();
    format!("{array}\n")
}

/// A line a book: its path, the name of its files, its title.
fn table(books: &[Book]) -> String {
    let rows: Vec<[String; 3]> = books
        .iter()
        .map(|book| [&book.path, &book.name, &book.title].map(|text| plain(text)))
        .collect();
    let widest = |column: fn(&[String; 3]) -> &str| rows.iter().map(|row| column(row).width()).max().unwrap_or(0);
    let (first, second) = (widest(|[path, ..]| path), widest(|[_, name, _]| name));
    let padded = |text: &str, width: usize| format!("{text}{}", " ".repeat(width.saturating_sub(text.width())));
    rows.iter()
        .map(|[path, name, title]| format!("{}  {}  {title}\n", padded(path, first), padded(name, second)))
        .collect()
}

/// A text on one line, that says nothing to a terminal.
fn plain(text: &str) -> String {
    text.replace(|letter: char| letter.is_control(), " ")
}
