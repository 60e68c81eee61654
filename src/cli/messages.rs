//! How a command speaks: diagnostics and results, for people or for programs.

use super::{Color, CommonArgs, MessageFormat};
use publish::Error;
use publish::diag::{Diagnostics, Severity, codes, render};
use publish::manuscript::{Folder, Settings};
use publish::source::Sources;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

/// Where and how messages go.
pub(super) struct Messages<'a> {
    args: &'a CommonArgs,
    format: MessageFormat,
    /// Whether the command's own result goes to standard output, which then has no room for messages.
    aside: bool,
}

impl<'a> Messages<'a> {
    pub(super) fn new(args: &'a CommonArgs) -> Self {
        Self {
            args,
            format: args.message_format,
            aside: false,
        }
    }

    /// The same in another format, if one is named.
    pub(super) fn format(self, format: Option<MessageFormat>) -> Self {
        Self {
            format: format.unwrap_or(self.format),
            ..self
        }
    }

    /// The same for a command whose own result may go to standard output: all messages go to standard error then.
    pub(super) fn aside(self, aside: bool) -> Self {
        Self { aside, ..self }
    }

    /// Whether messages are JSON.
    pub(super) fn json(&self) -> bool {
        self.format == MessageFormat::Json
    }

    /// Whether people read along.
    pub(super) fn human(&self) -> bool {
        self.format == MessageFormat::Human
    }

    /// Whether a progress bar would be seen by somebody.
    pub(super) fn interactive(&self) -> bool {
        !self.args.quiet && self.human() && std::io::stderr().is_terminal()
    }

    /// Whether messages are coloured.
    pub(super) fn colour(&self) -> bool {
        match self.args.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        }
    }

    /// Opens the manuscript's folder, or says where it was looked for.
    pub(super) fn open(&self) -> Option<Folder> {
        let folder = match &self.args.manuscript {
            Some(path) => Folder::open(path),
            None => Folder::nearest(Path::new(".")),
        };
        if folder.is_none() {
            let mut diagnostics = Diagnostics::default();
            match &self.args.manuscript {
                Some(path) => diagnostics
                    .report(
                        &codes::NO_MANUSCRIPT,
                        None,
                        format!("there is no book.toml in `{}`", path.display()),
                    )
                    .hint("name the folder that holds book.toml"),
                None => diagnostics
                    .report(
                        &codes::NO_MANUSCRIPT,
                        None,
                        "there is no book.toml in `manuscript`, here, or in a folder above",
                    )
                    .hint("`publish new my-book` makes a small book to start from"),
            };
            self.show(&mut diagnostics, &Sources::default(), None);
        }
        folder
    }

    /// Gives the messages the weights that book.toml and `--strict` ask for, without those that the manuscript allows.
    /// `true` when nothing stops the build.
    pub(super) fn weigh(&self, diagnostics: &mut Diagnostics, settings: &Settings) -> bool {
        diagnostics.weigh(&settings.check);
        if self.args.strict {
            diagnostics.make_strict();
        }
        !diagnostics.has_errors()
    }

    /// Shows what was found, in order of place, and what failed that is not the manuscript's fault.
    pub(super) fn show(&self, diagnostics: &mut Diagnostics, sources: &Sources, failure: Option<&Error>) {
        diagnostics.sort();
        let summary = summary(diagnostics.count(Severity::Error), diagnostics.count(Severity::Warning));
        if self.args.quiet {
            diagnostics.keep_errors();
        }
        // Without a working folder, paths stay as they are.
        let base = std::env::current_dir().unwrap_or_default();
        match self.format {
            MessageFormat::Human => {
                self.say(&render::human(diagnostics, sources, self.colour()));
                self.say(&summary);
            }
            MessageFormat::Json => self.tell(&render::json(diagnostics, sources)),
            // One document holds everything.
            MessageFormat::Sarif => return self.tell(&render::sarif(diagnostics, sources, &base, failure)),
            MessageFormat::Github => self.tell(&render::github(diagnostics, sources, &base)),
        }
        if let Some(error) = failure {
            self.say_failure(error);
        }
    }

    /// An error that is not the manuscript's, where there is nothing else to show.
    pub(super) fn fail(&self, error: &Error) {
        self.show(&mut Diagnostics::default(), &Sources::default(), Some(error));
    }

    fn say_failure(&self, error: &Error) {
        if self.json() {
            let line =
                serde_json::json!({ "code": null, "severity": "error", "message": error.to_string(), "hints": [], "place": null });
            self.tell(&format!("{line}\n"));
        } else {
            self.say(&format!("error: {error}\n"));
        }
    }

    /// Writes what is meant for programs.
    pub(super) fn tell(&self, text: &str) {
        if self.aside {
            self.say(text);
        } else {
            self.print(text);
        }
    }

    /// Writes to standard error.
    pub(super) fn say(&self, text: &str) {
        // A closed standard error leaves nobody to tell.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    /// Writes to standard output.
    pub(super) fn print(&self, text: &str) {
        // A reader that stopped reading, such as `head`, has what it wants.
        let _ = std::io::stdout().write_all(text.as_bytes());
    }
}

/// How many errors and warnings there are, as a line; nothing for none.
fn summary(errors: usize, warnings: usize) -> String {
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => String::new(),
        (0, _) => format!("{}\n", count(warnings, "warning")),
        (_, 0) => format!("{}\n", count(errors, "error")),
        _ => format!("{}, {}\n", count(errors, "error"), count(warnings, "warning")),
    }
}
