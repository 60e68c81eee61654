//! The works that are cited.

use super::{Writer, kind};
use crate::document::{Attributes, Block, BlockKind, Target, Work};

impl Writer<'_> {
    /// The bibliography as a list of entries. Where it is a chapter of its own, the chapter says what it is. Entries carry
    /// neither `biblioentry` nor `doc-biblioentry`: both are deprecated, since they say no more than that a list has items.
    pub(super) fn write_bibliography(&mut self, works: &[Work], attributes: &Attributes) {
        let chapter = self.chapter.and_then(|at| self.book.edition.document.chapters().nth(at));
        let whole = chapter.is_some_and(|chapter| kind(chapter).name == "bibliography");
        if !whole {
            self.raw("<section epub:type=\"bibliography\" role=\"doc-bibliography\"");
            self.attribute("aria-label", self.book.edition.terms.bibliography);
            self.raw(">\n");
        }
        let labelled = works.iter().any(|work| !work.label.is_empty());
        self.raw("<ul role=\"list\"");
        self.attributes(if labelled { "bibliography labelled" } else { "bibliography" }, attributes);
        self.raw(">\n");
        for work in works {
            self.write_work(work);
        }
        self.raw("</ul>\n");
        if !whole {
            self.raw("</section>\n");
        }
    }

    fn write_work(&mut self, work: &Work) {
        self.raw("<li");
        // The entry itself is where citations lead.
        let entry = match work.blocks.as_slice() {
            [
                Block {
                    kind: BlockKind::Paragraph(inlines),
                    attributes,
                    ..
                },
            ] => {
                self.attributes("", attributes);
                Some(inlines)
            }
            _ => None,
        };
        self.raw(">");
        if !work.label.is_empty() {
            self.write_breaks_ahead_of(&work.label);
            self.raw("<span class=\"label\">");
            self.write_inlines(&work.label);
            self.raw("</span> ");
        }
        match entry {
            Some(inlines) => self.write_inlines(inlines),
            None => self.write_blocks(&work.blocks),
        }
        self.raw("</li>\n");
    }

    /// Whether a target is an entry of the bibliography.
    pub(super) fn is_cited(&self, target: &Target) -> bool {
        match target {
            Target::Internal { chapter, id: Some(id) } => self.book.cited.contains(&(*chapter, id.as_str())),
            Target::Internal { id: None, .. } | Target::External(_) | Target::Part { .. } | Target::Unresolved(_) => false,
        }
    }
}
