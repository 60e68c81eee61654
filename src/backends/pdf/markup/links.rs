//! Links, references and footnotes. On paper an address stands in a footnote; on screen it is live.

use super::{LONGEST_NAME, Place, Writer};
use crate::backends::pdf::address;
use crate::backends::pdf::leaf::{self, push_string};
use crate::backends::pdf::origins::Standing;
use crate::document::inline::plain_text;
use crate::document::{Block, Inline, InlineKind, Link, Reference, Target};
use crate::manuscript::settings::PdfEdition;
use crate::passes::decode;
use std::fmt::Write as _;

/// Which share of a line an address surely fits on, as it is measured in another font.
const SAFE: f64 = 0.9;

impl Writer<'_, '_> {
    pub(super) fn write_link(&mut self, link: &Link) {
        match &link.target {
            _ if self.place == Place::Title => self.write_inlines(&link.content),
            Target::Internal { .. } | Target::Part { .. } => match self.book.label(&link.target) {
                Some(label) => self.write_internal(&label, |writer| writer.write_inlines(&link.content)),
                None => self.write_inlines(&link.content),
            },
            Target::External(address) => self.write_external(address, &link.content),
            Target::Unresolved(_) => self.write_inlines(&link.content),
        }
    }

    /// A link inside the book: live on screen, plain words in print.
    fn write_internal(&mut self, label: &str, content: impl FnOnce(&mut Self)) {
        match self.book.kind {
            PdfEdition::Print => content(self),
            PdfEdition::Screen => {
                let head = format!("#i({})", leaf::string(label));
                self.wrap(&head, content);
            }
        }
    }

    /// A link out of the book: live on screen; in print the address stands in a footnote, unless the text shows it.
    fn write_external(&mut self, address: &str, content: &[Inline]) {
        let shown = address.strip_prefix("mailto:").unwrap_or(address);
        let is_shown = shows(content, shown);
        if self.book.kind == PdfEdition::Screen {
            let head = format!("#w({})", leaf::string(address));
            self.wrap(&head, |writer| match is_shown {
                true => writer.write_address(&plain_text(content)),
                false => writer.write_inlines(content),
            });
            return;
        }
        if is_shown {
            self.write_address(&plain_text(content));
            return;
        }
        self.write_inlines(content);
        match self.place {
            Place::Text if self.book.edition.settings.language.starts_with("en") => self.waiting = Some(shown.to_owned()),
            Place::Text => self.write_address_note(shown),
            Place::Note => {
                self.text(" (");
                self.write_address(shown);
                self.text(")");
            }
            Place::Head | Place::Title => {}
        }
    }

    /// Writes the note of a link that stands before this inline, which English has behind the punctuation (*Chicago Manual of
    /// Style*, 14.26). Gives how many bytes of the inline's text are written by that.
    pub(super) fn write_waiting(&mut self, next: &InlineKind) -> usize {
        let Some(address) = self.waiting.take() else { return 0 };
        let ahead = match next {
            InlineKind::Text(text) => punctuation(text),
            _ => "",
        };
        self.push_literal(ahead, 0);
        self.write_address_note(&address);
        ahead.len()
    }

    /// Writes the note of a link behind which nothing stands.
    pub(super) fn write_last_waiting(&mut self) {
        if let Some(address) = self.waiting.take() {
            self.write_address_note(&address);
        }
    }

    fn write_address_note(&mut self, address: &str) {
        if let Some(number) = self.addresses.get(address).copied() {
            self.write_gap();
            let _ = write!(self.closed(), "#super(\"{number}\")");
            self.noted = self.out.len();
            return;
        }
        let number = self.take_number();
        self.addresses.insert(address.to_owned(), number);
        self.write_gap();
        let _ = write!(self.closed(), "#note(\"{number}\", none)[");
        let column = self.column.take();
        self.standing(Standing::Note, |writer| writer.write_address(address));
        self.column = column;
        self.out.push(']');
        self.noted = self.out.len();
    }

    /// Parts the mark of a note from a number before it, of which it would be a power, and from another mark.
    fn write_gap(&mut self) {
        let noted = self.noted;
        let out = self.closed();
        let before = out.trim_end_matches(['"', ')', ']', ';']);
        if out.len() == noted || before.ends_with(|c: char| c.is_ascii_digit()) {
            self.code("#\"\u{202f}\"");
        }
    }

    /// Writes an address in pieces that no line ends in.
    fn write_address(&mut self, address: &str) {
        let room = self.column.unwrap_or(LONGEST_NAME);
        self.code("#address(");
        let mut at = 0;
        let size = f64::from(self.book.edition.theme.sizes.text);
        let width = f64::from(self.book.sans.width(address)) * size;
        let pieces = match self.ragged && width < self.measure * SAFE {
            true => vec![address],
            false => address::pieces(address, room, &self.book.sans),
        };
        for piece in pieces {
            self.out.push_str(if at > 0 { ", " } else { "" });
            match self.origins.is_some() {
                true => {
                    self.note_origin("box[#".len(), at);
                    let _ = write!(self.out, "box[#{}]", leaf::string(piece));
                }
                false => {
                    let _ = write!(self.out, "box({})", leaf::string(piece));
                }
            }
            at += piece.len();
        }
        self.out.push(')');
    }

    pub(super) fn closed(&mut self) -> &mut String {
        self.close();
        &mut self.out
    }

    fn take_number(&mut self) -> u32 {
        let number = self.next_note;
        self.next_note += 1;
        number
    }

    pub(super) fn write_reference(&mut self, reference: &Reference) {
        match self.book.label(&reference.target) {
            Some(label) if self.place != Place::Title => match self.book.kind {
                PdfEdition::Screen => {
                    let head = format!("#i({})", leaf::string(&label));
                    self.wrap(&head, |writer| writer.text(&reference.text));
                }
                PdfEdition::Print => {
                    self.text(&reference.text);
                    self.code("#on-page(");
                    push_string(&mut self.out, &label);
                    // Brackets within brackets are none too many for code alone.
                    self.out.push_str(if self.brackets > 0 { ", inside: true)" } else { ")" });
                }
            },
            _ => self.text(&reference.text),
        }
    }

    /// Writes a footnote where it is first referred to, and its mark wherever it is referred to again.
    pub(super) fn write_note(&mut self, index: usize) {
        if self.place == Place::Title {
            return;
        }
        let notes = self.notes;
        let Some(note) = notes.get(index) else { return };
        let label = format!("n{}.{index}", self.chapter);
        if let Some(number) = self.numbers.get(index).copied().flatten() {
            let linked = self.book.kind == PdfEdition::Screen && self.emitted.contains(&label);
            let label = linked.then_some(label.as_str());
            self.write_gap();
            let _ = write!(self.closed(), "#again(\"{number}\", {})", leaf::optional(label));
            self.noted = self.out.len();
            return;
        }
        // A footnote cannot begin in a footnote or in a head that is repeated; there it is put in brackets.
        if self.place != Place::Text {
            self.text(" (");
            self.write_note_blocks(&note.blocks);
            self.text(")");
            return;
        }
        let number = self.take_number();
        if let Some(slot) = self.numbers.get_mut(index) {
            *slot = Some(number);
        }
        self.write_gap();
        let again = note.references > 1 && self.emitted.insert(label.clone());
        let _ = write!(
            self.closed(),
            "#note(\"{number}\", {})[",
            leaf::optional(again.then_some(label.as_str()))
        );
        let around = self.offsets.last().map(|(_, span)| *span);
        self.mark(note.span);
        self.write_note_blocks(&note.blocks);
        self.close();
        self.out.push(']');
        self.noted = self.out.len();
        // What follows belongs to the text around the note again.
        if let Some(span) = around {
            self.mark(span);
        }
    }

    fn write_note_blocks(&mut self, blocks: &[Block]) {
        let place = self.place;
        if place == Place::Text {
            self.place = Place::Note;
        }
        let column = self.column.take();
        let measure = std::mem::replace(&mut self.measure, self.book.edition.settings.print.measure());
        self.standing(Standing::Note, |writer| {
            writer.inside(12.0, |writer| writer.write_blocks(blocks));
        });
        self.measure = measure;
        self.column = column;
        self.place = place;
    }
}

/// Whether a link's text is its address, with or without scheme and closing slash, or the DOI in it.
fn shows(content: &[Inline], address: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim();
        let text = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .unwrap_or(text);
        let text = text.strip_prefix("doi.org/").unwrap_or(text);
        text.trim_end_matches('/').to_lowercase()
    };
    bare(&decode(&plain_text(content))) == bare(&decode(address))
}

/// The punctuation at the beginning of a text that ends what stands before it; an apostrophe goes on with that.
fn punctuation(text: &str) -> &str {
    let rest = text.trim_start_matches(['.', ',', ';', ':', '!', '?', '”', '’']);
    let ahead = text.get(..text.len() - rest.len()).unwrap_or_default();
    if rest.starts_with(char::is_alphanumeric) { "" } else { ahead }
}
