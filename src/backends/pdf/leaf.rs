//! Leaves: the only way in which text reaches Typst, as string literals.
//!
//! A Typst string literal knows two special characters, `"` and `\` (Typst reference, "Strings"). With these two escaped,
//! no text can end its literal, so none can be read as code or markup.

/// Appends a string literal, quotes included. Characters that control a device are left out; a line break is a space.
pub(super) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    push_inner(out, text);
    out.push('"');
}

/// Appends what stands between the quotes of a string literal.
pub(super) fn push_inner(out: &mut String, text: &str) {
    let mut clean = 0;
    for (at, character) in text.char_indices() {
        let replacement = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' => " ",
            character if character.is_control() => "",
            _ => continue,
        };
        out.push_str(text.get(clean..at).unwrap_or_default());
        out.push_str(replacement);
        clean = at + character.len_utf8();
    }
    out.push_str(text.get(clean..).unwrap_or_default());
}

/// A string literal of its own.
pub(super) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_string(&mut out, text);
    out
}

/// A string literal, or `none`.
pub(super) fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "none".to_owned(), string)
}

/// Where a long unspaced run may be broken: after a character that joins two names, and before a capital inside a word
/// is not one, because `getElementById` reads badly in pieces.
fn joins(character: char) -> bool {
    matches!(
        character,
        '.' | '_' | '/' | '\\' | '-' | ',' | ';' | ':' | '=' | '(' | ')' | '[' | ']' | '{' | '}' | '?' | '&' | '|' | '+' | '<' | '>' | '#' | '%' | '@'
    )
}

/// Appends text as arguments, string literals with `z` (a place to break a line, nothing else) between them, such that
/// no piece is longer than `longest` characters. Pieces end after joining characters where they can.
pub(super) fn push_breakable(out: &mut String, text: &str, longest: usize) {
    out.push('"');
    let mut piece = 0;
    let mut run = 0;
    for (at, character) in text.char_indices() {
        if character == ' ' {
            run = 0;
        } else {
            run += 1;
        }
        push_inner(out, text.get(at..at + character.len_utf8()).unwrap_or_default());
        let last = at + character.len_utf8() >= text.len();
        // Very short pieces at either end of a name would look like a mistake.
        let joint = joins(character) && run >= 3 && text.len() - at > 3;
        if !last && (joint || run >= longest) {
            out.push_str("\", z, \"");
            piece += 1;
            run = 0;
        }
    }
    out.push('"');
    let _ = piece;
}
