//! What models add at the end of a chapter that nobody asked for: exercises, reflections, a question to the user.

use super::headings::{Seen, key};
use super::reply::Line;
use std::ops::Range;

/// Titles of sections that belong to the conversation, or to a course, and not to the outline.
const TITLES: &[&str] = &[
    "Contents",
    "Debate Simulation",
    "Discussion Questions",
    "Exercise",
    "Exercises",
    "Expert Debate",
    "Further Exploration",
    "Further Reading",
    "Hands-on Exercises",
    "Internal Debate",
    "Next Steps",
    "Practice",
    "Practice Exercises",
    "Practice Questions",
    "Quiz",
    "Reflection",
    "Reflection Questions",
    "Review Questions",
    "Self-Assessment",
    "Self-Check",
    "Self-Consistency",
    "Self-Consistency Check",
    "Self-Reflection",
    "Self-Reflection Check",
    "Table of Contents",
    "Test Your Knowledge",
    "What's Next",
    "Where to Go Next",
    "Where to Go from Here",
];

/// Whether a heading is that of an extra tail.
pub(super) fn is_tail(seen: &Seen) -> bool {
    let found = key(seen.parts().1.trim_end_matches(['?', '.', ':']));
    TITLES.iter().any(|title| key(title) == found)
}

/// How a paragraph to the user begins, in lower case; wherever it stands at the end of a section.
const QUESTIONS: &[&str] = &[
    "would you like me to",
    "would you like to continue",
    "do you want me to",
    "shall i ",
    "should i continue",
    "should i proceed",
    "let me know if you",
    "let me know when you",
    "let me know whether",
    "please let me know",
    "ready for the next chapter",
    "ready to continue",
    "want me to",
];

/// The same for what counts at the end of the reply alone, where it might be the author's own elsewhere.
const FAREWELLS: &[&str] = &[
    "if you'd like, i ",
    "if you’d like, i ",
    "if you would like, i ",
    "i hope this",
    "i can continue",
    "feel free to ask",
    "just say ",
    "say \"continue\"",
    "end of chapter",
    "this concludes chapter",
    "this completes chapter",
    "that completes chapter",
    "next up: chapter",
    "next: chapter",
    "continue to chapter",
    "(to be continued",
    "to be continued",
    "[end of chapter",
    "[continued",
    "[to be continued",
];

/// Takes the paragraphs to the user off the end of a section, and rulers with them. Gives what went, as a place.
pub(super) fn take_farewell(lines: &mut Vec<Line>, last: bool) -> Option<Range<usize>> {
    let mut gone: Option<Range<usize>> = None;
    loop {
        trim_end(lines);
        let start = lines
            .iter()
            .rposition(|line| line.is_blank() || line.code)
            .map_or(0, |at| at + 1);
        let first = lines
            .get(start)
            .map(|line| line.text.trim().trim_start_matches(['*', '_', '>', ' ']).to_lowercase());
        let begins = |list: &[&str]| {
            first
                .as_deref()
                .is_some_and(|first| list.iter().any(|start| first.starts_with(start)))
        };
        if start >= lines.len() || !(begins(QUESTIONS) || last && begins(FAREWELLS)) {
            return gone;
        }
        for line in lines.drain(start..) {
            let end = gone.as_ref().map_or(line.at.end, |gone| gone.end.max(line.at.end));
            let start = gone.as_ref().map_or(line.at.start, |gone| gone.start.min(line.at.start));
            gone = Some(start..end);
        }
    }
}

/// Takes blank lines and rulers off the end: where a section ends, a heading follows.
pub(super) fn trim_end(lines: &mut Vec<Line>) {
    while lines
        .last()
        .is_some_and(|line| !line.code && (line.is_blank() || is_ruler(&line.text)))
    {
        lines.pop();
    }
}

/// Takes blank lines and rulers off the beginning.
pub(super) fn trim_start(lines: &mut Vec<Line>) {
    let count = lines
        .iter()
        .take_while(|line| !line.code && (line.is_blank() || is_ruler(&line.text)))
        .count();
    lines.drain(..count);
}

/// `---`, `* * *`, `___`
pub(super) fn is_ruler(line: &str) -> bool {
    let marks: String = line.chars().filter(|letter| !letter.is_whitespace()).collect();
    marks.len() > 2 && ['-', '*', '_'].iter().any(|mark| marks.chars().all(|letter| letter == *mark))
}
