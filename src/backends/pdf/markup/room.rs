//! How many lines something is going to take, before it is laid out.

use crate::document::inline::plain_text;
use crate::document::walk::{Node, query_blocks};
use crate::document::{Block, BlockKind, Inline, InlineKind};

/// About how many lines blocks have below one another, with so many letters on a line.
pub(super) fn lines_of(blocks: &[Block], letters: usize) -> usize {
    let mut lines = 0;
    query_blocks(blocks, &mut |node| match node {
        Node::Block(block) => {
            lines += match &block.kind {
                BlockKind::Paragraph(inlines) => lines_of_text(inlines, letters),
                BlockKind::Listing(listing) => 3 + lines_of_code(&listing.code, letters),
                BlockKind::Output(text) => 3 + lines_of_code(text, letters),
                BlockKind::Diagram(diagram) => 3 + lines_of_code(&diagram.body, letters),
                BlockKind::Figure(_) | BlockKind::Math(_) => 12,
                BlockKind::Heading(heading) => 2 + lines_of_text(&heading.title, letters),
                BlockKind::Details { summary, .. } => 1 + lines_of_text(summary, letters),
                BlockKind::Section(_)
                | BlockKind::Table(_)
                | BlockKind::Quote(_)
                | BlockKind::Admonition(_)
                | BlockKind::List(_)
                | BlockKind::Definitions(_)
                | BlockKind::Glossary(_)
                | BlockKind::Rule
                | BlockKind::Bibliography(_)
                | BlockKind::Index(_)
                | BlockKind::Group(_) => 2,
                BlockKind::IndexMarks(_) => 0,
            }
        }
        // Pictures are as high as they are.
        Node::Inline(_) => {}
    });
    lines
}

pub(super) fn lines_of_text(inlines: &[Inline], letters: usize) -> usize {
    1 + plain_text(inlines).chars().count() / letters.max(1) + line_breaks(inlines)
}

/// Code is wider than text, and what goes on below is indented.
fn lines_of_code(code: &str, letters: usize) -> usize {
    code.split('\n')
        .map(|line| 1 + line.chars().count() * 2 / letters.max(1))
        .sum()
}

fn line_breaks(inlines: &[Inline]) -> usize {
    let breaks = |inline: &Inline| match &inline.kind {
        InlineKind::LineBreak => 1,
        kind => line_breaks(kind.content().unwrap_or_default()),
    };
    inlines.iter().map(breaks).sum()
}
