//! Comparing what a listing prints with what the book shows.
//!
//! White space at the end of lines and of the whole does not count, nor do characters that a book may not hold. In what
//! the book shows, `...` stands for anything within a line, and a line of `...` alone for any number of lines.

use crate::manuscript::is_control;

/// What stands for anything.
const ANY: &str = "...";
/// How many lines around a change a difference shows.
const CONTEXT: usize = 2;
/// How many lines of a difference are shown, and how many characters of each.
const LONGEST: (usize, usize) = (40, 140);
/// How many pairs of lines are compared with each other to find the smallest difference; beyond, all lines differ.
const LARGEST: usize = 4_000_000;
/// What it costs to take a line away, to add one, and to put one in another's place. The last is cheaper than to take one
/// away, lest a changed line below `...` be taken for one of those that `...` stands for.
const MISSING: u32 = 5;
const EXTRA: u32 = 3;
const OTHER: u32 = 4;

/// A text as lines that can be compared.
pub(super) fn lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{FFFD}");
    let clean = |line: &str| line.chars().filter(|letter| !is_control(*letter)).collect::<String>();
    let mut lines: Vec<String> = text.split('\n').map(|line| clean(line).trim_end().to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Whether lines were printed as the book shows them.
pub(super) fn matches(shown: &[String], printed: &[String]) -> bool {
    let (mut at, mut line) = (0, 0);
    // Where to go on after the last line of `...`, which takes in one line more each time that what follows it differs.
    let mut retry = None;
    loop {
        match (shown.get(at), printed.get(line)) {
            (None, None) => return true,
            (Some(pattern), _) if is_any(pattern) => {
                at += 1;
                retry = Some((at, line));
            }
            (Some(pattern), Some(text)) if line_matches(pattern, text) => {
                at += 1;
                line += 1;
            }
            _ => match &mut retry {
                Some((after, from)) if *from < printed.len() => {
                    *from += 1;
                    (at, line) = (*after, *from);
                }
                _ => return false,
            },
        }
    }
}

fn is_any(shown: &str) -> bool {
    shown.trim() == ANY
}

/// Whether a line was printed as it is shown: the parts between `...` stand in it in this order.
fn line_matches(shown: &str, printed: &str) -> bool {
    let Some((first, rest)) = shown.split_once(ANY) else {
        return shown == printed;
    };
    let (middle, last) = rest.rsplit_once(ANY).unwrap_or(("", rest));
    let Some(mut between) = printed.strip_prefix(first).and_then(|text| text.strip_suffix(last)) else {
        return false;
    };
    for part in middle.split(ANY) {
        match between.split_once(part) {
            Some((_, after)) => between = after,
            None => return false,
        }
    }
    true
}

/// One step from what is shown to what was printed; the numbers are lines of the one and of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    /// The line is the same.
    Keep(usize, usize),
    /// A line of `...`, which stands for the lines printed that follow as [`Edit::Within`].
    Any(usize),
    /// A line that `...` stands for.
    Within,
    /// A line that is shown but was not printed.
    Missing(usize),
    /// A line that was printed but is not shown.
    Extra(usize),
}

/// The smallest number of lines to take away and to add.
fn align(shown: &[String], printed: &[String]) -> Vec<Edit> {
    let (rows, columns) = (shown.len() + 1, printed.len() + 1);
    if rows.saturating_mul(columns) > LARGEST {
        let missing = (0..shown.len()).map(Edit::Missing);
        return missing.chain((0..printed.len()).map(Edit::Extra)).collect();
    }
    let costs = costs(shown, printed);
    let cost = |at: usize, line: usize| costs.get(at * columns + line).copied().unwrap_or(u32::MAX);
    let (mut at, mut line) = (0, 0);
    let mut edits = Vec::new();
    let mut opened = None;
    while at < shown.len() || line < printed.len() {
        let here = cost(at, line);
        let (down, right) = (at < shown.len(), line < printed.len());
        let pattern = shown.get(at).map_or("", String::as_str);
        let text = printed.get(line).map_or("", String::as_str);
        if down && is_any(pattern) {
            if opened != Some(at) {
                opened = Some(at);
                edits.push(Edit::Any(at));
            }
            if cost(at + 1, line) == here {
                at += 1;
            } else {
                edits.push(Edit::Within);
                line += 1;
            }
        } else if down && right && line_matches(pattern, text) && cost(at + 1, line + 1) == here {
            edits.push(Edit::Keep(at, line));
            at += 1;
            line += 1;
        } else if down && cost(at + 1, line).saturating_add(MISSING) == here {
            edits.push(Edit::Missing(at));
            at += 1;
        } else if right && cost(at, line + 1).saturating_add(EXTRA) == here {
            edits.push(Edit::Extra(line));
            line += 1;
        } else {
            edits.extend([Edit::Missing(at), Edit::Extra(line)]);
            at += 1;
            line += 1;
        }
    }
    // What is missing comes first, as one is used to.
    let is_change = |edit: &Edit| matches!(edit, Edit::Missing(_) | Edit::Extra(_));
    for changes in edits.chunk_by_mut(|a, b| is_change(a) && is_change(b)) {
        changes.sort_by_key(|edit| matches!(edit, Edit::Extra(_)));
    }
    edits
}

/// For every pair of places, what it costs to get from there to the end; row by row.
fn costs(shown: &[String], printed: &[String]) -> Vec<u32> {
    let mut below: Vec<u32> = Vec::new();
    let mut rows: Vec<Vec<u32>> = Vec::with_capacity(shown.len() + 2);
    for at in (0..=shown.len()).rev() {
        let pattern = shown.get(at);
        let mut row = vec![0; printed.len() + 1];
        let mut right: Option<u32> = None;
        for line in (0..=printed.len()).rev() {
            let (down, across) = (below.get(line).copied(), below.get(line + 1).copied());
            let same = || matches!((pattern, printed.get(line)), (Some(pattern), Some(text)) if line_matches(pattern, text));
            let steps = match pattern {
                Some(pattern) if is_any(pattern) => [down, right, None],
                _ => [
                    down.map(|cost| cost + MISSING),
                    right.map(|cost| cost + EXTRA),
                    across.map(|cost| if same() { cost } else { cost + OTHER }),
                ],
            };
            let cost = steps.into_iter().flatten().min().unwrap_or(0);
            if let Some(cell) = row.get_mut(line) {
                *cell = cost;
            }
            right = Some(cost);
        }
        rows.push(std::mem::replace(&mut below, row));
    }
    rows.push(below);
    // The last row was made first, and what was pushed first is the empty row that stood below it.
    rows.into_iter().rev().flatten().collect()
}

/// What the book is to show from now on: the lines that were printed, with `...` where it stood for what was printed.
pub(super) fn recorded(shown: &[String], printed: &[String]) -> Vec<String> {
    let line = |edit: Edit| match edit {
        Edit::Keep(at, _) | Edit::Any(at) => shown.get(at).cloned(),
        Edit::Extra(line) => printed.get(line).cloned(),
        Edit::Within | Edit::Missing(_) => None,
    };
    align(shown, printed).into_iter().filter_map(line).collect()
}

/// The difference in the unified form: `-` is shown but was not printed, `+` was printed but is not shown.
pub(super) fn difference(shown: &[String], printed: &[String]) -> Vec<String> {
    let edits = align(shown, printed);
    let mut near = vec![false; edits.len()];
    for (at, edit) in edits.iter().enumerate() {
        if matches!(edit, Edit::Missing(_) | Edit::Extra(_)) {
            let end = (at + CONTEXT + 1).min(edits.len());
            near.get_mut(at.saturating_sub(CONTEXT)..end).unwrap_or_default().fill(true);
        }
    }
    let mut text = vec!["--- shown".to_owned(), "+++ printed".to_owned()];
    let (mut at, mut line) = (1, 1);
    let mut inside = false;
    for (number, edit) in edits.iter().enumerate() {
        let wanted = near.get(number).copied().unwrap_or(false);
        if wanted {
            if !inside {
                text.push(format!("@@ -{at} +{line} @@"));
            }
            text.extend(shown_edit(*edit, shown, printed));
        }
        inside = wanted;
        at += usize::from(matches!(edit, Edit::Keep(..) | Edit::Any(_) | Edit::Missing(_)));
        line += usize::from(matches!(edit, Edit::Keep(..) | Edit::Within | Edit::Extra(_)));
    }
    let more = text.len().saturating_sub(LONGEST.0);
    text.truncate(LONGEST.0);
    if more > 0 {
        text.push(format!("(and {more} lines more)"));
    }
    text
}

fn shown_edit(edit: Edit, shown: &[String], printed: &[String]) -> Option<String> {
    let (sign, text) = match edit {
        Edit::Keep(_, line) => (' ', printed.get(line)),
        Edit::Any(at) => (' ', shown.get(at)),
        Edit::Missing(at) => ('-', shown.get(at)),
        Edit::Extra(line) => ('+', printed.get(line)),
        Edit::Within => return None,
    };
    Some(format!("{sign}{}", cut(text.map_or("", String::as_str))))
}

/// A line cut to a readable length.
pub(super) fn cut(line: &str) -> String {
    let mut text: String = line.chars().take(LONGEST.1).collect();
    if text.len() < line.len() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(shown: &str, printed: &str) -> bool {
        let (shown, printed) = (lines(shown), lines(printed));
        let same = matches(&shown, &printed);
        let edits = align(&shown, &printed);
        let differs = edits.iter().any(|edit| matches!(edit, Edit::Missing(_) | Edit::Extra(_)));
        assert_eq!(same, !differs, "{shown:?} {printed:?} {edits:?}");
        same
    }

    #[test]
    fn white_space_at_the_end_does_not_count() {
        assert!(same("a\nb", "a  \r\nb\t\n\n\n"));
        assert!(same("", "\n"));
        assert!(same("red", "\u{1b}red"));
        assert!(!same("a", "  a"));
        assert!(!same("a\n\nb", "a\nb"));
    }

    #[test]
    fn three_dots_stand_for_anything_within_a_line() {
        assert!(same("<object at 0x...>", "<object at 0x7f00>"));
        assert!(same("... s", "1.44 s"));
        assert!(same("a...b...c", "axxbyyc"));
        assert!(same("a...", "a"));
        assert!(same("[...]", "[...]"));
        assert!(!same("a...b", "ab\nb"));
        assert!(!same("ab...ba", "aba"));
        assert!(!same("a...x...c", "abc"));
        assert!(same("a...b...b", "abb"));
        assert!(!same("a...b...b", "ab"));
    }

    #[test]
    fn a_line_of_three_dots_stands_for_any_lines() {
        assert!(same("a\n...\nz", "a\nz"));
        assert!(same("a\n...\nz", "a\nb\nz\nc\nz"));
        assert!(same("...", ""));
        assert!(same("...\nx\n...", "1\n2\nx"));
        assert!(same("...\n...\nx", "x"));
        assert!(!same("a\n...\nz", "a\nb"));
        assert!(!same("...\nx\n...", "1\n2"));
    }

    #[test]
    fn a_difference_shows_what_is_near_a_change() {
        let shown = lines("1\n2\n3\n4\n5\n6\n7\n8");
        let printed = lines("1\n2\n3\n4\n5\nsix\n7\n8");
        let expected = [
            "--- shown",
            "+++ printed",
            "@@ -4 +4 @@",
            " 4",
            " 5",
            "-6",
            "+six",
            " 7",
            " 8",
        ];
        assert_eq!(difference(&shown, &printed), expected);
        let nothing = difference(&lines("a"), &[]);
        assert_eq!(nothing, ["--- shown", "+++ printed", "@@ -1 +1 @@", "-a"]);
    }

    #[test]
    fn what_is_recorded_keeps_the_dots() {
        let shown = lines("start\nid 0x...\n...\nsum 3\nend");
        let printed = lines("start\nid 0x7f\nx\ny\nsum 4\nend");
        assert_eq!(recorded(&shown, &printed), lines("start\nid 0x...\n...\nsum 4\nend"));
        assert_eq!(recorded(&[], &printed), printed);
    }

    #[test]
    fn large_outputs_are_compared_too() {
        let many: Vec<String> = (0..9000).map(|line| line.to_string()).collect();
        assert!(matches(&many, &many));
        assert!(difference(&many, &lines("x")).len() < 50);
    }
}
