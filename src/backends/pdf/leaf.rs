//! Leaves: the only way in which text reaches Typst, as string literals.
//!
//! A Typst string literal knows two special characters, `"` and `\` (Typst reference, "Strings"). With these two escaped,
//! no text can end its literal, so none can be read as code or markup.

use super::metrics::Metrics;

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

/// Whether a name may be broken after this character.
pub(super) fn joins(character: char) -> bool {
    ".,;:_-/\\=()[]{}?&|+<>#%@".contains(character)
}

/// Appends text as arguments: string literals with `z`, a place where a line may end, between them. Lines end after
/// joining characters, or where more than `room` em stand together without one.
pub(super) fn push_breakable(out: &mut String, text: &str, room: f32, metrics: &Metrics<'_>) {
    out.push('"');
    let (mut run, mut width, mut pushed) = (0, 0.0, 0);
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        let advance = metrics.advance(character);
        if at > pushed && width + advance > room {
            push_piece(out, text.get(pushed..at).unwrap_or_default());
            (run, width, pushed) = (0, 0.0, at);
        }
        (run, width) = if character == ' ' {
            (0, 0.0)
        } else {
            (run + 1, width + advance)
        };
        // Two or three characters at either end of a name would look lost.
        if joins(character) && run > 2 && text.len() > end + 2 {
            push_piece(out, text.get(pushed..end).unwrap_or_default());
            (run, width, pushed) = (0, 0.0, end);
        }
    }
    push_inner(out, text.get(pushed..).unwrap_or_default());
    out.push('"');
}

fn push_piece(out: &mut String, piece: &str) {
    push_inner(out, piece);
    out.push_str("\", z, \"");
}
