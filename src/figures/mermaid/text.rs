//! Characters of Mermaid: a cursor over a statement, and texts with their entities, breaks and marks.

use crate::figures::language::{Fault, Label, Line};

/// A place in a statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// The beginning of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// All that follows.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Whether nothing follows.
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Goes past a text, if it follows.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Goes past a number of bytes; gives them.
    pub(super) fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Goes past white space.
    pub(super) fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Goes past all characters of a sort; gives them.
    pub(super) fn take_while(&mut self, is_one: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !is_one(character)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// Goes past the text up to `end` and past `end`; gives the text. `None`, and stays, if it does not follow.
    pub(super) fn take_until(&mut self, end: &str) -> Option<&'a str> {
        let (text, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        Some(text)
    }
}

/// Reads a text of a diagram as a label: entities become characters, `<br/>` a space, and what stands in backticks or in
/// `<code>` is code.
pub(super) fn label(line: &Line, text: &str) -> Result<Label, Fault> {
    // The bound of all labels, before anything is copied; a faulty backtick is no fault here.
    line.label(&text.replace('`', " "))?;
    let mut label = Label::default();
    // A backtick that nothing closes is one.
    let paired = text.matches('`').count().is_multiple_of(2);
    let pieces: Vec<&str> = if paired { text.split('`').collect() } else { vec![text] };
    for (at, piece) in pieces.iter().enumerate() {
        if at % 2 == 1 {
            label.push(&decoded(piece), true);
            continue;
        }
        for (text, code) in without_tags(piece) {
            label.push(&decoded(&text), code);
        }
    }
    label.trim_end();
    Ok(label)
}

/// Tags that mark a stretch of text, whose look a figure leaves to the book.
const MARKS: [&str; 12] = [
    "b", "i", "em", "strong", "u", "s", "small", "big", "sub", "sup", "center", "span",
];

/// Cuts text at its `code` tags, so that each piece is code or not; makes a space of each break, and nothing of tags that mark
/// a stretch of text.
fn without_tags(text: &str) -> Vec<(String, bool)> {
    let mut pieces = Vec::new();
    let (mut found, mut code) = (String::with_capacity(text.len()), false);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        found.push_str(before);
        let end = after.bytes().take(LONGEST_TAG).position(|byte| byte == b'>');
        let inner = end.and_then(|end| after.get(..end)).unwrap_or_default();
        let name = inner
            .trim_matches(['/', ' '])
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        match (name.as_str(), end) {
            ("br" | "wbr", Some(_)) => found.push(' '),
            ("code" | "tt" | "kbd", Some(_)) => {
                pieces.push((std::mem::take(&mut found), code));
                code = !inner.starts_with('/');
            }
            (name, Some(_)) if MARKS.contains(&name) => {}
            _ => {
                found.push('<');
                rest = after;
                continue;
            }
        }
        rest = end.and_then(|end| after.get(end + 1..)).unwrap_or_default();
    }
    found.push_str(rest);
    pieces.push((found, code));
    pieces
}

/// The longest tag, in bytes.
const LONGEST_TAG: usize = 80;

/// The longest name of an entity, in bytes.
const LONGEST_ENTITY: usize = 8;

/// Makes characters of entities: `&lt;`, `&#39;`, and Mermaid's `#quot;` and `#35;`.
pub(super) fn decoded(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '#']) {
        found.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let end = rest.bytes().take(LONGEST_ENTITY + 3).position(|byte| byte == b';');
        let name = end.and_then(|end| rest.get(1..end)).unwrap_or_default();
        match (entity(name.trim_start_matches('#')), end) {
            (Some(character), Some(end)) => {
                found.push(character);
                rest = rest.get(end + 1..).unwrap_or_default();
            }
            _ => {
                found.extend(rest.chars().next());
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    found.push_str(rest);
    found
}

fn entity(name: &str) -> Option<char> {
    if let Some(hexadecimal) = name.strip_prefix(['x', 'X']) {
        return u32::from_str_radix(hexadecimal, 16).ok().and_then(char::from_u32);
    }
    if name.starts_with(|character: char| character.is_ascii_digit()) {
        return name.parse().ok().and_then(char::from_u32);
    }
    let named = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{a0}'),
        ("hash", '#'),
        ("semi", ';'),
        ("colon", ':'),
        ("lpar", '('),
        ("rpar", ')'),
        ("larr", '←'),
        ("rarr", '→'),
        ("uarr", '↑'),
        ("darr", '↓'),
        ("harr", '↔'),
        ("le", '≤'),
        ("ge", '≥'),
        ("ne", '≠'),
        ("times", '×'),
        ("middot", '·'),
        ("hellip", '…'),
        ("ndash", '–'),
        ("mdash", '—'),
        ("infin", '∞'),
    ];
    named
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, character)| *character)
}

/// Text without the quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text)
}

/// The first word, and what follows it.
pub(super) fn first_word(text: &str) -> (&str, &str) {
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim()),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::promises::line;

    fn plain(text: &str) -> String {
        label(&line(text), text).unwrap().plain()
    }

    #[test]
    fn entities_breaks_and_tags_become_what_they_mean() {
        assert_eq!(
            plain("a #quot;b#quot; &lt;c&gt; #35;1 #9829; &#39;x&#x27;"),
            "a \"b\" <c> #1 ♥ 'x'"
        );
        assert_eq!(plain("one<br/>two<br>three<BR />four"), "one two three four");
        assert_eq!(
            plain("<b>bold</b> and a<b, R&D; x # y &unknown; <int>"),
            "bold and a<b, R&D; x # y &unknown; <int>"
        );
        assert_eq!(plain("an `open tick"), "an `open tick");
    }

    #[test]
    fn backticks_and_code_tags_are_code() {
        let text = "call `f<b>(x)` or <code>g</code>";
        let label = label(&line(text), text).unwrap();
        let code: Vec<&str> = label
            .runs
            .iter()
            .filter(|run| run.code)
            .map(|run| run.text.as_str())
            .collect();
        assert_eq!(code, ["f<b>(x)", "g"]);
    }
}
