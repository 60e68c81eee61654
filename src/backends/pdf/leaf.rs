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
    pieces(text, room, metrics, |at, piece| {
        if at > 0 {
            out.push_str(", z, ");
        }
        push_string(out, piece);
    });
}

/// Names up to this length, in characters, stay whole where there is room.
const SHORT_NAME: usize = 12;

/// Shows the pieces between which a line may end, each with where it begins.
pub(super) fn pieces(text: &str, room: f32, metrics: &Metrics<'_>, mut show: impl FnMut(usize, &str)) {
    let (mut run, mut width, mut shown) = (0, 0.0, 0);
    let mut name = (0, false);
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        if at >= name.0 {
            let rest = text.get(at..).unwrap_or_default();
            let word = rest.split(' ').next().unwrap_or_default();
            let fits = word.chars().count() <= SHORT_NAME && metrics.width(word) <= room * 0.5;
            name = (at + word.len() + 1, fits);
        }
        let advance = metrics.advance(character);
        if at > shown && width + advance > room {
            show(shown, text.get(shown..at).unwrap_or_default());
            (run, width, shown) = (0, 0.0, at);
        }
        (run, width) = if character == ' ' {
            (0, 0.0)
        } else {
            (run + 1, width + advance)
        };
        // Two or three characters at either end of a name would look lost.
        if !name.1 && joins(character) && run > 2 && text.len() > end + 2 {
            show(shown, text.get(shown..end).unwrap_or_default());
            (run, width, shown) = (0, 0.0, end);
        }
    }
    show(shown, text.get(shown..).unwrap_or_default());
}
