//! Recording: what a listing printed becomes the text of its `output` block, and every other byte of the file stays.
//!
//! Only listings that ran to their end and printed something else than the book shows are recorded. A block that does not
//! stand plainly at the margin is left alone, with a word that says so.

use super::plan::{Expected, Plan};
use super::{Outcome, Report, compare};
use crate::error::Error;
use crate::manuscript::Manuscript;
use crate::release;
use crate::source::FileId;

/// One block to write anew.
struct Edit<'a> {
    /// Which report it is for.
    report: usize,
    expected: &'a Expected,
    lines: Vec<String>,
}

/// Writes what was printed into the files of the manuscript, and makes the reports say so.
pub fn record(plan: &Plan, reports: &mut [Report], manuscript: &Manuscript) -> Result<(), Error> {
    for chapter in manuscript.document.chapters() {
        let edits = edits(plan, reports, chapter.file);
        if edits.is_empty() {
            continue;
        }
        // The folder's own paths lead to no other place, and a link is not replaced by a file.
        let path = manuscript.folder.root().join(&chapter.path);
        let reading = |error| Error::caused(format!("reading {}", path.display()), error);
        let path = path.canonicalize().map_err(reading)?;
        let raw = std::fs::read_to_string(&path).map_err(reading)?;
        let text = manuscript.sources.get(chapter.file).text();
        let mut lines: Vec<String> = split(&raw).into_iter().map(str::to_owned).collect();
        let mut done = Vec::new();
        // From the end on, so that the places of the others stay.
        for edit in edits.into_iter().rev() {
            let result = if normal(&raw) == text {
                rewrite(&mut lines, text, &edit)
            } else {
                Err("the file has changed since it was read")
            };
            done.push((edit.report, result.map(|()| edit.lines.len())));
        }
        if done.iter().any(|(_, result)| result.is_ok()) {
            release::replace(&[(path.clone(), lines.concat().into_bytes())])?;
        }
        for (at, result) in done {
            match (reports.get_mut(at).map(|report| &mut report.outcome), result) {
                (Some(outcome), Ok(count)) => *outcome = Outcome::Recorded(count),
                (Some(Outcome::Failed(failure)), Err(why)) => {
                    failure.diagnostic.hint(format!("it was not recorded: {why}"));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// What is to be recorded in a file, in order of place.
fn edits<'a>(plan: &'a Plan, reports: &[Report], file: FileId) -> Vec<Edit<'a>> {
    let edit = |(at, report): (usize, &Report)| {
        let Outcome::Failed(failure) = &report.outcome else {
            return None;
        };
        let expected = plan.cases.get(at)?.program()?.expected.as_ref()?;
        (expected.span.file == file).then_some(())?;
        Some(Edit {
            report: at,
            expected,
            lines: failure.printed.clone()?,
        })
    };
    let mut edits: Vec<Edit<'a>> = reports.iter().enumerate().filter_map(edit).collect();
    edits.sort_by_key(|edit| edit.expected.span.start);
    edits
}

/// A text's lines with what ends them; a carriage return by itself ends one too.
fn split(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' || *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
            lines.extend(text.get(start..=at));
            start = at + 1;
        }
    }
    lines.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    lines
}

/// A text as the manuscript's reader sees it.
fn normal(raw: &str) -> String {
    let text = raw.strip_prefix('\u{feff}').unwrap_or(raw);
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Puts new lines into a block; the error is why not.
fn rewrite(lines: &mut Vec<String>, text: &str, edit: &Edit<'_>) -> Result<(), &'static str> {
    const NOT_AT_MARGIN: &str = "its output block does not stand at the left margin, as in a list or a quote; write it by hand";
    let range = edit.expected.span.range();
    let before = text.get(..range.start).unwrap_or_default();
    if !(before.is_empty() || before.ends_with('\n')) {
        return Err(NOT_AT_MARGIN);
    }
    let block: Vec<&str> = text.get(range).unwrap_or_default().trim_end().split('\n').collect();
    let (Some(open), Some(close)) = (block.first(), block.last()) else {
        return Err(NOT_AT_MARGIN);
    };
    let letter = open
        .chars()
        .next()
        .filter(|letter| matches!(letter, '`' | '~'))
        .ok_or(NOT_AT_MARGIN)?;
    let length = fence(open, letter);
    let closes = |line: &str| line.trim_start_matches(' ').trim_end().chars().all(|other| other == letter);
    if block.len() < 2 || !closes(close) || fence(close, letter) < length {
        return Err("no line at the left margin closes its output block");
    }
    let shown = block.get(1..block.len() - 1).unwrap_or_default();
    if compare::lines(&shown.join("\n")) != edit.expected.lines {
        return Err(NOT_AT_MARGIN);
    }
    if edit.lines.iter().any(|line| closes(line) && fence(line, letter) >= length) {
        return Err("it prints a line that would close the output block; make the block's fence longer");
    }
    let first = before.matches('\n').count();
    let end = lines.get(first).map_or("\n", |line| ending(line)).to_owned();
    if first + block.len() > lines.len() {
        return Err(NOT_AT_MARGIN);
    }
    let new = edit.lines.iter().map(|line| format!("{line}{end}"));
    lines.splice(first + 1..first + block.len() - 1, new);
    Ok(())
}

/// How many letters of a fence a line begins with.
fn fence(line: &str, letter: char) -> usize {
    line.trim_start_matches(' ')
        .chars()
        .take_while(|other| *other == letter)
        .count()
}

/// What ends a line.
fn ending(line: &str) -> &str {
    let body = line.trim_end_matches(['\r', '\n']);
    line.get(body.len()..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways() {
        assert_eq!(split("a\r\nb\nc\rd\r\r\ne"), ["a\r\n", "b\n", "c\r", "d\r", "\r\n", "e"]);
        assert_eq!(split("\n\n"), ["\n", "\n"]);
        for text in ["a\r\nb\nc\rd\r\r\ne", "\r", "\r\r\n", "", "x\n"] {
            assert_eq!(split(text).concat(), text);
            assert_eq!(split(text).len(), split(&normal(text)).len(), "{text:?}");
        }
    }
}
