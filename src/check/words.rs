//! `unfinished-text`, `stray-braces`: what is left of writing in a text that is to be read.

use super::lines::{self, Line};
use crate::diag::{Diagnostics, codes};
use crate::document::Document;
use crate::source::{Sources, Span};
use std::ops::Range;

/// What authors write where something is still to be written.
const MARKS: [&str; 4] = ["TODO", "FIXME", "TBD", "XXX"];

/// The words that stand where a text is to stand.
const FILLER: &str = "lorem ipsum dolor";

/// How often a line is told of. Each place is sought in the source anew, so that the cost would not stay in step with the
/// length of a line.
const MOST: usize = 50;

/// How far braces are looked for that close others, in characters.
const WIDEST_BRACES: usize = 80;

/// Applies both rules.
pub(super) fn left_over(document: &Document, sources: &Sources, diagnostics: &mut Diagnostics) {
    for chapter in document.chapters() {
        let mut see = |line: &Line<'_>| {
            unfinished(line, sources, diagnostics);
            stray_braces(line, sources, diagnostics);
        };
        lines::titles(chapter, &mut see);
        lines::prose(chapter, &mut see);
    }
}

/// Reports a mark such as `TODO:` where it is one: alone, in brackets, or at a beginning and with a colon behind it. Who
/// writes about such marks has them in a sentence, or in code.
fn unfinished(line: &Line<'_>, sources: &Sources, diagnostics: &mut Diagnostics) {
    let mut count = 0;
    let mut report = |range: Range<usize>| {
        count += 1;
        if count > MOST {
            return;
        }
        let Some(span) = line.place(range.clone(), sources) else {
            return;
        };
        let words: String = line.text.get(range).unwrap_or_default().iter().collect();
        diagnostics
            .report(
                &codes::UNFINISHED_TEXT,
                span,
                format!("`{words}` says that this text is not finished"),
            )
            .hint("write what is missing; in a comment, `<!-- TODO: ... -->`, it would not be printed");
    };
    for at in 0..line.text.len() {
        let rest = line.text.get(at..).unwrap_or_default();
        match rest.first() {
            Some('T' | 'F' | 'X') => {
                let mark = MARKS.into_iter().find(|mark| begins(rest, mark));
                if let Some(length) = mark.map(str::len).filter(|length| is_mark(&line.text, at..at + length)) {
                    report(at..at + length);
                }
            }
            Some('L' | 'l') => {
                let folded: String = rest.iter().take(FILLER.len()).collect::<String>().to_lowercase();
                if folded.replace('\u{a0}', " ") == FILLER {
                    report(at..at + FILLER.len());
                }
            }
            _ => {}
        }
    }
}

fn begins(text: &[char], word: &str) -> bool {
    word.chars().enumerate().all(|(at, letter)| text.get(at) == Some(&letter))
}

fn is_mark(text: &[char], range: Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default().iter().rev();
    let before = before.copied().find(|character| !character.is_whitespace());
    let behind = text.get(range.end..).unwrap_or_default().iter();
    let next = behind.clone().copied().find(|character| !character.is_whitespace());
    let glued = behind.clone().next().copied();
    let begins = before.is_none_or(|before| matches!(before, '[' | '(' | '.' | '!' | '?'));
    let ends = matches!(glued, Some(':' | ']' | ')')) || next.is_none();
    begins && ends
}

/// Reports braces that look like a variable's and are none, because no variable has such a name.
fn stray_braces(line: &Line<'_>, sources: &Sources, diagnostics: &mut Diagnostics) {
    let text = &line.text;
    let (mut at, mut count) = (0, 0);
    while let Some(open) = find(text, at, '{').filter(|_| count < MOST) {
        at = open + 2;
        let near = text.get(..text.len().min(open + WIDEST_BRACES)).unwrap_or_default();
        let Some(close) = find(near, at, '}') else {
            continue;
        };
        let inner: String = text.get(open + 2..close).unwrap_or_default().iter().collect();
        let range = open..close + 2;
        let name = inner.trim();
        // A name is a variable, known or not, and `#` is another tool's; both are told when the chapter is read.
        let is_foreign = name.len() > 1 && name.starts_with('#');
        let told = is_foreign || !name.is_empty() && !name.contains(char::is_whitespace) && !name.contains(['|', '(', '"', '\'']);
        at = range.end;
        if told {
            continue;
        }
        count += 1;
        let typed = line
            .place(range, sources)
            .filter(|span| sources.text(*span).starts_with("{{"));
        if let Some(span) = typed.filter(|span| !is_escaped(*span, sources)) {
            diagnostics
                .report(
                    &codes::STRAY_BRACES,
                    span,
                    format!("`{{{{{inner}}}}}` looks like a variable and is none; the braces are printed"),
                )
                .hint("a variable's name has no spaces; write code in backticks, or `\\{{` for the braces themselves");
        }
    }
}

/// Where a character stands twice in a row.
fn find(text: &[char], from: usize, wanted: char) -> Option<usize> {
    let pairs = text.get(from..)?.windows(2);
    let found = pairs.enumerate().find(|(_, pair)| *pair == [wanted, wanted]);
    found.map(|(at, _)| from + at)
}

fn is_escaped(span: Span, sources: &Sources) -> bool {
    let before = (span.start as usize).checked_sub(1);
    let bytes = sources.get(span.file).text().as_bytes();
    before.and_then(|before| bytes.get(before)) == Some(&b'\\')
}
