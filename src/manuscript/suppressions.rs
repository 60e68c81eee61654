//! Comments that allow messages: `<!-- allow: dead-link, unused-note: the page comes with the second edition -->`.
//!
//! On a line of its own such a comment is about the next block, whatever that is: a paragraph, a list, a table, a fence, a
//! heading, a quote or HTML. Within a line it is about the block that the line belongs to, and within a piece of HTML
//! about the whole piece. So it waits here until the range of its block is known.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::stack::Stack;
use crate::diag::{Code, Severity, Suppression, codes, nearest};
use std::ops::Range;

/// How many codes a file may allow. All messages are held against each of them, so that the cost would not stay in step
/// with the text.
const MOST: usize = 500;

/// A code that a comment allows, and where it is named.
#[derive(Debug)]
struct Allowed {
    code: &'static Code,
    at: Range<usize>,
}

/// The comments of a text whose blocks are not known yet.
#[derive(Debug, Default)]
pub(super) struct Allowances {
    /// The blocks that are open, innermost last.
    open: Vec<Range<usize>>,
    /// What the next block is allowed.
    waiting: Vec<Allowed>,
    /// What is allowed in the block of HTML that is being read; `None` outside of one.
    html: Option<Vec<Allowed>>,
    /// How many codes have been allowed.
    count: usize,
}

/// A block of Markdown begins.
pub(super) fn begin_block(stack: &mut Stack, range: Range<usize>) {
    settle_waiting(stack, &range);
    stack.allowances.open.push(range);
}

/// A block of Markdown ends.
pub(super) fn end_block(stack: &mut Stack) {
    stack.allowances.open.pop();
}

/// A block that has no end of its own, such as a rule, is what comments have been waiting for.
pub(super) fn settle_waiting(stack: &mut Stack, range: &Range<usize>) {
    let waiting = std::mem::take(&mut stack.allowances.waiting);
    settle(stack, waiting, range);
}

/// A block of HTML begins.
pub(super) fn begin_html(stack: &mut Stack) {
    stack.allowances.html = Some(Vec::new());
}

/// A block of HTML ends. Where it has nothing but comments, it is about the next block.
pub(super) fn end_html(stack: &mut Stack, range: &Range<usize>, only_comments: bool) {
    let found = stack.allowances.html.take().unwrap_or_default();
    stack.allowances.waiting.extend(found);
    if !only_comments {
        settle_waiting(stack, range);
    }
}

/// The text ends: no block follows the comments that still wait for one.
pub(super) fn end_text(stack: &mut Stack) {
    let end = stack.source.len();
    settle_waiting(stack, &(end..end));
}

/// Reads the comment at a place: the codes, and the reason behind the second colon.
pub(super) fn read(stack: &mut Stack, text: &str, at: Range<usize>) {
    let (names, reason) = text.split_once(':').unwrap_or((text, ""));
    let mut names = names.split(',').map(str::trim).filter(|name| !name.is_empty()).peekable();
    let first = names.peek().copied();
    if first.is_none() {
        let message = "this comment does not say which code it allows";
        if let Some(diagnostic) = stack.report(&codes::UNKNOWN_SUPPRESSION, at.clone(), message) {
            diagnostic.hint("write `<!-- allow: dead-link: the reason -->`");
        }
    }
    let mut found = Vec::new();
    let mut behind = at.start;
    for name in names.take(MOST) {
        let place = place_of(stack, name, behind..at.end);
        behind = place.as_ref().map_or(behind, |place| place.end);
        found.extend(allowed(stack, name, place.unwrap_or(at.clone())));
    }
    if let Some(first) = first.filter(|_| reason.trim().is_empty()) {
        let message = "this comment gives no reason, so it allows nothing";
        if let Some(diagnostic) = stack.report(&codes::SUPPRESSION_WITHOUT_REASON, at, message) {
            let name = if codes::find(first).is_some() { first } else { "dead-link" };
            diagnostic.hint(format!("say why behind a second colon: `<!-- allow: {name}: the reason -->`"));
        }
        return;
    }
    give(stack, found);
}

/// Where a name stands in a range of the source; `None` where it is not typed as it is.
fn place_of(stack: &Stack, name: &str, within: Range<usize>) -> Option<Range<usize>> {
    let start = within.start + stack.source.get(within)?.find(name)?;
    Some(start..start + name.len())
}

/// The code of a name, if it may be allowed; else it is reported.
fn allowed(stack: &mut Stack, name: &str, at: Range<usize>) -> Option<Allowed> {
    let Some(code) = codes::find(name) else {
        if let Some(diagnostic) = stack.report(&codes::UNKNOWN_SUPPRESSION, at, format!("there is no code `{name}`")) {
            match nearest(name, codes::ALL.iter().map(|code| code.name)) {
                Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                None => diagnostic.hint("the code of a message stands in brackets at its beginning"),
            };
        }
        return None;
    };
    if Suppression::may_be(code) {
        return Some(Allowed { code, at });
    }
    let message = format!("`{name}` cannot be allowed");
    if let Some(diagnostic) = stack.report(&codes::FORBIDDEN_SUPPRESSION, at, message) {
        diagnostic.hint(match code.severity {
            Severity::Error => "with it the book could not be built, or would be wrong; only warnings and notes can be allowed",
            Severity::Warning | Severity::Note => "mend the comment that the message is about, or take it away",
        });
    }
    None
}

/// Gives what a comment allows to the block that it is about, as far as that is known.
fn give(stack: &mut Stack, mut found: Vec<Allowed>) {
    let allowances = &mut stack.allowances;
    found.truncate(MOST.saturating_sub(allowances.count));
    allowances.count += found.len();
    if let Some(html) = &mut allowances.html {
        html.extend(found);
        return;
    }
    let block = allowances.open.last().cloned().unwrap_or(0..stack.source.len());
    settle(stack, found, &block);
}

fn settle(stack: &mut Stack, allowed: Vec<Allowed>, block: &Range<usize>) {
    let covers = stack.span(block.clone());
    for Allowed { code, at } in allowed {
        let place = stack.span(at);
        if let Some(suppression) = Suppression::new(code, place, covers) {
            stack.diagnostics.suppress(suppression);
        }
    }
}
