//! Diagnostics as text for people and as JSON for programs.

use super::{Diagnostic, Diagnostics, Severity};
use crate::source::{Sources, Span};
use serde_json::json;
use std::fmt::Write as _;

/// How many characters of a source line an excerpt shows at most, before and after the place.
const EXCERPT: usize = 96;

/// The messages as people read them: place, weight, code, sentence, the line with a mark under the place, hints.
///
/// With `colour`, ANSI escapes mark weight and place.
pub fn human(diagnostics: &Diagnostics, sources: &Sources, colour: bool) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        write_human(diagnostic, sources, colour, &mut text);
    }
    text
}

fn write_human(diagnostic: &Diagnostic, sources: &Sources, colour: bool, text: &mut String) {
    let paint = |code: &str, content: &str| {
        if colour {
            format!("\x1b[{code}m{content}\x1b[0m")
        } else {
            content.to_owned()
        }
    };
    let shade = match diagnostic.severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note => "1;36",
    };
    if let Some(span) = diagnostic.span {
        let position = sources.position(span);
        let _ = write!(
            text,
            "{}:{}:{} ",
            sources.get(span.file).path(),
            position.line,
            position.column
        );
    }
    let label = format!("{}[{}]", diagnostic.severity.name(), diagnostic.code.name);
    let _ = writeln!(text, "{}: {}", paint(shade, &label), diagnostic.message);
    if let Some(span) = diagnostic.span {
        let source = sources.get(span.file);
        let position = source.position(span.start as usize);
        let line = source.line(position.line);
        let excerpt = Excerpt::of(line, position.column - 1, sources.text(span));
        if !excerpt.line.trim().is_empty() {
            let gutter = position.line.to_string();
            let _ = writeln!(text, "  {} | {}", gutter, excerpt.line);
            let _ = writeln!(
                text,
                "  {} | {}{}",
                " ".repeat(gutter.len()),
                excerpt.pad,
                paint(shade, &excerpt.mark)
            );
        }
    }
    for hint in &diagnostic.hints {
        let _ = writeln!(text, "  {} {hint}", paint("1", "hint:"));
    }
}

/// A source line cut to a readable length, and what goes under it.
struct Excerpt {
    line: String,
    pad: String,
    mark: String,
}

impl Excerpt {
    /// `skip` is how many characters of the line stand before the place; `marked` is the text of the place.
    fn of(line: &str, skip: usize, marked: &str) -> Self {
        let from = skip.saturating_sub(EXCERPT / 2);
        let shown: Vec<char> = line.chars().skip(from).take(EXCERPT).map(printable).collect();
        let before = if from > 0 { "…" } else { "" };
        let after = if line.chars().nth(from + EXCERPT).is_some() {
            "…"
        } else {
            ""
        };
        let left = skip - from;
        let room = shown.len().saturating_sub(left).max(1);
        let length = marked.lines().next().unwrap_or_default().chars().take(room).count().max(1);
        Self {
            line: format!("{before}{}{after}", shown.iter().collect::<String>()),
            pad: " ".repeat(left + before.chars().count()),
            mark: "^".repeat(length),
        }
    }
}

/// Tabs and control characters would move the mark away from its place.
fn printable(character: char) -> char {
    if character.is_control() { ' ' } else { character }
}

/// The messages as JSON, one object a line, for editors.
///
/// Lines and columns count from 1; `start` and `end` are bytes of the file.
pub fn json(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        let place = diagnostic.span.map(|span| place(span, sources));
        let line = json!({
            "code": diagnostic.code.name,
            "severity": diagnostic.severity.name(),
            "message": diagnostic.message,
            "hints": diagnostic.hints,
            "place": place,
        });
        let _ = writeln!(text, "{line}");
    }
    text
}

/// A place as JSON.
pub fn place(span: Span, sources: &Sources) -> serde_json::Value {
    let source = sources.get(span.file);
    let (start, end) = (source.position(span.start as usize), source.position(span.end as usize));
    json!({
        "file": source.path(),
        "line": start.line, "column": start.column,
        "end_line": end.line, "end_column": end.column,
        "start": span.start, "end": span.end,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::codes;

    #[test]
    fn the_mark_stands_under_the_place() {
        let mut sources = Sources::default();
        let file = sources.add("manuscript/a.md", "# λ\nsee [x](gone.md) here\n");
        let mut diagnostics = Diagnostics::default();
        diagnostics
            .report(&codes::DEAD_LINK, Span::new(file, 9..21), "`gone.md` is not a chapter")
            .hint("did you mean `one.md`?");
        assert_eq!(
            human(&diagnostics, &sources, false),
            "manuscript/a.md:2:5 warning[dead-link]: `gone.md` is not a chapter\n  \
             2 | see [x](gone.md) here\n    |     ^^^^^^^^^^^^\n  hint: did you mean `one.md`?\n"
        );
    }

    #[test]
    fn a_line_of_a_million_characters_is_cut() {
        let mut sources = Sources::default();
        let file = sources.add("a.md", "x".repeat(1_000_000));
        let mut diagnostics = Diagnostics::default();
        diagnostics.report(&codes::DEAD_LINK, Span::new(file, 500_000..500_010), "here");
        assert!(human(&diagnostics, &sources, false).len() < 400);
    }
}
