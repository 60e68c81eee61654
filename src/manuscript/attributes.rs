//! Attributes in braces, `{#id .class key="value" word}`, and what follows the fence of a block of code.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use crate::document::Attributes;
use std::ops::Range;

/// What a pair of braces holds.
#[derive(Debug, Default)]
pub(super) struct Braces {
    /// What could be read.
    pub(super) attributes: Attributes,
    /// For each of the attributes' pairs with a value that stands in the text as it is, its place there.
    pub(super) values: Vec<(String, Range<usize>)>,
    /// What could not be read.
    pub(super) bad: Vec<Range<usize>>,
}

impl Braces {
    /// Takes a pair out, and gives its value with its place.
    pub(super) fn take(&mut self, key: &str) -> Option<(String, Option<Range<usize>>)> {
        let at = self.attributes.pairs.iter().position(|(name, _)| name == key)?;
        let (_, value) = self.attributes.pairs.remove(at);
        let place = self
            .values
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, place)| place.clone());
        Some((value, place))
    }

    /// Takes out a pair's value, where it has one.
    pub(super) fn take_value(&mut self, key: &str) -> Option<String> {
        self.take(key).map(|(value, _)| value).filter(|value| !value.is_empty())
    }
}

/// How many bytes braces may hold; what is longer is no list of attributes.
const LONGEST: usize = 2000;

/// The byte after the brace that closes the one with which `text` begins; a brace within quotes is none. Attributes stay
/// in one line.
pub(super) fn closing_brace(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, byte) in text.bytes().take(LONGEST).enumerate() {
        match (byte, quote) {
            (b'\n' | b'\r', _) => return None,
            _ if escaped => escaped = false,
            (b'\\', Some(_)) => escaped = true,
            (_, Some(open)) if byte == open => quote = None,
            (_, Some(_)) => {}
            // A quote opens a value only after `=`; elsewhere it is an apostrophe.
            (b'"' | b'\'', None) if at > 0 && text.as_bytes().get(at - 1) == Some(&b'=') => quote = Some(byte),
            (b'}', None) => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Reads what stands between braces, or between a fence's language and the end of its line. Places count from `text`.
pub(super) fn parse(text: &str) -> Braces {
    let mut braces = Braces::default();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(skipped) = rest.find(|character: char| !is_separator(character)) else {
            break;
        };
        at += skipped;
        at = item(text, at, &mut braces);
    }
    braces
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, ',' | '{' | '}')
}

/// Reads the item that starts at `at`, and gives the byte after it.
fn item(text: &str, at: usize, braces: &mut Braces) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let name_end = rest
        .find(|character: char| is_separator(character) || character == '=')
        .unwrap_or(rest.len());
    let name = rest.get(..name_end).unwrap_or_default();
    let attributes = &mut braces.attributes;
    if rest.get(name_end..).is_some_and(|rest| rest.starts_with('=')) && is_word(name) {
        return pair(text, name, at + name_end + 1, braces);
    }
    // An id may hold `=`, as web addresses do; nothing else may.
    let end = rest.find(is_separator).unwrap_or(rest.len());
    let whole = rest.get(..end).unwrap_or_default();
    match whole.split_at_checked(1) {
        Some(("#", id)) if is_name(id) => attributes.id = Some(id.to_owned()),
        Some((".", class)) if is_word(class) => attributes.classes.push(class.to_owned()),
        Some(("-", "")) => attributes.classes.push("unnumbered".to_owned()),
        _ if is_word(whole) => attributes.pairs.push((whole.to_owned(), String::new())),
        _ => braces.bad.push(at..at + end),
    }
    at + end.max(1)
}

/// Reads the value of `key`, which starts at `at`, and gives the byte after it.
fn pair(text: &str, key: &str, at: usize, braces: &mut Braces) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    let (value, place, end) = match quote {
        Some(quote) => {
            let (value, length) = quoted(rest, quote);
            if at + length + 2 > text.len() {
                // The quote is not closed, so the value has swallowed what follows it.
                braces.bad.push(at..text.len());
            }
            (value, at + 1..at + 1 + length, at + length + 2)
        }
        None => {
            let end = rest.find(|character: char| character != ',' && is_separator(character));
            let value = rest
                .get(..end.unwrap_or(rest.len()))
                .unwrap_or_default()
                .trim_end_matches(',');
            (value.to_owned(), at..at + value.len(), at + value.len())
        }
    };
    if text.get(place.clone()) == Some(value.as_str()) {
        braces.values.push((key.to_owned(), place));
    }
    match key {
        "lang" | "language" => braces.attributes.language = Some(value),
        "id" => braces.attributes.id = Some(value).filter(|id| is_name(id)),
        "class" => braces.attributes.classes.extend(value.split_whitespace().map(str::to_owned)),
        _ => braces.attributes.pairs.push((key.to_owned(), value)),
    }
    end.min(text.len())
}

/// The value in quotes at the beginning of `text`, and how many bytes stand between the quotes. A value whose quote is
/// not closed goes to the end.
fn quoted(text: &str, quote: char) -> (String, usize) {
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == quote {
            return (value, at - 1);
        }
        let escaped = (character == '\\')
            .then(|| characters.next_if(|(_, next)| *next == quote || *next == '\\'))
            .flatten();
        value.push(escaped.map_or(character, |(_, next)| next));
    }
    (value, text.len().saturating_sub(1))
}

/// Whether a class, a key or a bare word could be meant: letters, digits and a little punctuation.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | ':' | '+' | '/'))
}

/// Whether an id could be meant: anything but blanks, quotes and what delimits attributes.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.chars().any(|character| {
            character.is_whitespace() || character.is_control() || matches!(character, '"' | '\'' | '<' | '>' | '#')
        })
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn braces_hold_an_id_classes_pairs_and_words() {
        let text = r##"{#fig-x .wide caption="a \"b\" }" width=60% lang='fr' run !}"##;
        assert_eq!(closing_brace(text), Some(text.len()));
        let braces = parse(text);
        assert_eq!(braces.attributes.id.as_deref(), Some("fig-x"));
        assert_eq!(braces.attributes.classes, ["wide"]);
        assert_eq!(braces.attributes.get("caption"), Some(r#"a "b" }"#));
        assert_eq!(braces.attributes.get("width"), Some("60%"));
        assert_eq!(braces.attributes.get("run"), Some(""));
        assert_eq!(braces.attributes.language.as_deref(), Some("fr"));
        assert_eq!(braces.bad.iter().map(|bad| &text[bad.clone()]).collect::<Vec<_>>(), ["!"]);
        assert_eq!(
            braces.values.iter().map(|(_, at)| &text[at.clone()]).collect::<Vec<_>>(),
            ["60%", "fr"]
        );
    }
}
