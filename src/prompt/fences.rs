//! Fences in a text: how long one must be to hold it, and that none is left open.

/// The run of marks that a line begins with, if it could open or close a fence: the mark and its length.
fn marks(line: &str) -> Option<(char, usize)> {
    let rest = line.trim_start_matches(' ');
    if line.len() - rest.len() > 3 {
        return None;
    }
    let mark = rest.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = rest.chars().take_while(|letter| *letter == mark).count();
    (length >= 3).then_some((mark, length))
}

/// The fence that is open behind some lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct State(Option<(char, usize)>);

impl State {
    fn read(&mut self, line: &str) {
        let Some((mark, length)) = marks(line) else { return };
        let behind = line.trim_start_matches(' ').trim_start_matches(mark);
        match self.0 {
            Some((open, least)) if open == mark && length >= least && behind.trim().is_empty() => self.0 = None,
            Some(_) => {}
            // What has a tick behind its ticks is code within a line.
            None if mark == '`' && behind.contains('`') => {}
            None => self.0 = Some((mark, length)),
        }
    }
}

/// Text in a fence with a label, longer than any run of ticks in it.
pub(super) fn fenced(text: &str, label: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let text = text.trim_matches('\n');
    format!("{fence}{label}\n{text}\n{fence}")
}

/// Text of one line that opens no fence, list item or heading of its own where it begins one.
pub(super) fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if marks(&line).is_some() { format!("\\{line}") } else { line }
}

/// Text of several paragraphs that leaves no fence open.
pub(super) fn prose(text: &str) -> String {
    let mut state = State::default();
    for line in text.lines() {
        state.read(line);
    }
    let text = text.trim();
    match state.0 {
        Some((mark, length)) => format!("{text}\n{}", mark.to_string().repeat(length)),
        None => text.to_owned(),
    }
}

/// A text with no more than one blank line in a row outside of fences, and one line break at its end.
pub(super) fn tidy(text: &str) -> String {
    let mut tidy = String::new();
    let mut state = State::default();
    let mut blank = true;
    for line in text.lines() {
        let line = if state.0.is_none() { line.trim_end() } else { line };
        if !(state.0.is_none() && blank && line.is_empty()) {
            tidy.push_str(line);
            tidy.push('\n');
        }
        blank = line.is_empty();
        state.read(line);
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.push('\n');
    tidy
}

#[cfg(test)]
pub(super) fn is_closed(text: &str) -> bool {
    let mut state = State::default();
    for line in text.lines() {
        state.read(line);
    }
    state.0.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(fenced("a", "text"), "```text\na\n```");
        assert_eq!(fenced("x\n````\ny\n````\n", ""), "`````\nx\n````\ny\n````\n`````");
    }

    #[test]
    fn what_an_author_wrote_leaves_no_fence_open() {
        assert_eq!(one_line("```python\nx"), "\\```python x");
        assert_eq!(one_line(" two\n lines "), "two lines");
        assert_eq!(prose("See:\n~~~~text\n~~~\nx"), "See:\n~~~~text\n~~~\nx\n~~~~");
        assert_eq!(prose("```a``` and\n\nmore\n"), "```a``` and\n\nmore");
    }

    #[test]
    fn blank_lines_in_a_row_are_one_outside_of_fences() {
        assert_eq!(
            tidy("\n\na  \n\n\n\nb\n```\n\n\nc  \n```\n\n\n"),
            "a\n\nb\n```\n\n\nc  \n```\n"
        );
    }
}
