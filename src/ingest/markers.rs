//! Listings between ` ``startpython ` and ` ``endpython `, in which the seed's prompts ask for code.
//!
//! They are found on the lines of the reply, before anything is taken for Markdown, in every form that models make of
//! them: indented, with one tick or three or with a backslash before each, with any language, closed on the code's last
//! line, by a plain fence, without ticks or not at all. What an unclosed one holds is decided by what follows: another
//! listing, a heading of the outline, a fence, a paragraph of prose.

use super::fences::{self, Label};
use super::reply::Line;

/// A listing: lines of the reply that become a block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region {
    /// The first line, that of the marker.
    pub(super) first: usize,
    /// The line after the last.
    pub(super) end: usize,
    /// What `start` names, as a fence is labelled: `python`.
    pub(super) language: String,
    /// The lines of code, each with its line in the reply.
    pub(super) code: Vec<(usize, String)>,
    /// Whether nothing closed it, so that its end is a guess.
    pub(super) guessed: bool,
    /// How far the marker is indented.
    pub(super) indent: usize,
    /// Lines in it where one block of the reply ended and the next began, which are left out.
    pub(super) seam: std::ops::Range<usize>,
}

/// What a reply has of them.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) regions: Vec<Region>,
    /// Lines that close what nothing has opened.
    pub(super) strays: Vec<usize>,
}

/// Languages that a marker may name without its ticks, and that two ticks alone may name.
const KNOWN: &[&str] = &[
    "asm",
    "bash",
    "c",
    "c#",
    "c++",
    "console",
    "cpp",
    "csharp",
    "css",
    "diagram",
    "dis",
    "dockerfile",
    "elixir",
    "go",
    "haskell",
    "html",
    "ini",
    "java",
    "javascript",
    "js",
    "json",
    "julia",
    "kotlin",
    "lua",
    "makefile",
    "mermaid",
    "output",
    "perl",
    "php",
    "powershell",
    "py",
    "python",
    "python3",
    "r",
    "ruby",
    "rust",
    "scala",
    "sh",
    "shell",
    "sql",
    "swift",
    "text",
    "toml",
    "ts",
    "typescript",
    "xml",
    "yaml",
    "zig",
];

/// Finds them. `heading` says whether a line is a heading of the outline that no code would have.
pub(super) fn find(lines: &[Line], heading: impl Fn(usize) -> bool) -> Found {
    let marks: Vec<Mark> = lines.iter().map(Mark::read).collect();
    let ends = Ends::new(lines, &marks, &heading);
    let mut found = Found::default();
    let mut at = 0;
    while at < lines.len() {
        let region = match marks.get(at) {
            Some(Mark::Start(start)) => Some(region(lines, &marks, &ends, at, start)),
            Some(Mark::Opener) => opened(lines, &marks, &ends, at),
            Some(Mark::End(_)) => {
                found.strays.push(at);
                None
            }
            _ => None,
        };
        at = match region {
            // A word that only looks like a marker has no end.
            Some(region) if region.guessed && !sure(marks.get(at)) => at + 1,
            Some(region) => {
                let end = region.end.max(at + 1);
                found.regions.push(region);
                end
            }
            None => at + 1,
        };
    }
    found
}

/// Whether a line is a marker even if nothing closes it: it has its ticks, and names a language.
fn sure(mark: Option<&Mark>) -> bool {
    matches!(mark, Some(Mark::Start(start)) if start.ticks > 0 && KNOWN.contains(&start.language.as_str()))
}

/// What a line is to this module.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mark {
    Start(Start),
    /// A line that is nothing but an end, or ends in one; with the code before it.
    End(String),
    /// An ordinary fence with a language.
    Opener,
    /// Two ticks alone.
    Pair,
    /// A fence without a label.
    Bare,
    /// A fence that says `markdown`.
    Outer,
    None,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Start {
    ticks: usize,
    language: String,
    /// Code that follows on the same line.
    rest: String,
    /// Whether the line also ends the listing.
    closed: bool,
}

impl Mark {
    fn read(line: &Line) -> Self {
        let text = line.text.trim();
        let ascii = text.to_ascii_lowercase();
        // Most lines are prose, and need no closer look.
        if !text.contains('`') && !ascii.starts_with("start") && !ascii.contains("end") && !text.contains('~') {
            return Self::None;
        }
        let text = text.replace("\\`", "`");
        if let Some(start) = start(&text) {
            return Self::Start(start);
        }
        if let Some(before) = end(&text) {
            return Self::End(if before.is_empty() {
                String::new()
            } else {
                indented(line, &before)
            });
        }
        match fences::read(line) {
            Some((_, Label::Markdown)) => Self::Outer,
            Some((_, Label::None)) => Self::Bare,
            Some((_, Label::Text | Label::Other)) => Self::Opener,
            None if text == "``" => Self::Pair,
            None => Self::None,
        }
    }
}

/// Text with the indentation of the line it came from.
fn indented(line: &Line, text: &str) -> String {
    let indent = line.text.len() - line.text.trim_start().len();
    format!("{}{text}", line.text.get(..indent).unwrap_or_default())
}

fn start(text: &str) -> Option<Start> {
    let body = text.trim_start_matches('`');
    let ticks = text.len() - body.len();
    let body = body.trim_start();
    let word = body.get(..5).filter(|word| word.eq_ignore_ascii_case("start"));
    let (name, rest) = match word {
        Some(_) => name(body.get(5..)?.trim_start_matches([' ', ':', '_'])),
        // Two ticks and a language alone on a line.
        None if ticks == 2 => name(body),
        None => return None,
    };
    let known = KNOWN.contains(&name.to_lowercase().as_str());
    let rest = rest.trim_end();
    // In a sentence, the word has ticks behind it.
    if name.is_empty() || rest.starts_with('`') || ticks == 1 && !rest.is_empty() {
        return None;
    }
    let plain = word.is_none() || ticks == 0 || body.get(5..).is_some_and(|rest| rest.starts_with(' '));
    if plain && !(known && rest.is_empty()) || !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    // `start` and a name that is no language, such as `startup`, counts with its ticks alone.
    if !known && (ticks < 2 || !rest.is_empty()) {
        return None;
    }
    let rest = rest.trim();
    let (rest, closed) = match end(rest).filter(|_| !rest.is_empty()) {
        Some(before) => (before, true),
        None => (rest.to_owned(), false),
    };
    Some(Start {
        ticks,
        language: label(name),
        rest,
        closed,
    })
}

/// The letters that may name a language, and what follows.
fn name(text: &str) -> (&str, &str) {
    let end = text.find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '+' | '#' | '_' | '-')));
    text.split_at_checked(end.unwrap_or(text.len())).unwrap_or((text, ""))
}

/// The label of a fence for what stands behind `start`.
fn label(name: &str) -> String {
    match name.to_lowercase().as_str() {
        "py" | "python3" => "python".to_owned(),
        other => other.to_owned(),
    }
}

/// The text before an end marker that closes a line: ` ``endpython `, `endpython`, ```` ```endpython``` ````; empty before
/// one that stands alone.
fn end(text: &str) -> Option<String> {
    let open = text.trim_end().trim_end_matches('`').trim_end();
    let lower = open.to_ascii_lowercase();
    let at = lower.rfind("end")?;
    let language = lower.get(at + 3..)?.trim_start_matches([' ', ':', '_']);
    let (named, rest) = name(language);
    let known = KNOWN.contains(&named);
    let before = open.get(..at)?;
    let body = before.trim_end_matches([' ', '\t']).trim_end_matches('`');
    let ticks = before.trim_end_matches([' ', '\t']).len() - body.len();
    // `end` alone needs the two ticks, and so does a name that no list has; at the end of code, one tick will do.
    let plain = ticks == 0 && !(known && body.is_empty() && !language.contains(' ') && lower.len() == at + 3 + named.len());
    let suffix = ticks == 0 && known && named.len() > 2 && before.ends_with([' ', '\t']) && !body.trim().is_empty();
    if !rest.is_empty() || plain && !suffix || named.is_empty() && ticks < 2 || ticks == 1 && !known {
        return None;
    }
    let body = body.trim_end();
    // A tick before it and one behind it: words in a sentence that speaks of the marker.
    (body.matches('`').count() % 2 == 0 || ticks > 1).then(|| body.to_owned())
}

/// For each line, where the next of some marks stand, so that looking ahead costs the same anywhere.
struct Ends {
    next_end: Vec<usize>,
    next_start: Vec<usize>,
    next_bare: Vec<usize>,
    next_outer: Vec<usize>,
    next_heading: Vec<usize>,
}

impl Ends {
    fn new(lines: &[Line], marks: &[Mark], heading: &impl Fn(usize) -> bool) -> Self {
        let next = |wanted: &dyn Fn(usize, &Mark) -> bool| {
            let mut table = vec![lines.len(); lines.len() + 1];
            for at in (0..lines.len()).rev() {
                let here = marks.get(at).is_some_and(|mark| wanted(at, mark));
                let after = table.get(at + 1).copied().unwrap_or(lines.len());
                if let Some(cell) = table.get_mut(at) {
                    *cell = if here { at } else { after };
                }
            }
            table
        };
        Self {
            next_end: next(&|_, mark| matches!(mark, Mark::End(_))),
            next_start: next(&|_, mark| matches!(mark, Mark::Start(_))),
            next_bare: next(&|_, mark| matches!(mark, Mark::Bare)),
            next_outer: next(&|_, mark| matches!(mark, Mark::Outer)),
            next_heading: next(&|at, _| heading(at)),
        }
    }
}

fn after(table: &[usize], at: usize, none: usize) -> usize {
    table.get(at).copied().unwrap_or(none)
}

/// The listing that a marker opens.
fn region(lines: &[Line], marks: &[Mark], ends: &Ends, at: usize, start: &Start) -> Region {
    let count = lines.len();
    if start.closed {
        return make(lines, marks, at, at..at, at + 1, start, false);
    }
    let next = after(&ends.next_start, at + 1, count);
    let stop = after(&ends.next_heading, at + 1, count).min(next);
    let closed = after(&ends.next_end, at + 1, count);
    if closed < stop {
        return make(lines, marks, at, at + 1..closed, closed + 1, start, false);
    }
    let prose = prose_after(lines, at + 1, stop);
    let pair = (at + 1..stop)
        .find(|line| marks.get(*line) == Some(&Mark::Pair))
        .filter(|_| start.ticks == 2);
    let bare = Some(after(&ends.next_bare, at + 1, count)).filter(|line| *line < stop);
    if let Some(close) = pair.filter(|line| bare.is_none_or(|bare| *line < bare)) {
        return make(lines, marks, at, at + 1..close, close + 1, start, false);
    }
    match bare {
        Some(close) if start.ticks > 2 || prose.is_none_or(|prose| prose > close) => {
            // The last fence of a reply closes the whole text, not a listing of it.
            let next = after(&ends.next_bare, close + 1, count).min(after(&ends.next_heading, close + 1, count));
            let more = next < after(&ends.next_outer, close + 1, count);
            let opened = after(&ends.next_outer, 0, count) < at;
            if more || !opened {
                make(lines, marks, at, at + 1..close, close + 1, start, start.ticks <= 2)
            } else {
                make(lines, marks, at, at + 1..close, close, start, true)
            }
        }
        _ => {
            let end = prose.unwrap_or(stop).min(bare.unwrap_or(stop));
            make(lines, marks, at, at + 1..end, end, start, true)
        }
    }
}

/// An ordinary fence that is closed by an end marker.
fn opened(lines: &[Line], marks: &[Mark], ends: &Ends, at: usize) -> Option<Region> {
    let count = lines.len();
    let close = after(&ends.next_end, at + 1, count);
    let before = after(&ends.next_bare, at + 1, count).min(after(&ends.next_start, at + 1, count));
    let labelled = || (at + 1..close).any(|line| matches!(marks.get(line), Some(Mark::Opener | Mark::Outer)));
    if close >= count || close >= before || close - at > 400 || labelled() {
        return None;
    }
    let start = Start {
        ticks: 3,
        language: label(fences::language(&lines.get(at)?.text)),
        rest: String::new(),
        closed: false,
    };
    Some(make(lines, marks, at, at + 1..close, close + 1, &start, false))
}

/// Puts a region together: its code with the marker's indentation taken off.
fn make(
    lines: &[Line],
    marks: &[Mark],
    first: usize,
    body: std::ops::Range<usize>,
    end: usize,
    start: &Start,
    guessed: bool,
) -> Region {
    let indent = lines
        .get(first)
        .map_or(0, |line| line.text.len() - line.text.trim_start_matches([' ', '\t']).len());
    let mut code: Vec<(usize, String)> = Vec::new();
    if !start.rest.is_empty() {
        code.push((first, start.rest.clone()));
    }
    let seam = seam(marks, body.clone());
    for at in body.clone().filter(|at| !seam.contains(at)) {
        if let Some(line) = lines.get(at) {
            code.push((at, dedent(&line.text, indent).to_owned()));
        }
    }
    // What stands before the marker on the line that closes it.
    if let Some(Mark::End(last)) = marks
        .get(body.end)
        .filter(|_| body.end + 1 == end && !last_is_empty(marks, body.end))
    {
        code.push((body.end, dedent(last, indent).to_owned()));
    }
    let mut end = end;
    while guessed && code.last().is_some_and(|(_, text)| text.trim().is_empty()) {
        code.pop();
        end = code.last().map_or(first + 1, |(at, _)| at + 1).min(end);
    }
    Region {
        first,
        end,
        language: start.language.clone(),
        code,
        guessed,
        indent,
        seam,
    }
}

fn last_is_empty(marks: &[Mark], at: usize) -> bool {
    matches!(marks.get(at), Some(Mark::End(last)) if last.is_empty())
}

/// Lines in the midst of code where one block of the reply ended and the next began, as in a reply that was continued.
fn seam(marks: &[Mark], body: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let none = body.end..body.end;
    let Some(opener) = body.clone().find(|at| marks.get(*at) == Some(&Mark::Outer)) else {
        return none;
    };
    // A sample of Markdown in the code has a fence that closes it.
    if (opener + 1..body.end).any(|at| marks.get(at) == Some(&Mark::Bare)) {
        return none;
    }
    let close = (body.start..opener)
        .rev()
        .take(12)
        .find(|at| marks.get(*at) == Some(&Mark::Bare));
    close.unwrap_or(opener)..opener + 1
}

/// A line without up to `indent` blanks at its beginning.
fn dedent(text: &str, indent: usize) -> &str {
    let own = text.len() - text.trim_start_matches([' ', '\t']).len();
    text.get(own.min(indent)..).unwrap_or_default()
}

/// The first line of a paragraph of prose below a blank line.
fn prose_after(lines: &[Line], from: usize, to: usize) -> Option<usize> {
    let blank = |at: usize| lines.get(at).is_none_or(Line::is_blank);
    (from + 1..to).find(|at| blank(at - 1) && lines.get(*at).is_some_and(|line| is_prose(&line.text)))
}

fn is_prose(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let starts = line.starts_with(|letter: char| letter.is_uppercase() || matches!(letter, '*' | '_' | '"' | '“'));
    let ends = line.trim_end().ends_with(['.', ':', '?', '!', '”', '"', ')', '*']);
    let inner = |word: &str| {
        word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '=')
            .to_owned()
    };
    let plain = words.iter().filter(|word| {
        inner(word)
            .chars()
            .all(|letter| letter.is_alphabetic() || matches!(letter, '\'' | '’' | '-' | '‑'))
            && !inner(word).is_empty()
    });
    starts && words.len() >= 5 && (ends || words.len() >= 12) && plain.count() * 10 >= words.len() * 7
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::reply;

    fn code(text: &str) -> Vec<(String, Vec<String>, bool)> {
        let lines = reply::lines(text);
        find(&lines, |_| false)
            .regions
            .into_iter()
            .map(|region| {
                (
                    region.language,
                    region.code.into_iter().map(|(_, text)| text).collect(),
                    region.guessed,
                )
            })
            .collect()
    }

    fn one(language: &str, lines: &[&str], guessed: bool) -> Vec<(String, Vec<String>, bool)> {
        vec![(
            language.to_owned(),
            lines.iter().map(|&line| line.to_owned()).collect(),
            guessed,
        )]
    }

    #[test]
    fn every_damaged_form_is_read() {
        for text in [
            "``startpython\na\n b\n``endpython\n",
            "```startpython\na\n b\n```endpython\n",
            "```startpython\na\n b\n```\nx\n",
            "  ``startpython\n  a\n   b\n  ``endpython\n",
            "\\`\\`startpython\na\n b\n\\`\\`endpython\n",
            "``startpython\na\n b``endpython\n",
            "``startpython\na\n b ``endpython\n",
            "``startpython\na\n b endpython\n",
            "``startpython\na\n b\nendpython\n",
            "`startpython\na\n b\n`endpython\n",
            "startpython\na\n b\nendpython\n",
            "``start python\na\n b\n``end python\n",
            "``StartPython\na\n b\n``EndPython``\n",
            "``startpython a\n b\n``endpython\n",
            "``python\na\n b\n``\n",
            "```python\na\n b\n``endpython\n",
            "``startpy\na\n b\n``endpy\n",
        ] {
            assert_eq!(code(text), one("python", &["a", " b"], false), "{text}");
        }
        assert_eq!(code("``startc++\nint x;\n``endc++\n"), one("c++", &["int x;"], false));
        assert_eq!(code("``startpython x = 1 ``endpython\n"), one("python", &["x = 1"], false));
    }

    #[test]
    fn what_is_not_closed_ends_where_prose_begins() {
        let text = "``startpython\na\n\nb\n\nThis shows how a name is bound to its object.\n\nMore.\n";
        assert_eq!(code(text), one("python", &["a", "", "b"], true));
    }

    #[test]
    fn sentences_that_speak_of_markers_are_no_markers() {
        for text in [
            "Use ``startpython`` before it.\n",
            "`startpython` opens.\n",
            "start python\nlegend\nthe end\n",
            "``x``\n",
            "``startup\n",
        ] {
            assert_eq!(code(text), Vec::new(), "{text}");
        }
    }

    #[test]
    fn code_may_have_ticks_and_be_continued() {
        assert_eq!(
            code("``startpython\n\"\"\"\n```\nx\n```\n\"\"\"\n``endpython\n"),
            one("python", &["\"\"\"", "```", "x", "```", "\"\"\""], false)
        );
        assert_eq!(
            code("``startpython\na\n```\n\nGo on.\n\n```markdown\nb\n``endpython\n"),
            one("python", &["a", "b"], false)
        );
    }
}
