//! The order in which a reader comes to what a chapter says: a note is read where its mark stands.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::document::walk::{self, Visitor};
use crate::document::{Block, Chapter, Inline, InlineKind, Note};
use std::collections::{HashMap, VecDeque};

/// A visitor that is told where notes begin and end.
pub(super) trait Reader: Visitor {
    /// Called before a note with `true`, and behind it with `false`.
    fn note(&mut self, _inside: bool) {}
}

/// Goes over a chapter in the order of reading. A note that a note refers to follows that one; notes that nothing refers to
/// come last.
pub(super) fn walk_as_read(chapter: &mut Chapter, reader: &mut impl Reader) {
    let mut places = HashMap::new();
    for (at, note) in chapter.notes.iter().enumerate() {
        places.entry(note.label.clone()).or_insert(at);
    }
    // Labels match without regard to case, as in the pass that orders notes.
    for (at, note) in chapter.notes.iter().enumerate() {
        places.entry(note.label.to_lowercase()).or_insert(at);
    }
    let mut reading = Reading {
        reader,
        places,
        unread: std::mem::take(&mut chapter.notes).into_iter().map(Unread::of).collect(),
        found: VecDeque::new(),
        in_note: false,
    };
    walk::walk_inlines(&mut chapter.title, &mut reading);
    walk::walk_blocks(&mut chapter.blocks, &mut reading);
    for at in 0..reading.unread.len() {
        reading.read(at);
    }
    chapter.notes = reading.unread.into_iter().map(|unread| unread.note).collect();
}

struct Reading<'a, R> {
    reader: &'a mut R,
    /// The places of notes by their labels.
    places: HashMap<String, usize>,
    unread: Vec<Unread>,
    /// The notes that the note at hand refers to.
    found: VecDeque<usize>,
    in_note: bool,
}

struct Unread {
    note: Note,
    read: bool,
}

impl Unread {
    fn of(note: Note) -> Self {
        Self { note, read: false }
    }
}

impl<R: Reader> Reading<'_, R> {
    /// Reads a note and those that it leads to, if that was not done before. One after another: there may be a long chain of
    /// them.
    fn read(&mut self, at: usize) {
        self.found.push_back(at);
        self.in_note = true;
        while let Some(at) = self.found.pop_front() {
            let Some(unread) = self.unread.get_mut(at).filter(|unread| !unread.read) else {
                continue;
            };
            unread.read = true;
            let mut blocks = std::mem::take(&mut unread.note.blocks);
            self.reader.note(true);
            walk::walk_blocks(&mut blocks, self);
            self.reader.note(false);
            if let Some(unread) = self.unread.get_mut(at) {
                unread.note.blocks = blocks;
            }
        }
        self.in_note = false;
    }
}

impl<R: Reader> Visitor for Reading<'_, R> {
    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        self.reader.blocks(blocks);
    }

    fn block(&mut self, block: &mut Block) {
        self.reader.block(block);
    }

    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        self.reader.inlines(inlines);
    }

    fn inline(&mut self, inline: &mut Inline) {
        let InlineKind::NoteLabel(label) = &inline.kind else {
            self.reader.inline(inline);
            return;
        };
        let found = self.places.get(label).or_else(|| self.places.get(&label.to_lowercase()));
        match found.copied() {
            Some(at) if self.in_note => self.found.push_back(at),
            Some(at) => self.read(at),
            None => {}
        }
    }
}
