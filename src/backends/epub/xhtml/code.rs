//! Listings and what they print.

use super::{Writer, has_text};
use crate::backends::epub::breaks::Break;
use crate::backends::epub::fonts::{self, Style};
use crate::document::{Attributes, Listing};
use crate::figures::Verbatim;
use crate::listings::Token;

impl Writer<'_> {
    pub(super) fn write_listing(&mut self, listing: &Listing, attributes: &Attributes, followed: bool, breaks: &[Break]) {
        let captioned = listing.number.is_some() || has_text(&listing.caption);
        let element = if captioned { "figure" } else { "div" };
        let class = if followed { "listing followed" } else { "listing" };
        self.open(element, class, attributes);
        if captioned {
            let term = self.book.edition.terms.listing;
            self.write_caption(term, listing.number.as_deref(), &listing.caption);
        }
        self.raw(match (is_drawing(&listing.code), listing.line_numbers) {
            // What does not wrap scrolls, and what scrolls must be reachable by keyboard.
            (true, _) => "<pre class=\"drawn\" tabindex=\"0\"><code",
            (false, true) => "<pre class=\"numbered\"><code",
            (false, false) => "<pre><code",
        });
        if let Some(language) = &listing.language {
            self.attribute("class", &format!("language-{language}"));
        }
        self.raw(">");
        self.styled(
            |style| *style = Style::mono(),
            |writer| writer.write_lines(&listing.code, &listing.tokens, &listing.highlighted, breaks),
        );
        self.raw("</code></pre>");
        self.close(element);
        self.raw("\n");
    }

    /// A drawing made of characters: to be seen as a picture, described to those who do not see it. What does not wrap
    /// scrolls, and what scrolls must be reachable by keyboard.
    pub(super) fn write_verbatim(&mut self, verbatim: &Verbatim, description: &str) {
        self.raw("<div role=\"img\"");
        if verbatim.undrawn {
            self.attribute("class", "undrawn");
        }
        self.attribute("aria-label", description);
        self.raw(">");
        self.raw("<pre class=\"drawn\" tabindex=\"0\"><code>");
        self.styled(|style| *style = Style::mono(), |writer| writer.text(&verbatim.code));
        self.raw("</code></pre></div>");
    }

    /// Each line is an element of its own, so that one that is too long for a phone wraps with an indent that shows it.
    fn write_lines(&mut self, code: &str, tokens: &[Token], highlighted: &[u32], mut breaks: &[Break]) {
        let mut start = 0;
        let mut next = 0;
        for (number, line) in (1..).zip(code.split_inclusive('\n')) {
            let marked = highlighted.binary_search(&number).is_ok();
            let end = start + line.len();
            let text_end = start + line.trim_end_matches(['\n', '\r']).len();
            let element = if marked { "mark" } else { "span" };
            self.raw("<");
            self.raw(element);
            self.raw(" class=\"line");
            self.raw(indent_class(line));
            self.raw("\">");
            breaks = self.write_breaks_upto(breaks, start);
            breaks = self.write_line(code, start..text_end, (tokens, &mut next), breaks);
            self.raw("\n");
            self.close(element);
            start = end;
        }
    }

    /// The line at `range` of `code`; tokens may begin before it and end after it. Gives the marks that stand behind it.
    fn write_line<'b>(
        &mut self,
        code: &str,
        range: std::ops::Range<usize>,
        (tokens, next): (&[Token], &mut usize),
        mut breaks: &'b [Break],
    ) -> &'b [Break] {
        let mut at = range.start;
        while let Some(token) = tokens.get(*next) {
            let (start, end) = (token.start as usize, token.end as usize);
            if start >= range.end {
                break;
            }
            let (from, to) = (start.max(at), end.min(range.end));
            if from < to && code.is_char_boundary(from) && code.is_char_boundary(to) {
                breaks = self.text_with_breaks(code, at..from, breaks);
                breaks = self.write_breaks_upto(breaks, from);
                self.raw("<span class=\"hl-");
                self.raw(token.class.name());
                self.raw("\">");
                let italic = fonts::is_italic(token.class);
                let bold = fonts::is_bold(token.class);
                self.styled(
                    |style| (style.italic, style.bold) = (italic, bold),
                    |writer| breaks = writer.text_with_breaks(code, from..to, breaks),
                );
                self.raw("</span>");
                at = to;
            }
            if end > range.end {
                break;
            }
            *next += 1;
        }
        self.text_with_breaks(code, at..range.end, breaks)
    }

    pub(super) fn write_output(&mut self, text: &str, attributes: &Attributes, breaks: &[Break]) {
        self.open("div", "output", attributes);
        // Before the output a mark would part it from its listing, to which it is joined.
        let breaks = self.write_breaks_upto(breaks, 0);
        self.raw("<p class=\"label\">");
        let term = self.book.edition.terms.output;
        self.styled(|style| *style = Style::sans(), |writer| writer.text(term));
        self.raw("</p><pre><samp>");
        self.styled(
            |style| *style = Style::mono(),
            |writer| writer.write_lines(text, &[], &[], breaks),
        );
        self.raw("</samp></pre></div>\n");
    }
}

/// Whether a listing is drawn with box-drawing characters, and would fall to pieces if its lines were broken.
fn is_drawing(code: &str) -> bool {
    code.chars().any(|character| matches!(character, '\u{2500}'..='\u{257F}'))
        || code.lines().filter(|line| line.trim_start().starts_with("+--")).count() > 1
}

/// The class for a line's own indentation, in steps of two columns up to 16.
fn indent_class(line: &str) -> &'static str {
    let spaces = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    let columns: usize = spaces.map(|byte| if byte == b'\t' { 4 } else { 1 }).sum();
    let classes = ["", " i2", " i4", " i6", " i8", " i10", " i12", " i14", " i16"];
    classes.get(columns / 2).copied().unwrap_or(" i16")
}
