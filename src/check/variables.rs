//! `unused-variable`: every variable of book.toml stands somewhere in the text.

use crate::diag::{Diagnostics, codes};
use crate::document::walk::{Node, query};
use crate::document::{BlockKind, InlineKind};
use crate::edition::Edition;
use crate::keys;
use crate::source::Span;
use std::collections::BTreeMap;

/// The longest name of a variable, in bytes.
const LONGEST: usize = 200;

/// Reports each variable that is used nowhere, or in code alone, where none is replaced.
pub(super) fn unused(edition: &Edition, diagnostics: &mut Diagnostics) {
    if edition.settings.variables.is_empty() {
        return;
    }
    let typed = typed(edition);
    let in_code = in_code(edition);
    for (name, place) in places(edition) {
        let count = |names: &BTreeMap<&str, usize>| names.get(name.as_str()).copied().unwrap_or(0);
        let (all, code) = (count(&typed), count(&in_code));
        if all > code {
            continue;
        }
        let message = match all {
            0 => format!("no chapter uses the variable `{name}`"),
            _ => format!("the variable `{name}` stands in code alone, where nothing is replaced"),
        };
        diagnostics.report(&codes::UNUSED_VARIABLE, place, message).hint(match all {
            0 => format!("write `{{{{{name}}}}}` where its value is to stand, or take it out of [variables]"),
            _ => "write its value there, and take it out of [variables]".to_owned(),
        });
    }
}

/// The variables with the places of their values in book.toml.
fn places(edition: &Edition) -> Vec<(String, Option<Span>)> {
    let mut places: BTreeMap<String, Option<Span>> = edition.settings.variables.keys().map(|name| (name.clone(), None)).collect();
    let file = edition
        .sources
        .iter()
        .find(|(_, source)| source.path().ends_with("book.toml"));
    // What is wrong with the file was told when it was read.
    let mut told = Diagnostics::default();
    if let Some((file, _)) = file
        && let Some(parsed) = keys::parse(&edition.sources, file, &mut told)
        && let Some(table) = keys::Table::root(file, &parsed).table("variables", &mut told)
    {
        for (name, _, span) in table.entries() {
            if let Some(place) = places.get_mut(name) {
                *place = Some(span);
            }
        }
    }
    places.into_iter().collect()
}

/// How often each name stands between braces in the files of the chapters.
fn typed(edition: &Edition) -> BTreeMap<&str, usize> {
    let mut names = BTreeMap::new();
    for chapter in edition.document.chapters() {
        count(edition.sources.get(chapter.file).text(), &mut names);
    }
    names
}

/// How often each stands there in code.
fn in_code(edition: &Edition) -> BTreeMap<&str, usize> {
    let mut names = BTreeMap::new();
    query(&edition.document, |_, node| match node {
        Node::Block(block) => match &block.kind {
            BlockKind::Listing(listing) => count(&listing.code, &mut names),
            BlockKind::Output(text) => count(text, &mut names),
            _ => {}
        },
        Node::Inline(inline) => match &inline.kind {
            InlineKind::Code(code) => count(code, &mut names),
            InlineKind::Math(formula) => count(&formula.latex, &mut names),
            _ => {}
        },
    });
    names
}

fn count<'a>(text: &'a str, names: &mut BTreeMap<&'a str, usize>) {
    for (at, _) in text.match_indices("{{") {
        let rest = text.get(at + 2..).unwrap_or_default();
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b'}');
        if let Some(name) = end.and_then(|end| rest.get(..end)) {
            *names.entry(name.trim()).or_default() += 1;
        }
    }
}
