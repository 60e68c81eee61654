//! Footnotes in order.
//!
//! The notes of a chapter come in the order in which they are written, and go in the order in which the text refers to them,
//! numbered from 1. References inside notes come after all of the text, note by note, as they do for one who reads
//! the chapter and then its notes.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::diag::{Diagnostics, codes, nearest};
use crate::document::{Chapter, Document, Inline, InlineKind, Note, walk};
use std::collections::HashMap;

/// For how many unknown labels the nearest is sought, and among how many.
const MOST_HINTS: usize = 50;
const MOST_LABELS: usize = 2000;

/// Orders and numbers the notes of each chapter.
///
/// Every [`InlineKind::NoteLabel`] becomes an [`InlineKind::Note`], or text where there is no such note. A note that nothing
/// refers to is left out, with a message.
pub fn order(document: &mut Document, diagnostics: &mut Diagnostics) {
    for part in &mut document.parts {
        if let Some(title) = &mut part.title {
            // A part has no page for notes; its title can only have marks that mean nothing.
            walk::walk_inlines(title, &mut Marks::new(&[], diagnostics));
        }
        for chapter in &mut part.chapters {
            order_chapter(chapter, diagnostics);
        }
    }
}

fn order_chapter(chapter: &mut Chapter, diagnostics: &mut Diagnostics) {
    let written = std::mem::take(&mut chapter.notes);
    let mut marks = Marks::new(&written, diagnostics);
    walk::walk_inlines(&mut chapter.title, &mut marks);
    walk::walk_blocks(&mut chapter.blocks, &mut marks);
    let mut left: Vec<Option<Note>> = written.into_iter().map(Some).collect();
    let mut at = 0;
    // Notes that are found while notes are gone over come to the end of the same list, and each comes there once.
    while let Some(index) = marks.order.get(at).copied() {
        if let Some(mut note) = left.get_mut(index).and_then(Option::take) {
            walk::walk_blocks(&mut note.blocks, &mut marks);
            chapter.notes.push(note);
        }
        at += 1;
    }
    for (at, note) in chapter.notes.iter_mut().enumerate() {
        note.number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        note.references = marks.counts.get(at).copied().unwrap_or_default();
    }
    for note in left.into_iter().flatten() {
        let message = format!("nothing refers to the note `[^{}]`; it is left out", note.label);
        diagnostics
            .report(&codes::UNUSED_NOTE, note.span, message)
            .hint(format!("put `[^{}]` where the text needs it, or remove the note", note.label));
    }
}

/// Turns labels into marks.
struct Marks<'a> {
    /// The place of each label among the notes as written; of two that are the same, the first.
    labels: HashMap<String, usize>,
    /// The labels as written, in order.
    names: Vec<String>,
    /// The place as written of each note that was referred to, in order of first reference.
    order: Vec<usize>,
    /// The place in `order` of each note as written.
    places: HashMap<usize, usize>,
    /// How often each note in `order` was referred to.
    counts: Vec<u32>,
    hints: usize,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Marks<'a> {
    fn new(notes: &[Note], diagnostics: &'a mut Diagnostics) -> Self {
        let mut labels = HashMap::new();
        for (at, note) in notes.iter().enumerate() {
            labels.entry(note.label.clone()).or_insert(at);
        }
        // Labels match without regard to case, as link labels do (CommonMark 0.31, section 6.3).
        for (at, note) in notes.iter().enumerate() {
            labels.entry(note.label.to_lowercase()).or_insert(at);
        }
        Self {
            labels,
            names: notes.iter().take(MOST_LABELS).map(|note| note.label.clone()).collect(),
            order: Vec::new(),
            places: HashMap::new(),
            counts: Vec::new(),
            hints: 0,
            diagnostics,
        }
    }

    /// The mark for a note, given its place among the notes as written.
    fn mark(&mut self, written: usize) -> InlineKind {
        let index = *self.places.entry(written).or_insert_with(|| {
            self.order.push(written);
            self.counts.push(0);
            self.order.len() - 1
        });
        let occurrence = self.counts.get_mut(index).map_or(1, |count| {
            *count = count.saturating_add(1);
            *count
        });
        InlineKind::Note { index, occurrence }
    }
}

impl walk::Visitor for Marks<'_> {
    fn inline(&mut self, inline: &mut Inline) {
        match &inline.kind {
            InlineKind::NoteLabel(label) => {
                let found = self.labels.get(label).or_else(|| self.labels.get(&label.to_lowercase()));
                if let Some(written) = found.copied() {
                    inline.kind = self.mark(written);
                    return;
                }
                let message = format!("there is no note `[^{label}]:` in this chapter; the mark is kept as text");
                self.hints += 1;
                let near = (self.hints <= MOST_HINTS).then(|| nearest(label, self.names.iter().map(String::as_str)));
                let diagnostic = self.diagnostics.report(&codes::UNDEFINED_NOTE, inline.span, message);
                if let Some(near) = near.flatten() {
                    diagnostic.hint(format!("the nearest is `[^{near}]`"));
                }
                inline.kind = InlineKind::Text(format!("[^{label}]"));
            }
            // The pass has been here before; the note is found by its place.
            InlineKind::Note { index, .. } => inline.kind = self.mark(*index),
            InlineKind::Text(_)
            | InlineKind::SoftBreak
            | InlineKind::LineBreak
            | InlineKind::Emphasis(_)
            | InlineKind::Strong(_)
            | InlineKind::Strikethrough(_)
            | InlineKind::Superscript(_)
            | InlineKind::Subscript(_)
            | InlineKind::Keyboard(_)
            | InlineKind::Abbreviation { .. }
            | InlineKind::Span(_)
            | InlineKind::Code(_)
            | InlineKind::Math(_)
            | InlineKind::Link(_)
            | InlineKind::Reference(_)
            | InlineKind::Image(_)
            | InlineKind::Citation(_)
            | InlineKind::IndexMark(_)
            | InlineKind::Anchor => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::inline::plain_text;
    use crate::document::{Block, BlockKind};
    use crate::passes::tests::{book, chapter, paragraph, span, text};

    fn label(label: &str) -> Inline {
        Inline::new(span(), InlineKind::NoteLabel(label.into()))
    }

    fn note(name: &str, inlines: Vec<Inline>) -> Note {
        Note {
            span: span(),
            label: name.into(),
            number: 0,
            blocks: vec![paragraph(inlines)],
            references: 0,
        }
    }

    fn marks(block: &Block) -> Vec<(usize, u32)> {
        let BlockKind::Paragraph(inlines) = &block.kind else {
            return Vec::new();
        };
        let mark = |inline: &Inline| match inline.kind {
            InlineKind::Note { index, occurrence } => Some((index, occurrence)),
            _ => None,
        };
        inlines.iter().filter_map(mark).collect()
    }

    #[test]
    fn notes_come_in_the_order_of_their_first_reference() {
        let mut one = chapter(
            "a.md",
            "A",
            vec![paragraph(vec![label("b"), text("x"), label("A"), label("b"), label("none")])],
        );
        one.notes = vec![
            note("a", vec![label("inner"), label("a")]),
            note("unused", vec![label("b")]),
            note("inner", vec![label("b")]),
            note("b", vec![text("b")]),
        ];
        let mut document = book(vec![one]);
        let mut diagnostics = Diagnostics::default();
        order(&mut document, &mut diagnostics);
        let chapter = document.chapters().next().expect("a chapter");
        let notes: Vec<_> = chapter
            .notes
            .iter()
            .map(|note| (note.label.as_str(), note.number, note.references))
            .collect();
        assert_eq!(notes, [("b", 1, 3), ("a", 2, 2), ("inner", 3, 1)]);
        assert_eq!(marks(&chapter.blocks[0]), [(0, 1), (1, 1), (0, 2)]);
        assert_eq!(marks(&chapter.notes[1].blocks[0]), [(2, 1), (1, 2)]);
        let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code.name).collect();
        assert_eq!(codes, ["undefined-note", "unused-note"]);
        let BlockKind::Paragraph(inlines) = &chapter.blocks[0].kind else {
            panic!("a paragraph");
        };
        assert_eq!(plain_text(inlines), "x[^none]");
        let before = document.clone();
        order(&mut document, &mut Diagnostics::default());
        assert_eq!(document, before);
    }
}
