//! `publish prompt`: the brief of a chapter or of the whole book.

use super::PromptArgs;
use super::messages::Messages;
use publish::diag::Diagnostics;
use publish::manuscript;
use publish::prompt::{self, Book, Subject, template};
use publish::{Error, release};
use std::path::Path;
use std::process::ExitCode;

/// The exit code for a command line that is wrong or lacks something.
const WRONG: u8 = 2;

pub(super) fn run(args: &PromptArgs) -> ExitCode {
    // A brief on standard output is to be a brief and nothing else.
    let messages = Messages::new(&args.common).aside(args.out.is_none());
    if let Some(name) = &args.template {
        let name = match (name.as_str(), args.master) {
            ("", true) => "master",
            ("", false) => "chapter",
            (name, _) => name,
        };
        return deliver(args, template::built_in(name).unwrap_or_default(), &messages);
    }
    let Some(folder) = messages.open() else {
        return ExitCode::FAILURE;
    };
    let mut diagnostics = Diagnostics::default();
    let manuscript = manuscript::read(folder, &mut diagnostics);
    let mut book = Book::bind(manuscript, &mut diagnostics);
    let subject = match subject(args, &book) {
        Ok(subject) => subject,
        Err(text) => {
            // What is wrong with book.toml or the outline may be why there is no such chapter.
            diagnostics.keep_errors();
            messages.show(&mut diagnostics, &book.edition.sources, None);
            messages.say(&text);
            return ExitCode::from(WRONG);
        }
    };
    let text = prompt::write(&mut book, subject, &mut diagnostics);
    let good = messages.weigh(&mut diagnostics, &book.edition.settings);
    diagnostics.keep_errors();
    messages.show(&mut diagnostics, &book.edition.sources, None);
    match text {
        Some(text) if good => deliver(args, &text, &messages),
        _ => ExitCode::FAILURE,
    }
}

/// What the brief is to be about; the error says what there is.
fn subject(args: &PromptArgs, book: &Book) -> Result<Subject, String> {
    if args.master {
        return Ok(Subject::Master);
    }
    let Some(name) = &args.chapter else {
        return Err(format!(
            "error: which chapter? Name one, or ask with `--master` for the brief of the whole book\n{}",
            list(book)
        ));
    };
    match book.contents.find(name, &book.edition.document) {
        Ok(found) => Ok(Subject::Chapter {
            found,
            with_text: args.text,
        }),
        Err(near) => {
            let hint = near.map_or_else(String::new, |near| format!("  hint: did you mean `{near}`?\n"));
            let outline = match book.edition.outline {
                Some(_) => "",
                None => "  hint: a chapter that is not written yet has a brief once outline.md names it\n",
            };
            Err(format!(
                "error: the book has no chapter `{name}`\n{hint}{outline}{}",
                list(book)
            ))
        }
    }
}

/// The chapters that there are, as lines.
fn list(book: &Book) -> String {
    let chapters = book.contents.chapters.iter();
    let names: String = chapters.map(|chapter| format!("    {}\n", chapter.name())).collect();
    if names.is_empty() {
        "  the book has no chapters yet: write them down in outline.md\n".to_owned()
    } else {
        format!("  the chapters are:\n{names}")
    }
}

/// Prints the text, or writes it where it is to go.
fn deliver(args: &PromptArgs, text: &str, messages: &Messages<'_>) -> ExitCode {
    let Some(path) = &args.out else {
        messages.print(text);
        return ExitCode::SUCCESS;
    };
    match write(path, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            messages.fail(&error);
            ExitCode::FAILURE
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| Error::new(format!("writing {}: that is no name of a file", path.display())))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    release::write(folder.unwrap_or(Path::new(".")), &[(name.to_owned(), text.as_bytes())]).map(|_| ())
}
