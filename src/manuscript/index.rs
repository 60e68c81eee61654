//! Index marks: `<!-- index: GIL; reference counting!overflow; Global Interpreter Lock | see GIL -->`.
//!
//! Semicolons part the entries of a mark, `!` leads to an entry below another, `sort@shown` says where an entry is sorted, and
//! behind a bar stands `see` or `see also` with another entry, or `begin` and, at another mark, `end` of a range of pages; MakeIndex's
//! `|see{...}`, `|seealso{...}`, `|(` and `|)` are read as well. What is
//! shown is Markdown in a line, so code stands in backticks, within which no sign means anything but itself; elsewhere
//! a backslash does that.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::markdown::read_line;
use super::stack::Stack;
use crate::diag::codes;
use crate::document::inline::plain_text;
use crate::document::{Block, BlockKind, IndexMark, IndexSee, IndexTerm, Inline, InlineKind, RangeEnd};
use std::ops::Range;

/// How deep entries stand below one another.
const MOST_LEVELS: usize = 3;

/// Reads the comment at a place of the source; `text` is what stands behind its colon.
pub(super) fn read(stack: &mut Stack, text: &str, at: Range<usize>) {
    let place = stack.source.get(at.clone()).and_then(|typed| typed.find(text));
    let start = place.map(|place| at.start + place);
    let mut marks = Vec::new();
    let mut entries = split(text, ';');
    // A semicolon behind the last entry says nothing.
    let is_blank = |range: &Range<usize>| text.get(range.clone()).is_none_or(|text| text.trim().is_empty());
    if entries.len() > 1 && entries.last().is_some_and(is_blank) {
        entries.pop();
    }
    for entry in entries {
        let entry = trimmed(text, entry);
        let range = start.map_or(at.clone(), |start| start + entry.start..start + entry.end);
        let typed = text.get(entry).unwrap_or_default();
        match read_entry(stack, typed, start.map(|_| range.start), &at) {
            Ok(mark) => marks.push(Inline::new(stack.span(range), InlineKind::IndexMark(mark))),
            Err(fault) => report(stack, fault, range),
        }
    }
    if marks.is_empty() {
        return;
    }
    stack.notations.index = true;
    // On a line of its own a comment is about what comes next; within a line it has a place there.
    if stack.run.is_empty() && stack.begins() {
        let span = stack.span(at);
        stack.push_block(Block::new(span, BlockKind::IndexMarks(marks)));
    } else {
        marks.into_iter().for_each(|mark| stack.push_inline(mark));
    }
}

/// A range of a text without the blanks at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let typed = text.get(range.clone()).unwrap_or_default();
    let start = range.start + typed.len() - typed.trim_start().len();
    start..start + typed.trim().len()
}

fn report(stack: &mut Stack, fault: String, at: Range<usize>) {
    if let Some(diagnostic) = stack.report(&codes::BAD_INDEX_MARK, at, fault) {
        diagnostic
            .hint("entries look like `term`, `term!below it`, `sorted so@shown so`, `term | see another`, or `term | begin` and `term | end`; `;` parts them");
    }
}

/// One entry; the error says what is wrong with it.
fn read_entry(stack: &mut Stack, typed: &str, start: Option<usize>, whole: &Range<usize>) -> Result<IndexMark, String> {
    let mut bars = split(typed, '|').into_iter();
    let path = bars.next().unwrap_or_default();
    let see = bars.next();
    if bars.next().is_some() {
        return Err("more than one bar stands in this index entry".to_owned());
    }
    let path = read_path(stack, typed, path, start, whole)?;
    let range = see.as_ref().and_then(|see| end_of_range(typed, see.clone()));
    let see = match see.filter(|_| range.is_none()) {
        None => None,
        Some(range) => {
            let (also, inner) = see_of(typed, range)?;
            Some(IndexSee {
                also,
                path: read_path(stack, typed, inner, start, whole)?,
            })
        }
    };
    Ok(IndexMark { path, see, range })
}

/// Whether what stands behind a bar begins or ends a range.
fn end_of_range(typed: &str, range: Range<usize>) -> Option<RangeEnd> {
    match typed.get(range)?.trim() {
        "begin" | "(" => Some(RangeEnd::Begin),
        "end" | ")" => Some(RangeEnd::End),
        _ => None,
    }
}

/// Whether what stands behind a bar is `see` or `see also`, and where the entry stands that it names.
fn see_of(typed: &str, range: Range<usize>) -> Result<(bool, Range<usize>), String> {
    let text = typed.get(range.clone()).unwrap_or_default();
    let start = range.start + text.len() - text.trim_start().len();
    let text = text.trim();
    for (word, also) in [("seealso", true), ("see also", true), ("see", false)] {
        let Some(rest) = text.strip_prefix(word) else { continue };
        let inner = rest.trim_start();
        let at = start + text.len() - inner.len();
        if let Some(braced) = inner.strip_prefix('{') {
            let braced = braced.strip_suffix('}').ok_or("no brace closes what stands behind `see`")?;
            return Ok((also, at + 1..at + 1 + braced.len()));
        }
        if inner.len() < rest.len() && !inner.is_empty() {
            return Ok((also, at..at + inner.len()));
        }
        if inner.is_empty() {
            return Err(format!("nothing stands behind `{word}`"));
        }
    }
    Err(format!(
        "`{text}` is neither `see` nor `see also` with another entry, nor `begin` or `end`"
    ))
}

/// The terms between exclamation marks.
fn read_path(
    stack: &mut Stack,
    typed: &str,
    range: Range<usize>,
    start: Option<usize>,
    whole: &Range<usize>,
) -> Result<Vec<IndexTerm>, String> {
    let text = typed.get(range.clone()).unwrap_or_default();
    let parts = split(text, '!');
    if parts.len() > MOST_LEVELS {
        return Err(format!("this index entry has more than {MOST_LEVELS} levels"));
    }
    let mut terms = Vec::new();
    for part in parts {
        let inner = text.get(part.clone()).unwrap_or_default();
        // A sign at the very beginning is a part of the term, as in `@property`.
        let signs = split(inner, '@');
        let (sort, shown) = match signs.as_slice() {
            [sort, .., last] if !inner.get(sort.clone()).unwrap_or_default().trim().is_empty() => {
                (inner.get(sort.clone()), sort.end + 1..last.end)
            }
            _ => (None, 0..inner.len()),
        };
        let at = range.start + part.start + shown.start;
        let shown = inner.get(shown).unwrap_or_default();
        if shown.trim().is_empty() {
            return Err(if text.trim().is_empty() {
                "this index entry has no term".to_owned()
            } else {
                format!("one of the terms in `{}` is empty", text.trim())
            });
        }
        let place = start.map(|start| start + at).ok_or_else(|| whole.clone());
        let shown = read_shown(stack, shown, place);
        terms.push(IndexTerm {
            sort: sort.map_or_else(|| plain_text(&shown), |sort| sort.trim().to_owned()),
            shown,
        });
    }
    Ok(terms)
}

/// What a term shows: Markdown in a line.
fn read_shown(stack: &mut Stack, text: &str, place: Result<usize, Range<usize>>) -> Vec<Inline> {
    let blank = text.len() - text.trim_start().len();
    let place = place.map(|start| start + blank);
    let text = text.trim();
    let is_markup = |byte: u8| b"\\`*_<[&${~!".contains(&byte) || byte < b' ';
    match &place {
        Ok(start) if !text.bytes().any(is_markup) => {
            let span = stack.span(*start..*start + text.len());
            vec![Inline::text(span, text)]
        }
        _ => read_line(stack, text, place),
    }
}

/// The parts of a text between signs that stand neither in backticks nor behind a backslash.
fn split(text: &str, sign: char) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut in_code = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        let plain = !std::mem::replace(&mut escaped, false);
        match character {
            '\\' if plain && !in_code => escaped = true,
            '`' if plain => in_code = !in_code,
            _ if character == sign && plain && !in_code => {
                parts.push(start..at);
                start = at + character.len_utf8();
            }
            _ => {}
        }
    }
    if !in_code {
        parts.push(start..text.len());
        return parts;
    }
    // A backtick that nothing closes is no code.
    let open = text.rfind('`').unwrap_or_default();
    parts.push(start..text.len());
    let rest = open + 1;
    let behind: Vec<usize> = text
        .get(rest..)
        .unwrap_or_default()
        .match_indices(sign)
        .map(|(at, _)| rest + at)
        .collect();
    for at in behind {
        if let Some(last) = parts.last_mut() {
            let end = last.end;
            last.end = at;
            parts.push(at + sign.len_utf8()..end);
        }
    }
    parts
}

/// Puts marks that stand between blocks into the text that follows, or else into the text before. Where there is neither,
/// they stay where they are.
pub(super) fn attach(blocks: Vec<Block>) -> Vec<Block> {
    if !blocks.iter().any(|block| matches!(block.kind, BlockKind::IndexMarks(_))) {
        return blocks;
    }
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut waiting: Option<Block> = None;
    for mut block in blocks {
        if let (
            BlockKind::IndexMarks(more),
            Some(Block {
                kind: BlockKind::IndexMarks(marks),
                ..
            }),
        ) = (&mut block.kind, &mut waiting)
        {
            marks.append(more);
            continue;
        }
        if let Some(marks) = waiting.take() {
            out.extend(begin_with(&mut block, marks));
        }
        match block.kind {
            BlockKind::IndexMarks(_) => waiting = Some(block),
            _ => out.push(block),
        }
    }
    if let Some(mut block) = waiting {
        match (&mut block.kind, out.last_mut().map(|last| &mut last.kind)) {
            (BlockKind::IndexMarks(marks), Some(BlockKind::Paragraph(text))) => text.append(marks),
            _ => out.push(block),
        }
    }
    out
}

/// Puts marks at the beginning of a block, or gives them back if it does not begin with text.
fn begin_with(block: &mut Block, mut marks: Block) -> Option<Block> {
    let text = match &mut block.kind {
        BlockKind::Paragraph(text) => text,
        BlockKind::Heading(heading) => &mut heading.title,
        _ => return Some(marks),
    };
    if let BlockKind::IndexMarks(marks) = &mut marks.kind {
        text.splice(0..0, std::mem::take(marks));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_in_code_and_behind_a_backslash_part_nothing() {
        for (text, sign, expected) in [
            ("a; b", ';', vec!["a", " b"]),
            ("`a;b`; c", ';', vec!["`a;b`", " c"]),
            ("a\\;b; c", ';', vec!["a\\;b", " c"]),
            ("`a; b", ';', vec!["`a", " b"]),
            ("a; `b; c", ';', vec!["a", " `b", " c"]),
            ("", ';', vec![""]),
        ] {
            let found: Vec<&str> = split(text, sign).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
