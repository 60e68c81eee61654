//! Fences: what the line that opens a block of code says.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::attributes::{self, Braces};
use crate::document::Run;
use pulldown_cmark::{Event, Options, Parser, Tag};
use std::borrow::Cow;
use std::ops::Range;

/// What the line that opens a block of code says.
#[derive(Debug, Default)]
pub(super) struct Fence {
    /// The first word: `python`.
    pub(super) language: Option<String>,
    /// A second word that is no attribute: the `flow` of `diagram flow`.
    pub(super) kind: String,
    /// `caption="..."`, with its place in the line where it stands there as it is.
    pub(super) caption: Option<(String, Option<Range<usize>>)>,
    /// `lines`
    pub(super) line_numbers: bool,
    /// `hl="2-3,7"` as typed.
    pub(super) highlighted: Option<String>,
    /// `run` and what belongs to it.
    pub(super) run: Option<Run>,
    /// Whether it has options of knitr, `{r, eval = FALSE}`, which mean nothing here.
    pub(super) has_options: bool,
    /// pandoc's `{=html}`: the one output that the block is for.
    pub(super) raw: Option<String>,
    /// Everything else.
    pub(super) braces: Braces,
}

/// The most lines of a file that are mended.
const MOST_MENDED: usize = 100;

/// Backticks behind the language make a paragraph of what was meant as a fence (CommonMark 0.31.2, section 4.5), and the line
/// that should close it opens one. Gives the text with other characters in place of those backticks, byte for byte as long,
/// and the lines where that was.
pub(super) fn mended(source: &str, options: Options) -> (Cow<'_, str>, Vec<Range<usize>>) {
    let mut text = Cow::Borrowed(source);
    let mut faults: Vec<Range<usize>> = Vec::new();
    if !source.lines().any(|line| {
        line.find("```")
            .is_some_and(|at| is_broken(line.get(at..).unwrap_or_default()))
    }) {
        return (text, faults);
    }
    while faults.len() < MOST_MENDED {
        let from = faults.last().map_or(0, |last| last.end);
        // Text stands in a paragraph, or directly in an item of a list.
        let mut begins = false;
        let broken = Parser::new_ext(&text, options).into_offset_iter().find_map(|(event, range)| {
            let here = std::mem::replace(&mut begins, matches!(event, Event::Start(Tag::Paragraph | Tag::Item)));
            let line = text.get(range.start..)?.split(['\n', '\r']).next()?;
            (here && range.start >= from && is_broken(line)).then(|| range.start..range.start + line.len())
        });
        let Some(line) = broken else { break };
        let typed = text.get(line.clone()).unwrap_or_default();
        let info = typed.trim_start_matches('`');
        let fence = typed.len() - info.len();
        let info = info.replace('`', "'");
        text.to_mut().replace_range(line.start + fence..line.end, &info);
        faults.push(line);
    }
    (text, faults)
}

/// Whether a line begins like a fence with attributes, and is none because of a backtick in them. Code that ends in its line
/// is code in a line.
fn is_broken(line: &str) -> bool {
    let info = line.trim_start_matches('`');
    let length = line.len() - info.len();
    let closes = |run: &str| run.len() == length;
    length >= 3 && info.contains('{') && info.contains('`') && !info.split(|character| character != '`').any(closes)
}

/// Reads what follows the backticks: `python {#lst-x caption="..." run}`, pandoc's `{.python #lst-x}`, mdBook's
/// `rust,ignore`, or nothing. Places count from `info`.
pub(super) fn parse(info: &str) -> Fence {
    let blank = |character: char| character.is_whitespace() || matches!(character, ',' | '{');
    let end = info.find(blank).unwrap_or(info.len());
    let (word, rest) = info.split_at_checked(end).unwrap_or((info, ""));
    let mut fence = Fence {
        language: Some(word.to_owned()).filter(|word| !word.is_empty()),
        ..Fence::default()
    };
    let mut start = end;
    if word == "diagram" {
        let trimmed = rest.trim_start();
        start += rest.len() - trimmed.len();
        let length = trimmed.find(blank).unwrap_or(trimmed.len());
        fence.kind = trimmed.get(..length).unwrap_or_default().to_owned();
        start += length;
    }
    if let Some(format) = rest.trim().strip_prefix("{=").and_then(|rest| rest.strip_suffix('}')) {
        fence.raw = Some(format.trim().to_owned()).filter(|_| word.is_empty());
    }
    fence.braces = attributes::parse(info.get(start..).unwrap_or_default());
    shift(&mut fence.braces, start);
    let is_chunk =
        word.is_empty() && rest.starts_with('{') && rest.get(1..).is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    if fence.language.is_none() {
        fence.language = language_in_braces(&mut fence.braces);
    }
    take_known(&mut fence);
    if is_chunk {
        // What is left are options of knitr, which may be written `key = value`.
        let pairs = fence.braces.attributes.pairs.len() + fence.braces.bad.len();
        fence.has_options = pairs > 0;
        fence.braces.attributes.pairs.clear();
        fence.braces.bad.clear();
    }
    fence
}

fn shift(braces: &mut Braces, by: usize) {
    let places = braces.values.iter_mut().map(|(_, place)| place);
    for place in places.chain(&mut braces.bad) {
        *place = place.start + by..place.end + by;
    }
}

/// pandoc writes the language as the first class, knitr and Quarto as the first word.
fn language_in_braces(braces: &mut Braces) -> Option<String> {
    let attributes = &mut braces.attributes;
    if !attributes.classes.is_empty() {
        return Some(attributes.classes.remove(0));
    }
    let first = attributes.pairs.first()?;
    (first.1.is_empty() && !WORDS.contains(&first.0.as_str())).then(|| attributes.pairs.remove(0).0)
}

/// The bare words that mean something.
const WORDS: &[&str] = &["lines", "run"];

fn take_known(fence: &mut Fence) {
    let braces = &mut fence.braces;
    fence.caption = braces.take("caption").or_else(|| braces.take("title"));
    fence.caption = fence.caption.take().filter(|(caption, _)| !caption.trim().is_empty());
    fence.line_numbers = braces.take("lines").is_some();
    let numbered = ["numberLines", "number-lines", "line-numbers"];
    for name in numbered {
        fence.line_numbers |= braces.take(name).is_some();
        let classes = &mut braces.attributes.classes;
        fence.line_numbers |= classes.iter().any(|class| class == name);
        classes.retain(|class| class != name);
    }
    fence.highlighted = braces.take_value("hl").or_else(|| braces.take_value("highlight"));
    if fence.highlighted.is_none() {
        fence.highlighted = bare_lines(braces);
    }
    let wanted = braces.take("run").is_some();
    let run = Run {
        setup: braces.take_value("setup"),
        raises: braces.take_value("raises"),
        versions: braces.take_value("versions"),
        skip: braces.take_value("skip"),
    };
    fence.run = (wanted || run != Run::default()).then_some(run);
}

/// Lines without a key, `{2-3,7}`, as several documentation tools have them.
fn bare_lines(braces: &mut Braces) -> Option<String> {
    let is_lines =
        |(key, value): &(String, String)| value.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let pairs = &mut braces.attributes.pairs;
    let lines: Vec<String> = pairs
        .iter()
        .filter(|pair| is_lines(pair))
        .map(|(key, _)| key.clone())
        .collect();
    pairs.retain(|pair| !is_lines(pair));
    (!lines.is_empty()).then(|| lines.join(","))
}

/// The lines that `2-3,7` names, in order, of a listing with `count` lines; `None` if it names none or others.
pub(super) fn lines(text: &str, count: usize) -> Option<Vec<u32>> {
    let count = u32::try_from(count).ok()?;
    let mut ranges = Vec::new();
    for part in text.split(|character: char| character == ',' || character.is_whitespace()) {
        if part.is_empty() {
            continue;
        }
        let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
        let (first, last) = (first.parse::<u32>().ok()?, last.parse::<u32>().ok()?);
        if first == 0 || last < first || last > count {
            return None;
        }
        ranges.push((first, last));
    }
    ranges.sort_unstable();
    let mut lines = Vec::new();
    for (first, last) in ranges {
        let next = lines.last().map_or(1, |line| line + 1);
        lines.extend(first.max(next)..=last);
    }
    Some(lines)
}

/// The lines of a Rust listing that are shown, and the whole text without the marks, if there are lines that are not
/// (rustdoc's book, "Hiding portions of the example", which mdBook follows): `# ` hides a line, and `##` is one `#` that does not.
pub(super) fn without_hidden_lines(code: &str) -> Option<(String, String)> {
    let (mut shown, mut whole) = (Vec::new(), Vec::new());
    let mut is_marked = false;
    for line in code.split('\n') {
        let text = line.trim_start();
        let blank = line.get(..line.len() - text.len()).unwrap_or_default();
        let is_hidden = text == "#" || text.starts_with("# ");
        let kept = if is_hidden || text.starts_with("##") {
            is_marked = true;
            let rest = text.get(if is_hidden { 2 } else { 1 }..).unwrap_or_default();
            format!("{blank}{rest}").trim_end().to_owned()
        } else {
            line.to_owned()
        };
        if !is_hidden {
            shown.push(kept.clone());
        }
        whole.push(kept);
    }
    (is_marked && !shown.is_empty()).then(|| (shown.join("\n").trim_matches('\n').to_owned(), whole.join("\n")))
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_name_the_language_is_read() {
        for (info, language) in [
            ("python", Some("python")),
            ("rust,ignore,should_panic", Some("rust")),
            ("{.python #lst-x}", Some("python")),
            ("{python, echo=FALSE}", Some("python")),
            ("{r, eval = FALSE, fig.cap = \"A plot\"}", Some("r")),
            ("{=html}", None),
            ("c++ {lines}", Some("c++")),
            ("{#lst-x lines}", None),
            ("", None),
        ] {
            assert_eq!(parse(info).language.as_deref(), language, "{info}");
        }
    }

    #[test]
    fn a_fence_with_all_attributes() {
        let info = r#"python {#lst-x caption="A *cell*" lines hl="2-3,7" run setup="a" raises="E" versions=">=3.12" skip="why"}"#;
        let fence = parse(info);
        let (caption, place) = fence.caption.unwrap_or_default();
        assert_eq!(caption, "A *cell*");
        assert_eq!(place.and_then(|place| info.get(place)), Some("A *cell*"));
        assert!(fence.line_numbers);
        assert_eq!(lines(&fence.highlighted.unwrap_or_default(), 7), Some(vec![2, 3, 7]));
        assert_eq!(fence.run.as_ref().and_then(|run| run.versions.as_deref()), Some(">=3.12"));
        assert_eq!(fence.run.and_then(|run| run.skip).as_deref(), Some("why"));
        assert_eq!(fence.braces.attributes, crate::document::Attributes::with_id("lst-x"));
    }

    #[test]
    fn hidden_lines_run_and_are_not_shown() {
        let found = |code| without_hidden_lines(code).unwrap_or_default();
        let (shown, whole) = found("# fn main() {\n  let x = 1;\n  ## y\n#[test]\n#\n# }");
        assert_eq!(shown, "  let x = 1;\n  # y\n#[test]");
        assert_eq!(whole, "fn main() {\n  let x = 1;\n  # y\n#[test]\n\n}");
        assert_eq!(without_hidden_lines("#[test]\nfn a() {}\n#!x"), None);
        assert_eq!(without_hidden_lines("# all\n# of it"), None);
    }

    #[test]
    fn the_kind_of_a_diagram_is_the_second_word() {
        let fence = parse("diagram flow {#fig-x}");
        assert_eq!(
            (fence.kind.as_str(), fence.braces.attributes.id.as_deref()),
            ("flow", Some("fig-x"))
        );
        assert_eq!(parse("diagram {#fig-x}").kind, "");
    }
}
