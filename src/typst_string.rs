//! Text as a string literal of Typst: chapters and formulas.
//!
//! A Typst string literal knows two special characters, `"` and `\` (Typst reference, "Strings"). With these two escaped,
//! no text can end its literal, so none can be read as code or markup.

/// Appends a string literal, quotes included. Characters that control a device are left out; a line break is a space.
pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    push_inner(out, text);
    out.push('"');
}

/// Appends what stands between the quotes of a string literal.
pub(crate) fn push_inner(out: &mut String, text: &str) {
    let mut clean = 0;
    for (at, character) in text.char_indices() {
        let replacement = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            character if is_space(character) => " ",
            character if character.is_control() => "",
            _ => continue,
        };
        out.push_str(text.get(clean..at).unwrap_or_default());
        out.push_str(replacement);
        clean = at + character.len_utf8();
    }
    out.push_str(text.get(clean..).unwrap_or_default());
}

/// How many bytes a text has that was written as a literal and is read again.
pub(crate) fn length(text: &str) -> usize {
    let bytes = |character: char| match character {
        character if is_space(character) => 1,
        character if character.is_control() => 0,
        character => character.len_utf8(),
    };
    text.chars().map(bytes).sum()
}

fn is_space(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}')
}

/// A string literal of its own.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_string(&mut out, text);
    out
}

/// A string literal, or `none`.
pub(crate) fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "none".to_owned(), string)
}
