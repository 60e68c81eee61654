//! Quotation marks in the lines of a bibliography.
//!
//! A style puts titles in quotation marks, and titles have some of their own. Here all become straight ones: double outside,
//! single within; the typography pass makes of them what the language has.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::document::walk::{self, Visitor};
use crate::document::{Inline, InlineKind};

/// Text with straight double quotation marks for all others, without the spaces that some languages put within them.
pub(super) fn straight(text: &str) -> String {
    let mut plain = text.replace(['“', '”', '„', '‟'], "\"");
    for space in ["\u{a0}", "\u{202f}", ""] {
        plain = plain.replace(&format!("«{space}"), "\"").replace(&format!("{space}»"), "\"");
    }
    plain
}

/// Makes the marks within others single ones.
pub(super) fn nest(line: &mut Vec<Inline>) {
    let mut nesting = Nesting { depth: 0, before: None };
    walk::walk_inlines(line, &mut nesting);
}

struct Nesting {
    /// How many marks are open.
    depth: usize,
    /// The character before the next one.
    before: Option<char>,
}

impl Visitor for Nesting {
    fn inline(&mut self, inline: &mut Inline) {
        if let InlineKind::Text(text) = &mut inline.kind {
            *text = text.chars().map(|letter| self.next(letter)).collect();
            // As printers of English do it, who put the comma inside.
            *text = text.replace("',\"", ",'\"").replace("'.\"", ".'\"");
        }
    }
}

impl Nesting {
    fn next(&mut self, letter: char) -> char {
        let opens = self
            .before
            .is_none_or(|before| before.is_whitespace() || "([{\"'".contains(before));
        self.before = Some(letter);
        if letter != '"' {
            return letter;
        }
        let inner = if opens || self.depth == 0 {
            self.depth += 1;
            self.depth > 1
        } else {
            self.depth -= 1;
            self.depth > 0
        };
        if inner { '\'' } else { '"' }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};

    fn nested(text: &str) -> String {
        let span = Span::new(Sources::default().add("a.md", ""), 0..0);
        let mut line = vec![Inline::text(span, straight(text))];
        nest(&mut line);
        crate::document::inline::plain_text(&line)
    }

    #[test]
    fn marks_within_marks_are_single() {
        assert_eq!(nested("A, “The “with” Statement,” B"), "A, \"The 'with' Statement,\" B");
        assert_eq!(nested("A, “Marking ‘b’ as “c”,” B"), "A, \"Marking ‘b’ as 'c,'\" B");
        assert_eq!(nested("A, “\"x\" and y.” B, “C.”"), "A, \"'x' and y.\" B, \"C.\"");
        assert_eq!(nested("A, «\u{a0}b\u{a0}», C"), "A, \"b\", C");
        assert_eq!(nested("no marks"), "no marks");
    }
}
