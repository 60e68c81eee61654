//! What a description says in one way and may mean in another.
//!
//! Nothing is guessed, but a colon within a name and an asterisk around a part of one are read by rules that an author may
//! not have in mind. The figure is drawn by the rules, and how a line was read is told.

use super::language::{Description, Line, outside_code, split_at_arrows};
use crate::source::Span;

/// The doubts about a description of the kind with this name, in the order of its lines.
pub(super) fn find(kind: &str, description: &Description) -> Vec<(Span, String)> {
    let in_line = |line: &Line| -> Vec<String> {
        let colon = ["flow", "states", "cycle"].contains(&kind).then(|| colon(line)).flatten();
        colon.into_iter().chain(asterisk(kind, line)).collect()
    };
    let lines = description.lines.iter();
    lines
        .flat_map(|line| in_line(line).into_iter().map(|message| (line.span, message)))
        .collect()
}

/// A colon that is taken for a part of a name, though it could begin the label of an arrow.
fn colon(line: &Line) -> Option<String> {
    let (names, arrows) = split_at_arrows(line.text);
    if arrows.is_empty() {
        return None;
    }
    let (last, others) = names.split_last()?;
    if let Some(name) = others.iter().find(|name| outside_code(name, ": ").next().is_some()) {
        return Some(format!(
            "`{name}` is taken for a name: the label of an arrow stands at the end of its line. A colon within a name is written \
             `\\:`"
        ));
    }
    let colons: Vec<usize> = outside_code(last, ": ").collect();
    let (label, earlier) = colons.split_last()?;
    let label = (last.get(..*label)?, last.get(label + 2..)?.trim());
    (!earlier.is_empty()).then(|| {
        format!(
            "`{}` is taken for the name to which the arrow leads, and `{}` for its label. A colon that parts nothing is written `\\:`",
            label.0, label.1
        )
    })
}

/// Asterisks around a part of a name, which are printed.
fn asterisk(kind: &str, line: &Line) -> Option<String> {
    let (from, to) = emphasised(line.text)?;
    let part = line.text.get(from..to)?;
    let emphasises = ["layout", "cells"].contains(&kind);
    if emphasises && is_whole(kind, line.text.get(..from)?, line.text.get(to..)?) {
        return None;
    }
    let rule = match emphasises {
        true => "only a whole name can be emphasised",
        false => "nothing is emphasised in this kind of diagram",
    };
    Some(format!(
        "the asterisks of `{part}` are printed, since {rule}; `\\*` prints one without this message"
    ))
}

/// The first pair of asterisks that would be an emphasis in Markdown, outside of code.
fn emphasised(text: &str) -> Option<(usize, usize)> {
    let neighbours = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + 1..).and_then(|after| after.chars().next());
        (before, after)
    };
    let is_word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '*');
    let is_text = |letter: Option<char>| letter.is_some_and(|letter| !letter.is_whitespace() && letter != '*');
    let mut open = None;
    for at in outside_code(text, "*") {
        let (before, after) = neighbours(at);
        match open {
            Some(from) if is_text(before) && !is_word(after) => return Some((from, at + 1)),
            _ if !is_word(before) && is_text(after) => open = Some(at),
            _ => {}
        }
    }
    None
}

/// Whether what stands around a pair of asterisks shows that the pair is around a whole name.
fn is_whole(kind: &str, before: &str, after: &str) -> bool {
    let (before, after) = (before.trim(), after.trim());
    if kind == "cells" {
        return (before.is_empty() || before.ends_with(['|', ':'])) && (after.is_empty() || after.starts_with(['|', '×']));
    }
    let ends = ["→", "->", "⇢", ": ", "["].iter().any(|sign| after.starts_with(sign));
    before.split_whitespace().count() == 2 && (after.is_empty() || ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::promises::described;

    fn doubts(kind: &str, body: &str) -> String {
        let found = find(kind, &described(body));
        found.into_iter().map(|(_, message)| message + "\n").collect()
    }

    #[test]
    fn a_label_at_the_end_of_a_line_is_clear() {
        for clear in [
            "a → b: label",
            "a → `b: c`: label",
            "a → `b: c`",
            "a\\: b → c: d\\: e",
            "Group a: b, c",
            "Start: a",
            "a:b → c",
        ] {
            assert_eq!(doubts("flow", clear), "", "{clear}");
            assert_eq!(doubts("states", clear), "", "{clear}");
        }
        assert!(doubts("flow", "a: b → c").contains("`a: b` is taken for a name"));
        assert!(doubts("cycle", "a → b: yes → c").contains("`b: yes` is taken for a name"));
        assert!(
            doubts("states", "a → KeyError: no key: raised")
                .contains("`KeyError: no key` is taken for the name to which the arrow leads, and `raised` for its label")
        );
        assert_eq!(doubts("tree", "- a: b → c"), "");
    }

    #[test]
    fn asterisks_that_are_printed_are_told() {
        for clear in [
            "0 8 *`a`*",
            "0 8 *a*: note",
            "0 8 *a* → b [c]",
            "0 8 `*a*`",
            "0 8 `PyObject **`",
            "0 8 f(*args, **more)",
            "0 8 a * b * c",
            "0 8 \\*a\\*",
        ] {
            assert_eq!(doubts("layout", clear), "", "{clear}");
        }
        for clear in ["*a* | b | *c* ×2", "row: *a* | b"] {
            assert_eq!(doubts("cells", clear), "", "{clear}");
        }
        for printed in ["0 8 *`a`* (b)", "0 8 a *b*", "0 8 a: *b*", "0 8 a [*b*]"] {
            assert!(doubts("layout", printed).contains("only a whole name"), "{printed}");
        }
        assert!(doubts("flow", "*a* → b").contains("nothing is emphasised in this kind"));
    }
}
