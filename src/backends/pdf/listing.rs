//! Listings: lines of code broken to the measure, exactly, before Typst sees them.
//!
//! Code is set in a grid of equal cells, so where a line must be broken follows from its characters. A line that goes on
//! carries a mark and keeps its indentation.
//!
//! Where a page may end inside a listing is decided here too: before a statement, with a few lines on either side, and never
//! between the last statement and the output that it prints.

use super::fit::{Fit, Room};
use super::leaf::{push_inner, push_string};
use super::markup::Writer;
use super::metrics::Metrics;
use super::origins::Origins;
use crate::document::Block;
use crate::document::block::Listing;
use crate::listings::{Class, Token};
use crate::source::Span;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

/// The most lines of a listing and of an output that stay on one page.
const SHORT_LISTING: usize = 7;
const SHORT_OUTPUT: usize = 4;

/// The fewest lines of a listing at the foot and at the head of a page.
const LEAST_LINES: usize = 3;

/// The most lines that stay together: a page has room for more.
const MOST_LINES: usize = 30;

/// Lines that belong together stay together up to so many.
const LONGEST_CHUNK: usize = 12;

impl Writer<'_, '_> {
    /// Writes a listing; `joined` is one whose output follows.
    pub(super) fn write_listing(&mut self, listing: &Listing, block: &Block, joined: bool) {
        let lines: Vec<&str> = listing.code.split('\n').collect();
        let room = self.listing_width(listing, lines.len());
        self.note_code(&listing.code, room, block.span);
        let mut chunks = if self.stays_whole(block.span, self.printed(&lines, 0..lines.len(), room)) {
            ranges(&[], lines.len())
        } else {
            chunks(&lines, &within_strings(&lines, &listing.tokens))
        };
        let kept = chunks.len() == 1 && self.is_short(&lines, 0..lines.len(), room);
        // The last lines are a block of their own where they have to stay with what follows.
        let splits = joined && chunks.len() > 1;
        let last = chunks
            .last()
            .filter(|last| splits && self.is_short(&lines, (*last).clone(), room));
        let tail = last.cloned();
        if tail.is_some() {
            chunks.pop();
        }
        self.code(if tail.is_some() { "#listing-head(" } else { "#listing(" });
        self.caption(
            self.book.edition.terms.listing,
            listing.number.as_deref(),
            &listing.caption,
            &block.attributes,
        );
        if tail.is_none() {
            let _ = write!(self.out, ", {joined}, {kept}");
        }
        self.out.push_str(")[");
        let mut blank = 0;
        for chunk in &chunks {
            let whole = self.is_short(&lines, chunk.clone(), room);
            let shown = without_blank_end(listing, &lines, chunk);
            self.open_chunk(kept, whole, blank);
            self.write_code_lines(listing, &lines, shown.clone(), room);
            self.out.push_str(if kept { "" } else { "]" });
            blank = chunk.end - shown.end;
        }
        self.out.push(']');
        if let Some(tail) = tail {
            self.out.push_str("\n#listing-tail");
            if blank > 0 {
                let _ = write!(self.out, "(blank: {blank})");
            }
            self.out.push('[');
            self.write_code_lines(listing, &lines, tail, room);
            self.out.push(']');
        }
    }

    /// Whether so many lines of code have to stay on one page, because a figure would else stand between them.
    fn stays_whole(&self, span: Span, lines: usize) -> bool {
        self.book.mends.whole.contains(&span) && lines <= MOST_LINES
    }

    /// Begins lines that stay together, unless all do or these are too many for that. So many blank lines stand above them.
    fn open_chunk(&mut self, kept: bool, whole: bool, blank: usize) {
        if kept {
            return;
        }
        if blank > 0 {
            let _ = write!(self.out, "#blank-lines({blank})");
        }
        self.out.push_str(if whole { "#chunk[" } else { "#loose-chunk[" });
    }

    /// How many lines some lines of code have as they are printed, on a measure of `room` em.
    fn printed(&self, lines: &[&str], range: Range<usize>, room: f32) -> usize {
        let lines = lines.get(range).unwrap_or_default();
        lines.iter().map(|line| wrap(line, 0, room, &self.book.mono).len()).sum()
    }

    /// Whether some lines are few enough, as they are printed, to stay together: a page has room for more.
    fn is_short(&self, lines: &[&str], range: Range<usize>, room: f32) -> bool {
        self.printed(lines, range, room) <= MOST_LINES
    }

    /// Keeps how many characters fit on a line of code, and which lines have more.
    fn note_code(&mut self, code: &str, room: f32, span: Span) {
        if let Some(fits) = &mut self.fits
            && let Some(room) = Room::of_code(code, room, &self.book.mono)
        {
            fits.push(Fit { span, room });
        }
    }

    /// The room for a listing's code, without that of the numbers of its lines, in em of code.
    fn listing_width(&self, listing: &Listing, lines: usize) -> f32 {
        let digits = number_width(listing, lines);
        let numbers = if digits > 0 {
            self.book.mono.advance('0') * (digits as f32 + 2.0)
        } else {
            0.0
        };
        self.code_width() - numbers
    }

    fn write_code_lines(&mut self, listing: &Listing, lines: &[&str], chunk: Range<usize>, room: f32) {
        let digits = number_width(listing, lines.len());
        let mut start: usize = lines.iter().take(chunk.start).map(|line| line.len() + 1).sum();
        for at in chunk.clone() {
            if at > chunk.start {
                self.out.push_str("\\\n");
            }
            let line = lines.get(at).copied().unwrap_or_default();
            let highlighted = u32::try_from(at + 1).is_ok_and(|number| listing.highlighted.binary_search(&number).is_ok());
            if highlighted {
                self.out.push_str("#hl[");
            }
            self.write_code_line(listing, line, start, room, (digits, at + 1));
            if highlighted {
                self.out.push(']');
            }
            start += line.len() + 1;
        }
    }

    /// Writes one line of a listing, broken where it is too long. `numbered` is how many digits line numbers have, 0 for
    /// none, and the line's number.
    fn write_code_line(&mut self, listing: &Listing, line: &str, start: usize, room: f32, numbered: (usize, usize)) {
        let (digits, number) = numbered;
        for piece in wrap(line, start, room, &self.book.mono) {
            match piece.continued {
                None if digits > 0 => {
                    let _ = write!(self.out, "#n(\"{number:>digits$}  \")");
                }
                None => {}
                Some(indent) => {
                    let lead = if digits > 0 { digits + 2 } else { 0 } + indent;
                    self.out.push_str("\\\n");
                    push_plain(&mut self.out, &" ".repeat(lead));
                    self.out.push_str("#k");
                }
            }
            if piece.range.is_empty() && digits == 0 {
                self.out.push_str("#\" \"");
            } else {
                push_runs(&mut self.out, &listing.code, piece.range, &listing.tokens, &mut self.origins);
            }
        }
    }

    /// Writes what a listing prints; `joined` is what stands directly below one.
    pub(super) fn write_output(&mut self, output: &str, span: Span, joined: bool) {
        let lines: Vec<&str> = output.split('\n').collect();
        let room = self.code_width();
        self.note_code(output, room, span);
        let printed = self.printed(&lines, 0..lines.len(), room);
        let kept = printed <= SHORT_OUTPUT || self.stays_whole(span, printed);
        let chunks = if kept {
            ranges(&[], lines.len())
        } else {
            output_parts(&lines)
        };
        let _ = write!(self.out, "#output({joined}, {kept})[");
        let (mut start, mut blank) = (0, 0);
        for chunk in chunks {
            let whole = self.is_short(&lines, chunk.clone(), room);
            let shown = chunk.start..chunk.end - blank_end(&lines, &chunk);
            self.open_chunk(kept, whole, blank);
            blank = chunk.end - shown.end;
            for at in shown {
                let line = lines.get(at).copied().unwrap_or_default();
                for piece in wrap(line, start, room, &self.book.mono) {
                    if at > chunk.start || piece.continued.is_some() {
                        self.out.push_str("\\\n");
                    }
                    if let Some(indent) = piece.continued {
                        push_plain(&mut self.out, &" ".repeat(indent));
                        self.out.push_str("#k");
                    }
                    let range = piece.range;
                    let text = output.get(range.clone()).unwrap_or_default();
                    if !text.is_empty() {
                        self.note_origin(1, range.start);
                    }
                    push_plain(&mut self.out, if text.is_empty() { " " } else { text });
                }
                start += line.len() + 1;
            }
            start += blank;
            self.out.push_str(if kept { "" } else { "]" });
        }
        self.out.push(']');
    }

    /// The room for code, in em of code.
    fn code_width(&self) -> f32 {
        let size = self.book.edition.theme.sizes.code.max(1.0);
        ((self.measure as f32 - 2.0 * super::front::CODE_INSET) / size).max(MARK_CELLS * 4.0)
    }
}

/// How many blank lines stand at the end of some lines that are not the last: room that no page needs at its foot.
fn blank_end(lines: &[&str], range: &Range<usize>) -> usize {
    let blank = |line: &&&str| line.is_empty();
    match lines.get(range.clone()) {
        Some(shown) if range.end < lines.len() => shown.iter().rev().take_while(blank).count(),
        _ => 0,
    }
}

/// Some lines of a listing without the blank ones at their end, unless these have numbers or a colour.
fn without_blank_end(listing: &Listing, lines: &[&str], range: &Range<usize>) -> Range<usize> {
    let plain = !listing.line_numbers && listing.highlighted.is_empty();
    range.start..range.end - if plain { blank_end(lines, range) } else { 0 }
}

/// How many digits the numbers of a listing's lines have; none where lines are not numbered.
fn number_width(listing: &Listing, lines: usize) -> usize {
    if listing.line_numbers { lines.to_string().len() } else { 0 }
}

/// The lines that begin within a string of several lines, in order: the line before ends with a piece of it, as tokens never go
/// over lines, and the line begins with another. What looks like a statement there is none.
fn within_strings(lines: &[&str], tokens: &[Token]) -> Vec<usize> {
    let is_string = |token: &&Token| matches!(token.class, Class::String | Class::Escape);
    let starts: BTreeSet<u32> = tokens.iter().filter(is_string).map(|token| token.start).collect();
    let ends: BTreeSet<u32> = tokens.iter().filter(is_string).map(|token| token.end).collect();
    let (mut within, mut blank, mut open) = (Vec::new(), Vec::new(), false);
    let mut start = 0_u32;
    for (at, line) in lines.iter().enumerate() {
        let end = start + line.len() as u32;
        if line.trim().is_empty() {
            blank.push(at);
        } else {
            if open && starts.contains(&start) {
                within.append(&mut blank);
                within.push(at);
            }
            blank.clear();
            open = ends.contains(&end);
        }
        start = end + 1;
    }
    within
}

/// The lines of a listing that stay together on a page, in order. A page ends before a statement where there is one: at the
/// least indentation, or at any where a statement is very long. `within` are lines that begin within a string: there a page
/// ends only where the string is very long.
fn chunks(lines: &[&str], within: &[usize]) -> Vec<Range<usize>> {
    let count = lines.len();
    if count <= SHORT_LISTING {
        return ranges(&[], count);
    }
    let mut outer = breaks(lines, |line| indentation(line) == 0);
    outer.retain(|at| within.binary_search(at).is_err());
    let mut cuts = Vec::new();
    for range in ranges(&outer, count) {
        cuts.push(range.start);
        if range.len() > LONGEST_CHUNK {
            let inner = lines.get(range.clone()).unwrap_or_default();
            let start = range.start;
            let within = breaks(inner, |_| true).into_iter().map(|at| start + at);
            cuts.extend(within.filter(|at| *at > start && *at >= LEAST_LINES && count - at >= LEAST_LINES));
        }
    }
    cuts.retain(|at| *at > 0);
    ranges(&behind_blank(lines, &cuts), count)
}

/// How near a blank line may be for a page to end there instead.
const NEAR: usize = 2;

/// The cuts behind blank lines, and of the others those that have none of them near: two lines of a group that a blank line
/// sets apart are not worth the rest of a page.
fn behind_blank(lines: &[&str], cuts: &[usize]) -> Vec<usize> {
    let is_blank = |at: usize| lines.get(at).is_some_and(|line| line.trim().is_empty());
    let sets_apart = |at: usize| at > 0 && is_blank(at - 1) && !is_blank(at);
    let near = |at: usize| cuts.iter().any(|other| sets_apart(*other) && other.abs_diff(at) <= NEAR);
    let kept = cuts
        .iter()
        .copied()
        .filter(|at| sets_apart(*at) || !is_blank(*at) && !near(*at));
    kept.collect()
}

/// The lines before which a page may end, so that enough of them stand on either side.
fn breaks(lines: &[&str], wanted: impl Fn(&str) -> bool) -> Vec<usize> {
    let filled = |lines: &[&str]| lines.iter().filter(|line| !line.trim().is_empty()).count();
    let (count, mut before_here) = (filled(lines), 0);
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let above = before_here;
        before_here += usize::from(!line.trim().is_empty());
        if above < LEAST_LINES || count - above < LEAST_LINES {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| lines.get(at)).copied().unwrap_or_default();
        if begins_statement(before, line) && wanted(line) {
            found.push(at);
        }
    }
    found
}

/// Whether a line of code begins something, whatever the language: it does not close or go on with what stands before it.
pub(super) fn begins_statement(before: &str, line: &str) -> bool {
    const GO_ON: [&str; 8] = ["else", "elif", "except", "finally", "catch", "then", "do", "fi"];
    let text = line.trim_start();
    let first = text
        .split(|letter: char| !letter.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let closes = text.starts_with([')', ']', '}', '.', '|', '&', '+', '*']);
    // A decorator or an attribute belongs to what stands below it, as does an open bracket or a line that goes on.
    let opened = before.trim_start().starts_with(['@', '#']) && !before.starts_with("# ");
    let goes_on = before.trim_end().ends_with(['(', '[', '{', ',', '\\', '=', '+', '|', '&']);
    !text.is_empty()
        && !closes
        && !GO_ON.contains(&first)
        && !opened
        && !goes_on
        && indentation(line) <= indentation_of(before, line)
}

/// The indentation that a line may have to begin something: that of the line before it; any below a blank one.
fn indentation_of(before: &str, line: &str) -> usize {
    if before.trim().is_empty() {
        indentation(line)
    } else {
        indentation(before)
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// What a program prints: the first and the last lines together, those between one by one, but for lines that are moved in
/// below another, which go on with it.
fn output_parts(lines: &[&str]) -> Vec<Range<usize>> {
    let count = lines.len();
    let goes_on = |at: usize| match (at.checked_sub(1).and_then(|before| lines.get(before)), lines.get(at)) {
        (Some(before), Some(line)) => !line.trim().is_empty() && indentation(line) > indentation(before),
        _ => false,
    };
    let cuts = (LEAST_LINES..=count.saturating_sub(LEAST_LINES)).filter(|at| !goes_on(*at));
    ranges(&behind_blank(lines, &cuts.collect::<Vec<_>>()), count)
}

/// The ranges between cuts.
fn ranges(cuts: &[usize], count: usize) -> Vec<Range<usize>> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([count]);
    starts
        .zip(ends)
        .filter(|(start, end)| start < end)
        .map(|(start, end)| start..end)
        .collect()
}

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
pub(super) fn push_runs(out: &mut String, code: &str, range: Range<usize>, tokens: &[Token], origins: &mut Option<Origins>) {
    let mut at = range.start;
    let first = tokens.partition_point(|token| token.end as usize <= range.start);
    let mut push = |range: Range<usize>, class: Option<Class>| {
        let text = code.get(range.clone()).unwrap_or_default();
        let class = class.filter(|_| !text.trim().is_empty());
        if let Some(class) = class {
            out.push_str("#t-");
            out.push_str(class.name());
            out.push_str(if origins.is_some() { "[" } else { "(" });
        }
        if class.is_none() || origins.is_some() {
            if let Some(origins) = origins.as_mut().filter(|_| !text.is_empty()) {
                origins.note(out.len() + 1, range.start);
            }
            push_plain(out, text);
        } else {
            push_string(out, text);
        }
        if class.is_some() {
            out.push(if origins.is_some() { ']' } else { ')' });
        }
    };
    for token in tokens.get(first..).unwrap_or_default() {
        let start = (token.start as usize).max(at);
        let end = (token.end as usize).min(range.end);
        if start >= range.end {
            break;
        }
        if start >= end {
            continue;
        }
        push(at..start, None);
        push(start..end, Some(token.class));
        at = end;
    }
    push(at..range.end, None);
}

/// Appends text in the listing's own colour.
pub(super) fn push_plain(out: &mut String, text: &str) {
    if !text.is_empty() {
        out.push_str("#\"");
        push_inner(out, text);
        out.push('"');
    }
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
    fn a_page_ends_before_a_statement_and_leaves_no_line_alone() {
        let code = "import sys\n\n@cache\ndef f(x):\n    if x:\n        return 1\n    else:\n        return 2\n\nprint(\n    f(1),\n)\nprint(f(0))\nprint(2)\nprint(3)";
        let lines: Vec<&str> = code.split('\n').collect();
        let starts: Vec<&str> = chunks(&lines, &[]).iter().map(|range| lines[range.start]).collect();
        assert_eq!(starts, ["import sys", "print(", "print(f(0))"]);
        // What has no statements may end anywhere but near its ends.
        let data = vec!["    1,"; 40];
        let found = chunks(&data, &[]);
        assert_eq!((found[0].clone(), found.last().cloned()), (0..40, Some(0..40)));
        let long = vec!["x = 1"; 20];
        assert!(chunks(&long, &[]).iter().all(|range| range.len() < 5));
        for count in 1..30 {
            let found = chunks(&vec!["    a"; count], &[]);
            assert_eq!(found.iter().map(std::iter::ExactSizeIterator::len).sum::<usize>(), count);
            assert!(found.len() == 1 || found[0].len() >= 3 && found[found.len() - 1].len() >= 3);
        }
    }

    #[test]
    fn a_page_ends_behind_a_blank_line_where_one_is_near() {
        let code = "a = 1\nb = 2\nc = 3\n\nd = 4\ne = 5\nf = 6\ng = 7\n\nh = 8\ni = 9\nj = 10\nk = 11";
        let lines: Vec<&str> = code.split('\n').collect();
        let starts: Vec<&str> = chunks(&lines, &[]).iter().map(|range| lines[range.start]).collect();
        assert_eq!(starts, ["a = 1", "d = 4", "h = 8"]);
        let starts: Vec<&str> = output_parts(&lines).iter().map(|range| lines[range.start]).collect();
        assert_eq!(starts, ["a = 1", "d = 4", "h = 8"]);
        assert_eq!(blank_end(&lines, &(0..4)), 1);
    }

    #[test]
    fn a_page_ends_in_no_string_that_could_stay_whole() {
        let code = "import a\n\nsource = \"\"\"\nx = 1\ny = 2\nz = 3\n\"\"\"\nprint(1)\nprint(2)\nprint(3)\nprint(4)";
        let lines: Vec<&str> = code.split('\n').collect();
        let tokens = crate::listings::tokens("python", code);
        let within = within_strings(&lines, &tokens);
        assert_eq!(within, [3, 4, 5, 6]);
        let starts: Vec<usize> = chunks(&lines, &within).iter().map(|range| range.start).collect();
        assert_eq!(starts, [0, 7, 8]);
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
        push_runs(&mut out, "def add()# a long note", 2..15, &tokens, &mut None);
        assert_eq!(
            out,
            "#t-keyword(\"f\")#\" \"#t-function(\"add\")#\"()\"#t-comment(\"# a lo\")"
        );
    }
}
