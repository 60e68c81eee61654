//! Captions that manuscripts have already: a bold or italic line directly above a drawing.
//!
//! ```text
//! **Mental Diagram: names and objects**
//! ```

use crate::document::{Block, BlockKind, Inline, InlineKind, inline};

/// Words with which such a line announces a drawing.
const WORDS: [&str; 15] = [
    "diagram",
    "figure",
    "drawing",
    "picture",
    "illustration",
    "visual",
    "visualisation",
    "visualization",
    "sketch",
    "layout",
    "structure",
    "hierarchy",
    "schematic",
    "flow",
    "tree",
];

/// A longer line is a paragraph, in characters.
const LONGEST: usize = 200;

/// The caption that a paragraph is, and whether its words announce a drawing. `None` for any other block.
///
/// The whole paragraph is bold or italic, or it begins so with words that announce a drawing.
pub(super) fn read(block: &Block) -> Option<(Vec<Inline>, bool)> {
    let BlockKind::Paragraph(inlines) = &block.kind else {
        return None;
    };
    if !block.attributes.is_empty() || inline::plain_text(inlines).chars().count() > LONGEST {
        return None;
    }
    let (first, rest) = inlines.split_first()?;
    let (InlineKind::Strong(content) | InlineKind::Emphasis(content)) = &first.kind else {
        return None;
    };
    let announces = announces(&inline::plain_text(content));
    let tail = inline::plain_text(rest);
    let caption = match tail.trim() {
        "" | ":" | "." => unwrapped(content),
        _ if announces => inlines.clone(),
        _ => return None,
    };
    Some((without_colon(caption), announces))
}

fn announces(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|character: char| !character.is_alphanumeric());
    words.any(|word| WORDS.contains(&word.trim_end_matches('s'))) || lower.contains("mental model")
}

/// Bold within italic, or the reverse, is one emphasis too many for a caption.
fn unwrapped(content: &[Inline]) -> Vec<Inline> {
    match content {
        [only] => match &only.kind {
            InlineKind::Strong(inner) | InlineKind::Emphasis(inner) => unwrapped(inner),
            _ => content.to_vec(),
        },
        _ => content.to_vec(),
    }
}

/// The colon led to the drawing, which now stands above its caption.
fn without_colon(mut caption: Vec<Inline>) -> Vec<Inline> {
    if let Some(Inline {
        kind: InlineKind::Text(text),
        ..
    }) = caption.last_mut()
    {
        let kept = text.trim_end().trim_end_matches(':').trim_end().len();
        text.truncate(kept);
    }
    caption
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};

    fn caption(inlines: Vec<Inline>) -> Option<(String, bool)> {
        let block = Block::new(
            inlines.first().map_or_else(span, |inline| inline.span),
            BlockKind::Paragraph(inlines),
        );
        read(&block).map(|(caption, announces)| (inline::plain_text(&caption), announces))
    }

    fn span() -> Span {
        Span::new(Sources::default().add("a.md", ""), 0..0)
    }

    fn strong(text: &str) -> Inline {
        Inline::new(span(), InlineKind::Strong(vec![Inline::text(span(), text)]))
    }

    #[test]
    fn a_bold_line_is_a_caption_and_a_bold_word_is_not() {
        let text = |text: &str| Inline::text(span(), text);
        assert_eq!(
            caption(vec![strong("Mental Diagram: a stack:")]),
            Some(("Mental Diagram: a stack".to_owned(), true))
        );
        assert_eq!(
            caption(vec![strong("Names and objects"), text(":")]),
            Some(("Names and objects".to_owned(), false))
        );
        assert_eq!(
            caption(vec![strong("Conceptual diagram:"), text(" how names are found")]),
            Some(("Conceptual diagram: how names are found".to_owned(), true))
        );
        assert_eq!(caption(vec![strong("Note"), text(" that names are not objects.")]), None);
        assert_eq!(caption(vec![text("A figure:")]), None);
    }
}
