//! What stands beside one another in a line.

use super::{Writer, has_text, note_id, noteref_id};
use crate::assets::FontRole;
use crate::backends::epub::breaks::Break;
use crate::backends::epub::fonts::Style;
use crate::diag::codes;
use crate::document::inline::Width;
use crate::document::{Attributes, Image, Inline, InlineKind, Link, Reference, Target};
use crate::math::Formula;
use crate::source::Span;

/// How many letters and signs of a formula a narrow screen has room for.
const LETTERS_OF_A_PHONE: f32 = 28.0;

impl Writer<'_> {
    /// Inlines beside one another.
    pub(in crate::backends::epub) fn write_inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            self.write_inline(inline);
        }
    }

    fn write_inline(&mut self, inline: &Inline) {
        let attributes = inline.attributes.as_deref();
        let breaks = self.breaks_of_inline(inline);
        if !matches!(inline.kind, InlineKind::Text(_) | InlineKind::Code(_)) {
            self.write_breaks(breaks);
        }
        match &inline.kind {
            InlineKind::Text(text) => self.with_attributes(attributes, |writer| writer.write_text(text, breaks)),
            InlineKind::SoftBreak => self.raw("\n"),
            InlineKind::LineBreak => self.raw("<br/>\n"),
            InlineKind::Emphasis(content) => {
                self.write_element("em", "", attributes, |style| style.italic = true, content);
            }
            InlineKind::Strong(content) => self.write_element("strong", "", attributes, |style| style.bold = true, content),
            InlineKind::Strikethrough(content) => self.write_element("del", "", attributes, |_| (), content),
            InlineKind::Superscript(content) => self.write_element("sup", "", attributes, |_| (), content),
            InlineKind::Subscript(content) => self.write_element("sub", "", attributes, |_| (), content),
            InlineKind::Keyboard(content) => {
                self.write_element("kbd", "", attributes, |style| *style = Style::sans(), content);
            }
            InlineKind::Abbreviation { content, title } => {
                self.raw("<abbr");
                self.attributes("", attributes.unwrap_or(&Attributes::default()));
                if !title.trim().is_empty() {
                    self.attribute("title", title);
                }
                self.raw(">");
                self.write_inlines(content);
                self.raw("</abbr>");
            }
            InlineKind::Span(content) if attributes.is_none() => self.write_inlines(content),
            InlineKind::Span(content) => self.write_element("span", "", attributes, |_| (), content),
            InlineKind::Code(code) => {
                let breaks = self.write_breaks_upto(breaks, 0);
                self.open("code", "", attributes.unwrap_or(&Attributes::default()));
                self.styled(|style| style.role = FontRole::Mono, |writer| writer.write_text(code, breaks));
                self.raw("</code>");
            }
            InlineKind::Math(formula) => self.with_attributes(attributes, |writer| writer.write_inline_math(formula)),
            InlineKind::Link(link) => self.write_link(link, attributes, inline.span),
            InlineKind::Reference(reference) => self.write_reference(reference, attributes),
            InlineKind::Image(image) => self.write_image(image, attributes),
            // None is left after the notes pass; as typed, should there be one.
            InlineKind::NoteLabel(label) => self.text(&format!("[^{label}]")),
            InlineKind::Note { index, occurrence } => self.write_note_reference(*index, *occurrence),
            // None is left after the citations pass; as typed, should there be one.
            InlineKind::Citation(citation) => self.text(&citation.typed),
            InlineKind::Anchor | InlineKind::IndexMark(_) => self.write_element("span", "", attributes, |_| (), &[]),
        }
    }

    /// Text with the marks in it, also at its end.
    fn write_text(&mut self, text: &str, breaks: &[Break]) {
        let rest = self.text_with_breaks(text, 0..text.len(), breaks);
        self.write_breaks(rest);
    }

    fn write_element(
        &mut self,
        element: &str,
        class: &str,
        attributes: Option<&Attributes>,
        change: impl FnOnce(&mut Style),
        content: &[Inline],
    ) {
        self.open(element, class, attributes.unwrap_or(&Attributes::default()));
        self.styled(change, |writer| writer.write_inlines(content));
        self.close(element);
    }

    /// Puts a span around what has attributes but no element of its own.
    fn with_attributes(&mut self, attributes: Option<&Attributes>, write: impl FnOnce(&mut Self)) {
        let Some(attributes) = attributes.filter(|attributes| !attributes.is_empty()) else {
            return write(self);
        };
        self.open("span", "", attributes);
        write(self);
        self.raw("</span>");
    }

    /// A formula in a line of text: one that a phone is too narrow for scrolls, as one in a line of its own does.
    fn write_inline_math(&mut self, formula: &Formula) {
        let class = match formula.display {
            true => "math",
            false if formula.letters() > LETTERS_OF_A_PHONE => "wide-math",
            false => return self.write_math(formula),
        };
        self.raw(&format!("<span class=\"{class}\">"));
        self.write_math(formula);
        self.raw("</span>");
    }

    pub(super) fn write_math(&mut self, formula: &Formula) {
        match crate::math::mathml(formula) {
            Some(markup) => {
                self.mathml = true;
                self.found.mathml = true;
                self.raw(&markup);
            }
            None => {
                self.raw("<code class=\"latex\">");
                self.styled(|style| style.role = FontRole::Mono, |writer| writer.text(&formula.latex));
                self.raw("</code>");
            }
        }
    }

    fn write_link(&mut self, link: &Link, attributes: Option<&Attributes>, span: Span) {
        let href = self.book.href(&link.target);
        if let (None, Target::External(address)) = (&href, &link.target) {
            let message = format!("`{address}` is not an address that an EPUB may link to, so only its text is kept");
            self.diagnostics
                .report(&codes::DEAD_LINK, span, message)
                .hint("links may lead to http, https, mailto and tel addresses");
        }
        // Inside another link, or without anything to press, the content alone is kept.
        let Some(href) = href.filter(|_| !self.in_link) else {
            return self.with_attributes(attributes, |writer| writer.write_inlines(&link.content));
        };
        let role = if self.is_cited(&link.target) {
            " epub:type=\"biblioref\" role=\"doc-biblioref\""
        } else if self.is_term(&link.target) {
            " epub:type=\"glossref\" role=\"doc-glossref\""
        } else {
            ""
        };
        self.open_link("", role, &href, &link.title, attributes);
        self.in_link = true;
        if has_text(&link.content) {
            self.write_inlines(&link.content);
        } else {
            self.write_inlines(&link.content);
            self.text(&href);
        }
        self.in_link = false;
        self.raw("</a>");
    }

    fn write_reference(&mut self, reference: &Reference, attributes: Option<&Attributes>) {
        match self
            .book
            .href(&reference.target)
            .filter(|_| !self.in_link && !reference.text.is_empty())
        {
            Some(href) => {
                let role = if self.is_term(&reference.target) {
                    " epub:type=\"glossref\" role=\"doc-glossref\""
                } else {
                    ""
                };
                self.open_link("ref", role, &href, "", attributes);
                self.text(&reference.text);
                self.raw("</a>");
            }
            None => self.with_attributes(attributes, |writer| writer.text(&reference.text)),
        }
    }

    /// Opens a link; within the same file only the fragment is named. `role` is an attribute that says what the link is for.
    pub(super) fn open_link(&mut self, class: &str, role: &str, href: &str, title: &str, attributes: Option<&Attributes>) {
        let here = href
            .strip_prefix(self.file)
            .filter(|rest| rest.starts_with('#'))
            .unwrap_or(href);
        self.raw("<a");
        self.raw(role);
        self.attributes(class, attributes.unwrap_or(&Attributes::default()));
        self.attribute("href", here);
        if !title.trim().is_empty() {
            self.attribute("title", title);
        }
        self.raw(">");
    }

    pub(super) fn write_image(&mut self, image: &Image, attributes: Option<&Attributes>) {
        let Some(file) = image.asset.and_then(|asset| self.book.files.pictures.get(asset.0)) else {
            self.open("span", "missing", attributes.unwrap_or(&Attributes::default()));
            self.text(&image.alt);
            self.raw("</span>");
            return;
        };
        self.found.visual = true;
        self.found.undescribed |= image.alt.trim().is_empty();
        self.found.pictures.extend(image.asset);
        self.raw("<img");
        self.attributes("", attributes.unwrap_or(&Attributes::default()));
        self.attribute("src", file);
        self.attribute("alt", &image.alt);
        if !image.title.trim().is_empty() {
            self.attribute("title", &image.title);
        }
        // Never wider than the page; the style sheet sees to that.
        match image.width() {
            Some(Width::Percent(percent)) => self.attribute("style", &format!("width: {percent}%")),
            Some(Width::Px(px)) => self.attribute("style", &format!("width: {px}px")),
            None => {}
        }
        self.raw("/>");
    }

    fn write_note_reference(&mut self, index: usize, occurrence: u32) {
        let chapter = self.chapter.and_then(|at| self.book.edition.document.chapters().nth(at));
        let Some(note) = chapter.and_then(|chapter| chapter.notes.get(index)) else {
            return;
        };
        let id = noteref_id(index, occurrence);
        if !self.ids.insert(id.clone()) {
            return;
        }
        self.noterefs.entry(index).or_default().push(occurrence);
        let number = note.number.to_string();
        // No power of the number before it, and no digits of the mark before it.
        if self.out.ends_with("</sup>") || self.out.ends_with(|c: char| c.is_ascii_digit()) {
            self.raw("\u{202f}");
        }
        self.styled(
            |style| *style = Style::sans(),
            |writer| {
                if writer.in_link {
                    writer.raw(&format!("<sup class=\"noteref\" id=\"{id}\">"));
                    writer.text(&number);
                    writer.raw("</sup>");
                } else {
                    writer.raw(&format!(
                        "<sup class=\"noteref\"><a epub:type=\"noteref\" role=\"doc-noteref\" id=\"{id}\" href=\"#{}\">",
                        note_id(index)
                    ));
                    writer.text(&number);
                    writer.raw("</a></sup>");
                }
            },
        );
    }
}
