//! Addresses on paper: where their lines may end.
//!
//! A line ends before punctuation, so that what stands at its end is no sign that the address is over, and the next one begins
//! with a sign that it goes on (*Chicago Manual of Style*, 14.18). A hyphen at the end of a line could be one that was added
//! there, so none stands there, and a long part goes on with it in the next line.

use super::metrics::Metrics;

/// Which share of the room a part may take before it is broken at its hyphens too.
const LONG_PART: f32 = 0.6;

/// The pieces of an address that no line ends in, none wider than `room` em.
pub(super) fn pieces<'t>(address: &'t str, room: f32, metrics: &Metrics<'_>) -> Vec<&'t str> {
    let mut pieces = Vec::new();
    // What stands before the name of the host stays with it.
    let scheme = address.find("://").map_or(0, |at| at + 3);
    for part in split_before(address, scheme, |sign| "/.?=&#,:;%~@+()".contains(sign)) {
        if metrics.width(part) <= room * LONG_PART {
            pieces.push(part);
            continue;
        }
        for piece in split_before(part, 0, |sign| "-_".contains(sign)) {
            push_wide(piece, room, metrics, &mut pieces);
        }
    }
    pieces
}

/// The parts of a text that begin with certain signs. Two characters alone would look lost, so none has less than three.
fn split_before(text: &str, from: usize, begins: impl Fn(char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before = '/';
    for (at, sign) in text.char_indices() {
        let (part, rest) = (text.get(start..at).unwrap_or_default(), text.get(at..).unwrap_or_default());
        let lost = part.chars().count() < 3 || rest.chars().count() < 3;
        if at > from && begins(sign) && !begins(before) && !lost {
            parts.push(part);
            start = at;
        }
        before = sign;
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// Adds a piece, and where it is wider than the room, as much as fits of it, again and again.
fn push_wide<'t>(piece: &'t str, room: f32, metrics: &Metrics<'_>, pieces: &mut Vec<&'t str>) {
    let (mut start, mut width) = (0, 0.0);
    for (at, sign) in piece.char_indices() {
        let advance = metrics.advance(sign);
        if at > start && width + advance > room {
            pieces.push(piece.get(start..at).unwrap_or_default());
            (start, width) = (at, 0.0);
        }
        width += advance;
    }
    pieces.push(piece.get(start..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::{FontRole, built_in_fonts};

    fn shown(address: &str) -> String {
        let fonts = built_in_fonts();
        pieces(address, 20.0, &Metrics::new(&fonts, FontRole::Sans)).join(" ")
    }

    #[test]
    fn lines_end_before_punctuation() {
        for (address, expected) in [
            ("https://peps.python.org/pep-0659/", "https://peps .python .org /pep-0659/"),
            ("10.1145/1565824.1565827", "10.1145 /1565824 .1565827"),
            ("a@b.org", "a@b .org"),
            ("https://a.org", "https://a .org"),
            (
                "https://example.org/a?key=value&b=2#top",
                "https://example .org /a?key =value &b=2 #top",
            ),
            (
                "https://dropbox.tech/our-journey-to-type-checking-4-million-lines-of-python",
                "https://dropbox .tech /our -journey -to -type -checking -4-million -lines -of -python",
            ),
            (
                "https://a.org/CLVXXPQ2T2LQ5MP2Y53VVQFCXYWQJHKZCLVXXPQ2",
                "https://a .org /CLVXXPQ2T2LQ5MP2Y53VVQFCXYWQJHKZCLV XXPQ2",
            ),
            ("", ""),
        ] {
            assert_eq!(shown(address), expected);
        }
    }
}
