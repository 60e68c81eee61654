//! Colons that begin a line and no definition.
//!
//! In pandoc and in PHP Markdown Extra a blank follows the colon of a definition. pulldown-cmark asks for none, so that a line
//! such as `:::` or `:label:` would make a term of the paragraph above it. It gets to see another character in the place of
//! such a colon, of the same length and without a meaning, and what it says of that is put right.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use pulldown_cmark::{CowStr, Event, Tag};
use std::borrow::Cow;

/// The character that stands in for a colon. It is the one that Unicode calls "substitute".
const SUBSTITUTE: char = '\u{1A}';

/// The text with other characters in place of those colons, byte for byte as long.
pub(super) fn hidden(source: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(source);
    if source.contains(SUBSTITUTE) {
        return text;
    }
    let mut start = 0;
    for line in source.split_inclusive(['\n', '\r']) {
        // What quotes and items of lists begin with may stand before it.
        let before = line.find(|c: char| !matches!(c, ' ' | '\t' | '>' | '-' | '*' | '+' | '.' | ')' | '0'..='9'));
        if let Some((at, rest)) = before.and_then(|at| Some((start + at, line.get(at..)?.strip_prefix(':')?)))
            && rest.starts_with(|next: char| !next.is_whitespace())
            && !is_ruler(rest)
        {
            text.to_mut().replace_range(at..at + 1, "\u{1A}");
        }
        start += line.len();
    }
    text
}

/// Whether a line may be that below the head of a table.
fn is_ruler(line: &str) -> bool {
    line.contains('-')
        && line
            .trim()
            .bytes()
            .all(|byte| matches!(byte, b'-' | b':' | b'|' | b' ' | b'\t'))
}

/// An event with its colons.
pub(super) fn shown(event: Event<'_>) -> Event<'_> {
    with_texts(event, with_colons)
}

/// An event with every text of the author's that is in it changed.
pub(super) fn with_texts<'a>(event: Event<'a>, change: fn(CowStr<'a>) -> CowStr<'a>) -> Event<'a> {
    match event {
        Event::Text(text) => Event::Text(change(text)),
        Event::Code(text) => Event::Code(change(text)),
        Event::InlineMath(text) => Event::InlineMath(change(text)),
        Event::DisplayMath(text) => Event::DisplayMath(change(text)),
        Event::Html(text) => Event::Html(change(text)),
        Event::InlineHtml(text) => Event::InlineHtml(change(text)),
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url: change(dest_url),
            title: change(title),
            id,
        }),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Image {
            link_type,
            dest_url: change(dest_url),
            title: change(title),
            id,
        }),
        other => other,
    }
}

fn with_colons(text: CowStr<'_>) -> CowStr<'_> {
    if text.contains(SUBSTITUTE) {
        text.replace(SUBSTITUTE, ":").into()
    } else {
        text
    }
}
