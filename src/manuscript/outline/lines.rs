//! The lines of an outline that say something: headings and bullets, each with the words below it.
//!
//! An outline is looser than Markdown: bullets may be indented in any way, and a note may go on in the lines below its
//! bullet, indented or not. Lines inside fences and comments say nothing.

use crate::diag::{Diagnostics, codes};
use crate::source::{FileId, Sources, Span};
use crate::titles::{split_number, split_part};

/// A heading or a bullet.
pub(super) struct Line {
    /// The whole line without its indentation.
    pub(super) span: Span,
    /// What it is.
    pub(super) kind: LineKind,
    /// What stands behind the mark.
    pub(super) text: String,
    /// The words of the lines below it that belong to it.
    pub(super) more: String,
}

/// What a line is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum LineKind {
    /// With its level.
    Heading(u8),
    /// With the column it begins in.
    Bullet(usize),
}

/// Reads the lines of a file. What looks like an entry and is none is reported.
pub(super) fn lines(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Vec<Line> {
    let mut scanner = Scanner {
        lines: Vec::new(),
        fence: None,
        comment: false,
        blank: true,
        diagnostics,
    };
    let mut at = 0;
    for raw in sources.get(file).text().split_inclusive('\n') {
        let trimmed = raw.trim();
        let start = at + raw.len() - raw.trim_start().len();
        at += raw.len();
        if !scanner.passes_over(trimmed) {
            let span = Span::new(file, start..start + trimmed.len());
            scanner.line(trimmed, columns(raw), span);
        }
    }
    scanner.lines
}

/// How far a line is indented; a tab goes on to the next fourth column.
fn columns(line: &str) -> usize {
    let mut columns = 0;
    for character in line.chars() {
        match character {
            ' ' => columns += 1,
            '\t' => columns += 4 - columns % 4,
            _ => break,
        }
    }
    columns
}

struct Scanner<'a> {
    lines: Vec<Line>,
    /// The mark and the length of the fence that is open.
    fence: Option<(char, usize)>,
    /// Whether a comment is open.
    comment: bool,
    /// Whether the line above says nothing.
    blank: bool,
    diagnostics: &'a mut Diagnostics,
}

impl Scanner<'_> {
    /// Whether a line belongs to a fence or a comment.
    fn passes_over(&mut self, line: &str) -> bool {
        if self.comment {
            self.comment = !line.contains("-->");
            return true;
        }
        let mark = if line.starts_with('~') { '~' } else { '`' };
        let rest = line.trim_start_matches(mark);
        let length = line.len() - rest.len();
        match self.fence {
            Some((open, least)) => {
                if open == mark && length >= least && rest.trim().is_empty() {
                    self.fence = None;
                }
                true
            }
            None if length >= 3 && !(mark == '`' && rest.contains('`')) => {
                self.fence = Some((mark, length));
                true
            }
            None => {
                self.comment = line.starts_with("<!--") && !line.contains("-->");
                line.starts_with("<!--")
            }
        }
    }

    fn line(&mut self, line: &str, column: usize, span: Span) {
        if line.is_empty() || is_ruler(line) {
            self.blank = true;
            return;
        }
        if let Some((level, text)) = heading(line) {
            self.push(span, LineKind::Heading(level), text);
        } else if let Some(text) = bullet(line) {
            self.push(span, LineKind::Bullet(column), text);
        } else if let Some((fault, hint)) = looks_like_an_entry(line) {
            self.diagnostics
                .report(&codes::OUTLINE_SYNTAX, span, format!("{fault}, so it is not read"))
                .hint(hint);
        } else if let Some(last) = self.lines.last_mut() {
            let heading = matches!(last.kind, LineKind::Heading(_));
            if heading || !self.blank || column >= 2 {
                last.more.push(' ');
                last.more.push_str(line);
            }
        }
        self.blank = false;
    }

    fn push(&mut self, span: Span, kind: LineKind, text: &str) {
        let empty = text.chars().all(|character| "*_` ".contains(character));
        if empty {
            self.diagnostics
                .report(&codes::OUTLINE_SYNTAX, span, "this line of the outline has no title")
                .hint("write its title, or remove the line");
            return;
        }
        self.lines.push(Line {
            span,
            kind,
            text: text.to_owned(),
            more: String::new(),
        });
    }
}

/// `---`, `* * *`, and what underlines a title.
fn is_ruler(line: &str) -> bool {
    let marks = || line.chars().filter(|character| *character != ' ');
    let first = marks().next().filter(|first| "-*_=".contains(*first));
    marks().count() >= 3 && first.is_some_and(|first| marks().all(|mark| mark == first))
}

/// `## Title`: the level and the title.
fn heading(line: &str) -> Option<(u8, &str)> {
    let rest = line.trim_start_matches('#');
    let level = u8::try_from(line.len() - rest.len()).ok()?;
    if !(1..=6).contains(&level) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let text = rest.trim();
    let open = text.trim_end_matches('#');
    let text = if open.ends_with([' ', '\t']) { open.trim_end() } else { text };
    Some((level, text))
}

/// `- Title`, `* Title`, `+ Title`, `1. Title`, `1) Title`, `- [ ] Title`: the title. The number of a numbered list is
/// Markdown's, which counts by itself.
fn bullet(line: &str) -> Option<&str> {
    let rest = match line.strip_prefix(['-', '*', '+']) {
        Some(rest) => rest,
        None => {
            let rest = line.trim_start_matches(|character: char| character.is_ascii_digit());
            let digits = line.len() - rest.len();
            (1..=9).contains(&digits).then_some(rest)?.strip_prefix(['.', ')'])?
        }
    };
    if !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let text = rest.trim();
    let boxed = ["[ ] ", "[x] ", "[X] "].iter().find_map(|task| text.strip_prefix(task));
    Some(boxed.unwrap_or(text).trim_start())
}

/// What keeps a line from being the entry that it seems to be, and what to do about it.
fn looks_like_an_entry(line: &str) -> Option<(&'static str, &'static str)> {
    let rest = line.trim_start_matches('#');
    let hashes = line.len() - rest.len();
    if hashes > 6 {
        return Some(("a heading has six `#` at most", "write it with fewer"));
    }
    if hashes > 1 || hashes == 1 && rest.starts_with(|character: char| character.is_ascii_digit()) {
        return Some(("a space is missing behind the `#` of this line", "write `## Title`"));
    }
    let begins = |character: char| character.is_alphabetic() || "*`_".contains(character);
    let begins_a_title = |rest: &str| rest.starts_with(begins) || split_number(rest).0.is_some();
    if line.strip_prefix(['-', '+']).is_some_and(begins_a_title) {
        return Some(("a space is missing behind the mark of this bullet", "write `- Title`"));
    }
    let marked = |rest: &str| rest.starts_with([' ', '\t', '\u{a0}']);
    if line
        .strip_prefix(['•', '◦', '‣', '▪', '·', '–', '—', '−'])
        .is_some_and(marked)
    {
        return Some(("the mark of this line makes no bullet in Markdown", "write `- Title`"));
    }
    let bare = line.trim_start_matches(['*', '_']);
    if is_part(bare) {
        return Some(("a part is a heading, and this line is none", "write `### Part I: Title`"));
    }
    let dotted = |number: &str| number.contains('.') || number.contains(' ');
    if split_number(bare).0.is_some_and(dotted) {
        return Some((
            "this line begins with a number and is neither a heading nor a bullet",
            "write `- **1.1. Title** - note`",
        ));
    }
    None
}

/// `Part I: Title` or `Part I` alone; `Part I tells ...` begins a sentence.
fn is_part(line: &str) -> bool {
    let behind = |(number, _)| line.split_once(' ')?.1.strip_prefix::<&str>(number);
    let rest = split_part(line).and_then(behind);
    let marks = [":", ".", ")", " - ", " – ", " — "];
    rest.is_some_and(|rest| marks.iter().any(|mark| rest.starts_with(mark)) || rest.trim_matches(['*', '_']).is_empty())
}
