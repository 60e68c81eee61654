//! `<!-- include: path -->` on a line of its own: the blocks of another Markdown file, or a listing of a file of code.
//!
//! The files are read before the chapters are, so that the reader of Markdown stays in memory. A path counts from the file that
//! names it and never leads out of the manuscript. Of code a part may be taken: `lines=3-9`, or `region=name` for what
//! stands between lines with `ANCHOR: name` and `ANCHOR_END: name`. What follows in the comment is what follows a fence.
//!
//! In a fence mdBook's `{{#include path}}`, `{{#include path:3:9}}`, `{{#include path:name}}` and `{{#rustdoc_include ...}}` are
//! read too (mdBook's guide, "Including files"); what cannot be included is told and stays as it is typed.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::fences;
use super::files::{Fault, Folder};
use super::markdown::{read_included, read_line};
use super::stack::Stack;
use crate::diag::codes;
use crate::document::{Block, BlockKind, Listing};
use crate::source::{FileId, Sources};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

/// How deep files include one another.
const MOST_LEVELS: usize = 8;

/// How many bytes a chapter may include, each file as often as it is included.
const MOST_BYTES: usize = 16 << 20;

/// How many files a book may include.
const MOST_FILES: usize = 5000;

/// The files that are included, by their paths in the manuscript.
#[derive(Debug, Default)]
pub(super) struct Includes {
    files: BTreeMap<String, Result<FileId, Fault>>,
}

/// The text that is being read, and where it is included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) sources: &'a Sources,
    pub(super) includes: &'a Includes,
    /// The path of the file.
    pub(super) path: &'a str,
    /// The text that includes it.
    pub(super) outer: Option<&'a Context<'a>>,
    /// How many bytes the chapter may still include.
    pub(super) left: &'a Cell<usize>,
}

impl Context<'_> {
    /// The bytes that a chapter may include.
    pub(super) fn budget() -> Cell<usize> {
        Cell::new(MOST_BYTES)
    }

    /// How many files include one another here, and whether this one is among them.
    fn chain(&self, path: &str) -> (usize, bool) {
        let outer = self.outer.map_or((0, false), |outer| outer.chain(path));
        (outer.0 + 1, outer.1 || self.path == path)
    }
}

impl Includes {
    /// Reads the files that others include, and those that they include.
    pub(super) fn load(folder: &Folder, files: &[(String, FileId)], sources: &mut Sources) -> Self {
        let mut includes = Self::default();
        let mut open: Vec<(String, FileId)> = files.to_vec();
        while let Some((path, file)) = open.pop() {
            for wanted in named(&path, sources.get(file).text()) {
                if includes.files.contains_key(&wanted) || includes.files.len() >= MOST_FILES {
                    continue;
                }
                let read = folder.read_included(&wanted, sources);
                if let (Ok(file), true) = (&read, is_markdown(&wanted)) {
                    open.push((wanted.clone(), *file));
                }
                includes.files.insert(wanted, read);
            }
        }
        includes
    }
}

/// The paths that a text includes.
fn named(path: &str, text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, _) in text.match_indices("<!--") {
        let rest = text.get(at + 4..).unwrap_or_default().trim_start();
        let (word, rest) = rest.split_at_checked("include".len()).unwrap_or((rest, ""));
        if let (true, Some(rest)) = (word.eq_ignore_ascii_case("include"), rest.trim_start().strip_prefix(':')) {
            let end = rest.find("-->").unwrap_or(rest.len());
            let (typed, _) = split_path(rest.get(..end).unwrap_or_default());
            paths.push(join(path, typed));
        }
    }
    for (at, _) in text.match_indices("{{#") {
        let rest = text.get(at..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        if let Some((typed, _)) = line.find("}}").and_then(|end| foreign(line.get(..end + 2)?)) {
            paths.push(join(path, typed));
        }
    }
    paths
}

/// The path of `{{#include path:part}}`, and the part.
fn foreign(text: &str) -> Option<(&str, &str)> {
    let inner = text.trim().strip_prefix("{{#")?.strip_suffix("}}")?;
    let rest = inner
        .strip_prefix("include")
        .or_else(|| inner.strip_prefix("rustdoc_include"))?;
    let named = rest.strip_prefix([' ', '\t'])?.trim();
    (!named.is_empty()).then(|| named.split_once(':').unwrap_or((named, "")))
}

/// The text of a fence with what lines `{{#include path}}` of it include.
pub(super) fn expand(stack: &mut Stack, text: String, at: &Range<usize>) -> String {
    let (Some(context), true) = (stack.context, text.contains("{{#")) else {
        return text;
    };
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let included = foreign(line).map(|(path, part)| part_of_file(context, path, part));
        match included {
            None => lines.push(line.to_owned()),
            Some(Ok(included)) => lines.push(stack.clean(included.trim_end(), at.clone()).into_owned()),
            Some(Err(why)) => {
                lines.push(line.to_owned());
                let typed = line.trim();
                let source = stack.source.get(at.clone()).and_then(|source| source.find(typed));
                let place = source.map_or(at.clone(), |from| at.start + from..at.start + from + typed.len());
                let message =
                    format!("`{typed}` is another tool's notation, and nothing can be included: {why}; it is kept as typed");
                if let Some(diagnostic) = stack.report(&codes::NOT_SUPPORTED, place, message) {
                    diagnostic.hint("put the file into the manuscript's folder, where `<!-- include: path -->` in the fence's place names it too");
                }
            }
        }
    }
    lines.join("\n")
}

/// What mdBook's notation names of a file: all of it, a line, lines, or a region.
fn part_of_file(context: Context<'_>, typed: &str, part: &str) -> Result<String, String> {
    let file = file_of(context, &join(context.path, typed), typed)?;
    let source = context.sources.get(file).text();
    if part.is_empty() {
        return Ok(without_anchors(source.lines()));
    }
    let (first, last) = part.split_once(':').unwrap_or((part, part));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(is_number(first) && is_number(last)) {
        return of_region(source, part);
    }
    let count = source.lines().count();
    let first = if first.is_empty() { "1" } else { first };
    // As in mdBook, what goes beyond the end ends there.
    let last = last.parse().unwrap_or(count).min(count);
    of_lines(source, &format!("{first}-{last}"))
}

/// The path that begins a text, in quotes if it has blanks, and what follows.
fn split_path(text: &str) -> (&str, &str) {
    let text = text.trim();
    let quoted = text.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    quoted.unwrap_or_else(|| text.split_once(char::is_whitespace).unwrap_or((text, "")))
}

/// A path that counts from the manuscript's folder, of one that counts from a file. It may still lead out of it.
fn join(from: &str, typed: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(typed.split('/')) {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

fn is_markdown(path: &str) -> bool {
    let lower = path.to_lowercase();
    lower.ends_with(".md") || lower.ends_with(".markdown")
}

/// Reads the comment at a place; `text` is what stands behind its colon.
pub(super) fn read(stack: &mut Stack, text: &str, at: Range<usize>) {
    let Some(context) = stack.context else { return };
    let (typed, rest) = split_path(text);
    if let Err(message) = include(stack, context, typed, rest, &at) {
        report(stack, message, at);
    }
}

fn report(stack: &mut Stack, message: String, at: Range<usize>) {
    let absent = message.ends_with("is not there");
    if let Some(diagnostic) = stack.report(&codes::BAD_INCLUDE, at, message) {
        if absent {
            diagnostic.hint("a path counts from the folder of the file that it stands in");
            return;
        }
        diagnostic.hint(
            "a comment looks like `<!-- include: parts/intro.md -->` or `<!-- include: code/cell.py lines=3-9 {#lst-cell} -->`",
        );
    }
}

/// Puts a file in the place of a comment. The error says why not, as a sentence.
fn include(stack: &mut Stack, context: Context<'_>, typed: &str, rest: &str, at: &Range<usize>) -> Result<(), String> {
    if typed.is_empty() {
        return Err("this comment names no file".to_owned());
    }
    if !(stack.run.is_empty() && stack.begins() && stack.takes_blocks()) {
        return Err("a file is included on a line of its own, and not within a line, a heading or a link".to_owned());
    }
    let path = join(context.path, typed);
    let (levels, again) = context.chain(&path);
    if again {
        return Err(format!("`{typed}` includes itself, or is included by what it includes"));
    }
    if levels > MOST_LEVELS {
        return Err(format!("files include one another more than {MOST_LEVELS} levels deep"));
    }
    let file = file_of(context, &path, typed)?;
    let source = context.sources.get(file).text();
    if is_markdown(&path) {
        let inner = Context {
            path: &path,
            outer: Some(&context),
            ..context
        };
        read_included(stack, inner, file);
        return Ok(());
    }
    let block = listing(stack, source, &path, rest, at)?;
    stack.push_block(block);
    Ok(())
}

/// A file that is included, for which there is room in the chapter.
fn file_of(context: Context<'_>, path: &str, typed: &str) -> Result<FileId, String> {
    let file = match context.includes.files.get(path) {
        Some(Ok(file)) => *file,
        Some(Err(fault)) => return Err(fault.message(typed)),
        None => return Err(format!("a book may include {MOST_FILES} files, and this is another one")),
    };
    let source = context.sources.get(file).text();
    // Each file costs something, so that many small ones cannot be included without end.
    let left = context.left.get().checked_sub(source.len() + 1000);
    context
        .left
        .set(left.ok_or_else(|| format!("a chapter may include {} MB, and this is more", MOST_BYTES >> 20))?);
    Ok(file)
}

/// A listing of a file of code.
fn listing(stack: &mut Stack, source: &str, path: &str, rest: &str, at: &Range<usize>) -> Result<Block, String> {
    let mut part = None;
    let mut info = String::new();
    let (words, braces) = rest
        .split_at_checked(rest.find('{').unwrap_or(rest.len()))
        .unwrap_or((rest, ""));
    for word in words.split_whitespace() {
        match word.split_once('=') {
            Some(("lines", lines)) => part = Some(of_lines(source, lines.trim_matches('"'))?),
            Some(("region", name)) => part = Some(of_region(source, name.trim_matches('"'))?),
            Some(_) => return Err(format!("`{word}` is neither `lines=...` nor `region=...`")),
            None => info = word.to_owned(),
        }
    }
    if info.is_empty() {
        info = language(path).to_owned();
    }
    let typed = format!("{info} {braces}");
    let mut fence = fences::parse(&typed);
    if let Some(bad) = fence.braces.bad.first() {
        let found = typed.get(bad.clone()).unwrap_or_default();
        return Err(format!("`{found}` is neither `#id`, `.class`, `key=\"value\"` nor a word"));
    }
    let code = part.unwrap_or_else(|| without_anchors(source.lines()));
    let code = stack.clean(code.trim_end(), at.clone()).into_owned();
    let highlighted = match &fence.highlighted {
        Some(typed) => fences::lines(typed, code.lines().count()).ok_or_else(|| {
            format!(
                "`{typed}` does not name lines of what is included, which has {}",
                code.lines().count()
            )
        })?,
        None => Vec::new(),
    };
    let caption = fence
        .caption
        .take()
        .map(|(caption, _)| read_line(stack, &caption, Err(at.clone())));
    let span = stack.span(at.clone());
    Ok(Block {
        span,
        kind: BlockKind::Listing(Listing {
            language: fence.language.take(),
            code_start: span.start,
            code,
            caption: caption.unwrap_or_default(),
            number: None,
            whole: None,
            line_numbers: fence.line_numbers,
            highlighted,
            run: fence.run.take(),
            tokens: Vec::new(),
        }),
        attributes: fence.braces.attributes,
    })
}

/// Some lines of a text.
fn of_lines(source: &str, typed: &str) -> Result<String, String> {
    let count = source.lines().count();
    let wanted = fences::lines(typed, count).filter(|lines| !lines.is_empty());
    let wanted = wanted.ok_or_else(|| format!("`lines={typed}` does not name lines of the file, which has {count}"))?;
    let lines: Vec<&str> = source.lines().collect();
    let at = |line: &u32| usize::try_from(*line).ok()?.checked_sub(1);
    Ok(without_anchors(
        wanted.iter().filter_map(|line| lines.get(at(line)?).copied()),
    ))
}

/// What stands between the lines that begin and end a region, as mdBook has them.
fn of_region(source: &str, name: &str) -> Result<String, String> {
    let is_anchor = |line: &&str, word: &str| anchor(line, word) == Some(name);
    let lines = source.lines().skip_while(|line| !is_anchor(line, "ANCHOR:"));
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return Err(format!("no line of the file has `ANCHOR: {name}`"));
    }
    Ok(without_anchors(
        lines.skip(1).take_while(|line| !is_anchor(line, "ANCHOR_END:")),
    ))
}

/// The name of a region, if a line begins or ends one.
fn anchor<'t>(line: &'t str, word: &str) -> Option<&'t str> {
    let (_, rest) = line.split_once(word)?;
    rest.split_whitespace().next()
}

/// Lines without those that begin and end regions, and without the blanks that all of them begin with.
fn without_anchors<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let is_anchor = |line: &&str| ["ANCHOR:", "ANCHOR_END:"].iter().any(|word| anchor(line, word).is_some());
    let lines: Vec<&str> = lines.filter(|line| !is_anchor(line)).collect();
    let blank = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| blank(line))
        .min();
    let kept: Vec<&str> = lines
        .iter()
        .map(|line| line.get(common.unwrap_or_default()..).unwrap_or_default())
        .collect();
    kept.join("\n")
}

/// The language of a file, by its ending.
fn language(path: &str) -> &str {
    let ending = path.rsplit_once('.').map_or("text", |(_, ending)| ending);
    match ending {
        "py" | "pyi" => "python",
        "rs" => "rust",
        "js" | "mjs" => "javascript",
        "ts" => "typescript",
        "h" => "c",
        "sh" => "bash",
        "yml" => "yaml",
        "htm" => "html",
        "txt" => "text",
        other if other.contains('/') => "text",
        other => other,
    }
}
