//! The style of citations: one that is known by name, or a `.csl` file of the manuscript.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::guarded;
use crate::diag::{Diagnostics, codes, nearest};
use crate::keys::Table;
use crate::manuscript::{Folder, Settings};
use crate::source::{FileId, Sources, Span};
use hayagriva::archive::ArchivedStyle;
use hayagriva::citationberg::{IndependentStyle, Style, StyleClass};
use std::collections::BTreeMap;

/// The style of books that name none: numbers in brackets, which suit running text about machines.
const DEFAULT: ArchivedStyle = ArchivedStyle::InstituteOfElectricalAndElectronicsEngineers;

/// How deep the elements of a style may nest.
const MOST_LEVELS: usize = 60;

/// How many elements a style may have when each macro stands where it is called.
const MOST_ELEMENTS: usize = 100_000;

/// Reads `citation-style`: a known name, or the path of a `.csl` file.
pub(in crate::manuscript) fn setting(book: &Table<'_, '_>, diagnostics: &mut Diagnostics) -> Option<String> {
    let name = book.string("citation-style", diagnostics)?;
    if is_file(&name) {
        return Some(name);
    }
    if let Some(style) = ArchivedStyle::by_name(&name) {
        return match style.get() {
            Style::Independent(style) if lists_works(&style) => Some(name),
            Style::Independent(_) | Style::Dependent(_) => {
                let message = format!("the citation style `{name}` says nothing of how to list the works that are cited");
                diagnostics
                    .report(&codes::BAD_VALUE, book.place("citation-style"), message)
                    .hint("choose another, such as `ieee` or `apa`");
                None
            }
        };
    }
    let message = format!("there is no citation style `{name}`");
    let diagnostic = diagnostics.report(&codes::BAD_VALUE, book.place("citation-style"), message);
    let names = ArchivedStyle::all().iter().flat_map(|style| style.names());
    match nearest(&name, names.copied()) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => diagnostic.hint("write `ieee`, `apa`, `chicago-author-date`, or the name of a `.csl` file in the manuscript"),
    };
    None
}

/// Whether a style makes a bibliography, or needs none because notes say all.
fn lists_works(style: &IndependentStyle) -> bool {
    style.bibliography.is_some() || style.settings.class == StyleClass::Note
}

fn is_file(name: &str) -> bool {
    name.to_lowercase().ends_with(".csl")
}

/// The style that the settings name; the usual one where they name none, or one that cannot be read.
pub(super) fn read(
    folder: &Folder,
    settings: &Settings,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<IndependentStyle> {
    let named = settings.citation_style.as_deref();
    if let Some(path) = named.filter(|name| is_file(name)) {
        let file = folder.read_text(path, sources, diagnostics)?;
        return parse(sources.get(file).text(), file, diagnostics);
    }
    let style = named.and_then(ArchivedStyle::by_name).unwrap_or(DEFAULT);
    match style.get() {
        Style::Independent(style) => Some(style),
        Style::Dependent(_) => None,
    }
}

/// Reads a style, unless formatting with it would never end.
fn parse(text: &str, file: FileId, diagnostics: &mut Diagnostics) -> Option<IndependentStyle> {
    let mut complain = |at: usize, message: String| {
        let span = Span::new(file, at..at);
        let diagnostic = diagnostics.report(&codes::BAD_BIBLIOGRAPHY, span, message);
        diagnostic.hint("styles that work are at <https://github.com/citation-style-language/styles>");
    };
    if let Err((at, message)) = check(text) {
        complain(at, message);
        return None;
    }
    match guarded(|| Style::from_xml(text)) {
        Some(Ok(Style::Independent(style))) if lists_works(&style) => Some(style),
        Some(Ok(Style::Independent(_))) => {
            complain(
                0,
                "this style says nothing of how to list the works that are cited".to_owned(),
            );
            None
        }
        Some(Ok(Style::Dependent(style))) => {
            let parent = style.parent_link.href;
            complain(
                0,
                format!("this style only points to another, `{parent}`, which is what `citation-style` has to name"),
            );
            None
        }
        Some(Err(error)) => {
            complain(0, format!("this is no style of the Citation Style Language: {error}"));
            None
        }
        None => {
            complain(0, "this style cannot be read".to_owned());
            None
        }
    }
}

/// What in a style is no XML, nests too deep, or goes round in a circle.
fn check(text: &str) -> Result<(), (usize, String)> {
    if let Some(at) = too_deep(text) {
        return Err((
            at,
            format!("the elements of this style are nested more than {MOST_LEVELS} levels deep"),
        ));
    }
    let document = roxmltree::Document::parse(text).map_err(|error| {
        let place = error.pos();
        let line: usize = text
            .split_inclusive('\n')
            .take(place.row.saturating_sub(1) as usize)
            .map(str::len)
            .sum();
        (line, format!("this is not XML: {error}"))
    })?;
    let mut macros = BTreeMap::new();
    for node in document
        .root_element()
        .children()
        .filter(|node| node.tag_name().name() == "macro")
    {
        let called: Vec<&str> = node
            .descendants()
            .skip(1)
            .filter_map(|inner| inner.attribute("macro"))
            .collect();
        if let Some(name) = node.attribute("name") {
            macros.insert(name, (node.range().start, node.descendants().count(), called));
        }
    }
    let mut sizes = BTreeMap::new();
    for (name, (at, ..)) in &macros {
        if size(name, &macros, &mut sizes, 0) > MOST_ELEMENTS {
            return Err((*at, format!("the macro `{name}` calls itself, or far too many others")));
        }
    }
    Ok(())
}

/// Where elements are nested too deep for what reads them by calling itself.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let signs = text.bytes().zip(text.bytes().skip(1)).enumerate();
    signs
        .filter(|(_, (first, second))| {
            match (first, second) {
                (b'<', b'!' | b'?') => {}
                (b'<', b'/') | (b'/', b'>') => depth = depth.saturating_sub(1),
                (b'<', _) => depth += 1,
                _ => {}
            }
            depth > MOST_LEVELS
        })
        .map(|(at, _)| at)
        .next()
}

/// The macros of a style: where each begins, how many elements it has, and which macros it calls.
type Macros<'t> = BTreeMap<&'t str, (usize, usize, Vec<&'t str>)>;

/// How many elements a macro has when each macro stands where it is called; more than [`MOST_ELEMENTS`] for a circle.
fn size<'t>(name: &'t str, macros: &Macros<'t>, sizes: &mut BTreeMap<&'t str, usize>, depth: usize) -> usize {
    if let Some(size) = sizes.get(name) {
        return *size;
    }
    let Some((_, own, called)) = macros.get(name) else { return 0 };
    sizes.insert(name, MOST_ELEMENTS + 1);
    let mut sum = *own;
    for inner in called {
        // Calls are nested as elements are.
        let inner = if depth < MOST_LEVELS {
            size(inner, macros, sizes, depth + 1)
        } else {
            MOST_ELEMENTS
        };
        sum = sum.saturating_add(inner).min(MOST_ELEMENTS + 1);
    }
    sizes.insert(name, sum);
    sum
}
