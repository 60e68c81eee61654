//! Front matter: the lines `key: value` between two `---` lines at the very beginning of a file.
//!
//! Only what a chapter needs is read, with the little of YAML that real front matter uses: plain and quoted values, and
//! values folded over indented lines. All of it is consumed; nothing of it is printed. Between two `+++` lines it is TOML, as
//! Hugo and Zola have it; the keys are the same, and of tables none is read.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::ledger::{self, Ledger};
use super::markdown::Place;
use crate::diag::{Diagnostics, codes, nearest};
use crate::document::ChapterKind;
use crate::source::Span;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// What a chapter's front matter says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FrontMatter {
    /// The byte at which the text begins.
    pub(super) end: usize,
    /// `title: ...`
    pub(super) title: Option<(String, Range<usize>)>,
    /// `part: ...`
    pub(super) part: Option<String>,
    /// `kind: preface`
    pub(super) kind: Option<ChapterKind>,
    /// `numbered: true` or `false`
    pub(super) numbered: Option<bool>,
    /// `language: ...` or `lang: ...`
    pub(super) language: Option<String>,
    /// `drafted-by: ...` and its kin.
    pub(super) ledger: Ledger,
}

/// The keys that mean something here.
const KEYS: &[&str] = &["title", "part", "kind", "numbered", "language", "lang"];

/// Keys that other tools read, about which nothing needs to be said.
const FOREIGN: &[&str] = &[
    "abstract",
    "aliases",
    "author",
    "authors",
    "bibliography",
    "categories",
    "category",
    "chapter",
    "comments",
    "copyright",
    "cover",
    "created",
    "date",
    "description",
    "draft",
    "excerpt",
    "format",
    "hide_title",
    "id",
    "image",
    "keywords",
    "last_modified_at",
    "lastmod",
    "layout",
    "license",
    "menu",
    "meta",
    "modified",
    "nav_order",
    "order",
    "output",
    "parent",
    "permalink",
    "position",
    "publishdate",
    "published",
    "pubDate",
    "series",
    "sidebar",
    "sidebar_label",
    "sidebar_position",
    "slug",
    "status",
    "subtitle",
    "summary",
    "tags",
    "template",
    "toc",
    "type",
    "updated",
    "url",
    "version",
    "weight",
];

/// Reads the front matter of a file's text, if it begins with one.
pub(super) fn read(text: &str, place: Place, diagnostics: &mut Diagnostics) -> FrontMatter {
    let mut front = FrontMatter::default();
    if let Some((inner, end)) = toml_lines(text) {
        front.end = end;
        read_toml(text, inner, place, diagnostics, &mut front);
        return front;
    }
    let Some(lines) = lines(text) else { return front };
    front.end = lines.end;
    let mut rest = lines.inner.as_slice();
    while let Some((line, more)) = rest.split_first() {
        let nested = more.iter().take_while(|next| is_nested(next.text)).count();
        let (nested, after) = more.split_at_checked(nested).unwrap_or((more, &[]));
        rest = after;
        if !is_silent(line.text) {
            entry(line, nested, place, diagnostics, &mut front);
        }
    }
    front
}

/// What stands between two lines `+++`, and the byte at which the text begins.
fn toml_lines(text: &str) -> Option<(Range<usize>, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "+++")?;
    let mut end = first.len();
    for line in lines {
        if line.trim_end() == "+++" {
            return Some((first.len()..end, end + line.len()));
        }
        end += line.len();
    }
    None
}

fn read_toml(text: &str, inner: Range<usize>, place: Place, diagnostics: &mut Diagnostics, front: &mut FrontMatter) {
    let source = text.get(inner.clone()).unwrap_or_default();
    let outer = |range: Range<usize>| inner.start + range.start..inner.start + range.end;
    let table = match DeTable::parse(source) {
        Ok(table) => table,
        Err(error) => {
            let at = error.span().unwrap_or_default();
            let message = format!("the front matter cannot be read: {}", error.message());
            diagnostics.report(&codes::FRONT_MATTER, place.span(outer(at)), message);
            return;
        }
    };
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let typed = source.get(value.span()).unwrap_or_default();
        let read = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Boolean(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => typed.to_owned(),
            DeValue::Array(_) | DeValue::Table(_) if KEYS.contains(&key.get_ref().as_ref()) => typed.to_owned(),
            DeValue::Array(_) | DeValue::Table(_) => continue,
        };
        let entry = Entry {
            key: key.get_ref(),
            at: outer(key.span()),
            value: read,
            value_at: outer(value.span()),
        };
        set(entry, place, diagnostics, front);
    }
}

/// A line of the file, without its line break.
struct Line<'a> {
    text: &'a str,
    start: usize,
}

struct Lines<'a> {
    inner: Vec<Line<'a>>,
    end: usize,
}

/// The lines between the rulers; `None` where the file begins with something else, such as a thematic break.
fn lines(text: &str) -> Option<Lines<'_>> {
    let mut start = 0;
    let mut inner = Vec::new();
    let mut has_key = false;
    for (number, whole) in text.split_inclusive('\n').enumerate() {
        let line = whole.trim_end_matches(['\n', '\r']);
        let ruler = line.trim_end();
        match number {
            0 if ruler != "---" => return None,
            0 => {}
            // As in pandoc, a thematic break has a blank line below it and front matter has none.
            1 if ruler.is_empty() => return None,
            _ if matches!(ruler, "---" | "...") => {
                let end = start + whole.len();
                return Some(Lines { inner, end });
            }
            _ => {
                // A file that opens with a thematic break has prose below it, where front matter has a key.
                has_key |= key_of(line).is_some();
                if !has_key && !is_silent(line) {
                    return None;
                }
                inner.push(Line { text: line, start });
            }
        }
        start += whole.len();
    }
    None
}

fn is_silent(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Whether a line belongs to the key above it: it is indented, or a member of a list.
fn is_nested(line: &str) -> bool {
    line.starts_with([' ', '\t', '-']) && !line.trim().is_empty()
}

/// The key of a line `key: value`.
fn key_of(line: &str) -> Option<&str> {
    let (key, value) = line.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (is_key && (value.is_empty() || value.starts_with([' ', '\t']))).then_some(key)
}

fn entry(line: &Line, nested: &[Line], place: Place, diagnostics: &mut Diagnostics, front: &mut FrontMatter) {
    let whole = line.start..line.start + line.text.len();
    let Some(key) = key_of(line.text) else {
        let message = format!("expected `key: value` in the front matter, found `{}`", line.text.trim());
        diagnostics.report(&codes::FRONT_MATTER, place.span(whole), message);
        return;
    };
    let raw = line.text.get(key.len() + 1..).unwrap_or_default();
    let value = value(raw, nested);
    let at = line.start + key.len() + 1 + (raw.len() - raw.trim_start().len());
    let entry = Entry {
        key,
        at: line.start..line.start + key.len(),
        value,
        value_at: at.min(whole.end)..whole.end,
    };
    set(entry, place, diagnostics, front);
}

/// A key with its value, and where they stand.
struct Entry<'a> {
    key: &'a str,
    at: Range<usize>,
    value: String,
    value_at: Range<usize>,
}

fn set(entry: Entry<'_>, place: Place, diagnostics: &mut Diagnostics, front: &mut FrontMatter) {
    let Entry {
        key,
        at: key_at,
        value,
        value_at: at,
    } = entry;
    match key {
        "title" if !value.is_empty() => front.title = Some((value, at)),
        "part" if !value.is_empty() => front.part = Some(value),
        "language" | "lang" if !value.is_empty() => front.language = Some(value),
        "kind" if !value.is_empty() => {
            front.kind = ChapterKind::named(&value);
            if front.kind.is_none() {
                report_kind(&value, place.span(at), diagnostics);
            }
        }
        "numbered" => match value.as_str() {
            "true" | "yes" | "on" => front.numbered = Some(true),
            "false" | "no" | "off" => front.numbered = Some(false),
            _ => {
                let message = format!("`numbered` is `true` or `false`, not `{value}`");
                diagnostics.report(&codes::FRONT_MATTER, place.span(at), message);
            }
        },
        _ if ledger::KEYS.contains(&key) && !value.is_empty() => {
            if let Some(field) = front.ledger.field(key) {
                *field = Some(value);
            }
        }
        _ if KEYS.contains(&key) || ledger::KEYS.contains(&key) => {
            diagnostics.report(
                &codes::FRONT_MATTER,
                place.span(key_at.start..at.end),
                format!("`{key}` has no value"),
            );
        }
        _ if FOREIGN.iter().any(|known| known.eq_ignore_ascii_case(key)) => {}
        _ => {
            let diagnostic = diagnostics.report(
                &codes::FRONT_MATTER,
                place.span(key_at),
                format!("the front matter key `{key}` is unknown"),
            );
            match nearest(key, KEYS.iter().chain(ledger::KEYS).copied()) {
                Some(known) => diagnostic.hint(format!("did you mean `{known}`?")),
                None => diagnostic.hint("the keys read here are `title`, `part`, `kind`, `numbered` and `language`"),
            };
        }
    }
}

fn report_kind(value: &str, span: Span, diagnostics: &mut Diagnostics) {
    let message = format!("`{value}` is no kind of chapter");
    let diagnostic = diagnostics.report(&codes::FRONT_MATTER, span, message);
    match nearest(value, ChapterKind::names()) {
        Some(known) => diagnostic.hint(format!("did you mean `{known}`?")),
        None => diagnostic.hint(format!(
            "the kinds are {}",
            ChapterKind::names().collect::<Vec<_>>().join(", ")
        )),
    };
}

/// A value: what stands after the colon, or the indented lines below it joined by spaces.
fn value(raw: &str, nested: &[Line]) -> String {
    let raw = raw.trim();
    let first = raw.chars().next();
    if let Some(quote) = first.filter(|first| matches!(first, '"' | '\'')) {
        return unquote(raw, quote);
    }
    let raw = raw.split_once(" #").map_or(raw, |(before, _)| before.trim_end());
    let is_marker = raw.is_empty() || matches!(first, Some('>' | '|'));
    let folded = nested.iter().map(|line| line.text.trim());
    let own = Some(raw).filter(|_| !is_marker);
    own.into_iter().chain(folded).collect::<Vec<_>>().join(" ")
}

/// The text in quotes: YAML doubles a single quote and escapes a double one.
fn unquote(raw: &str, quote: char) -> String {
    let mut value = String::new();
    let mut characters = raw.chars().skip(1).peekable();
    while let Some(character) = characters.next() {
        let next = if character == '\\' && quote == '"' || character == quote && quote == '\'' {
            characters.next_if(|next| *next == quote || *next == '\\' && quote == '"')
        } else {
            None
        };
        match next {
            Some(next) => value.push(next),
            None if character == quote => break,
            None => value.push(character),
        }
    }
    value
}
