//! `references.bib`, in the form of BibTeX and BibLaTeX.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::{MAX_DEPTH, Reference, guarded, too_deep};
use crate::diag::{Diagnostics, codes};
use crate::source::{FileId, Span};
use biblatex::{RawBibliography, RawChunk, RawEntry};
use std::collections::BTreeMap;
use std::ops::Range;

/// To how many works one may lead by `crossref` and `xdata`, all ways counted. The library goes each of them.
const MOST_RELATED: usize = 200;

/// How many works are reported that cannot be read.
const MOST_MESSAGES: usize = 100;

/// Reads the works of a file. `None` if it cannot be read at all.
pub(super) fn read(text: &str, file: FileId, diagnostics: &mut Diagnostics) -> Option<Vec<Reference>> {
    let mut complain = |range: Range<usize>, message: String| {
        let at = range.start.min(text.len())..range.end.min(text.len());
        diagnostics.report(&codes::BAD_BIBLIOGRAPHY, Span::new(file, first_line(text, at)), message);
    };
    if let Some(at) = too_deep(text, b'{', b'}') {
        complain(at..at + 1, format!("braces are nested more than {MAX_DEPTH} levels deep"));
        return None;
    }
    let mut raw = match guarded(|| RawBibliography::parse(text)) {
        Some(Ok(raw)) => raw,
        Some(Err(error)) => {
            complain(
                error.span,
                format!("the bibliography cannot be read from here on: {}", error.kind),
            );
            return None;
        }
        None => {
            complain(0..0, GAVE_UP.to_owned());
            return None;
        }
    };
    for (at, message) in take_faulty(&mut raw).into_iter().take(MOST_MESSAGES) {
        complain(at, message);
    }
    let places: BTreeMap<String, usize> = raw
        .entries
        .iter()
        .map(|entry| (entry.v.key.v.to_owned(), entry.v.key.span.start))
        .collect();
    let bibliography = match guarded(|| biblatex::Bibliography::from_raw(raw)) {
        Some(Ok(bibliography)) => bibliography,
        Some(Err(error)) => {
            complain(error.span, format!("this field cannot be read: {}", error.kind));
            return None;
        }
        None => {
            complain(0..0, GAVE_UP.to_owned());
            return None;
        }
    };
    let mut works = Vec::new();
    for entry in bibliography.iter() {
        let start = places.get(&entry.key).copied().unwrap_or_default();
        let range = start..start + entry.key.len();
        match guarded(|| hayagriva::Entry::try_from(entry)) {
            Some(Ok(found)) => works.push(Reference {
                key: entry.key.clone(),
                span: Span::new(file, range),
                entry: found,
                cited: false,
            }),
            Some(Err(error)) => complain(
                error.span,
                format!("a field of `{}` cannot be read: {}", entry.key, error.kind),
            ),
            None => complain(range, GAVE_UP.to_owned()),
        }
    }
    Some(works)
}

const GAVE_UP: &str = "the bibliography cannot be read: the parser gave up on it";

/// As much of a range as stands in its first line.
fn first_line(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = text.get(range.clone()).unwrap_or_default();
    range.start..range.start + inside.find('\n').unwrap_or(inside.len())
}

/// Takes out the works whose key is taken, or that go round in a circle or nearly so, and gives what is wrong with them.
fn take_faulty(raw: &mut RawBibliography<'_>) -> Vec<(Range<usize>, String)> {
    let mut faults = Vec::new();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut related: BTreeMap<String, Vec<String>> = BTreeMap::new();
    raw.entries.retain(|entry| {
        let key = entry.v.key.v.to_owned();
        let new = !first.contains_key(&key);
        if new {
            first.insert(key.clone(), entry.v.key.span.start);
            related.insert(key, leads_to(&entry.v));
        } else {
            faults.push((entry.v.key.span.clone(), format!("the key `{key}` is taken already")));
        }
        new
    });
    let mut counts = BTreeMap::new();
    let keys: Vec<String> = related.keys().cloned().collect();
    for key in &keys {
        if count(key, &related, &mut counts, 0) > MOST_RELATED {
            let at = first.get(key).copied().unwrap_or_default();
            let message = format!("`crossref` and `xdata` of `{key}` go round in a circle, or lead to far too many works");
            faults.push((at..at + key.len(), message));
        }
    }
    raw.entries
        .retain(|entry| counts.get(entry.v.key.v).is_none_or(|count| *count <= MOST_RELATED));
    faults
}

/// The works that one takes fields from.
fn leads_to(entry: &RawEntry<'_>) -> Vec<String> {
    let mut keys = Vec::new();
    for field in &entry.fields {
        let name = field.key.v.to_ascii_lowercase();
        if name != "crossref" && name != "xdata" {
            continue;
        }
        let text: String = field
            .value
            .v
            .iter()
            .map(|chunk| match &chunk.v {
                RawChunk::Normal(text) | RawChunk::Abbreviation(text) => *text,
            })
            .collect();
        keys.extend(
            text.split(',')
                .map(|key| key.trim_matches(['{', '}', ' ', '\n', '\t', '"']).to_owned()),
        );
    }
    keys
}

/// How many works the library comes to from one; more than [`MOST_RELATED`] for a circle.
fn count(key: &str, related: &BTreeMap<String, Vec<String>>, counts: &mut BTreeMap<String, usize>, depth: usize) -> usize {
    if let Some(count) = counts.get(key) {
        return *count;
    }
    if depth > MOST_RELATED {
        return MOST_RELATED + 1;
    }
    // Until it is known, a work that leads back to itself is a circle.
    counts.insert(key.to_owned(), MOST_RELATED + 1);
    let mut sum: usize = 1;
    for next in related.get(key).map(Vec::as_slice).unwrap_or_default() {
        sum = sum
            .saturating_add(count(next, related, counts, depth + 1))
            .min(MOST_RELATED + 1);
    }
    counts.insert(key.to_owned(), sum);
    sum
}
