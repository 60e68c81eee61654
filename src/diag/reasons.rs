//! What is said of a code at length: by `publish check --explain`, and in SARIF for those who read messages elsewhere.
//!
//! A code has its reason in [`codes`](super::codes). What can be changed about it follows from the code; the rest stands
//! in a text of its own, `reasons/NAME.md`, in lines that fit a terminal, with examples indented.

use super::suppression::Suppression;
use super::{Code, Severity, codes};
use std::fmt::Write as _;

/// How wide text is set, in characters.
const WIDTH: usize = 78;

/// Declares the texts, each a file in `reasons/`.
macro_rules! texts {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("reasons/", $name, ".md")))),*]
    };
}

/// The texts by the names of their codes.
static TEXTS: &[(&str, &str)] = texts! {
    "coarse-picture"
    "dead-link"
    "dead-see"
    "doubtful-diagram"
    "empty-alt"
    "fence-without-language"
    "figure-without-alt"
    "misplaced-takeaways"
    "missing-glyph"
    "missing-takeaways"
    "outline-extra"
    "outline-missing"
    "outline-spelling"
    "paragraph-count"
    "repeated-heading"
    "repeated-term"
    "scrolling-figure"
    "stale-chapter"
    "stray-braces"
    "takeaways-count"
    "typed-reference"
    "unfinished-text"
    "unknown-term"
    "unused-reference"
    "unused-term"
    "unused-variable"
    "wide-code"
    "wide-table"
};

/// What is said of a code beyond its reason, if anything: Markdown, with an example of what is told and how to mend it.
pub fn text(code: &Code) -> Option<&'static str> {
    TEXTS.iter().find(|(name, _)| *name == code.name).map(|(_, text)| *text)
}

/// Whether `[check]` of book.toml may give a code another weight.
pub fn may_be_weighed(code: &Code) -> bool {
    code.severity != Severity::Error
}

/// Whether a comment may allow a code in one place.
pub fn may_be_allowed(code: &Code) -> bool {
    Suppression::may_be(code)
}

/// A code explained: its weight and who reports it, what it means, an example, and what can be changed about it.
pub fn explain(code: &Code) -> String {
    let by_check = codes::OF_CHECK.contains(&code);
    let mut page = format!("{}: {}", code.name, article(code.severity));
    page.push_str(if by_check {
        ", told by `publish check` alone\n\n"
    } else {
        "\n\n"
    });
    push_wrapped(code.reason, "", &mut page);
    if let Some(text) = text(code) {
        page.push('\n');
        page.push_str(text);
    }
    page.push('\n');
    push_wrapped(&changes(code), "", &mut page);
    if may_be_weighed(code) {
        let other = if code.severity == Severity::Note { "warning" } else { "note" };
        let _ = write!(page, "\n    [check]\n    {} = \"{other}\"\n", code.name);
    }
    if may_be_allowed(code) {
        page.push('\n');
        push_wrapped(
            "In one place it is allowed by a comment on a line of its own above the block, with the reason:",
            "",
            &mut page,
        );
        let _ = write!(page, "\n    <!-- allow: {}: why it is right here -->\n", code.name);
    }
    page
}

/// What can be changed about a code, as a sentence or two.
fn changes(code: &Code) -> String {
    if !may_be_weighed(code) {
        return "It cannot be turned off or allowed: with it the book could not be built, or would be wrong.".to_owned();
    }
    let allowed = if may_be_allowed(code) {
        ""
    } else {
        " No comment can allow it, since it is about such comments."
    };
    format!("In book.toml it can be made an `error`, a `warning` or a `note`, or turned `off`.{allowed}")
}

fn article(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "a note",
        Severity::Warning => "a warning",
        Severity::Error => "an error",
    }
}

/// All codes with their weights and what they mean, in a sentence each.
pub fn overview() -> String {
    let mut page = "The codes of messages; `publish check --explain CODE` says more of one.\n".to_owned();
    for code in codes::ALL {
        let _ = write!(page, "\n{} ({})\n", code.name, code.severity.name());
        push_wrapped(first_sentence(code.reason), "    ", &mut page);
    }
    page
}

/// The first sentence of a reason.
pub(super) fn first_sentence(text: &str) -> &str {
    text.find(". ").and_then(|end| text.get(..=end)).unwrap_or(text)
}

/// Appends text in lines of at most [`WIDTH`] characters, each behind an indentation. Code is not broken.
fn push_wrapped(text: &str, indent: &str, page: &mut String) {
    let mut column = 0;
    for piece in unbroken(text) {
        let length = piece.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            page.push('\n');
            column = 0;
        }
        if column == 0 {
            page.push_str(indent);
            column = indent.len();
        } else {
            page.push(' ');
            column += 1;
        }
        page.push_str(&piece);
        column += length;
    }
    page.push('\n');
}

/// The words of a text; code between backticks is one with what stands around it, if it is short.
fn unbroken(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match pieces.last_mut() {
            Some(piece) if piece.matches('`').count() % 2 == 1 && piece.len() < WIDTH / 2 => {
                piece.push(' ');
                piece.push_str(word);
            }
            _ => pieces.push(word.to_owned()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_fits_a_terminal() {
        let pages = codes::ALL.iter().map(|code| explain(code)).chain([overview()]);
        for line in pages.flat_map(|page| page.lines().map(str::to_owned).collect::<Vec<_>>()) {
            assert!(line.chars().count() <= 82, "{line}");
        }
    }

    #[test]
    fn every_rule_of_check_has_an_example_and_every_text_a_code() {
        for code in codes::OF_CHECK {
            let text = text(code).unwrap_or_else(|| panic!("write src/diag/reasons/{}.md", code.name));
            let example = text.split_once("For example").map(|(_, rest)| rest).unwrap_or_default();
            assert!(
                example.contains("\n\n    ") && example.contains("is told"),
                "{}: no example",
                code.name
            );
        }
        let unknown: Vec<_> = TEXTS.iter().filter(|(name, _)| codes::find(name).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn a_page_says_what_can_be_changed() {
        let page = explain(&codes::WIDE_CODE);
        assert!(
            page.starts_with("wide-code: a warning, told by `publish check` alone\n\nA listing"),
            "{page}"
        );
        assert!(page.contains("\n    [check]\n    wide-code = \"note\"\n"), "{page}");
        assert!(
            page.ends_with("\n    <!-- allow: wide-code: why it is right here -->\n"),
            "{page}"
        );
        let error = explain(&codes::MISSING_IMAGE);
        assert!(error.contains("It cannot be turned off") && !error.contains("[check]") && !error.contains("<!--"));
        let comment = explain(&codes::UNUSED_SUPPRESSION);
        assert!(comment.contains("[check]") && !comment.contains("<!-- allow"));
    }
}
