//! A draft and the chapter's file: what the file is to be.
//!
//! What the reply does not have stays byte for byte. What is new goes into the outline's order; what differs takes the place
//! of the old text, which is for the caller to allow.

use super::headings::{self, Style, Targets, key};
use super::pieces::{Draft, Piece, What};
use super::reply::Line;
use super::{settle, tails};
use std::ops::Range;

/// A piece of an existing file.
#[derive(Debug, Clone)]
struct Segment {
    what: What,
    /// The heading's line with what ends it; empty for the opening.
    heading: Range<usize>,
    /// What follows, up to the next segment.
    body: Range<usize>,
}

/// An existing file by its pieces.
#[derive(Debug)]
struct Existing {
    /// The front matter, with its rulers.
    front: Range<usize>,
    /// The title's line, with what stands between it and the front matter.
    title: Range<usize>,
    segments: Vec<Segment>,
}

/// What a file becomes.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// The new text without front matter.
    pub(super) body: String,
    /// The front matter as it is, with its rulers; empty if there is none.
    pub(super) front: String,
    /// The pieces whose text was replaced, by the place of their heading in the reply.
    pub(super) replaced: Vec<(String, Range<usize>)>,
    /// How many pieces were put in or replaced.
    pub(super) written: usize,
    /// Whether text of the old file is still in it.
    pub(super) kept: bool,
    /// The line break of the file.
    pub(super) end: &'static str,
}

/// The text of a new file, without front matter.
pub(super) fn fresh(draft: &Draft, title: &str) -> Merged {
    let mut body = format!("# {title}\n");
    for piece in &draft.pieces {
        body.push('\n');
        body.push_str(&text(piece, None));
    }
    Merged {
        body,
        written: draft.pieces.len(),
        end: "\n",
        ..Merged::default()
    }
}

/// The text of a piece, with one line break at its end.
fn text(piece: &Piece, braces: Option<&str>) -> String {
    let body = piece.body();
    let Some(heading) = &piece.heading else {
        return format!("{body}\n");
    };
    let braces = Some(piece.braces.as_str())
        .filter(|braces| !braces.is_empty())
        .or(braces)
        .unwrap_or_default();
    let space = if braces.is_empty() { "" } else { " " };
    let gap = if body.is_empty() { "" } else { "\n\n" };
    format!("## {heading}{space}{braces}{gap}{body}\n")
}

/// Puts a draft into an existing file.
pub(super) fn merge(draft: &Draft, title: &str, raw: &str, targets: &Targets) -> Merged {
    let existing = read(raw, draft.chapter, targets);
    let part = |range: &Range<usize>| raw.get(range.clone()).unwrap_or_default();
    let mut merged = Merged {
        front: part(&existing.front).to_owned(),
        end: if raw.contains("\r\n") { "\r\n" } else { "\n" },
        ..Merged::default()
    };
    // Each segment with the text that it is to have, and whether that is new.
    let mut list: Vec<(What, String, bool)> = existing
        .segments
        .iter()
        .map(|segment| {
            let text = format!("{}{}", part(&segment.heading), part(&segment.body));
            (segment.what.clone(), text, false)
        })
        .collect();
    let mut after = None;
    for piece in &draft.pieces {
        let at = list.iter().position(|(what, _, _)| *what == piece.what);
        let segment = existing.segments.iter().find(|segment| segment.what == piece.what);
        let old = segment.map_or("", |segment| part(&segment.body));
        let braces = segment.map(|segment| braces(part(&segment.heading)));
        let new = text(piece, braces.as_deref()).replace('\n', merged.end);
        match at {
            Some(at) => {
                after = Some(at);
                if normal(lines(old, 0)) == normal(piece.lines.clone()) {
                    continue;
                }
                let had_text = !old.trim().is_empty();
                if let Some((_, text, changed)) = list.get_mut(at) {
                    (*text, *changed) = (format!("{new}{}", merged.end), true);
                }
                if had_text {
                    let name = piece.heading.clone().unwrap_or_else(|| "the opening".to_owned());
                    merged.replaced.push((name, piece.at.clone()));
                }
            }
            None => {
                let at = place(&list, &piece.what, after);
                list.insert(at, (piece.what.clone(), format!("{new}{}", merged.end), true));
                after = Some(at);
            }
        }
        merged.written += 1;
    }
    merged.kept = list.iter().any(|(_, text, changed)| !changed && !text.trim().is_empty());
    let mut body = part(&existing.title).to_owned();
    if body.trim().is_empty() {
        body = format!("# {title}{0}{0}", merged.end);
    }
    for (_, text, changed) in &list {
        if *changed {
            end_paragraph(&mut body, merged.end);
        }
        body.push_str(text);
    }
    if list.last().is_some_and(|(_, _, changed)| *changed) {
        body.truncate(body.trim_end().len());
        body.push_str(merged.end);
    }
    if merged.written == 0 {
        body = raw.get(existing.front.end..).unwrap_or_default().to_owned();
    }
    merged.body = body;
    merged
}

/// Makes a text end in a blank line, which a heading needs above it.
fn end_paragraph(text: &mut String, end: &str) {
    let double = end.repeat(2);
    while !text.is_empty() && !text.ends_with(&double) {
        text.push_str(end);
    }
}

/// Where a piece goes that is not there yet.
fn place(list: &[(What, String, bool)], what: &What, after: Option<usize>) -> usize {
    let end = list.len();
    let before_end = list
        .iter()
        .position(|(what, _, _)| matches!(what, What::Takeaways | What::Tail(_)))
        .unwrap_or(end);
    match what {
        What::Opening => 0,
        What::Section(section) => {
            let later = list
                .iter()
                .position(|(what, _, _)| matches!(what, What::Section(other) if other > section));
            later.unwrap_or(before_end)
        }
        What::Extra(_) => after.map_or(before_end, |after| after + 1),
        What::Takeaways => list
            .iter()
            .position(|(what, _, _)| matches!(what, What::Tail(_)))
            .unwrap_or(end),
        What::Tail(_) => end,
    }
}

/// Lines as texts are compared: without blanks at their ends, and without more than one blank line.
fn normal(mut lines: Vec<Line>) -> String {
    settle::tidy(&mut lines);
    lines.iter().flat_map(|line| [line.text.trim_end(), "\n"]).collect()
}

/// The braces at the end of a heading's line.
fn braces(heading: &str) -> String {
    let trimmed = heading.trim_end();
    let at = trimmed.rfind('{').filter(|_| trimmed.ends_with('}'));
    at.and_then(|at| trimmed.get(at..)).unwrap_or_default().to_owned()
}

/// Reads an existing file into its pieces.
fn read(raw: &str, chapter: usize, targets: &Targets) -> Existing {
    let front = front_matter(raw);
    let lines = lines(raw, front.end);
    let mut existing = Existing {
        title: front.end..front.end,
        front,
        segments: Vec::new(),
    };
    let start = existing.front.end;
    let mut titled = false;
    let mut opening = Segment {
        what: What::Opening,
        heading: start..start,
        body: start..start,
    };
    for at in 0..lines.len() {
        let Some(line) = lines.get(at) else { break };
        let Some(seen) = headings::read(&lines, at).filter(|seen| seen.style == Style::Marked) else {
            continue;
        };
        let end = lines.get(at + seen.lines).map_or(raw.len(), |line| line.at.start);
        let here = targets.titled(&seen).filter(|target| target.chapter == chapter);
        let target = here.max_by_key(|target| (target.section.is_some() == (seen.level != Some(1)), target.section.is_some()));
        let what = match target.map(|target| target.section) {
            Some(Some(section)) => Some(What::Section(section)),
            // The first heading is the title, whatever it says.
            _ if !titled && seen.level == Some(1) => {
                titled = true;
                existing.title = existing.front.end..end;
                opening = Segment {
                    what: What::Opening,
                    heading: end..end,
                    body: end..end,
                };
                existing.segments.clear();
                continue;
            }
            _ if targets.is_takeaways(&seen) => Some(What::Takeaways),
            _ if seen.level.is_some_and(|level| level <= 2) && tails::is_tail(&seen) => Some(What::Tail(key(seen.parts().1))),
            _ if seen.level.is_some_and(|level| level <= 2) => Some(What::Extra(key(seen.bare_title()))),
            _ => None,
        };
        let Some(what) = what else { continue };
        // The same section twice is one piece with all that stands in it.
        if existing.segments.iter().any(|segment| segment.what == what) {
            continue;
        }
        close(&mut existing, &mut opening, line.at.start);
        existing.segments.push(Segment {
            what,
            heading: line.at.start..end,
            body: end..raw.len(),
        });
    }
    close(&mut existing, &mut opening, raw.len());
    existing
}

/// Ends the last segment, or the opening, where the next begins.
fn close(existing: &mut Existing, opening: &mut Segment, at: usize) {
    match existing.segments.last_mut() {
        Some(last) => last.body.end = at,
        None => {
            opening.body.end = at;
            existing.segments.push(opening.clone());
        }
    }
}

/// The bytes of a file's front matter, with its rulers.
pub(super) fn front_matter(raw: &str) -> Range<usize> {
    let mut at = raw.len() - raw.strip_prefix('\u{feff}').unwrap_or(raw).len();
    for (number, line) in raw.get(at..).unwrap_or_default().split_inclusive('\n').enumerate() {
        let ruler = line.trim_end();
        let bad = match number {
            0 => ruler != "---",
            1 => ruler.is_empty(),
            _ => false,
        };
        if bad {
            break;
        }
        at += line.len();
        if number > 0 && matches!(ruler, "---" | "...") {
            let inner = raw.get(..at).unwrap_or_default();
            return if inner.contains(':') { 0..at } else { 0..0 };
        }
    }
    0..0
}

/// The lines of a file from a byte on, with code marked as Markdown pairs fences.
pub(super) fn lines(raw: &str, from: usize) -> Vec<Line> {
    let mut at = from;
    let mut open: Option<(char, usize)> = None;
    let mut lines = Vec::new();
    for whole in raw.get(from..).unwrap_or_default().split_inclusive('\n') {
        let text = whole.trim_end_matches(['\n', '\r']);
        let trimmed = text.trim_start();
        let letter = trimmed.chars().next().filter(|letter| matches!(letter, '`' | '~'));
        let length = letter.map_or(0, |letter| trimmed.len() - trimmed.trim_start_matches(letter).len());
        let rest = trimmed.get(length..).unwrap_or_default();
        let mut code = open.is_some();
        match (open, letter) {
            (None, Some(letter)) if length > 2 && !(letter == '`' && rest.contains('`')) => {
                open = Some((letter, length));
                code = true;
            }
            (Some((of, least)), Some(letter)) if of == letter && length >= least && rest.trim().is_empty() => open = None,
            _ => {}
        }
        lines.push(Line {
            text: text.to_owned(),
            at: at..at + text.len(),
            code,
        });
        at += whole.len();
    }
    lines
}
