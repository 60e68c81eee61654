//! The reply's text as lines, freed of what copying and typing left in it; each line knows its place in the reply.
//!
//! What goes: characters without a width, no-break spaces where an ordinary one was meant, indentation or quotation marks
//! that stand before every line. What stays: no-break spaces between a number and its unit and before French punctuation.

use std::ops::Range;

/// A line of the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its text, without what ends it.
    pub(super) text: String,
    /// Where it stands in the reply.
    pub(super) at: Range<usize>,
    /// Whether it belongs to a block of code, with the fences.
    pub(super) code: bool,
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// The text of a reply's bytes, with lines that end in LF; the error is the first byte that is neither UTF-8 nor UTF-16.
pub fn decode(bytes: &[u8]) -> Result<String, usize> {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).map_err(|error| error.valid_up_to())?.to_owned(),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// UTF-16, as some shells write what a program prints.
fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit);
    char::decode_utf16(units)
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The lines of a reply.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut start = 0;
    let mut lines = Vec::new();
    for whole in text.split_inclusive('\n') {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        lines.push(Line {
            text: clean(line),
            at: start..start + line.len(),
            code: false,
        });
        start += whole.len();
    }
    unquote(&mut lines);
    unindent(&mut lines);
    lines
}

/// Characters without a width that nobody types on purpose. Joiners stay: emoji and several scripts need them.
fn is_nothing(letter: char) -> bool {
    matches!(letter, '\u{200b}' | '\u{feff}' | '\u{2060}' | '\u{200e}' | '\u{200f}')
}

fn is_fixed_space(letter: char) -> bool {
    matches!(letter, '\u{a0}' | '\u{202f}' | '\u{2007}')
}

fn clean(line: &str) -> String {
    if line.is_ascii() {
        return line.trim_end_matches(['\n', '\u{c}']).to_owned();
    }
    let mut text = String::with_capacity(line.len());
    let mut letters = line.chars().filter(|letter| !is_nothing(*letter)).peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        let meant = before.is_ascii_digit() || before == '«' || matches!(next, ';' | ':' | '!' | '?' | '%' | '€' | '»');
        text.push(if is_fixed_space(letter) && !meant { ' ' } else { letter });
        before = letter;
    }
    text
}

/// A line of code, in which a space is a space.
pub(super) fn plain_spaces(code: &str) -> String {
    code.replace(is_fixed_space, " ")
}

/// Takes off `> ` where a whole reply was quoted.
fn unquote(lines: &mut [Line]) {
    let quoted = |line: &Line| line.is_blank() || line.text.starts_with('>');
    if lines.iter().any(|line| !line.is_blank()) && lines.iter().all(quoted) {
        for line in lines {
            let text = line.text.strip_prefix('>').unwrap_or(&line.text);
            line.text = text.strip_prefix(' ').unwrap_or(text).to_owned();
        }
    }
}

/// Takes off the indentation that all lines share; the first may lack it, since selections often begin behind it.
pub(super) fn unindent(lines: &mut [Line]) {
    let indent = |line: &Line| line.text.len() - line.text.trim_start_matches([' ', '\t']).len();
    let common = |lines: &[Line]| lines.iter().filter(|line| !line.is_blank()).map(indent).min().unwrap_or(0);
    let first = lines.iter().position(|line| !line.is_blank()).unwrap_or(0);
    let mut shared = common(lines);
    if shared == 0 {
        let rest = lines.get(first + 1..).unwrap_or_default();
        // Nothing but indented code below one line of text is no indented text: a heading has to be among it.
        let text = rest
            .iter()
            .any(|line| line.text.trim_start().starts_with("# ") || line.text.trim_start().starts_with("##"));
        shared = if text { common(rest) } else { 0 };
    }
    for line in lines.iter_mut().filter(|_| shared > 0) {
        let cut = indent(line).min(shared);
        line.text.drain(..cut);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        lines(text).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn what_copying_left_is_taken_off() {
        assert_eq!(texts("    # A\n\n    b\n"), ["# A", "", "b"]);
        assert_eq!(texts("# A\n\n    ## B\n    c\n"), ["# A", "", "## B", "c"]);
        assert_eq!(texts("> # A\n>\n> b\n"), ["# A", "", "b"]);
        assert_eq!(texts("Look:\n\n    code\n"), ["Look:", "", "    code"]);
    }

    #[test]
    fn fixed_spaces_stay_where_typography_wants_them() {
        assert_eq!(
            texts("a\u{a0}b 5\u{a0}kg quoi\u{a0}? zero\u{200b}width"),
            ["a b 5\u{a0}kg quoi\u{a0}? zerowidth"]
        );
    }

    #[test]
    fn bytes_become_text() {
        assert_eq!(decode(b"\xEF\xBB\xBFa\r\nb\rc"), Ok("a\nb\nc".to_owned()));
        assert_eq!(decode(b"\xFF\xFEa\0\xe4\0"), Ok("aä".to_owned()));
        assert_eq!(decode(b"ab\xFF"), Err(2));
    }
}
