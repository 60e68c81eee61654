//! Diagnostics as text: one file for each way of showing them.
//!
//! Gets the messages in the order in which they are to be shown, with their final weights, and the files that they are
//! about; gives text and prints nothing.

mod github;
mod human;
mod json;
mod sarif;

pub use github::github;
pub use human::human;
pub use json::{codes_json, json, place};
pub use sarif::sarif;

use crate::diag::Diagnostic;
use crate::source::{Position, Sources, Span};
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

/// The first and the last position of a place; the last stands behind its last character. A line break at the end, as
/// blocks have it, does not count: the place would end in a line that it has nothing of.
fn extent(span: Span, sources: &Sources) -> (Position, Position) {
    let source = sources.get(span.file);
    let kept = sources.text(span).trim_end_matches(['\n', '\r']).len();
    let start = span.start as usize;
    let end = if kept == 0 { span.end as usize } else { start + kept };
    (source.position(start), source.position(end))
}

/// The path of a place's file as seen from the folder `base`, with `..` where it is not in there. As messages show it
/// where the two have nothing in common but the root.
fn path_from(base: &Path, span: Span, sources: &Sources) -> String {
    let shown = sources.get(span.file).path();
    let path = Path::new(shown);
    let common = path.components().zip(base.components()).take_while(|(a, b)| a == b).count();
    if common < 2 {
        return shown.to_owned();
    }
    let up = base.components().skip(common).map(|_| Component::ParentDir);
    let relative: PathBuf = up.chain(path.components().skip(common)).collect();
    relative.to_string_lossy().replace(MAIN_SEPARATOR, "/")
}

/// The message with its hints below it, for formats that have no place of their own for hints.
fn with_hints(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    for hint in &diagnostic.hints {
        text.push_str("\nhint: ");
        text.push_str(hint);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_seen_from_the_working_folder() {
        let mut sources = Sources::default();
        for (path, expected) in [
            ("manuscript/a.md", "manuscript/a.md"),
            ("/home/ada/book/manuscript/a.md", "manuscript/a.md"),
            ("/home/ada/other/a.md", "../other/a.md"),
            ("/elsewhere/a.md", "/elsewhere/a.md"),
        ] {
            let span = Span::new(sources.add(path, ""), 0..0);
            assert_eq!(path_from(Path::new("/home/ada/book"), span, &sources), expected);
        }
    }

    #[test]
    fn a_place_does_not_reach_into_the_line_below() {
        let mut sources = Sources::default();
        let file = sources.add("a.md", "λx\n\nb\n");
        let (_, end) = extent(Span::new(file, 0..4), &sources);
        assert_eq!(end, Position { line: 1, column: 3 });
        let (start, end) = extent(Span::new(file, 4..4), &sources);
        assert_eq!(start, end);
    }
}
