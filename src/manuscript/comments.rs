//! Marks of the index at the beginning of a paragraph.
//!
//! In CommonMark (version 0.31, section 4.6) a line that begins with a comment is HTML to its end, and what is behind the
//! comment in it no paragraph. A mark belongs to the words that follow, so pulldown-cmark gets to see a character before such
//! a comment, in the place of the blank within it, and what it says of that is put right.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use pulldown_cmark::{CowStr, Event};
use std::borrow::Cow;

/// What a mark begins with.
const MARK: &str = "<!-- index:";

/// The character before a comment. Unicode calls it "escape".
const ESCAPE: char = '\u{1B}';

/// What the beginning of a mark is turned into.
const HIDDEN: &str = "\u{1B}<!--index:";

/// The text with another beginning of those marks, byte for byte as long.
pub(super) fn hidden(source: Cow<'_, str>) -> Cow<'_, str> {
    if source.contains(ESCAPE) || !source.contains(MARK) {
        return source;
    }
    let mut text = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        match line.split_at(line.len() - within(line).len()) {
            (before, rest) if rest.starts_with(MARK) && goes_on(rest) => {
                text.push_str(before);
                text.push_str(HIDDEN);
                text.push_str(rest.get(MARK.len()..).unwrap_or_default());
            }
            _ => text.push_str(line),
        }
    }
    Cow::Owned(text)
}

/// What is left of a line without the signs of quotes, items, definitions and notes that it begins with.
fn within(mut line: &str) -> &str {
    loop {
        line = line.trim_start_matches([' ', '>']);
        let numbered = line
            .trim_start_matches(|sign: char| sign.is_ascii_digit())
            .strip_prefix(['.', ')']);
        let noted = line.strip_prefix("[^").and_then(|note| note.split_once("]:"));
        let marked = line
            .strip_prefix(['-', '*', '+', ':'])
            .or(numbered)
            .or(noted.map(|(_, behind)| behind));
        match marked.filter(|behind| behind.starts_with(' ')) {
            Some(behind) => line = behind,
            None => return line,
        }
    }
}

/// Whether there are words behind the comments that a line begins with.
fn goes_on(line: &str) -> bool {
    let mut rest = line;
    while let Some(comment) = rest.strip_prefix("<!--") {
        match comment.split_once("-->") {
            Some((_, behind)) => rest = behind.trim_start(),
            None => return false,
        }
    }
    !rest.is_empty() && !rest.starts_with('<')
}

/// An event as its author typed it.
pub(super) fn shown(event: Event<'_>) -> Event<'_> {
    super::colons::with_texts(event, typed)
}

fn typed(text: CowStr<'_>) -> CowStr<'_> {
    if text.contains(ESCAPE) {
        text.replace(HIDDEN, MARK).replace(ESCAPE, "").into()
    } else {
        text
    }
}
