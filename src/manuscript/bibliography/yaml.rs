//! `references.yml`, in the form that hayagriva gave to YAML.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::{MAX_DEPTH, Reference, guarded, too_deep};
use crate::diag::{Diagnostics, codes};
use crate::source::{FileId, Span};
use std::collections::BTreeMap;

/// Reads the works of a file. `None` if it cannot be read at all.
pub(super) fn read(text: &str, file: FileId, diagnostics: &mut Diagnostics) -> Option<Vec<Reference>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    if let Some(at) = [too_deep(text, b'{', b'}'), too_deep(text, b'[', b']')]
        .into_iter()
        .flatten()
        .min()
    {
        let message = format!("this is nested more than {MAX_DEPTH} levels deep");
        diagnostics.report(&codes::BAD_BIBLIOGRAPHY, Span::new(file, at..at + 1), message);
        return None;
    }
    let library = match guarded(|| hayagriva::io::from_yaml_str(text)) {
        Some(Ok(library)) => library,
        Some(Err(error)) => {
            let place = error.location().map(|location| location.index().min(text.len()));
            let message = error.to_string();
            // Which kinds of works there are would fill the screen.
            let message = message.split(" at line ").next().unwrap_or(&message);
            let message = message.split(", expected one of ").next().unwrap_or(message);
            let span = Span::new(file, place.map_or(0..0, |at| at..line_end(text, at)));
            diagnostics
                .report(
                    &codes::BAD_BIBLIOGRAPHY,
                    span,
                    format!("the bibliography cannot be read: {message}"),
                )
                .hint(
                    "a work is its key and a colon, and below it, indented, `type: book`, `title: ...`, `author: ...`, `date: ...`",
                );
            return None;
        }
        None => {
            let message = "the bibliography cannot be read: the parser gave up on it";
            diagnostics.report(&codes::BAD_BIBLIOGRAPHY, Span::new(file, 0..0), message);
            return None;
        }
    };
    let places = keys(text);
    let works = library.iter().map(|entry| Reference {
        key: entry.key().to_owned(),
        span: Span::new(file, places.get(entry.key()).map_or(0..0, |at| *at..at + entry.key().len())),
        entry: entry.clone(),
        cited: false,
    });
    Some(works.collect())
}

fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find('\n').unwrap_or(rest.len())
}

/// Where each key stands: at the beginning of a line, before a colon.
fn keys(text: &str) -> BTreeMap<&str, usize> {
    let mut keys = BTreeMap::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((key, _)) = line.split_once(':')
            && !key.starts_with(char::is_whitespace)
        {
            let bare = key.trim_end().trim_matches(['"', '\'']);
            keys.entry(bare).or_insert(start + usize::from(key.starts_with(['"', '\''])));
        }
        start += line.len();
    }
    keys
}
