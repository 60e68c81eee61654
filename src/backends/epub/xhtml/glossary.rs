//! The glossary: a `dl` with a `dfn` for each term.
//!
//! The chapter or the section around it carries `epub:type` and role. A `dl` may have that type too, but not the role that goes
//! with it, and then it would no longer be a list of definitions for those who hear it.

use super::Writer;
use crate::document::{Attributes, GlossaryEntry, Target};

impl Writer<'_> {
    /// Terms with their meanings. Links lead to the terms.
    pub(super) fn write_glossary(&mut self, entries: &[GlossaryEntry], attributes: &Attributes) {
        if entries.is_empty() {
            return;
        }
        self.open("dl", "glossary", attributes);
        self.raw("\n");
        for entry in entries {
            self.write_entry(entry);
        }
        self.raw("</dl>\n");
    }

    fn write_entry(&mut self, entry: &GlossaryEntry) {
        // HTML wants at least one term and one meaning in each group.
        if entry.terms.is_empty() {
            self.raw("<dt></dt>\n");
        }
        for term in &entry.terms {
            self.raw("<dt");
            self.id(&term.id);
            self.raw("><dfn>");
            self.styled(super::heading_style, |writer| writer.write_inlines(&term.content));
            self.raw("</dfn></dt>\n");
        }
        let meanings = entry.meanings.iter().map(Vec::as_slice);
        for meaning in meanings.chain(entry.meanings.is_empty().then_some(&[][..])) {
            self.raw("<dd>");
            self.write_tight(meaning);
            self.raw("</dd>\n");
        }
    }

    /// Whether a target is a term of a glossary.
    pub(super) fn is_term(&self, target: &Target) -> bool {
        match target {
            Target::Internal { chapter, id: Some(id) } => self.book.terms.contains(&(*chapter, id.as_str())),
            Target::Internal { id: None, .. } | Target::External(_) | Target::Part { .. } | Target::Unresolved(_) => false,
        }
    }
}
