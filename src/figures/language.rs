//! What all kinds of description share: lines with their places, the head (`Title:`, `Alt:`), labels with code in
//! backticks, arrows.
//!
//! A description is read line by line and nothing is guessed: what cannot be read becomes a [`Fault`] that says what was
//! found and what was expected.

use crate::diag::nearest;
use crate::source::Span;

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    /// The line's place.
    pub(crate) span: Span,
    /// What was found, as a clause.
    pub(crate) message: String,
    /// What was expected.
    pub(crate) expected: String,
}

/// A description without its head: lines that are not blank.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Description<'a> {
    /// `Title: text`
    pub(crate) title: Option<String>,
    /// `Alt: text`
    pub(crate) alt: Option<String>,
    /// The lines that follow, without blank ones.
    pub(crate) lines: Vec<Line<'a>>,
}

/// One line of a description.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line<'a> {
    /// The text without indentation and without trailing spaces.
    pub(crate) text: &'a str,
    /// How far it is indented, in columns; a tab goes to the next multiple of four.
    pub(crate) indent: usize,
    /// Its place in the source.
    pub(crate) span: Span,
}

impl Line<'_> {
    /// A fault at this line.
    pub(crate) fn fault(&self, message: impl Into<String>, expected: impl Into<String>) -> Fault {
        Fault {
            span: self.span,
            message: message.into(),
            expected: expected.into(),
        }
    }

    /// Reads a label that stands in this line.
    pub(crate) fn label(&self, text: &str) -> Result<Label, Fault> {
        if text.chars().nth(LONGEST).is_some() {
            return Err(self.fault(
                format!("a label has more than {LONGEST} characters"),
                "expected a shorter one, with the rest in the text around the figure",
            ));
        }
        label(text).ok_or_else(|| self.fault("a backtick opens code that nothing closes", "expected a second backtick"))
    }
}

/// No label of a figure is longer, in characters: it would be a page of text in a box, and slow to set in many widths.
const LONGEST: usize = 500;

/// Takes a description apart into its head and its lines.
///
/// `places` has the place of each line of `body`; lines without one are at `whole`.
pub(crate) fn description<'a>(body: &'a str, places: &[Span], whole: Span) -> Description<'a> {
    let mut found = Description {
        title: None,
        alt: None,
        lines: Vec::new(),
    };
    for (at, raw) in body.lines().enumerate() {
        let text = raw.trim();
        if text.is_empty() {
            continue;
        }
        if found.lines.is_empty() {
            let slot = if found.title.is_none() && text.starts_with("Title:") {
                Some(&mut found.title)
            } else if found.alt.is_none() && text.starts_with("Alt:") {
                Some(&mut found.alt)
            } else {
                None
            };
            if let Some(slot) = slot {
                let value = text.split_once(':').map(|(_, value)| value.trim()).unwrap_or_default();
                *slot = Some(value.replace('`', ""));
                continue;
            }
        }
        found.lines.push(Line {
            text,
            indent: indent(raw),
            span: places.get(at).copied().unwrap_or(whole),
        });
    }
    found.title = found.title.filter(|title| !title.is_empty());
    found.alt = found.alt.filter(|alt| !alt.is_empty());
    found
}

fn indent(raw: &str) -> usize {
    let mut columns = 0;
    for character in raw.chars() {
        match character {
            '\t' => columns += 4 - columns % 4,
            character if character.is_whitespace() => columns += 1,
            _ => break,
        }
    }
    columns
}

/// A run of a label in one style.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Run {
    /// The characters.
    pub(crate) text: String,
    /// Whether they stood in backticks.
    pub(crate) code: bool,
}

/// What stands in a box or at a line: text, parts of it code.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Label {
    /// The runs; neighbours differ in style, and white space is single spaces.
    pub(crate) runs: Vec<Run>,
}

impl Label {
    /// The label without its styles.
    pub(crate) fn plain(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    /// Whether there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.iter().all(|run| run.text.trim().is_empty())
    }

    /// Adds text in a style; white space becomes single spaces, none at the beginning.
    pub(crate) fn push(&mut self, text: &str, code: bool) {
        for character in text.chars() {
            let space = character.is_whitespace() && character != '\u{a0}';
            let after_space = self.runs.last().is_none_or(|run| run.text.ends_with(' '));
            if space && after_space {
                continue;
            }
            let character = if space { ' ' } else { character };
            match self.runs.last_mut() {
                Some(run) if run.code == code => run.text.push(character),
                _ => self.runs.push(Run {
                    text: character.to_string(),
                    code,
                }),
            }
        }
    }

    /// Takes white space off the end.
    pub(crate) fn trim_end(&mut self) {
        while let Some(run) = self.runs.last_mut() {
            let length = run.text.trim_end().len();
            run.text.truncate(length);
            if length > 0 {
                break;
            }
            self.runs.pop();
        }
    }
}

/// Reads a label; `None` if a backtick opens code that nothing closes. Outside of code, `\\:` and the like are the sign alone.
pub(crate) fn label(text: &str) -> Option<Label> {
    let mut label = Label::default();
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return None;
    }
    for (at, piece) in pieces.iter().enumerate() {
        if at % 2 == 1 {
            label.push(piece, true);
        } else {
            label.push(&without_backslashes(piece), false);
        }
    }
    label.trim_end();
    Some(label)
}

/// The signs that part a line, which a backslash makes plain.
const SIGNS: [char; 4] = [':', ',', '|', '*'];

fn without_backslashes(text: &str) -> String {
    let mut plain = text.to_owned();
    for sign in SIGNS {
        plain = plain.replace(&format!("\\{sign}"), &sign.to_string());
    }
    with_apostrophes(&plain)
}

/// Text in which a straight mark between two letters is the apostrophe that it stands for.
fn with_apostrophes(text: &str) -> String {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphabetic);
    let mut before = None;
    let mut letters = text.chars().peekable();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        let between = letter == '\'' && is_letter(before) && is_letter(letters.peek().copied());
        plain.push(if between { '’' } else { letter });
        before = Some(letter);
    }
    plain
}

/// Takes `*` off both ends of a name, which emphasises it; says whether it was there.
pub(crate) fn emphasis(text: &str) -> (&str, bool) {
    let text = text.trim();
    let inner = text.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')).map(str::trim);
    match inner {
        Some(inner) if !inner.is_empty() && !inner.starts_with('*') && !inner.ends_with('\\') => (inner, true),
        _ => (text, false),
    }
}

/// The bytes of `text` at which `pattern` begins, outside of code, but for those behind a backslash.
pub(crate) fn outside_code<'a>(text: &'a str, pattern: &'a str) -> impl Iterator<Item = usize> + 'a {
    let (mut counted, mut code) = (0, false);
    text.match_indices(pattern).map(|(at, _)| at).filter(move |at| {
        // Every backtick is counted once, however many matches there are.
        let between = text.as_bytes().get(counted..*at).unwrap_or_default();
        code ^= between.iter().filter(|byte| **byte == b'`').count() % 2 == 1;
        counted = *at;
        let escaped = text.get(..*at).is_some_and(|before| before.ends_with('\\'));
        !code && !escaped
    })
}

/// The names of a list with commas, trimmed; commas in backticks are code.
pub(crate) fn list(text: &str) -> Vec<&str> {
    let mut start = 0;
    let ends = outside_code(text, ",").chain([text.len()]);
    ends.map(|end| {
        let name = text.get(start..end).unwrap_or_default().trim();
        start = end + 1;
        name
    })
    .collect()
}

/// The labels of a list with commas; `place` is where it stands, to be said where one is missing.
pub(crate) fn labels(line: &Line, text: &str, place: &str, expected: &str) -> Result<Vec<Label>, Fault> {
    let label = |name: &str| {
        let label = line.label(name)?;
        match label.is_empty() {
            true => Err(line.fault(format!("a name is missing {place}"), expected)),
            false => Ok(label),
        }
    };
    list(text).into_iter().map(label).collect()
}

/// Longer names, in bytes, are not compared with one another: that takes the square of their length.
const COMPARED: usize = 200;

/// A clause that names the nearest of the known names, to follow what was expected; empty if none is near.
pub(crate) fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = (name.len() <= COMPARED).then(|| nearest(name, known.filter(|known| known.len() <= COMPARED)));
    near.flatten()
        .map(|near| format!("; the nearest is `{near}`"))
        .unwrap_or_default()
}

/// An arrow between two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrow {
    /// `→`, `->`
    Plain,
    /// `⇢`, `-->`
    Weak,
}

/// Cuts text at its arrows: the pieces between them, trimmed, and the arrows, one fewer. Arrows in backticks are code.
pub(crate) fn split_at_arrows(text: &str) -> (Vec<&str>, Vec<Arrow>) {
    let (mut pieces, mut arrows) = (Vec::new(), Vec::new());
    let (mut start, mut at, mut code) = (0, 0, false);
    let mut before = None;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let found = if code { None } else { arrow(before, rest.chars()) };
        before = Some(character);
        if let Some((arrow, length)) = found {
            pieces.push(text.get(start..at).unwrap_or_default().trim());
            arrows.push(arrow);
            at += rest.chars().take(length).map(char::len_utf8).sum::<usize>();
            start = at;
            before = None;
            continue;
        }
        if character == '`' {
            code = !code;
        }
        at += character.len_utf8();
    }
    pieces.push(text.get(start..).unwrap_or_default().trim());
    (pieces, arrows)
}

/// The arrow with which `rest` begins, and how many characters it takes; `before` is the character in front of it.
///
/// An arrow takes all dashes that stand together, so none begins behind a dash, and no run of dashes is counted again at
/// each of them.
pub(crate) fn arrow(before: Option<char>, rest: impl Iterator<Item = char>) -> Option<(Arrow, usize)> {
    let mut dashes = 0;
    for character in rest {
        match (character, dashes) {
            ('-', 0) if before == Some('-') => return None,
            ('-', _) => dashes += 1,
            ('→', 0) => return Some((Arrow::Plain, 1)),
            ('⇢', 0) => return Some((Arrow::Weak, 1)),
            ('>', 1) => return Some((Arrow::Plain, 2)),
            ('>', 2..) => return Some((Arrow::Weak, dashes + 1)),
            _ => return None,
        }
    }
    None
}

/// Names in a row of a sentence: `a`, `a and b`, `a, b and c`.
pub(crate) fn enumerate(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_in_code_are_code_and_dashes_make_the_weak_one() {
        let (pieces, arrows) = split_at_arrows("a-b -> `f() -> int` --> c ⇢ d");
        assert_eq!(pieces, ["a-b", "`f() -> int`", "c", "d"]);
        assert_eq!(arrows, [Arrow::Plain, Arrow::Weak, Arrow::Weak]);
    }

    #[test]
    fn long_lines_are_read_in_one_pass() {
        let colons = format!("a `: ` b{}", ": ".repeat(100_000));
        assert_eq!(outside_code(&colons, ": ").next(), Some(8));
        assert_eq!(outside_code(&colons, ": ").last(), Some(colons.len() - 2));
        let dashes = format!("{} x -> y", "-".repeat(100_000));
        assert_eq!(split_at_arrows(&dashes).1, [Arrow::Plain]);
        let spaced = format!("{}x -> y", "- ".repeat(100_000));
        assert_eq!(split_at_arrows(&spaced).1, [Arrow::Plain]);
    }

    #[test]
    fn a_label_keeps_its_code_and_loses_extra_space() {
        let label = label(" the  `x = 1`  line ").unwrap();
        assert_eq!(label.plain(), "the x = 1 line");
        assert_eq!(label.runs.len(), 3);
        assert!(label.runs[1].code);
        assert!(super::label("an `open tick").is_none());
        assert_eq!(super::label(r"a\: b\, `c\:` \*").unwrap().plain(), r"a: b, c\: *");
        assert_eq!(super::label("the list's `f'x'` 'a'").unwrap().plain(), "the list’s f'x' 'a'");
    }
}
