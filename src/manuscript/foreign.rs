//! Notations of other tools that would be printed as they are typed, or that mean nothing here: told once for a file.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::stack::{Frame, Kind, Stack};
use crate::diag::codes;
use std::collections::BTreeMap;
use std::ops::Range;

/// A notation of another tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Foreign {
    /// knitr: `{r, eval = FALSE}` behind a fence.
    Options,
    /// pandoc, Quarto, MyST: `::: note`.
    Div,
    /// MkDocs: `!!! note "Title"`.
    Admonition,
    /// Jekyll, GitBook: `{% include "a.md" %}`.
    Liquid,
    /// mdBook with MathJax: `\\(a+b\\)`.
    Math,
    /// LaTeX and bookdown: `\index{word}`, `\@ref(intro)`.
    Latex,
}

impl Foreign {
    /// What it is, and what to write in its place.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Options => (
                "has options of knitr, which mean nothing here: the block is a listing, and nothing is run",
                "what a listing may have is written `{#lst-x caption=\"...\" lines run}`",
            ),
            Self::Div => (
                "is the mark of a fenced div, and is printed as it is typed",
                "write `> [!NOTE]` and the text behind `>`, or `<div class=\"note\">` and `</div>` with blank lines around them",
            ),
            Self::Admonition => (
                "is the head of an admonition of MkDocs, and is printed as it is typed",
                "write `> [!NOTE]` in a line, and the text below it behind `>`",
            ),
            Self::Liquid => (
                "is a tag of Liquid, and is printed as it is typed",
                "write `<!-- include: path -->` to include a file, and leave other tags out",
            ),
            Self::Math => (
                "is mathematics as MathJax has it, and is printed as it is typed",
                "write `$a+b$` within a line, and `$$` around a formula of its own",
            ),
            Self::Latex => (
                "is a command of LaTeX, and is printed as it is typed",
                "write `[](#id)` for a reference, `[@key]` for a citation, `<!-- index: term -->` for an entry of the index",
            ),
        }
    }
}

/// The commands of LaTeX that are found in Markdown.
const COMMANDS: [&str; 11] = [
    "\\@ref(",
    "\\ref{",
    "\\autoref{",
    "\\label{",
    "\\index{",
    "\\cite{",
    "\\footnote{",
    "\\textbf{",
    "\\emph{",
    "\\begin{",
    "\\href{",
];

/// What has been seen of each notation: where it is first, and how many there are.
pub(super) type Seen = BTreeMap<Foreign, (Range<usize>, usize)>;

/// Notes what a text has of these notations. `at` is its place in the source.
pub(super) fn look_at(stack: &mut Stack, text: &str, at: &Range<usize>) {
    if !text.contains([':', '!', '?', '%', '\\', '@']) {
        return;
    }
    let is_code = |frame: &Frame| matches!(frame.kind, Kind::Pre { .. } | Kind::Code);
    if stack.frames.iter().any(is_code) || stack.source.get(at.clone()) != Some(text) {
        return;
    }
    let source = stack.source;
    let before = source.get(..at.start).unwrap_or_default();
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let begins = line.chars().all(|c| matches!(c, ' ' | '\t' | '>'));
    let whole = at.start..at.start + text.trim_end().len();
    let is_escaped = before.ends_with('\\');
    if begins && text.starts_with(":::") {
        stack.note_foreign(Foreign::Div, whole);
    } else if begins && ["!!! ", "??? ", "???+ "].iter().any(|head| text.starts_with(head)) {
        stack.note_foreign(Foreign::Admonition, whole);
    } else if is_escaped && (text.starts_with("\\(") || text.starts_with("\\[")) {
        stack.note_foreign(Foreign::Math, at.start - 1..at.start + 2);
    } else if let Some(open) = text.find("{%")
        && let Some(length) = text.get(open..).and_then(|rest| rest.find("%}"))
    {
        stack.note_foreign(Foreign::Liquid, at.start + open..at.start + open + length + 2);
    } else if is_escaped && text.starts_with("@ref(") {
        stack.note_foreign(Foreign::Latex, at.start - 1..at.start + 4);
    } else if let Some((from, command)) = COMMANDS.iter().find_map(|command| Some((text.find(command)?, command))) {
        stack.note_foreign(Foreign::Latex, at.start + from..at.start + from + command.len() - 1);
    }
}

/// Tells what has been seen.
pub(super) fn report(stack: &mut Stack, seen: Seen) {
    for (foreign, (at, count)) in seen {
        let typed = stack.source.get(at.clone()).unwrap_or_default();
        let typed: String = typed.chars().take(40).collect();
        let (is, instead) = foreign.words();
        let more = match count - 1 {
            0 => String::new(),
            1 => "; there is one more of the kind in this file".to_owned(),
            more => format!("; there are {more} more of the kind in this file"),
        };
        let message = format!("`{typed}` {is}{more}");
        if let Some(diagnostic) = stack.report(&codes::NOT_SUPPORTED, at, message) {
            diagnostic.hint(instead);
        }
    }
}
