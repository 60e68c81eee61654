//! Languages that are understood line by line: loading the definitions for [`scopes`](super::scopes) would cost more than all
//! else that a book's listings need.

use super::{Class, Painter, Token};

/// A language without structure across lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// `diff -u`, `git diff`
    Diff,
    /// Sections, keys and values.
    Ini,
    /// Instructions, which a backslash continues.
    Dockerfile,
}

/// The language for a fence's first word in lower case.
pub(super) fn find(language: &str) -> Option<Lines> {
    Some(match language {
        "diff" | "patch" | "udiff" => Lines::Diff,
        "ini" | "cfg" | "conf" | "properties" | "env" | "dotenv" | "editorconfig" => Lines::Ini,
        "dockerfile" | "docker" | "containerfile" => Lines::Dockerfile,
        _ => return None,
    })
}

/// The tokens of the code.
pub(super) fn tokens(language: Lines, code: &str) -> Vec<Token> {
    let mut painter = Painter::new(code);
    let mut start = 0;
    let mut continued = false;
    for line in code.split_inclusive('\n') {
        match language {
            Lines::Diff => painter.paint_to(start + line.len(), diff(line)),
            Lines::Ini => ini(line, start, &mut painter),
            Lines::Dockerfile => dockerfile(line, start, continued, &mut painter),
        }
        start += line.len();
        painter.paint_to(start, None);
        continued = line.trim_end().ends_with('\\') || (continued && line.trim_start().starts_with('#'));
    }
    painter.tokens
}

/// Added lines have the class that themes show green, removed ones that which they show strongest.
fn diff(line: &str) -> Option<Class> {
    let header = ["+++ ", "--- ", "diff ", "index "]
        .iter()
        .any(|start| line.starts_with(start));
    match line.bytes().next() {
        _ if header => Some(Class::Comment),
        Some(b'@') => Some(Class::Attribute),
        Some(b'+') => Some(Class::String),
        Some(b'-') => Some(Class::Keyword),
        _ => None,
    }
}

fn ini(line: &str, start: usize, painter: &mut Painter) {
    let text = line.trim_start();
    let from = start + line.len() - text.len();
    painter.paint_to(from, None);
    let text = text.trim_end();
    if text.starts_with([';', '#']) {
        painter.paint_to(from + text.len(), Some(Class::Comment));
    } else if text.starts_with('[') {
        painter.paint_to(from + 1, None);
        painter.paint_to(from + text.find(']').unwrap_or(text.len()), Some(Class::Type));
    } else if let Some(at) = text.find(['=', ':']) {
        let key = text.get(..at).unwrap_or_default().trim_end();
        painter.paint_to(from + key.len(), Some(Class::Attribute));
    }
}

fn dockerfile(line: &str, start: usize, continued: bool, painter: &mut Painter) {
    let mut text = line.trim();
    let mut at = start + line.len() - line.trim_start().len();
    painter.paint_to(at, None);
    if text.starts_with('#') {
        return painter.paint_to(at + text.len(), Some(Class::Comment));
    }
    let mut first = !continued;
    while !text.is_empty() {
        let (length, class) = dockerfile_word(text, first);
        first = false;
        at += length;
        painter.paint_to(at, class);
        text = text.get(length..).unwrap_or_default();
        let rest = text.trim_start();
        at += text.len() - rest.len();
        painter.paint_to(at, None);
        text = rest;
    }
}

/// How long the next piece of a line is, and what it is.
fn dockerfile_word(text: &str, first: bool) -> (usize, Option<Class>) {
    let up_to = |stop: fn(char) -> bool| {
        text.char_indices()
            .skip(1)
            .find(|(_, c)| stop(*c))
            .map_or(text.len(), |(at, _)| at)
    };
    let end = |c: char| c.is_whitespace() || "\"'$,[]=".contains(c);
    let quoted = |quote: char| text.get(1..).and_then(|rest| rest.find(quote)).map(|at| at + 2);
    let class = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => return (quoted(quote).unwrap_or(text.len()), Some(Class::String)),
        Some('$') if text.starts_with("${") => return (text.find('}').map_or(text.len(), |at| at + 1), Some(Class::Escape)),
        Some('$') => return (up_to(|c| !c.is_alphanumeric() && c != '_'), Some(Class::Escape)),
        Some('-') if text.starts_with("--") => Some(Class::Attribute),
        _ if first => Some(Class::Keyword),
        _ => None,
    };
    let length = up_to(end);
    let word = text.get(..length).unwrap_or_default();
    // `FROM image AS name`
    (
        length,
        if word.eq_ignore_ascii_case("as") {
            Some(Class::Keyword)
        } else {
            class
        },
    )
}
