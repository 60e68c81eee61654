//! The bibliography: the works in `references.bib` and `references.yml` beside book.toml, and the style of citations.
//!
//! Gets the manuscript's folder, gives a [`Bibliography`]. What cannot be read is reported with its line; the other works
//! are there all the same, where a file can be read so far. Which works are cited, and how, is for the
//! [pass](crate::passes::citations) to say.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod bibtex;
pub(super) mod style;
mod yaml;

use super::{Folder, Settings};
use crate::diag::{Diagnostics, codes};
use crate::source::{FileId, Sources, Span};
use hayagriva::Entry;
use hayagriva::citationberg::IndependentStyle;
use std::collections::BTreeMap;

/// The works that a book may cite.
#[derive(Debug, Clone, Default)]
pub struct Bibliography {
    /// The works in the order of their files.
    pub references: Vec<Reference>,
    /// The style in which they are cited; `None` without works.
    pub style: Option<IndependentStyle>,
    /// Whether a file could not be read, so that works may be missing.
    pub broken: bool,
}

/// A work that may be cited.
#[derive(Debug, Clone)]
pub struct Reference {
    /// What citations call it.
    pub key: String,
    /// Where its key stands.
    pub span: Span,
    /// What is known of it.
    pub entry: Entry,
    /// Whether something cites it; known after the citations pass.
    pub cited: bool,
}

impl Bibliography {
    /// The keys of the works.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.references.iter().map(|reference| reference.key.as_str())
    }
}

/// What reads one file of works.
type Reader = fn(&str, FileId, &mut Diagnostics) -> Option<Vec<Reference>>;

/// The files of works, and what reads them.
const FILES: [(&str, Reader); 3] = [
    ("references.bib", bibtex::read),
    ("references.yml", yaml::read),
    ("references.yaml", yaml::read),
];

/// Reads the bibliography in a folder.
pub fn read(folder: &Folder, settings: &Settings, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Bibliography {
    let mut bibliography = Bibliography::default();
    for (name, read) in FILES.iter().filter(|(name, _)| folder.has(name)) {
        let before = diagnostics.iter().count();
        let file = folder.read_text(name, sources, diagnostics);
        let works = file.and_then(|file| read(sources.get(file).text(), file, diagnostics));
        bibliography.references.extend(works.unwrap_or_default());
        bibliography.broken |= diagnostics.iter().count() > before;
    }
    drop_doubles(&mut bibliography.references, sources, diagnostics);
    if !bibliography.references.is_empty() {
        bibliography.style = style::read(folder, settings, sources, diagnostics);
    }
    bibliography
}

/// Of works with the same key the first counts.
fn drop_doubles(references: &mut Vec<Reference>, sources: &Sources, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    references.retain(|reference| match seen.get(&reference.key) {
        Some(first) => {
            let place = sources.position(*first);
            let path = sources.get(first.file).path();
            diagnostics
                .report(
                    &codes::BAD_BIBLIOGRAPHY,
                    reference.span,
                    format!("the key `{}` is taken already", reference.key),
                )
                .hint(format!("the first is {path}:{}; give one of the two another key", place.line));
            false
        }
        None => {
            seen.insert(reference.key.clone(), reference.span);
            true
        }
    });
}

/// Runs code of a library that is known to give up on some texts. `None` when it does.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok()
}

/// How deep braces, lists and elements may nest in files that libraries read by calling themselves.
const MAX_DEPTH: usize = 60;

/// The first place at which a text nests deeper than [`MAX_DEPTH`].
fn too_deep(text: &str, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth = depth.saturating_sub(1);
        }
        depth > MAX_DEPTH
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIB: &str = "@string{acm = {ACM}}\n@article{a, author={A and {B C}}, title={On $x^2$ \\emph{T}}, crossref={b}, pages={1--2}}\n@book{b, title=acm # {x}, date={2001-02/2004}}\n";
    const YAML: &str = "a:\n  type: article\n  title: {value: T, verbatim: true}\n  author: [\"A, B\", C]\n  date: 2001-02\n";

    #[test]
    fn any_text_is_a_bibliography_or_is_refused() {
        for (text, read) in [(BIB, bibtex::read as Reader), (YAML, yaml::read as Reader)] {
            let mut diagnostics = Diagnostics::default();
            let file = Sources::default().add("references", text);
            assert!(read(text, file, &mut diagnostics).is_some_and(|works| !works.is_empty()));
            assert!(diagnostics.is_empty());
            for (at, character) in text.char_indices() {
                let (before, rest) = text.split_at(at);
                let after = &rest[character.len_utf8()..];
                for mutant in [
                    before.to_owned(),
                    format!("{before}{after}"),
                    format!("{before}{{{rest}"),
                    format!("{before}\\{rest}"),
                ] {
                    let mut diagnostics = Diagnostics::default();
                    let works = read(&mutant, file, &mut diagnostics);
                    assert!(works.is_some() || diagnostics.has_errors(), "{mutant}");
                }
            }
        }
    }
}
