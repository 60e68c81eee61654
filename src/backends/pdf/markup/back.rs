//! What stands at the back of a book: index, bibliography, glossary.

use super::Writer;
use crate::backends::pdf::leaf::{self, push_string};
use crate::document::{Attributes, GlossaryEntry, IndexEntry, IndexGroup, Inline, InlineKind, Work};
use std::fmt::Write as _;

impl Writer<'_, '_> {
    /// Writes the index in two columns. Entries below another stand behind it, moved in.
    pub(super) fn write_index(&mut self, groups: &[IndexGroup], attributes: &Attributes) {
        self.anchor(attributes);
        self.code("#index(");
        for group in groups {
            self.out.push_str("\nindex-letter(");
            push_string(&mut self.out, &group.letter);
            self.out.push_str("),");
            self.write_entries(&group.entries, 0);
        }
        self.out.push(')');
    }

    fn write_entries(&mut self, entries: &[IndexEntry], level: usize) {
        for entry in entries {
            let _ = write!(self.closed(), "\nindex-entry({level}, (");
            for ends in &entry.places {
                let labels: Vec<String> = ends.iter().filter_map(|end| self.label_of(end)).collect();
                match labels.as_slice() {
                    [place] => push_string(&mut self.out, place),
                    [from, .., to] => {
                        let _ = write!(self.out, "({}, {})", leaf::string(from), leaf::string(to));
                    }
                    [] => continue,
                }
                self.out.push_str(", ");
            }
            self.out.push_str("), ");
            self.wrap("", |writer| writer.write_inlines(&entry.term));
            self.out.push_str(", ");
            self.write_see(entry);
            if !entry.entries.is_empty() {
                self.out.push_str(", again: ");
                let source = self.source();
                self.leave(None);
                self.write_title(&entry.term);
                self.leave(source);
            }
            self.out.push_str("),");
            self.write_entries(&entry.entries, level + 1);
        }
    }

    /// The label of the place that an entry of the index leads to.
    fn label_of(&self, place: &Inline) -> Option<String> {
        match &place.kind {
            InlineKind::Reference(reference) => self.book.label(&reference.target),
            _ => None,
        }
    }

    fn write_see(&mut self, entry: &IndexEntry) {
        let terms = &self.book.edition.terms;
        self.out.push('(');
        let mut said = None;
        for see in &entry.see {
            let word = if see.also { terms.see_also } else { terms.see };
            self.wrap("", |writer| {
                if said.replace(word) != Some(word) {
                    let _ = write!(writer.closed(), "#emph(");
                    push_string(&mut writer.out, word);
                    writer.out.push(')');
                    writer.text(" ");
                }
                writer.write_inlines(&see.content);
            });
            self.out.push_str(", ");
        }
        self.out.push(')');
    }

    /// Writes the works that are cited: with their labels before them, or each with its first line standing out.
    pub(super) fn write_bibliography(&mut self, works: &[Work], attributes: &Attributes) {
        self.anchor(attributes);
        let labelled = works.iter().any(|work| !work.label.is_empty());
        self.code("#works(");
        if labelled {
            self.out.push('(');
            for work in works {
                self.wrap("", |writer| writer.write_inlines(&work.label));
                self.out.push_str(", ");
            }
            self.out.push_str("), ");
        } else {
            self.out.push_str("none, ");
        }
        self.ragged = true;
        for work in works {
            self.wrap("", |writer| writer.inside(20.0, |writer| writer.write_blocks(&work.blocks)));
            self.out.push_str(", ");
        }
        self.ragged = false;
        self.out.push(')');
    }

    pub(super) fn write_glossary(&mut self, entries: &[GlossaryEntry], attributes: &Attributes) {
        self.anchor(attributes);
        for entry in entries {
            for term in &entry.terms {
                self.mark(term.span);
                let label = format!("c{}:{}", self.chapter, term.id);
                self.wrap("#term", |writer| {
                    writer.anchor_id(&label);
                    writer.write_inlines(&term.content);
                });
                self.out.push('\n');
            }
            for meaning in &entry.meanings {
                self.write_container("#meaning", 18.0, &Attributes::default(), meaning);
                self.close();
                self.out.push('\n');
            }
        }
    }
}
