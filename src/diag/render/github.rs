//! Messages as annotations of GitHub Actions.

use super::{extent, path_from, with_hints};
use crate::diag::{Diagnostics, Severity};
use crate::source::Sources;
use std::fmt::Write as _;
use std::path::Path;

/// The messages as workflow commands, one a line: `::warning file=a.md,line=3,col=1,endLine=3,endColumn=9,title=code::...`.
///
/// Paths are those seen from the folder `base`. Lines and columns count from 1, columns in characters; `endColumn` is the
/// column behind the last character. A place of several lines has no columns, since the runner takes none there.
pub fn github(diagnostics: &Diagnostics, sources: &Sources, base: &Path) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let _ = write!(text, "::{command} ");
        if let Some(span) = diagnostic.span {
            let (start, end) = extent(span, sources);
            let file = escape_property(&path_from(base, span, sources));
            let _ = if start.line == end.line {
                write!(
                    text,
                    "file={file},line={},col={},endLine={},endColumn={},",
                    start.line, start.column, end.line, end.column
                )
            } else {
                write!(text, "file={file},line={},endLine={},", start.line, end.line)
            };
        }
        let message = escape_message(&with_hints(diagnostic));
        let _ = writeln!(text, "title={}::{message}", escape_property(diagnostic.code.name));
    }
    text
}

/// What the runner would take for the end of the command.
fn escape_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// In a property also what would end it.
fn escape_property(text: &str) -> String {
    escape_message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::codes;
    use crate::source::Span;

    #[test]
    fn what_has_a_meaning_in_commands_is_escaped() {
        let mut sources = Sources::default();
        let file = sources.add("a,b:c 50%.md", "x\n");
        let mut diagnostics = Diagnostics::default();
        diagnostics
            .report(&codes::DEAD_LINK, Span::new(file, 0..1), "100%, all:\r\nof it")
            .hint("none");
        assert_eq!(
            github(&diagnostics, &sources, Path::new("/")),
            "::warning file=a%2Cb%3Ac 50%25.md,line=1,col=1,endLine=1,endColumn=2,title=dead-link::\
             100%25, all:%0D%0Aof it%0Ahint: none\n"
        );
    }
}
