//! What a line says about fences: the plain ones of Markdown.

use super::reply::Line;

/// A fence: its letter and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fence {
    /// Whether it is of backticks; of tildes otherwise.
    pub(super) ticks: bool,
    /// How many letters it has, 3 to 7; no reply tells longer ones apart.
    pub(super) length: u8,
}

impl Fence {
    /// Whether a line of this fence without a label closes a block that `open` has opened.
    pub(super) fn closes(self, open: Self) -> bool {
        self.ticks == open.ticks && self.length >= open.length
    }
}

/// What stands behind a fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    None,
    /// `markdown` or `md`.
    Markdown,
    /// `text`, by which a few models mean Markdown.
    Text,
    Other,
}

/// The fence that a line is, with its label, if it is one. In a list it may stand on the line of its item.
pub(super) fn read(line: &Line) -> Option<(Fence, Label)> {
    let text = line.text.trim();
    let item = ["- ", "* ", "+ "].iter().find_map(|mark| text.strip_prefix(mark));
    let body = item.unwrap_or(text).trim_start();
    let letter = body.chars().next().filter(|letter| matches!(letter, '`' | '~'))?;
    let length = body.len() - body.trim_start_matches(letter).len();
    let info = body.get(length..)?.trim();
    let is_code = letter == '`' && info.contains('`');
    if length < 3 || is_code || item.is_some() && info.is_empty() {
        return None;
    }
    let word = info.split([' ', '\t', '{', ',']).next().unwrap_or_default().to_lowercase();
    let label = match word.as_str() {
        "" if info.is_empty() => Label::None,
        "markdown" | "md" | "mkd" | "mdx" => Label::Markdown,
        "text" | "txt" | "plaintext" | "plain" => Label::Text,
        _ => Label::Other,
    };
    let fence = Fence {
        ticks: letter == '`',
        length: u8::try_from(length.min(7)).unwrap_or(7),
    };
    Some((fence, label))
}

/// The first word behind a fence or behind two ticks: `python` of ```` ```python ````.
pub(super) fn language(text: &str) -> &str {
    let info = text.trim().trim_start_matches(['`', '~']).trim();
    info.split([' ', '\t', '{', ',']).next().unwrap_or_default()
}

/// The longest run of backticks in lines of code.
pub(super) fn longest_run<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    let run = |line: &str| line.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    lines.map(run).max().unwrap_or(0)
}
