//! `<!-- only: print -->` to `<!-- end -->`: text for some outputs. On lines of their own the comments enclose blocks, within a
//! line words. They nest as elements of HTML do, and are closed as those are.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::stack::{Kind, Origin, Stack};
use crate::diag::{codes, nearest};
use crate::document::{Attributes, Only};
use std::borrow::Cow;
use std::ops::Range;

/// What the stack calls such a container. No element can have this name.
pub(super) const NAME: &str = "!-- only";

/// Reads the comment that begins the text; `names` is what stands behind its colon.
pub(super) fn begin(stack: &mut Stack, names: &str, at: Range<usize>) {
    let mut only = Only::default();
    let mut known = false;
    for name in names
        .split([',', ' ', ';', '|'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        if only.add(name) {
            known = true;
        } else {
            report(
                stack,
                at.clone(),
                format!("there is no output `{name}`"),
                nearest(name, Only::NAMES),
            );
        }
    }
    if names.trim().is_empty() {
        report(stack, at.clone(), "this comment names no output".to_owned(), None);
    }
    // What is for nobody that is known is for all, rather than lost.
    let attributes = Attributes {
        only: known.then_some(only),
        ..Attributes::default()
    };
    stack.notations.only |= known;
    let origin = Origin::Html(Cow::Borrowed(NAME));
    if stack.run.is_empty() && stack.begins() && stack.takes_blocks() {
        let kind = if known { Kind::Group } else { Kind::Sectioning };
        stack.open_block(kind, origin, at, attributes);
    } else {
        stack.open_inline(Kind::Span, origin, at, attributes);
    }
}

fn report(stack: &mut Stack, at: Range<usize>, message: String, near: Option<&str>) {
    if let Some(diagnostic) = stack.report(&codes::BAD_ONLY, at, format!("{message}; the text is for all of them")) {
        match near {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic.hint("name `print`, `screen`, `pdf` (which is both of these) or `epub`"),
        };
    }
}

/// Reads the comment that ends the text.
pub(super) fn end(stack: &mut Stack, at: Range<usize>) {
    if !stack.close_html(NAME, at.clone())
        && let Some(diagnostic) = stack.report(&codes::BAD_ONLY, at, "this `end` closes nothing that is open here")
    {
        diagnostic.hint("it stands in the same list, quote or paragraph as its `<!-- only: ... -->`");
    }
}

/// Says that the text has no end where it has to have one.
pub(super) fn report_unclosed(stack: &mut Stack, at: Range<usize>) {
    let message = "no `<!-- end -->` closes this where what it stands in ends";
    if let Some(diagnostic) = stack.report(&codes::BAD_ONLY, at, message) {
        diagnostic.hint("add `<!-- end -->` in the same list, quote or paragraph");
    }
}
