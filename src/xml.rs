//! Text as XML 1.0 wants it: the pages of the EPUB, formulas and drawings.

use std::fmt::{self, Display, Formatter, Write};

/// Appends character data.
pub(crate) fn push_text(out: &mut String, text: &str) {
    push_escaped(out, text, false);
}

/// Appends an attribute's value, without its quotes. Line breaks become spaces, as XML's own normalisation has it.
pub(crate) fn push_value(out: &mut String, value: &str) {
    push_escaped(out, value, true);
}

/// Character data as a string of its own.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_text(&mut out, text);
    out
}

/// An attribute's value as a string of its own.
pub(crate) fn value(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    push_value(&mut out, value);
    out
}

/// Text that is written escaped, fit for content and for attributes.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0, true)
    }
}

fn push_escaped(out: &mut String, text: &str, in_value: bool) {
    // Nothing written to a string fails.
    let _ = write_escaped(out, text, in_value);
}

/// Copies runs that need nothing at once; what XML 1.0 forbids (section 2.2, `Char`) is left out.
fn write_escaped(out: &mut impl Write, text: &str, in_value: bool) -> fmt::Result {
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let (replacement, length) = match byte {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' if in_value => ("&quot;", 1),
            b'\n' | b'\t' if in_value => (" ", 1),
            b'\n' | b'\t' => continue,
            0..0x20 => ("", 1),
            // U+FFFE and U+FFFF.
            0xEF if matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])) => ("", 3),
            _ => continue,
        };
        out.write_str(text.get(copied..at).unwrap_or_default())?;
        out.write_str(replacement)?;
        copied = at + length;
    }
    out.write_str(text.get(copied..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_is_left_out_and_what_it_reserves_is_escaped() {
        assert_eq!(text("a<b>\u{0}&\u{FFFE}\"\u{1F600}"), "a&lt;b&gt;&amp;\"\u{1F600}");
        assert_eq!(value("a\"\nb"), "a&quot; b");
    }
}
