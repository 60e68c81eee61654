//! `stale-chapter`: the outline still asks for what it did when a chapter was written.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::diag::{Diagnostics, codes};
use crate::document::Chapter;
use crate::document::inline::plain_text;
use crate::edition::Edition;
use crate::source::Span;

/// Reports each chapter whose front matter names another fingerprint than its entry in the outline has.
pub(super) fn chapters(edition: &Edition, diagnostics: &mut Diagnostics) {
    let Some(outline) = &edition.outline else { return };
    for (chapter, entry) in edition.document.chapters().zip(outline.entries_of(&edition.document)) {
        let ledger = edition.ledgers.get(&chapter.path);
        let (Some(entry), Some(then)) = (entry, ledger.and_then(|ledger| ledger.outline.as_ref())) else {
            continue;
        };
        let now = entry.fingerprint();
        if *then != now {
            diagnostics
                .report(
                    &codes::STALE_CHAPTER,
                    place(chapter, edition),
                    format!(
                        "the outline has changed since `{}` was written: its fingerprint was `{then}` and is `{now}`",
                        plain_text(&chapter.title)
                    ),
                )
                .hint(format!("revise the chapter, then write `outline: {now}`, or remove the line"));
        }
    }
}

/// The line of the front matter that names the fingerprint.
fn place(chapter: &Chapter, edition: &Edition) -> Span {
    let text = edition.sources.get(chapter.file).text();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("outline:") {
            return Span::new(chapter.file, start..start + line.trim_end().len());
        }
        start += line.len();
        // The front matter ends before the title.
        if start > chapter.span.start as usize && chapter.span.start > 0 {
            break;
        }
    }
    chapter.span
}
