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

/// Code up to this length, in characters, stays whole where there is room.
const SHORT_CODE: usize = 14;

/// Parts of names in code up to this length, in characters, are not broken at underscores and hyphens.
const LONG_PART: usize = 16;

/// A piece of code in running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CodePiece<'t> {
    /// Where it begins, in bytes.
    pub(super) at: usize,
    /// The piece; spaces between words are pieces of their own.
    pub(super) text: &'t str,
    /// Whether a line could end within it by the rules for prose (UAX #14), where code should not be broken.
    pub(super) whole: bool,
}

impl CodePiece<'_> {
    /// Whether it is what stands between words.
    pub(super) fn is_space(&self) -> bool {
        self.text.starts_with(' ')
    }
}

/// What is not broken of code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Keep {
    /// Short words, on lines as wide as so many em.
    Short(f32),
    /// Words that fit in a column as wide as so many em.
    Within(f32),
}

/// The pieces of code in running text between which a line may end: words, an option with what belongs to it, and of long
/// names the parts. Dots and brackets come before underscores and hyphens, and no line ends within an operator. What is wider
/// than `room` em is broken anywhere.
pub(super) fn code_pieces<'t>(code: &'t str, keep: Keep, metrics: &Metrics<'_>) -> Vec<CodePiece<'t>> {
    let (Keep::Short(room) | Keep::Within(room)) = keep;
    let is_short = |text: &str| text.chars().count() <= SHORT_CODE;
    let fits = |text: &str| match keep {
        Keep::Short(_) => is_short(text) && metrics.width(text) <= room * 0.5,
        Keep::Within(_) => metrics.width(text) <= room,
    };
    let mut pieces = Vec::new();
    if is_short(code) && fits(code) {
        push_piece(code, 0..code.len(), &mut pieces);
        return pieces;
    }
    let mut start = 0;
    while start < code.len() {
        let end = word_end(code, start, room, metrics);
        let word = code.get(start..end).unwrap_or_default();
        if fits(word) || word.contains(' ') {
            push_piece(code, start..end, &mut pieces);
        } else {
            let mut from = 0;
            for cut in cuts(word, room, metrics) {
                push_piece(code, start + from..start + cut, &mut pieces);
                from = cut;
            }
            push_piece(code, start + from..end, &mut pieces);
        }
        let rest = code.get(end..).unwrap_or_default();
        let next = end + rest.len() - rest.trim_start_matches(' ').len();
        push_piece(code, end..next, &mut pieces);
        start = next;
    }
    pieces
}

fn push_piece<'t>(code: &'t str, range: std::ops::Range<usize>, pieces: &mut Vec<CodePiece<'t>>) {
    let at = range.start;
    let text = code.get(range).unwrap_or_default();
    if text.is_empty() {
        return;
    }
    let last = text.char_indices().next_back().map_or(0, |(last, _)| last);
    let divides = |letter: char| "-/|?!}+%\\$ ".contains(letter) || !letter.is_ascii();
    let inner = text.get(..last).unwrap_or_default();
    // No line ends before a dot, but before a box.
    let whole = inner.contains(divides) && !text.trim().is_empty() || at > 0 && text.starts_with('.');
    pieces.push(CodePiece { at, text, whole });
}

/// Where a word ends that begins at a byte of the code. An option such as `-X`, or an arrow, takes the next word with it
/// where the two are short.
fn word_end(code: &str, start: usize, room: f32, metrics: &Metrics<'_>) -> usize {
    let rest = code.get(start..).unwrap_or_default();
    let word = rest.split(' ').next().unwrap_or_default();
    let end = start + word.len();
    let takes = word.len() == 2 && word.starts_with('-');
    let next = rest
        .get(word.len() + 1..)
        .unwrap_or_default()
        .split(' ')
        .next()
        .unwrap_or_default();
    let both = rest.get(..word.len() + 1 + next.len()).unwrap_or_default();
    if takes && !next.is_empty() && both.chars().count() <= LONG_PART + 8 && metrics.width(both) <= room {
        start + both.len()
    } else {
        end
    }
}

/// The bytes of a word of code before which a line may end.
fn cuts(word: &str, room: f32, metrics: &Metrics<'_>) -> Vec<usize> {
    // Two or three characters at either end of a name would look lost.
    let may_end = |at: usize, wanted: fn(char) -> bool| {
        let (before, after) = (word.get(..at).unwrap_or_default(), word.get(at..).unwrap_or_default());
        let last = before.chars().next_back().is_some_and(wanted);
        let next = after.chars().next().is_some_and(|next| joins(next) && next != '_');
        last && !next && before.chars().count() > 2 && after.chars().count() > 2
    };
    let boundaries = || word.char_indices().map(|(at, _)| at).skip(1);
    let is_weak = |letter: char| matches!(letter, '_' | '-');
    // A dot at the end of a line would seem to end a sentence: it begins the next one.
    let before_dot = |at: usize| {
        let (before, after) = (word.get(..at).unwrap_or_default(), word.get(at..).unwrap_or_default());
        let named = |letter: char| letter.is_alphabetic() || letter == '_';
        let goes_on = after.strip_prefix('.').is_some_and(|after| after.starts_with(named));
        goes_on && !before.ends_with('.') && before.chars().count() > 2 && after.chars().count() > 3
    };
    let behind = |at: usize| may_end(at, |letter| joins(letter) && !matches!(letter, '_' | '-' | '.'));
    let strong: Vec<usize> = boundaries().filter(|at| before_dot(*at) || behind(*at)).collect();
    let mut all = Vec::new();
    let ends = strong.iter().copied().chain([word.len()]);
    let starts = std::iter::once(0).chain(strong.iter().copied());
    for (start, end) in starts.zip(ends) {
        if start > 0 {
            all.push(start);
        }
        let part = word.get(start..end).unwrap_or_default();
        if part.chars().count() > LONG_PART && part.contains(is_weak) {
            let dunder = |text: Option<&str>| text.is_some_and(|text| text.contains("__"));
            let within = |at: usize| dunder(word.get(start..at)) && dunder(word.get(at..end));
            let far = |at: &usize| *at > start + 2 && *at + 2 < end && !within(*at);
            all.extend(
                boundaries()
                    .filter(far)
                    .filter(|at| may_end(*at, |letter| matches!(letter, '_' | '-'))),
            );
        }
    }
    split_wide(word, &all, room, metrics)
}

/// Adds cuts where pieces are wider than `room` em.
fn split_wide(word: &str, cuts: &[usize], room: f32, metrics: &Metrics<'_>) -> Vec<usize> {
    let mut all = Vec::new();
    let mut width = 0.0;
    let mut ahead = cuts.iter().copied().peekable();
    for (at, letter) in word.char_indices() {
        let advance = metrics.advance(letter);
        if ahead.next_if_eq(&at).is_some() || (at > 0 && width + advance > room) {
            all.push(at);
            width = 0.0;
        }
        width += advance;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::{FontRole, built_in_fonts};

    /// The pieces of code in running text, with `|` where a line may end, and what is kept whole in brackets.
    fn shown(code: &str) -> String {
        let fonts = built_in_fonts();
        let metrics = Metrics::new(&fonts, FontRole::Mono);
        let pieces = code_pieces(code, Keep::Short(23.0), &metrics);
        let texts: Vec<String> = pieces
            .iter()
            .map(|piece| {
                if piece.whole {
                    format!("[{}]", piece.text)
                } else {
                    piece.text.to_owned()
                }
            })
            .collect();
        texts.join("|")
    }

    #[test]
    fn code_is_broken_where_a_reader_expects_it() {
        for (code, pieces) in [
            ("len", "len"),
            ("-X importtime", "[-X importtime]"),
            ("mypy --strict", "[mypy --strict]"),
            ("mypy --strict-equality", "mypy| |[--strict-]|equality"),
            ("fold(a, b) -> str", "fold(a,| |b)| |[-> str]"),
            ("run_in_executor", "run_in_executor"),
            ("error.with_traceback(None)", "error|[.with_traceback(]|None)"),
            ("builtins.builtin___build_class__", "builtins|[.builtin_]|__build_class__"),
            ("PyImport_ImportModuleLevelObject", "PyImport_|ImportModuleLevelObject"),
            ("--disallow-any-explicit", "[--disallow-]|any-|explicit"),
            ("Callable[[*Ts], R]", "Callable[[|*Ts],| |R]"),
            ("x == y ** 2 and so on", "x| |==| |y| |**| |2| |and| |so| |on"),
        ] {
            assert_eq!(shown(code), pieces);
        }
    }
}
