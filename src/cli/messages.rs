//! How a command speaks: diagnostics and results, for people or for programs.

use super::{Color, CommonArgs, MessageFormat};
use publish::diag::{Diagnostics, Severity, codes, render};
use publish::manuscript::{Folder, Settings};
use publish::source::Sources;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

/// Where and how messages go.
pub(super) struct Messages<'a> {
    args: &'a CommonArgs,
}

impl<'a> Messages<'a> {
    pub(super) fn new(args: &'a CommonArgs) -> Self {
        Self { args }
    }

    /// Whether messages are JSON.
    pub(super) fn json(&self) -> bool {
        self.args.message_format == MessageFormat::Json
    }

    /// Whether a progress bar would be seen by somebody.
    pub(super) fn interactive(&self) -> bool {
        !self.args.quiet && !self.json() && std::io::stderr().is_terminal()
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
            self.show(&mut diagnostics, &Sources::default(), &Settings::default());
        }
        folder
    }

    /// Shows what was found, in order of place, with the weights that book.toml and `--strict` give. `true` when nothing
    /// stops the build.
    pub(super) fn show(&self, diagnostics: &mut Diagnostics, sources: &Sources, settings: &Settings) -> bool {
        diagnostics.weigh(&settings.check);
        if self.args.strict {
            diagnostics.make_strict();
        }
        diagnostics.sort();
        let errors = diagnostics.count(Severity::Error);
        if self.args.quiet {
            diagnostics.keep_errors();
        }
        if self.json() {
            self.print(&render::json(diagnostics, sources));
        } else {
            self.say(&render::human(diagnostics, sources, self.colour()));
            let warnings = diagnostics.count(Severity::Warning);
            if errors + warnings > 0 {
                self.say(&format!("{}\n", summary(errors, warnings)));
            }
        }
        errors == 0
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

    /// An error that is not the manuscript's.
    pub(super) fn fail(&self, error: &publish::Error) {
        if self.json() {
            let line =
                serde_json::json!({ "code": null, "severity": "error", "message": error.to_string(), "hints": [], "place": null });
            self.print(&format!("{line}\n"));
        } else {
            self.say(&format!("error: {error}\n"));
        }
    }
}

fn summary(errors: usize, warnings: usize) -> String {
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, _) => count(warnings, "warning"),
        (_, 0) => count(errors, "error"),
        _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}
