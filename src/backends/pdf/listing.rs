//! Listings: lines of code broken to the measure, exactly, before Typst sees them.
//!
//! Code is set in a grid of equal cells, so where a line must be broken follows from its characters. A line that goes on
//! carries a mark and keeps its indentation.

use super::leaf::push_inner;
use super::metrics::Metrics;
use crate::listings::{Class, Token};
use std::ops::Range;

/// How much of the width the indentation of a continued line may take.
const MOST_INDENT: f32 = 0.5;

/// How many cells the mark of a continued line takes, its space included.
pub(super) const MARK_CELLS: f32 = 2.0;

/// By how much a line may be wider than the measure, in em, since neither is counted exactly.
pub(super) const SLACK: f32 = 0.001;

/// A piece of a line as it is printed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// The bytes of the code.
    pub(super) range: Range<usize>,
    /// How many cells of indentation stand before the mark; `None` for a line's first piece.
    pub(super) continued: Option<usize>,
}

/// Breaks a line into pieces no wider than `width` em. Breaks come after a space or a joining character where there is
/// one in the second half of the piece, else where the room ends.
pub(super) fn wrap(line: &str, start: usize, width: f32, metrics: &Metrics<'_>) -> Vec<Piece> {
    let cell = metrics.advance(' ').max(0.1);
    let spaces = line.len() - line.trim_start_matches(' ').len();
    let indent = spaces.min((width * MOST_INDENT / cell) as usize);
    let mut pieces = Vec::new();
    let mut from = 0;
    loop {
        let continued = (from > 0).then_some(indent);
        let lead = continued.map_or(0.0, |cells| (cells as f32 + MARK_CELLS) * cell);
        let rest = line.get(from..).unwrap_or_default();
        let to = from + fit(rest, (width - lead).max(4.0 * cell), metrics);
        pieces.push(Piece {
            range: start + from..start + to,
            continued,
        });
        if to >= line.len() {
            return pieces;
        }
        from = to;
    }
}

/// How many bytes of a text fit into `width` em; at least one character.
fn fit(text: &str, width: f32, metrics: &Metrics<'_>) -> usize {
    let mut used = 0.0;
    let mut best = 0;
    let mut previous = None;
    for (at, character) in text.char_indices() {
        used += metrics.advance(character);
        if used > width + SLACK && at > 0 {
            let whole = at;
            return if best * 2 > whole { best } else { whole };
        }
        if let Some(previous) = previous
            && breaks_between(previous, character)
        {
            best = at;
        }
        previous = Some(character);
    }
    text.len()
}

/// Whether code reads well when a line ends between two characters.
fn breaks_between(before: char, after: char) -> bool {
    let opens = matches!(before, ',' | ';' | '(' | '[' | '{' | '|' | '=' | '/') && !after.is_whitespace();
    (before == ' ' && after != ' ') || (opens && before != after)
}

/// Appends a piece of code as content: plain text as a string, every coloured run as a call of its class. Spaces take
/// the colour of what stands before them, so that fewer runs are needed.
pub(super) fn push_runs(out: &mut String, code: &str, range: Range<usize>, tokens: &[Token]) {
    let mut at = range.start;
    let first = tokens.partition_point(|token| token.end as usize <= range.start);
    for token in tokens.get(first..).unwrap_or_default() {
        let start = (token.start as usize).max(at);
        let end = (token.end as usize).min(range.end);
        if start >= range.end {
            break;
        }
        if start >= end {
            continue;
        }
        push_plain(out, code.get(at..start).unwrap_or_default());
        push_coloured(out, code.get(start..end).unwrap_or_default(), token.class);
        at = end;
    }
    push_plain(out, code.get(at..range.end).unwrap_or_default());
}

/// Appends text in the listing's own colour.
pub(super) fn push_plain(out: &mut String, text: &str) {
    if !text.is_empty() {
        out.push_str("#\"");
        push_inner(out, text);
        out.push('"');
    }
}

fn push_coloured(out: &mut String, text: &str, class: Class) {
    if text.trim().is_empty() {
        push_plain(out, text);
        return;
    }
    out.push_str("#t-");
    out.push_str(class.name());
    out.push_str("(\"");
    push_inner(out, text);
    out.push_str("\")");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::{FontRole, built_in_fonts};

    fn lines(code: &str, cells: usize) -> Vec<String> {
        let fonts = built_in_fonts();
        let metrics = Metrics::new(&fonts, FontRole::Mono);
        let width = metrics.advance(' ') * cells as f32;
        let piece = |piece: Piece| {
            let lead = piece.continued.map(|indent| " ".repeat(indent) + "> ");
            lead.unwrap_or_default() + &code[piece.range]
        };
        wrap(code, 0, width, &metrics).into_iter().map(piece).collect()
    }

    #[test]
    fn a_long_line_goes_on_below_with_its_indentation_and_a_mark() {
        assert_eq!(
            lines("    call(first, second, third)", 20),
            ["    call(first, ", "    > second, third)"]
        );
    }

    #[test]
    fn every_piece_fits_and_nothing_is_lost() {
        for code in [
            "x".repeat(300),
            "漢字".repeat(40),
            " ".repeat(200) + "x",
            "a b ".repeat(90),
            "é\u{301}🐍".repeat(30),
        ] {
            let pieces = lines(&code, 24);
            let text: String = pieces
                .iter()
                .map(|piece| piece.rsplit("> ").next().unwrap_or_default())
                .collect();
            assert_eq!(text, code);
        }
    }

    #[test]
    fn colours_cover_each_character_once() {
        let token = |start, end, class| Token { start, end, class };
        let tokens = [
            token(0, 3, Class::Keyword),
            token(4, 7, Class::Function),
            token(9, 30, Class::Comment),
        ];
        let mut out = String::new();
        push_runs(&mut out, "def add()# a long note", 2..15, &tokens);
        assert_eq!(
            out,
            "#t-keyword(\"f\")#\" \"#t-function(\"add\")#\"()\"#t-comment(\"# a lo\")"
        );
    }
}
