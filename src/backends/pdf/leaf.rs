//! Leaves: the only way in which text reaches Typst, as string literals.
//!
//! [`typst_string`](crate::typst_string) writes them; here is where they may be broken.

pub(super) use crate::typst_string::{optional, push_inner, push_string, string};

use super::metrics::Metrics;

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
