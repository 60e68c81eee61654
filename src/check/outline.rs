//! `outline-title`, `outline-spelling`: the chapters keep the headings that the outline promises.

use crate::diag::{Diagnostics, codes, nearest};
use crate::document::inline::plain_text;
use crate::document::{Block, BlockKind, Chapter, Document, Section};
use crate::manuscript::contract::Contract;
use crate::manuscript::outline::{Entry, Outline};
use crate::source::Span;
use crate::titles::fold;

/// Compares the sections of every chapter that exists with those of the outline: each there, in order, and no other.
///
/// Titles are compared exactly; a difference of case, hyphen, apostrophe or `&` is told as a matter of spelling.
pub fn outline(document: &Document, outline: &Outline, contract: &Contract, diagnostics: &mut Diagnostics) {
    for chapter in document.chapters() {
        let title = fold(&plain_text(&chapter.title));
        let front = || {
            outline
                .chapters()
                .find(|entry| entry.title.is_empty())
                .filter(|_| !chapter.numbered)
        };
        let Some(entry) = outline.chapters().find(|entry| fold(&entry.title) == title).or_else(front) else {
            continue;
        };
        if !entry.title.is_empty() {
            compare_spelling(&plain_text(&chapter.title), &entry.title, chapter.span, diagnostics);
        }
        check_chapter(chapter, entry, contract, diagnostics);
    }
}

fn check_chapter(chapter: &Chapter, entry: &Entry, contract: &Contract, diagnostics: &mut Diagnostics) {
    let sections: Vec<&Section> = chapter.blocks.iter().filter_map(section).collect();
    let titles: Vec<String> = sections.iter().map(|section| plain_text(&section.title)).collect();
    let mut next = 0;
    for promised in &entry.entries {
        let folded = fold(&promised.title);
        match titles.iter().position(|title| fold(title) == folded) {
            Some(at) => {
                compare_spelling(&titles[at], &promised.title, sections[at].heading_span, diagnostics);
                if at < next {
                    diagnostics.report(
                        &codes::OUTLINE_TITLE,
                        sections[at].heading_span,
                        format!("`{}` stands in another place than in the outline", promised.title),
                    );
                }
                next = at + 1;
            }
            None => {
                let diagnostic = diagnostics.report(
                    &codes::OUTLINE_TITLE,
                    chapter.span,
                    format!(
                        "the outline promises a section `{}`, which the chapter does not have",
                        promised.title
                    ),
                );
                if let Some(near) = nearest(&promised.title, titles.iter().map(String::as_str)) {
                    diagnostic.hint(format!("the chapter has `{near}`"));
                }
            }
        }
    }
    for (section, title) in sections.iter().zip(&titles) {
        let folded = fold(title);
        let promised = entry.entries.iter().any(|promised| fold(&promised.title) == folded);
        if !promised && !contract.is_takeaways(title) && !entry.entries.is_empty() {
            diagnostics
                .report(
                    &codes::OUTLINE_TITLE,
                    section.heading_span,
                    format!("the outline has no section `{title}` in this chapter"),
                )
                .hint("add it to the outline, or make it a subsection");
        }
    }
}

fn section(block: &Block) -> Option<&Section> {
    match &block.kind {
        BlockKind::Section(section) if section.depth == 1 => Some(section),
        _ => None,
    }
}

fn compare_spelling(written: &str, promised: &str, span: Span, diagnostics: &mut Diagnostics) {
    // Typography curls apostrophes in both outputs; it is not a difference of the author's.
    let straight = |title: &str| title.replace(['’', '‘'], "'").replace('\u{a0}', " ");
    if straight(written) != straight(promised) {
        diagnostics
            .report(
                &codes::OUTLINE_SPELLING,
                span,
                format!("the heading is `{written}`, and the outline's is `{promised}`"),
            )
            .hint("write it as the outline does");
    }
}
