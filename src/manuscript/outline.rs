//! outline.md: the table of contents with a note for each bullet, which is the contract that the chapters keep.
//!
//! Read are parts (`### Part I: Title`), chapters (`#### 1. Title`) and sections (`- **1.1. Title** - note`), also with a
//! colon before the note, without a note, as nested bullets, or as headings in place of bullets. Which level of heading is
//! what follows from the headings themselves: those that begin with `Part` and a number, and those at their level, are
//! parts; the next level below holds chapters. Bullets above the first part describe the book's front matter.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use crate::diag::{Diagnostics, codes};
use crate::source::{FileId, Sources, Span};
use crate::titles::{split_number, split_part};
use sha2::{Digest as _, Sha256};

/// What outline.md says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// The parts in order; chapters before the first part stand in one without a title.
    pub parts: Vec<OutlinePart>,
}

/// `### Part I: The Python Landscape`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutlinePart {
    /// The title without `Part I:`, and its place; `None` for what stands before the first part.
    pub title: Option<(String, Span)>,
    /// The chapters in order.
    pub chapters: Vec<Entry>,
}

/// A chapter or a section of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The whole line.
    pub span: Span,
    /// The number as typed: `6. 10.`
    pub number: Option<String>,
    /// The title without number and markup. Empty for the front matter, which has the book's own title.
    pub title: String,
    /// What it is to cover.
    pub note: Option<String>,
    /// A chapter's sections, a section's nested bullets.
    pub entries: Vec<Entry>,
}

impl Entry {
    /// A short name for what the outline asks for here: twelve hexadecimal digits that change when the title, a section or
    /// a note does, and not when numbers or spaces do.
    pub fn fingerprint(&self) -> String {
        let mut text = String::new();
        self.add_words(&mut text);
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Adds the words of the entry and of those below it, a line each.
    fn add_words(&self, text: &mut String) {
        for words in [Some(&self.title), self.note.as_ref()] {
            text.extend(
                words
                    .into_iter()
                    .flat_map(|words| words.split_whitespace())
                    .flat_map(|word| [word, " "]),
            );
            text.push('\n');
        }
        for entry in &self.entries {
            entry.add_words(text);
        }
    }
}

impl Outline {
    /// All chapters in order.
    pub fn chapters(&self) -> impl Iterator<Item = &Entry> {
        self.parts.iter().flat_map(|part| &part.chapters)
    }
}

/// Reads an outline; what cannot be read is reported.
pub fn read(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Outline {
    let lines = lines(sources, file);
    let levels = Levels::of(&lines);
    let mut outline = Outline::default();
    for line in &lines {
        match line.kind {
            LineKind::Heading(level) if levels.part == Some(level) => {
                let title = line.text.clone();
                let title = split_part(&title).map_or(title.clone(), str::to_owned);
                outline.parts.push(OutlinePart {
                    title: Some((title, line.span)),
                    chapters: Vec::new(),
                });
            }
            LineKind::Heading(level) if level == levels.chapter => {
                if let Some(part) = last_part(&mut outline) {
                    part.chapters.push(entry(line));
                }
            }
            LineKind::Heading(level) if level > levels.chapter => {
                add_section(&mut outline, line, usize::from(level - levels.chapter))
            }
            // The book's own title: its bullets are the front matter, which exists once the first bullet comes.
            LineKind::Heading(_) => {}
            LineKind::Bullet(depth) => add_section(&mut outline, line, depth),
        }
    }
    check_numbers(&outline, diagnostics);
    if outline.chapters().next().is_none() {
        diagnostics
            .report(&codes::OUTLINE_SYNTAX, Span::new(file, 0..0), "the outline names no chapter")
            .hint("write parts as `### Part I: Title`, chapters as `#### 1. Title`, sections as `- **1.1. Title** - note`");
    }
    outline
}

/// A line that says something.
struct Line {
    span: Span,
    kind: LineKind,
    text: String,
}

#[derive(Clone, Copy, PartialEq)]
enum LineKind {
    /// With its level.
    Heading(u8),
    /// With its depth, from 1.
    Bullet(usize),
}

/// Which levels of heading hold what.
struct Levels {
    part: Option<u8>,
    chapter: u8,
}

impl Levels {
    fn of(lines: &[Line]) -> Self {
        let headings = || {
            lines.iter().filter_map(|line| match line.kind {
                LineKind::Heading(level) => Some((level, line)),
                LineKind::Bullet(_) => None,
            })
        };
        let part = headings()
            .find(|(_, line)| split_part(&line.text).is_some())
            .map(|(level, _)| level);
        let chapter = match part {
            Some(part) => headings().map(|(level, _)| level).filter(|level| *level > part).min(),
            None => {
                let top = headings().map(|(level, _)| level).min();
                let alone = headings().filter(|(level, _)| Some(*level) == top).count() == 1;
                // A single heading above all others is the book's title.
                let below = headings().map(|(level, _)| level).filter(|level| Some(*level) > top).min();
                if alone { below.or(top) } else { top }
            }
        };
        Self {
            part,
            chapter: chapter.unwrap_or(6),
        }
    }
}

/// The headings and bullets of a file, outside of fences.
fn lines(sources: &Sources, file: FileId) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut fence = false;
    let mut at = 0;
    for raw in sources.get(file).text().split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let trimmed = raw.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fence = !fence;
        }
        if fence {
            continue;
        }
        let indent = raw.len() - raw.trim_start().len();
        let span = Span::new(file, start + indent..start + indent + trimmed.len());
        let hashes = trimmed.bytes().take_while(|byte| *byte == b'#').count();
        let rest = trimmed.get(hashes..).unwrap_or_default();
        if (1..=6).contains(&hashes) && rest.starts_with(' ') {
            let level = u8::try_from(hashes).unwrap_or(6);
            let text = plain(rest.trim());
            lines.push(Line {
                span,
                kind: LineKind::Heading(level),
                text,
            });
        } else if let Some(text) = ["- ", "* ", "+ "].iter().find_map(|mark| trimmed.strip_prefix(mark)) {
            let depth = 1 + indent / 2;
            lines.push(Line {
                span,
                kind: LineKind::Bullet(depth),
                text: text.trim().to_owned(),
            });
        }
    }
    lines
}

/// The title and the note of a line.
fn entry(line: &Line) -> Entry {
    let (title, note) = match line.kind {
        LineKind::Heading(_) => (line.text.clone(), None),
        LineKind::Bullet(_) => split_note(&line.text),
    };
    let (number, title) = split_number(&title);
    Entry {
        span: line.span,
        number: number.map(str::to_owned),
        title: title.to_owned(),
        note,
        entries: Vec::new(),
    }
}

/// `**Title** - note`, `**Title**: note`, `**Title:** note`, `Title - note`, `Title`.
fn split_note(text: &str) -> (String, Option<String>) {
    let (title, note) = match text.strip_prefix("**").and_then(|rest| rest.split_once("**")) {
        Some((title, note)) => (title.trim_end_matches(':'), note),
        None => [" - ", " – ", " — "]
            .iter()
            .find_map(|dash| text.split_once(dash))
            .unwrap_or((text, "")),
    };
    let note = note.trim_start_matches([' ', ':', '-', '–', '—']).trim();
    (plain(title.trim()), (!note.is_empty()).then(|| note.to_owned()))
}

/// Text without the marks of code and emphasis.
fn plain(text: &str) -> String {
    text.replace("**", "").replace('`', "")
}

/// The last part; where there is none yet, one without a title is made.
fn last_part(outline: &mut Outline) -> Option<&mut OutlinePart> {
    if outline.parts.is_empty() {
        outline.parts.push(OutlinePart::default());
    }
    outline.parts.last_mut()
}

/// Adds a section, or a bullet below one, to the last chapter; without a chapter, to the front matter.
fn add_section(outline: &mut Outline, line: &Line, depth: usize) {
    let Some(part) = last_part(outline) else { return };
    if part.chapters.is_empty() {
        part.chapters.push(Entry {
            span: line.span,
            number: None,
            title: String::new(),
            note: None,
            entries: Vec::new(),
        });
    }
    let Some(chapter) = part.chapters.last_mut() else { return };
    let entries = match chapter.entries.last_mut() {
        Some(section) if depth > 1 => &mut section.entries,
        _ => &mut chapter.entries,
    };
    entries.push(entry(line));
}

/// Numbers are by position; where the outline's own disagree, it is told.
fn check_numbers(outline: &Outline, diagnostics: &mut Diagnostics) {
    let mut chapters = 0;
    for chapter in outline.chapters() {
        let Some(typed) = &chapter.number else { continue };
        chapters += 1;
        check_number(typed, &chapters.to_string(), chapter.span, diagnostics);
        for (at, section) in chapter.entries.iter().enumerate() {
            if let Some(typed) = &section.number {
                check_number(typed, &format!("{chapters}.{}", at + 1), section.span, diagnostics);
            }
        }
    }
}

fn check_number(typed: &str, counted: &str, span: Span, diagnostics: &mut Diagnostics) {
    if typed.trim_end_matches('.') != counted {
        diagnostics
            .report(
                &codes::OUTLINE_NUMBER,
                span,
                format!("the outline says `{typed}`, and by position this is {counted}"),
            )
            .hint("positions count; mend the number in the outline");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(text: &str) -> (Outline, usize) {
        let mut sources = Sources::default();
        let file = sources.add("outline.md", text);
        let mut diagnostics = Diagnostics::default();
        let outline = read(&sources, file, &mut diagnostics);
        (outline, diagnostics.iter().count())
    }

    #[test]
    fn parts_chapters_and_sections_are_told_apart() {
        let (outline, messages) = outline(
            "## A Book\n\n- Purpose\n\n### Part I: One\n\n#### 1. First\n\n- **1.1. What: `x` & Why?** - Covers it.\n\
             - **1.2. How**: Too.\n\n### Summary And Appendix\n\n#### Appendix\n\n- **Glossary** - Terms.\n",
        );
        assert_eq!(messages, 0);
        let titles: Vec<_> = outline
            .parts
            .iter()
            .map(|part| part.title.as_ref().map(|(title, _)| title.as_str()))
            .collect();
        assert_eq!(titles, [None, Some("One"), Some("Summary And Appendix")]);
        let first = &outline.parts[1].chapters[0];
        assert_eq!((first.number.as_deref(), first.title.as_str()), (Some("1"), "First"));
        assert_eq!(first.entries[0].title, "What: x & Why?");
        assert_eq!(first.entries[1].note.as_deref(), Some("Too."));
        assert_eq!(outline.parts[0].chapters[0].entries[0].title, "Purpose");
    }

    #[test]
    fn a_fingerprint_changes_with_the_words_alone() {
        let print = |text: &str| outline(text).0.parts[0].chapters[0].fingerprint();
        let first = print("# B\n\n## 1. A\n\n- **1.1. X** - One  two.\n");
        assert_eq!(first, print("# B\n\n## 7. A\n\n- **X**: One two.\n"));
        assert_ne!(first, print("# B\n\n## 1. A\n\n- **1.1. X** - One.\n"));
        assert_ne!(first, print("# B\n\n## 1. A\n\n- **1.1. X** - One two.\n- Y\n"));
        assert_eq!(first.len(), 12);
    }

    #[test]
    fn numbers_that_disagree_with_the_position_are_told() {
        let (_, messages) = outline("# B\n\n## 1. A\n\n- **1.1. X** - x\n- **1.1. Y** - y\n- **1. 3. Z** - z\n");
        assert_eq!(messages, 2);
    }

    #[test]
    fn headings_may_stand_in_place_of_bullets_and_there_may_be_no_parts() {
        let (outline, messages) = outline("# Book\n\n## First\n\n### One\n\n### Two\n\n## Second\n");
        assert_eq!(messages, 0);
        assert_eq!(outline.chapters().count(), 2);
        assert_eq!(outline.parts[0].chapters[0].entries.len(), 2);
    }
}
