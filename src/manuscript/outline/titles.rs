//! One line of an outline: its number, its title, its note.

use super::Entry;
use super::lines::{Line, LineKind};
use crate::titles::split_number;
use pulldown_cmark::{Event, Options, Parser};

/// The entry that a line makes, with nothing below it yet.
pub(super) fn entry(line: &Line) -> Entry {
    let (title, note) = match line.kind {
        LineKind::Heading(_) => (without_attributes(&line.text), ""),
        LineKind::Bullet(_) => split_note(&line.text),
    };
    let note = [note, line.more.trim()].into_iter().filter(|words| !words.is_empty());
    let note = note.collect::<Vec<_>>().join(" ");
    let words = plain(title);
    let (number, words) = split_number(match line.kind {
        LineKind::Heading(_) => &words,
        LineKind::Bullet(_) => words.trim_end_matches(':'),
    });
    Entry {
        span: line.span,
        number: number.map(str::to_owned),
        title: words.to_owned(),
        // A title that leads to its chapter is no heading as it stands.
        markdown: if title.starts_with('[') { words } else { unwrapped(title) }.to_owned(),
        note: (!note.is_empty()).then_some(note),
        entries: Vec::new(),
    }
}

/// `**Title** - note`, `**Title**: note`, `**Title:** note`, `1.1. **Title** - note`, `Title - note`, `Title: A note.`,
/// `Title`. The title keeps its number and its marks.
fn split_note(text: &str) -> (&str, &str) {
    let (title, note) = bold(text)
        .or_else(|| at_dash(text))
        .or_else(|| at_colon(text))
        .unwrap_or((text, ""));
    (title.trim(), note.trim_start_matches([' ', ':', '-', '–', '—']).trim())
}

/// A title whose bold or italic type ends before its note.
fn bold(text: &str) -> Option<(&str, &str)> {
    let number = text.len() - split_number(text).1.len();
    let rest = text.get(number..)?;
    let mark = MARKS.iter().find(|mark| rest.starts_with(**mark))?;
    let inner = rest.get(mark.len()..)?;
    let found = find_outside_of_code(inner, mark)?;
    // `***` ends italics inside of the bold type first.
    let run = inner.get(found..)?;
    let end = number + mark.len() + found + run.len() - run.trim_start_matches(mark.get(..1)?).len() - mark.len();
    let (title, note) = text.split_at_checked(end + mark.len())?;
    // In `*Emphasis* in the middle of a title` no note follows.
    let separated = note.trim_start().is_empty() || note.trim_start().starts_with([':', '-', '–', '—']);
    let ends = separated || *mark == "**";
    ends.then_some((title, note))
}

fn at_dash(text: &str) -> Option<(&str, &str)> {
    let found = |dash: &&str| Some((find_outside_of_code(text, dash)?, dash.len()));
    let (at, length) = [" - ", " – ", " — "].iter().find_map(found)?;
    Some((text.get(..at)?, text.get(at + length..)?))
}

/// A note behind a colon is a sentence; what is none is the rest of a title.
fn at_colon(text: &str) -> Option<(&str, &str)> {
    let number = text.len() - split_number(text).1.len();
    let at = number + find_outside_of_code(text.get(number..)?, ": ")?;
    text.ends_with('.').then_some((text.get(..at)?, text.get(at + 2..)?))
}

/// What a whole title may be wrapped in.
const MARKS: [&str; 4] = ["**", "__", "*", "_"];

/// Where `mark` stands outside of `` `code` ``.
fn find_outside_of_code(text: &str, mark: &str) -> Option<usize> {
    let mut code = false;
    text.char_indices().find_map(|(at, character)| {
        code ^= character == '`';
        (!code && text.get(at..)?.starts_with(mark)).then_some(at)
    })
}

/// Whether a title begins in bold type that never ends.
pub(super) fn is_left_open(text: &str) -> bool {
    let rest = split_number(text).1;
    rest.strip_prefix("**")
        .is_some_and(|rest| find_outside_of_code(rest, "**").is_none())
}

/// A title without its number and the bold type around it, and without the colon before its note.
fn unwrapped(title: &str) -> &str {
    let rest = split_number(title).1;
    let whole = |mark: &&str| {
        let inner = rest.strip_prefix(*mark)?.strip_suffix(*mark)?;
        find_outside_of_code(inner, mark).is_none().then_some(inner)
    };
    let inner = MARKS.iter().find_map(whole).unwrap_or_else(|| without_open_mark(rest));
    split_number(inner).1.trim_end_matches(':').trim()
}

/// A title without the mark of bold type that never ends.
fn without_open_mark(title: &str) -> &str {
    if is_left_open(title) {
        title.trim_start_matches("**")
    } else {
        title
    }
}

/// `Title {#id}` without its braces.
fn without_attributes(title: &str) -> &str {
    match title.rsplit_once(" {") {
        Some((title, braces)) if braces.ends_with('}') && braces.starts_with(['#', '.', '-']) => title.trim_end(),
        _ => title,
    }
}

/// A title as readers see it, as chapters read their own headings: without the marks of code, emphasis and links.
pub(super) fn plain(title: &str) -> String {
    let source = format!("# {}", without_open_mark(title));
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    let mut text = String::new();
    for event in Parser::new_ext(&source, options) {
        match event {
            Event::Text(run) | Event::Code(run) | Event::InlineMath(run) | Event::DisplayMath(run) => text.push_str(&run),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}
