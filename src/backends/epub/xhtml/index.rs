//! The index, in the structure of EPUB Indexes 1.0.

use super::Writer;
use crate::document::{Attributes, IndexEntry, IndexGroup, Inline, InlineKind, See, Target};

impl Writer<'_> {
    /// Groups of entries under their letters.
    pub(super) fn write_index(&mut self, groups: &[IndexGroup], attributes: &Attributes) {
        self.open("div", "index", attributes);
        self.raw("\n");
        for group in groups {
            self.raw("<section epub:type=\"index-group\">\n");
            self.write_breaks_ahead_of(group.entries.first().map_or(&[], |entry| entry.term.as_slice()));
            self.raw("<h2 class=\"letter\">");
            self.styled(super::heading_style, |writer| writer.text(&group.letter));
            self.raw("</h2>\n");
            self.write_entries(&group.entries);
            self.raw("</section>\n");
        }
        self.raw("</div>\n");
    }

    fn write_entries(&mut self, entries: &[IndexEntry]) {
        self.raw("<ul epub:type=\"index-entry-list\">\n");
        for entry in entries {
            self.raw("<li epub:type=\"index-entry\">");
            self.write_breaks_ahead_of(&entry.term);
            self.raw("<span epub:type=\"index-term\">");
            self.write_inlines(&entry.term);
            self.raw("</span>");
            self.write_places(&entry.places);
            self.write_see(entry);
            if !entry.entries.is_empty() {
                self.raw("\n");
                self.write_entries(&entry.entries);
            }
            self.raw("</li>\n");
        }
        self.raw("</ul>\n");
    }

    /// The sections in which a term stands, each once.
    fn write_places(&mut self, places: &[Inline]) {
        let mut last: Option<(usize, &str)> = None;
        for place in places {
            let InlineKind::Reference(reference) = &place.kind else {
                self.text(", ");
                self.write_inlines(std::slice::from_ref(place));
                continue;
            };
            let chapter = match &reference.target {
                Target::Internal { chapter, .. } => *chapter,
                Target::External(_) | Target::Part { .. } | Target::Unresolved(_) => continue,
            };
            if last == Some((chapter, reference.text.as_str())) {
                continue;
            }
            last = Some((chapter, &reference.text));
            self.text(", ");
            match self.book.href(&reference.target) {
                Some(href) => {
                    self.open_link("", " epub:type=\"index-locator\"", &href, "", None);
                    self.text(&reference.text);
                    self.raw("</a>");
                }
                None => self.text(&reference.text),
            }
        }
    }

    fn write_see(&mut self, entry: &IndexEntry) {
        let terms = &self.book.edition.terms;
        let mut said = None;
        for See { also, content, .. } in &entry.see {
            let (kind, word) = if *also {
                ("index-xref-related", terms.see_also)
            } else {
                ("index-xref-preferred", terms.see)
            };
            let first = said.is_none() && entry.places.is_empty();
            self.text(if first { ", " } else { "; " });
            self.raw(&format!("<span epub:type=\"{kind}\">"));
            if said.replace(word) != Some(word) {
                self.raw("<em>");
                self.styled(|style| style.italic = true, |writer| writer.text(word));
                self.raw("</em>");
                self.text(" ");
            }
            self.write_inlines(content);
            self.raw("</span>");
        }
    }
}
